//! The options that all pictures have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::looks::{EdgeLook, NodeLook};
use crate::exporters::style::Orientation;
use crate::scene::theme::Theme;
use crate::scene::{Legend, Shown};
use crate::step::{LOCK, Misfit};

/// Where nodes stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum Arrangement {
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
    /// Returns what shows how large nodes are, if that is all that their places say.
    pub fn area(self) -> Option<Shown> {
        match self {
            Arrangement::Treemap | Arrangement::Circles => Some(Shown::NodeArea),
            Arrangement::Sunburst => Some(Shown::NodeAngle),
            _ => None,
        }
    }
}

/// How edges are drawn in layers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum Routing {
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
pub(in super::super) enum Nesting {
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
pub(in super::super) struct Budget(#[schemars(range(min = 0, max = 3600))] pub f64);

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

/// Width by height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64")]
#[schemars(inline)]
pub(in super::super) struct Ratio(#[schemars(range(min = 0.1, max = 10))] pub f64);

impl TryFrom<f64> for Ratio {
    type Error = &'static str;

    fn try_from(ratio: f64) -> Result<Ratio, Self::Error> {
        let is_allowed = (0.1..=10.0).contains(&ratio);
        is_allowed.then_some(Ratio(ratio)).ok_or("a ratio of width by height is from 0.1 to 10")
    }
}

/// The options that all pictures have, as one borrows them.
pub(in super::super) struct Picture<'a> {
    pub title: Option<&'a str>,
    pub theme: Theme,
    pub layout: Arrangement,
    pub routing: Routing,
    pub nesting: Nesting,
    pub budget: Budget,
    pub ratio: Option<Ratio>,
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
pub(in super::super) struct Wrap {
    /// How wide a label may be, in pixels; 170 unless given.
    #[schemars(range(min = 20, max = 2000))]
    pub width: f64,
    /// How many lines it may have before it ends with an ellipsis; 4 unless given.
    #[schemars(range(min = 1, max = 100))]
    pub lines: usize,
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
        pub(in super::super) struct $name {
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
            /// Which shape a large picture in layers is to have, about: its width by its height. Unless
            /// given, that is 1.6, and what has no more than 40 ranks is not folded.
            #[serde(skip_serializing_if = "Option::is_none")]
            ratio: Option<super::picture::Ratio>,
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
                    ratio: None,
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
                    ratio: self.ratio,
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
pub(in super::super) use picture_options;

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
pub(in super::super) use picture_files;

/// Tells what makes no sense in options.
pub(in super::super) fn misfit(picture: &Picture<'_>) -> Option<Misfit> {
    let lock = picture.lock?;
    (!lock.ends_with(LOCK)).then(|| Misfit {
        option: "lock",
        message: format!("the name of a file that keeps places ends in `{LOCK}`"),
        help: format!("such as `{}{LOCK}`", lock.trim_end_matches(".csv")),
    })
}
