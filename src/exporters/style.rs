//! The look that formats of diagrams share: orientation, theme, and what layers ask for.
//!
//! Knows colors, shapes and lines, but no format's syntax.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostics;
use crate::graph::{Color, Layer};
use crate::layout::Direction;
use crate::scene::color::{READABLE, WHITE, contrast, deepen, ink_on, mix, opaque};
pub(super) use crate::scene::shape::Line;
use crate::scene::shape::{self, Shape as Outline};

/// Which way edges point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Orientation {
    /// From top to bottom.
    #[default]
    #[serde(alias = "TD")]
    TB,
    /// From left to right.
    LR,
    /// From bottom to top.
    BT,
    /// From right to left.
    RL,
}

impl Orientation {
    /// All, by their names.
    pub const ALL: [(&str, Orientation); 4] = [
        ("TB", Orientation::TB),
        ("LR", Orientation::LR),
        ("BT", Orientation::BT),
        ("RL", Orientation::RL),
    ];

    /// Returns where edges lead.
    pub fn direction(self) -> Direction {
        match self {
            Orientation::TB => Direction::Down,
            Orientation::LR => Direction::Right,
            Orientation::BT => Direction::Up,
            Orientation::RL => Direction::Left,
        }
    }
}

/// The look of whatever no layer colors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// For light pages.
    #[default]
    Light,
    /// For dark pages.
    Dark,
    /// No look but what layers ask for; the rest is left to the viewer.
    None,
}

/// The colors of a theme, red, green, blue and opacity in two hex digits each.
#[derive(Debug)]
pub(super) struct Palette {
    pub page: &'static str,
    pub node_fill: &'static str,
    pub node_line: &'static str,
    pub text: &'static str,
    /// For lines and whatever else is outside of shapes: it can be seen on a page of the other
    /// theme, too, as pictures without a background of their own end up on both.
    pub edge: &'static str,
    pub edge_text: &'static str,
    /// Translucent, so that partitions in partitions grow darker or lighter.
    pub partition_fill: &'static str,
    /// The same where what is under it is not known.
    pub partition_solid: &'static str,
    pub partition_line: &'static str,
    pub partition_text: &'static str,
}

/// What a layer asks for; what is absent is the theme's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub fill: Option<Color>,
    pub text: Option<Color>,
    pub line: Option<Color>,
}

/// A shape of nodes, as formats write it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// What it is.
    pub outline: Outline,
    /// Shape and corners in DOT.
    pub dot: (&'static str, bool),
    /// The brackets around a label in Mermaid.
    pub mermaid: (&'static str, &'static str),
}

const LIGHT: Palette = Palette {
    page: "#ffffff",
    node_fill: "#ffffff",
    node_line: "#64748b",
    text: "#0f172a",
    edge: "#748094",
    edge_text: "#475569",
    partition_fill: "#64748b12",
    partition_solid: "#f1f5f9",
    partition_line: "#b6c2d1",
    partition_text: "#475569",
};

const DARK: Palette = Palette {
    page: "#0f172a",
    node_fill: "#1e293b",
    node_line: "#7c8ba1",
    text: "#e2e8f0",
    edge: "#8794a8",
    edge_text: "#cbd5e1",
    partition_fill: "#94a3b814",
    partition_solid: "#1a2438",
    partition_line: "#475569",
    partition_text: "#cbd5e1",
};

const SHAPES: &[Shape] = &[
    shape(Outline::Box, "box", ("[", "]")),
    Shape { outline: Outline::Rounded, dot: ("box", true), mermaid: ("(", ")") },
    shape(Outline::Ellipse, "ellipse", ("([", "])")),
    shape(Outline::Stadium, "ellipse", ("([", "])")),
    shape(Outline::Circle, "circle", ("((", "))")),
    shape(Outline::DoubleCircle, "doublecircle", ("(((", ")))")),
    shape(Outline::Diamond, "diamond", ("{", "}")),
    shape(Outline::Hexagon, "hexagon", ("{{", "}}")),
    shape(Outline::Cylinder, "cylinder", ("[(", ")]")),
    shape(Outline::Queue, "cylinder", ("[(", ")]")),
    shape(Outline::Parallelogram, "parallelogram", ("[/", "/]")),
    shape(Outline::Trapezium, "trapezium", ("[/", "\\]")),
    shape(Outline::InvTrapezium, "invtrapezium", ("[\\", "/]")),
    shape(Outline::Component, "component", ("[[", "]]")),
    shape(Outline::Flag, "cds", (">", "]")),
    shape(Outline::Plain, "plaintext", ("[", "]")),
    shape(Outline::Underline, "underline", ("[", "]")),
    shape(Outline::Note, "note", ("[", "]")),
    shape(Outline::Document, "note", ("[", "]")),
    shape(Outline::Tab, "tab", ("[", "]")),
    shape(Outline::Folder, "folder", ("[", "]")),
    shape(Outline::Box3d, "box3d", ("[", "]")),
    shape(Outline::House, "house", ("[", "]")),
    shape(Outline::Octagon, "octagon", ("{{", "}}")),
    shape(Outline::Pentagon, "pentagon", ("[", "]")),
    shape(Outline::Triangle, "triangle", ("[", "]")),
    shape(Outline::Star, "star", ("[", "]")),
    shape(Outline::Cloud, "ellipse", ("([", "])")),
    shape(Outline::Person, "ellipse", ("([", "])")),
];

const fn shape(
    outline: Outline,
    dot: &'static str,
    mermaid: (&'static str, &'static str),
) -> Shape {
    Shape { outline, dot: (dot, false), mermaid }
}

impl Orientation {
    /// Returns the two letters that DOT and Mermaid know it by.
    pub(super) fn code(self) -> &'static str {
        match self {
            Orientation::TB => "TB",
            Orientation::LR => "LR",
            Orientation::BT => "BT",
            Orientation::RL => "RL",
        }
    }
}

impl Look {
    /// Returns what is asked for, and the rest as in another look.
    pub(super) fn or(self, other: Look) -> Look {
        Look {
            fill: self.fill.or(other.fill),
            text: self.text.or(other.text),
            line: self.line.or(other.line),
        }
    }

    /// Returns what it looks like on a theme's page, without opacity.
    pub(super) fn solid(self, theme: Theme) -> Look {
        let solid = |color: Option<Color>| color.map(|color| theme.solid(color));
        Look { fill: solid(self.fill), text: solid(self.text), line: solid(self.line) }
    }
}

impl Theme {
    /// Returns the looks of nodes, partitions and edges that have no layer.
    pub(super) fn looks(self) -> [Look; 3] {
        let Some(palette) = self.palette() else { return [Look::default(); 3] };
        let Palette { node_fill, node_line, text, partition_solid, partition_line, .. } = palette;
        let look = |fill, text, line| Look { fill: hex(fill), text: hex(text), line: hex(line) };
        [
            look(node_fill, text, node_line),
            look(partition_solid, palette.partition_text, partition_line),
            look("", palette.edge_text, palette.edge),
        ]
    }

    /// Returns its colors, if it has any.
    pub(super) fn palette(self) -> Option<&'static Palette> {
        match self {
            Theme::Light => Some(&LIGHT),
            Theme::Dark => Some(&DARK),
            Theme::None => None,
        }
    }

    /// Returns the look of a layer's nodes. Text that has no color gets one that can be read on
    /// the layer's background.
    pub(super) fn node_look(self, layer: &Layer) -> Look {
        let fill = layer.background;
        Look {
            fill,
            text: layer.text.or_else(|| fill.map(|fill| self.ink_on(fill))),
            line: layer.border.or_else(|| self.outline(fill)),
        }
    }

    /// Returns the look of a layer's partitions: tinted, so that members stand out.
    pub(super) fn partition_look(self, layer: &Layer) -> Look {
        let node = self.node_look(layer);
        let Some(palette) = self.palette() else { return node };
        let fill = node.fill.map(|fill| mix(self.page(), opaque(fill, self.page()), 0.16));
        let background = fill.unwrap_or_else(|| self.page());
        let text = [layer.text, hex(palette.partition_text)]
            .into_iter()
            .flatten()
            .find(|text| contrast(*text, background) >= READABLE);
        Look { fill, text, line: node.line }
    }

    /// Returns the look of a layer's edges: a line, and text that can be read on the page.
    pub(super) fn edge_look(self, layer: &Layer) -> Look {
        let line = layer.border.or_else(|| self.outline(layer.background)).or(layer.background);
        let readable =
            |text: &Color| self == Theme::None || contrast(*text, self.page()) >= READABLE;
        Look { fill: None, text: layer.text.filter(readable), line }
    }

    /// Returns what a color looks like on the page, without opacity.
    pub(super) fn solid(self, color: Color) -> Color {
        opaque(color, self.page())
    }

    fn page(self) -> Color {
        self.palette().and_then(|palette| hex(palette.page)).unwrap_or(WHITE)
    }

    fn ink_on(self, fill: Color) -> Color {
        ink_on(opaque(fill, self.page()))
    }

    /// Makes a color for the lines around a fill: a stronger one of the same hue.
    fn outline(self, fill: Option<Color>) -> Option<Color> {
        let fill = opaque(fill?, self.page());
        match self {
            Theme::Light => Some(deepen(fill)),
            Theme::Dark => Some(mix(fill, WHITE, 0.4)),
            Theme::None => None,
        }
    }
}

/// Returns the shape that a layer asks for; one that is not known gets a warning.
pub(super) fn shape_of(layer: &Layer, diagnostics: &mut Diagnostics) -> Option<&'static Shape> {
    let outline = shape::shape_of(layer, diagnostics)?;
    SHAPES.iter().find(|shape| shape.outline == outline)
}

/// Returns how a layer's lines are drawn; a way that is not known gets a warning.
pub(super) fn line_of(layer: &Layer, diagnostics: &mut Diagnostics) -> Line {
    shape::line_of(layer, diagnostics).unwrap_or_default()
}

pub(super) fn hex(color: &str) -> Option<Color> {
    Color::parse(color)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(background: &str) -> Layer {
        Layer { background: Color::parse(background), ..Layer::plain("a") }
    }

    #[test]
    fn text_can_be_read_on_any_background() {
        for background in ["black", "white", "navy", "gold", "#777", "#1e88e5", "00000010"] {
            for theme in [Theme::Light, Theme::Dark, Theme::None] {
                let look = theme.node_look(&layer(background));
                let fill = opaque(look.fill.unwrap(), theme.page());
                assert!(contrast(look.text.unwrap(), fill) >= READABLE, "{background} {theme:?}");
            }
        }
    }

    #[test]
    fn an_unknown_shape_is_a_warning_with_the_nearest_name() {
        let mut diagnostics = Diagnostics::default();
        let mut asking = layer("red");
        asking.attributes.insert("shape".to_owned(), "cilinder".to_owned());
        assert_eq!(shape_of(&asking, &mut diagnostics), None);
        assert_eq!(diagnostics.list[0].help, ["did you mean `cylinder`?"]);
        asking.attributes.insert("shape".to_owned(), "Database".to_owned());
        assert_eq!(shape_of(&asking, &mut diagnostics).unwrap().dot.0, "cylinder");
    }

    #[test]
    fn labels_of_themes_can_be_read_on_their_pages() {
        for theme in [Theme::Light, Theme::Dark] {
            let palette = theme.palette().unwrap();
            for text in [palette.text, palette.edge_text, palette.partition_text] {
                assert!(contrast(hex(text).unwrap(), theme.page()) >= READABLE, "{text}");
            }
            assert!(contrast(hex(palette.text).unwrap(), hex(palette.node_fill).unwrap()) > 7.0);
        }
    }
}
