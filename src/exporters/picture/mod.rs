//! What pictures have in common, whatever their format: options, fonts, layout, and the scene.

mod files;
mod icons;
mod looks;
mod positions;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::files::{Files, open_fonts};
pub(super) use self::looks::{EdgeLook, NodeLook};
pub(super) use self::positions::{Positions, hundredths, middle};
use super::style::Orientation;
use super::substitutes::Substitutes;
use super::text::may_need_substitute;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, Value};
use crate::layout::layered::{self, Layered};
use crate::layout::{self, Diagram, Layout};
use crate::places::Places;
use crate::scene::font::Fonts;
use crate::scene::shape::Shape;
use crate::scene::text::{Owner, Texts};
use crate::scene::theme::Theme;
use crate::scene::{self, Legend, Looks, Measured, Scene, Wrapping};
use crate::step::{InputFile, LOCK, Misfit, NamedGraph};

/// The end of names of icons, which may be patterns.
pub(super) const PATTERNS: Option<&str> = Some("svg");

/// How many characters that no font has are named.
const MOST_NAMED: usize = 5;

/// Where nodes stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Arrangement {
    /// In ranks: edges lead one way, and partitions are boxes around what they hold.
    #[default]
    Layered,
    /// Each above those that it leads to, with subtrees side by side.
    Tree,
    /// Each on the ring of its level, around what leads to it.
    Radial,
    /// Near to what it has edges with, for some hundreds of nodes.
    Stress,
    /// Near to what it has edges with and far from all else, for up to 100,000 nodes: clusters show.
    Force,
    /// In rows.
    Grid,
    /// Boxes in boxes, with areas by `node: { size: … }` or weight; without edges.
    Treemap,
    /// Circles in circles, with areas by `node: { size: … }` or weight; without edges.
    Circles,
    /// As rings around a middle, with angles by `node: { size: … }` or weight; without edges.
    Sunburst,
    /// As rows and columns of a matrix, in which each edge is a square: what leads back stands out.
    Matrix,
    /// Where the attributes `x` and `y` say.
    Preset,
}

impl Arrangement {
    fn is_by_area(self) -> bool {
        matches!(self, Arrangement::Treemap | Arrangement::Circles | Arrangement::Sunburst)
    }
}

/// How edges are drawn in layers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Routing {
    /// As smooth curves.
    #[default]
    Splines,
    /// Along the axes.
    Orthogonal,
    /// In straight pieces.
    Polyline,
}

/// How partitions that edges lead into are laid out in layers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Nesting {
    /// In whichever of the two ways gives the calmer picture.
    #[default]
    Auto,
    /// With what is around them: side by side, with lines from all sides, where that is possible
    /// without a line through a box.
    Together,
    /// Each by itself.
    Apart,
}

/// Seconds of a usual machine; one unless given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64")]
#[schemars(inline)]
pub(super) struct Budget(#[schemars(range(min = 0, max = 3600))] f64);

impl TryFrom<f64> for Budget {
    type Error = &'static str;

    fn try_from(seconds: f64) -> Result<Budget, Self::Error> {
        let is_allowed = (0.0..=3600.0).contains(&seconds);
        is_allowed
            .then_some(Budget(seconds))
            .ok_or("a budget is a number of seconds from 0 to 3600")
    }
}

impl Default for Budget {
    fn default() -> Budget {
        Budget(1.0)
    }
}

/// The options that all pictures have, as one borrows them.
pub(super) struct Picture<'a> {
    pub title: Option<&'a str>,
    pub theme: Theme,
    pub layout: Arrangement,
    pub routing: Routing,
    pub nesting: Nesting,
    pub budget: Budget,
    pub orientation: Orientation,
    pub legend: Legend,
    pub wrap: &'a Wrap,
    pub link: &'a str,
    pub background: bool,
    pub fonts: &'a [String],
    pub icons: &'a [String],
    pub node: &'a NodeLook,
    pub edge: &'a EdgeLook,
    pub lock: Option<&'a str>,
}

/// How labels are broken into lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub(super) struct Wrap {
    /// How wide a label may be, in pixels; 170 unless given.
    #[schemars(range(min = 20, max = 2000))]
    width: f64,
    /// How many lines it may have before it ends with an ellipsis; 4 unless given.
    #[schemars(range(min = 1, max = 100))]
    lines: usize,
}

impl Default for Wrap {
    fn default() -> Wrap {
        Wrap { width: 170.0, lines: 4 }
    }
}

/// Defines the options of a format of pictures: those that all have, and its own.
macro_rules! picture_options {
    ($(#[$about:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct $name {
            /// The title above the picture; the plan's name unless given.
            title: Option<String>,
            /// The look of whatever no layer colors.
            theme: $crate::scene::theme::Theme,
            /// Where nodes stand.
            layout: super::picture::Arrangement,
            /// How edges are drawn in layers.
            routing: super::picture::Routing,
            /// How partitions that edges lead into are laid out in layers.
            nesting: super::picture::Nesting,
            /// How long a layout in layers may take, about: in seconds of a usual machine, counted in
            /// operations, so that every machine makes the same picture.
            budget: super::picture::Budget,
            /// Which way edges point.
            orientation: super::style::Orientation,
            /// Where the layers' looks are explained.
            legend: $crate::scene::Legend,
            /// How labels are broken into lines.
            wrap: super::picture::Wrap,
            /// The attribute of nodes and edges that says where they lead; `url` unless given. Only
            /// addresses of the web and of mail, and relative ones, become links.
            link: String,
            /// Whether the page is colored; it can be seen through if not.
            background: bool,
            /// Fonts of the project, for what those that come along lack: paths of TrueType or
            /// OpenType files, relative to the plan.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            fonts: Vec<String>,
            /// The file that keeps the places of a picture in layers, relative to the plan, so that
            /// small changes of the graph move little; it need not be there. `layercake lock`
            /// writes it.
            #[serde(skip_serializing_if = "Option::is_none")]
            lock: Option<String>,
            /// Icons of the project, for nodes to show: paths of SVG files, or patterns such as
            /// `icons/*.svg`, relative to the plan.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            icons: Vec<String>,
            /// What nodes look like, by expressions.
            node: super::picture::NodeLook,
            /// What edges look like, by expressions.
            edge: super::picture::EdgeLook,
            $($(#[$meta])* $field: $type,)*
        }

        impl Default for $name {
            fn default() -> $name {
                $name {
                    title: None,
                    theme: Default::default(),
                    layout: Default::default(),
                    routing: Default::default(),
                    nesting: Default::default(),
                    budget: Default::default(),
                    orientation: Default::default(),
                    legend: Default::default(),
                    wrap: Default::default(),
                    link: "url".to_owned(),
                    background: true,
                    fonts: Vec::new(),
                    lock: None,
                    icons: Vec::new(),
                    node: Default::default(),
                    edge: Default::default(),
                    $($field: Default::default(),)*
                }
            }
        }

        impl $name {
            /// The files that it reads.
            fn inputs(&self) -> Vec<String> {
                self.fonts.iter().chain(&self.icons).chain(&self.lock).cloned().collect()
            }

            fn picture(&self) -> super::picture::Picture<'_> {
                super::picture::Picture {
                    title: self.title.as_deref(),
                    theme: self.theme,
                    layout: self.layout,
                    routing: self.routing,
                    nesting: self.nesting,
                    budget: self.budget,
                    orientation: self.orientation,
                    legend: self.legend,
                    wrap: &self.wrap,
                    link: &self.link,
                    background: self.background,
                    fonts: &self.fonts,
                    icons: &self.icons,
                    node: &self.node,
                    edge: &self.edge,
                    lock: self.lock.as_deref(),
                }
            }
        }
    };
}
pub(super) use picture_options;

/// Defines what exporters of pictures do about files: fonts, and one that keeps places.
macro_rules! picture_files {
    ($options:ident) => {
        fn files(options: &$options) -> Vec<String> {
            options.inputs()
        }

        fn misfit(options: &$options, _path: &str) -> Option<crate::step::Misfit> {
            super::picture::misfit(&options.picture())
        }

        fn lock(options: &$options) -> Option<String> {
            options.lock.clone()
        }

        fn write_lock(
            options: &$options,
            from: &[NamedGraph],
            files: &[InputFile],
            out: &mut Vec<u8>,
            diagnostics: &mut Diagnostics,
        ) -> Result<(), Failed> {
            let picture = options.picture();
            from.iter().try_for_each(|graph| {
                super::picture::write_lock(&picture, graph, files, out, diagnostics)
            })
        }
    };
}
pub(super) use picture_files;

/// Tells what makes no sense in options.
pub(super) fn misfit(picture: &Picture<'_>) -> Option<Misfit> {
    let lock = picture.lock?;
    (!lock.ends_with(LOCK)).then(|| Misfit {
        option: "lock",
        message: format!("the name of a file that keeps places ends in `{LOCK}`"),
        help: format!("such as `{}{LOCK}`", lock.trim_end_matches(".csv")),
    })
}

/// Makes the scene of a graph, and hands it to a writer with the fonts that it was measured with.
pub(super) fn draw(
    picture: &Picture<'_>,
    from: &NamedGraph,
    files: &[InputFile],
    diagnostics: &mut Diagnostics,
    write: impl FnOnce(&Scene, &Fonts<'_>, &mut Diagnostics) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let graph = &from.graph;
    let files = Files::of(picture, files);
    let fonts = open_fonts(&files.fonts, diagnostics)?;
    let mut texts = Texts::new(&fonts);
    let (mut looks, measured) = measure(picture, graph, &files, &mut texts, diagnostics)?;
    let layout = arrange(picture, graph, &measured.diagram, files.lock, diagnostics)?;
    tell_compromises(&layout, diagnostics);
    looks.all = match picture.layout {
        Arrangement::Circles => Some(Shape::Circle),
        Arrangement::Treemap | Arrangement::Sunburst | Arrangement::Matrix => Some(Shape::Rounded),
        _ => None,
    };
    let mut scene =
        scene::draw(graph, &measured, &layout, &looks, picture.title, picture.legend, &mut texts);
    if !picture.background {
        scene.page = None;
    }
    tell_substitutes(graph, picture.title, diagnostics);
    tell_missing(graph, &texts, diagnostics);
    write(&scene, &fonts, diagnostics)
}

/// Writes where everything is in a picture.
pub(super) fn write_lock(
    picture: &Picture<'_>,
    from: &NamedGraph,
    files: &[InputFile],
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    let files = Files::of(picture, files);
    let fonts = open_fonts(&files.fonts, diagnostics)?;
    let mut texts = Texts::new(&fonts);
    let (_, measured) = measure(picture, &from.graph, &files, &mut texts, diagnostics)?;
    let layout = arrange(picture, &from.graph, &measured.diagram, files.lock, diagnostics)?;
    let before = Places::read(files.lock, diagnostics)?;
    out.extend(Places::of(&from.graph, &layout, &before).write());
    Ok(())
}

/// Works out what everything looks like, and how large it is.
fn measure(
    picture: &Picture<'_>,
    graph: &Graph,
    files: &Files<'_>,
    texts: &mut Texts<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<(Looks, Measured), Failed> {
    let mut looks = Looks::of(graph, picture.theme, diagnostics);
    let is_by_area = picture.layout.is_by_area();
    looks::apply(picture.node, picture.edge, is_by_area, graph, &mut looks.overrides, diagnostics)?;
    icons::apply(picture, graph, &files.icons, &mut looks, diagnostics)?;
    links(graph, picture.link, &mut looks, diagnostics);
    let wrapping = Wrapping { width: picture.wrap.width, lines: picture.wrap.lines };
    let mut measured = Measured::of(graph, &looks, wrapping, texts);
    let directions = looks::directions(picture.node, graph, diagnostics)?;
    for (item, direction) in measured.diagram.nodes.iter_mut().zip(directions) {
        item.direction = direction;
    }
    Ok((looks, measured))
}

fn arrange(
    picture: &Picture<'_>,
    graph: &Graph,
    diagram: &Diagram,
    lock: Option<&InputFile>,
    diagnostics: &mut Diagnostics,
) -> Result<Layout, Failed> {
    let direction = picture.orientation.direction();
    Ok(match picture.layout {
        Arrangement::Layered => {
            let routing = match picture.routing {
                Routing::Splines => layout::Routing::Splines,
                Routing::Orthogonal => layout::Routing::Orthogonal,
                Routing::Polyline => layout::Routing::Polyline,
            };
            let nesting = match picture.nesting {
                Nesting::Auto => layered::Nesting::Auto,
                Nesting::Together => layered::Nesting::Together,
                Nesting::Apart => layered::Nesting::Apart,
            };
            let usual = Layered::default();
            let effort = (picture.budget.0 * usual.effort as f64) as u64;
            let places = Places::read(lock, diagnostics)?;
            let earlier = if places.is_empty() { Vec::new() } else { places.in_graph(graph) };
            let options = Layered { direction, routing, nesting, effort, earlier, ..usual };
            layered::layered(diagram, &options)
        }
        Arrangement::Tree => layout::tree(diagram, direction),
        Arrangement::Radial => layout::radial(diagram),
        Arrangement::Stress => layout::stress(diagram),
        Arrangement::Force => layout::force(diagram),
        Arrangement::Grid => layout::grid(diagram),
        Arrangement::Treemap => {
            layout::treemap(diagram, &looks::areas(picture.node, graph, diagnostics)?)
        }
        Arrangement::Circles => {
            layout::circles(diagram, &looks::areas(picture.node, graph, diagnostics)?)
        }
        Arrangement::Sunburst => {
            layout::sunburst(diagram, &looks::areas(picture.node, graph, diagnostics)?)
        }
        Arrangement::Matrix => layout::matrix(diagram),
        Arrangement::Preset => {
            layout::preset(diagram, &looks::places(picture.node, graph, diagnostics)?)
        }
    })
}

/// Tells what was made simpler than asked.
fn tell_compromises(layout: &Layout, diagnostics: &mut Diagnostics) {
    for compromise in &layout.compromises {
        let warning = Diagnostic::warning("simpler-layout", *compromise);
        diagnostics
            .push(warning.help("`collapse`, `filter` or a fan-out make smaller pictures of it"));
    }
}

/// Takes over where nodes and edges lead; what is no harmless address gets a warning.
fn links(graph: &Graph, name: &str, looks: &mut Looks, diagnostics: &mut Diagnostics) {
    let mut refused = 0;
    let mut first = None;
    let mut address = |value: Value<'_>, owner: &dyn Fn() -> String| {
        let Value::Text(text) = value else { return None };
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let link = scene::harmless(text);
        if link.is_none() {
            refused += 1;
            first.get_or_insert_with(|| format!("the first is `{text}` of {}", owner()));
        }
        link.map(Box::from)
    };
    let columns = |columns: &[crate::graph::Attribute]| columns.iter().position(|c| c.name == name);
    if let Some(column) = columns(graph.node_attributes()) {
        let column = &graph.node_attributes()[column];
        let of = |at: usize| {
            let owner =
                || format!("the node `{}`", graph.node(crate::graph::NodeId(at as u32)).id());
            address(column.get(at), &owner)
        };
        looks.overrides.node_links = (0..graph.node_count()).map(of).collect();
    }
    if let Some(column) = columns(graph.edge_attributes()) {
        let column = &graph.edge_attributes()[column];
        let of = |at: usize| {
            let owner =
                || format!("the edge `{}`", graph.edge(crate::graph::EdgeId(at as u32)).id());
            address(column.get(at), &owner)
        };
        looks.overrides.edge_links = (0..graph.edge_count()).map(of).collect();
    }
    if let Some(first) = first {
        let message = match refused {
            1 => format!("an address in `{name}` is no link"),
            count => format!("{count} addresses in `{name}` are no links"),
        };
        diagnostics.push(
            Diagnostic::warning("no-link", message)
                .note(first)
                .help("links begin with `https:`, `http:` or `mailto:`, or are relative"),
        );
    }
}

/// Tells of characters that pictures cannot hold.
fn tell_substitutes(graph: &Graph, title: Option<&str>, diagnostics: &mut Diagnostics) {
    let mut substitutes = Substitutes::default();
    let nodes = graph.nodes().flat_map(|node| [node.label(), node.comment()]);
    let edges = graph.edges().flat_map(|edge| [edge.label(), edge.comment()]);
    let layers = graph.layers().iter().map(|layer| layer.label.as_str());
    for text in nodes.chain(edges).chain(layers).chain(title) {
        if text.bytes().any(may_need_substitute) {
            for character in text.chars().filter(|character| *character != '\r') {
                substitutes.of(text, character);
            }
        }
    }
    substitutes.tell("a picture", graph, diagnostics);
}

/// Tells of characters that no font has.
fn tell_missing(graph: &Graph, texts: &Texts<'_>, diagnostics: &mut Diagnostics) {
    if texts.missing.is_empty() {
        return;
    }
    let owner = |owner: &Owner| match owner {
        Owner::Node(node) => format!("the node `{}`", graph.node(*node).id()),
        Owner::Edge(edge) => format!("the edge `{}`", graph.edge(*edge).id()),
        Owner::Layer(layer) => format!("the layer `{}`", graph.layer(*layer).id),
        Owner::Title => "the title".to_owned(),
    };
    let count = texts.missing.len();
    let message = match count {
        1 => "no font has a character of this picture".to_owned(),
        count => format!("no font has {count} characters of this picture"),
    };
    let mut warning = Diagnostic::warning("missing-glyphs", message);
    for (character, of) in texts.missing.iter().take(MOST_NAMED) {
        warning = warning.note(format!(
            "U+{:04X} `{character}` is in {}",
            u32::from(*character),
            owner(of)
        ));
    }
    if count > MOST_NAMED {
        warning = warning.note(format!("and {} more", count - MOST_NAMED));
    }
    diagnostics.push(warning.help("name a font file that has them under `fonts`"));
}
