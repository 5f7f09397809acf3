//! Attributes of Graphviz that a plan sets: a name, or a value of a closed list, that is misspelled
//! is found when the plan is read, as Graphviz itself would say nothing.
//!
//! Names that resemble none of Graphviz's pass: it keeps attributes that it does not know.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::diagnostic::{is_misspelled, names, nearest};

/// Attributes with their values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Attributes(pub BTreeMap<String, String>);

/// The names of attributes of graphs, nodes and edges.
const NAMES: &str = "\
    Damping K URL arrowhead arrowsize arrowtail bb beautify bgcolor center charset class \
    cluster clusterrank color colorscheme comment compound concentrate constraint decorate \
    defaultdist dim dimen dir diredgeconstraints distortion dpi edgeURL edgehref edgetarget \
    edgetooltip epsilon esep fillcolor fixedsize fontcolor fontname fontnames fontpath \
    fontsize forcelabels gradientangle group head_lp headURL headclip headhref headlabel \
    headport headtarget headtooltip height href id image imagepath imagepos imagescale \
    inputscale label labelURL label_scheme labelangle labeldistance labelfloat labelfontcolor \
    labelfontname labelfontsize labelhref labeljust labelloc labeltarget labeltooltip \
    landscape layer layerlistsep layers layerselect layersep layout len levels levelsgap lhead \
    lheight linelength lp ltail lwidth margin maxiter mclimit mindist minlen mode model \
    newrank nodesep nojustify normalize notranslate nslimit nslimit1 oneblock ordering \
    orientation outputorder overlap overlap_scaling overlap_shrink pack packmode pad page \
    pagedir pencolor penwidth peripheries pin pos quadtree quantum radius rank rankdir ranksep \
    ratio rects regular remincross repulsiveforce resolution root rotate rotation samehead \
    sametail samplepoints scale searchsize sep shape shapefile showboxes sides size skew \
    smoothing sortv splines start style stylesheet tail_lp tailURL tailclip tailhref taillabel \
    tailport tailtarget tailtooltip target tooltip truecolor vertices viewport voro_margin \
    weight width xdotversion xlabel xlp z";

/// Attributes with all the values that they can have.
const CLOSED: &[(&str, &str)] = &[
    ("clusterrank", "local global none"),
    ("dir", "forward back both none"),
    ("labeljust", "l r c"),
    ("labelloc", "t b c"),
    ("layout", "dot neato fdp sfdp circo twopi osage patchwork nop nop1 nop2"),
    ("mode", "major KK sgd hier ipsep spring maxent"),
    ("ordering", "out in"),
    ("outputorder", "breadthfirst nodesfirst edgesfirst"),
    ("pagedir", "BL BR TL TR RB RT LB LT"),
    ("rank", "same min max source sink"),
    ("rankdir", "TB LR BT RL"),
    ("splines", "true false yes no none line spline polyline ortho curved compound 1 0"),
];

/// What may stand, with commas between, in `style`.
const STYLES: &str = "\
    solid dashed dotted bold invis filled rounded diagonals striped wedged radial tapered \
    unfilled";

/// The shapes of nodes; a program that shows a graph may have more.
const SHAPES: &str = "\
    box polygon ellipse oval circle point egg triangle plaintext plain diamond trapezium \
    parallelogram house pentagon hexagon septagon octagon doublecircle doubleoctagon \
    tripleoctagon invtriangle invtrapezium invhouse Mdiamond Msquare Mcircle rect rectangle \
    square star none underline cylinder note tab folder box3d component promoter cds \
    terminator utr primersite restrictionsite fivepoverhang threepoverhang noverhang assembly \
    signature insulator ribosite rnastab proteasesite proteinstab rpromoter rarrow larrow \
    lpromoter record Mrecord custom epsf";

/// The parts of arrows, of which up to four follow each other, and whole ones.
const ARROWS: &str = "\
    normal box crow curve icurve diamond dot inv none tee vee";
const WHOLE_ARROWS: &str = "\
    empty invempty open halfopen ediamond invdot invodot odot odiamond";

fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split_ascii_whitespace()
}

/// Returns why Graphviz would not know a name.
fn wrong_name(name: &str) -> Option<String> {
    if words(NAMES).any(|known| known == name) {
        return None;
    }
    let other_case = words(NAMES).find(|known| name.len() > 1 && known.eq_ignore_ascii_case(name));
    let typo = || nearest(name, words(NAMES)).filter(|near| is_misspelled(name, near));
    let near = other_case.or_else(typo)?;
    Some(format!("Graphviz has no attribute `{name}`; did you mean `{near}`?"))
}

/// Returns why Graphviz would make nothing of a value.
fn wrong_value(name: &str, value: &str) -> Option<String> {
    if value.is_empty() {
        return None;
    }
    let tell = |word: &str, known: &'static str| match nearest(word, words(known)) {
        Some(near) => format!("`{name}` of Graphviz cannot be `{word}`; did you mean `{near}`?"),
        None => {
            let known = names(words(known));
            format!("`{name}` of Graphviz cannot be `{word}`; it can be {known}")
        }
    };
    let has = |known: &'static str, word: &str| words(known).any(|known| known == word);
    if let Some((_, known)) = CLOSED.iter().find(|(own, _)| *own == name) {
        let is_known = match name {
            // Of these, Graphviz reads the first letter, and of splines it sees no case.
            "labeljust" | "labelloc" => words(known).any(|known| value.starts_with(known)),
            "splines" => words(known).any(|known| known.eq_ignore_ascii_case(value)),
            _ => has(known, value),
        };
        return (!is_known).then(|| tell(value, known));
    }
    match name {
        "style" => {
            let parts = value.split(',').map(str::trim);
            let mut named = parts.filter(|part| !part.is_empty() && !part.contains(['(', ')']));
            named.find(|part| !has(STYLES, part)).map(|part| tell(part, STYLES))
        }
        "shape" => {
            let near = nearest(value, words(SHAPES));
            let is_typo = near.is_some_and(|near| is_misspelled(value, near));
            (!has(SHAPES, value) && is_typo).then(|| tell(value, SHAPES))
        }
        "arrowhead" | "arrowtail" => {
            let is_known = has(WHOLE_ARROWS, value) || is_arrow(value);
            (!is_known).then(|| tell(value, ARROWS))
        }
        _ => None,
    }
}

/// Returns whether a text is up to four parts of arrows, each perhaps open or one-sided.
fn is_arrow(text: &str) -> bool {
    let mut reached = vec![(0, text)];
    while let Some((count, rest)) = reached.pop() {
        if rest.is_empty() {
            return true;
        }
        if count == 4 {
            continue;
        }
        for mark in ["", "o", "l", "r", "ol", "or"] {
            let Some(rest) = rest.strip_prefix(mark) else { continue };
            let parts = words(ARROWS).filter_map(|part| rest.strip_prefix(part));
            reached.extend(parts.map(|rest| (count + 1, rest)));
        }
    }
    false
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

impl JsonSchema for Attributes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "DotAttributes".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, String>::json_schema(generator)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
        let mut found = BTreeMap::new();
        while let Some(Name(name)) = map.next_key()? {
            let value = map.next_value_seed(ValueOf(&name))?;
            found.insert(name, value);
        }
        Ok(Attributes(found))
    }
}

/// A name that Graphviz knows, or that resembles none that it knows.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        match wrong_name(&name) {
            Some(why) => Err(D::Error::custom(why)),
            None => Ok(Name(name)),
        }
    }
}

/// Reads the value of an attribute.
struct ValueOf<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for ValueOf<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let value = String::deserialize(deserializer)?;
        match wrong_value(self.0, &value) {
            Some(why) => Err(D::Error::custom(why)),
            None => Ok(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_told_with_what_was_meant() {
        for (name, value, near) in [
            ("rankdir", "LT", "LR"),
            ("rankdir", "TP", "TB"),
            ("splines", "orto", "ortho"),
            ("style", "filled, dasched", "dashed"),
            ("shape", "elipse", "ellipse"),
            ("arrowhead", "diamnd", "diamond"),
            ("dir", "bakc", "back"),
            ("layout", "naeto", "neato"),
            ("rankdir", "lr", "LR"),
        ] {
            let told = wrong_value(name, value).unwrap();
            assert!(told.contains(near), "{told}");
        }
        for (name, near) in
            [("nodsep", "nodesep"), ("fontnmae", "fontname"), ("Splines", "splines")]
        {
            assert!(wrong_name(name).unwrap().contains(near), "{name}");
        }
    }

    #[test]
    fn what_graphviz_takes_passes() {
        for (name, value) in [
            ("rankdir", "LR"),
            ("splines", ""),
            ("splines", "Ortho"),
            ("labelloc", "top"),
            ("style", "filled,setlinewidth(3)"),
            ("style", "rounded, filled"),
            ("shape", "my_own"),
            ("arrowhead", "olboxcrow"),
            ("arrowtail", "invodot"),
            ("label", "rankdir"),
            ("color", "blu"),
        ] {
            assert_eq!(wrong_value(name, value), None, "{name}");
        }
        for name in ["odd name", "K", "URL", "team", "x"] {
            assert_eq!(wrong_name(name), None, "{name}");
        }
    }
}
