//! The looks of pictures: calm colors for light pages, dark pages and paper.
//!
//! A theme is one tone, or two of which the viewer takes the one that suits it; so every paint is
//! a color for each of two tones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::color::{READABLE, WHITE, contrast, deepen, ink_on, mix, opaque};
use super::tint::tint;
use crate::graph::{Color, Layer};

/// The look of a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PictureTheme")]
pub enum Theme {
    /// For light pages.
    #[default]
    Light,
    /// For dark pages.
    Dark,
    /// For paper: no tints but what layers ask for, black text and lines.
    Print,
    /// Light or dark as the viewer of an SVG prefers; light in other formats.
    Auto,
}

/// A color for each tone of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Paint {
    /// The color itself.
    pub color: Color,
    /// The color where the viewer prefers dark pages.
    pub dark: Color,
}

/// A color that a plan asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Hue {
    /// The color itself.
    Color(Color),
    /// A place on a ramp, from 0, which is quiet on the page, to 1, which stands out.
    Ramp(f64),
    /// The color of a value, by its place among all values.
    Value(usize),
}

/// Colors that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Light,
    Dark,
    Print,
}

/// What a node, a partition or an edge looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Inside.
    pub fill: Paint,
    /// Around.
    pub line: Paint,
    /// The label.
    pub text: Paint,
}

/// The colors of a tone.
struct Palette {
    page: Color,
    title: Color,
    node: [Color; 3],
    partitions: [Color; 4],
    partition_line: Color,
    partition_text: Color,
    edge: Color,
    edge_text: Color,
    warning: Color,
    /// The ends of the ramps of numbers, of nodes and of edges.
    node_ramp: (Color, Color),
    edge_ramp: (Color, Color),
}

const fn rgb(hex: u32) -> Color {
    Color::new((hex >> 16) as u8, (hex >> 8) as u8, hex as u8, 255)
}

const LIGHT: Palette = Palette {
    page: rgb(0xffffff),
    title: rgb(0x17202e),
    node: [rgb(0xffffff), rgb(0x8a97a8), rgb(0x17202e)],
    partitions: [rgb(0xf5f7fa), rgb(0xebeff4), rgb(0xe2e7ee), rgb(0xd9dfe8)],
    partition_line: rgb(0xcbd4de),
    partition_text: rgb(0x4a5869),
    edge: rgb(0x6b7889),
    edge_text: rgb(0x465364),
    warning: rgb(0xd1432f),
    node_ramp: (rgb(0xeaf1fa), rgb(0x4f86c6)),
    edge_ramp: (rgb(0xb9c4d0), rgb(0x2f6db5)),
};

const DARK: Palette = Palette {
    page: rgb(0x12161d),
    title: rgb(0xe8edf4),
    node: [rgb(0x222a36), rgb(0x66748a), rgb(0xe8edf4)],
    partitions: [rgb(0x181e27), rgb(0x1e2530), rgb(0x242d3a), rgb(0x2b3544)],
    partition_line: rgb(0x364152),
    partition_text: rgb(0xaab7c7),
    edge: rgb(0x8292a6),
    edge_text: rgb(0xbcc7d5),
    warning: rgb(0xff7d63),
    node_ramp: (rgb(0x202a38), rgb(0x6ba4e6)),
    edge_ramp: (rgb(0x3d4a5b), rgb(0x84b8f7)),
};

const PRINT: Palette = Palette {
    page: WHITE,
    title: rgb(0),
    node: [WHITE, rgb(0x222222), rgb(0)],
    partitions: [WHITE; 4],
    partition_line: rgb(0x777777),
    partition_text: rgb(0x222222),
    edge: rgb(0x333333),
    edge_text: rgb(0x111111),
    warning: rgb(0xc0281a),
    node_ramp: (rgb(0xf1f6fc), rgb(0x8db0da)),
    edge_ramp: (rgb(0xb9c4d0), rgb(0x2f6db5)),
};

impl Theme {
    fn tones(self) -> [Tone; 2] {
        match self {
            Theme::Light => [Tone::Light; 2],
            Theme::Dark => [Tone::Dark; 2],
            Theme::Print => [Tone::Print; 2],
            Theme::Auto => [Tone::Light, Tone::Dark],
        }
    }

    fn paint(self, of: impl Fn(Tone) -> Color) -> Paint {
        let [color, dark] = self.tones().map(of);
        Paint { color, dark }
    }

    fn look(self, of: impl Fn(Tone) -> [Color; 3]) -> Look {
        let part = |at: usize| self.paint(|tone| of(tone)[at]);
        Look { fill: part(0), line: part(1), text: part(2) }
    }

    /// Returns the color of the page.
    pub fn page(self) -> Paint {
        self.paint(|tone| tone.palette().page)
    }

    /// Returns the color of the title.
    pub fn title(self) -> Paint {
        self.paint(|tone| tone.palette().title)
    }

    /// Returns the color of what stands beside pictures: names in a legend.
    pub fn caption(self) -> Paint {
        self.paint(|tone| tone.palette().edge_text)
    }

    /// Returns the color of what should not be.
    pub fn warning(self) -> Paint {
        self.paint(|tone| tone.palette().warning)
    }

    /// Returns the look of nodes of a layer, which is the given one of those without a color.
    pub fn node(self, layer: Option<(&Layer, usize)>) -> Look {
        self.look(|tone| tone.node(layer))
    }

    /// Returns the look of nodes with this fill.
    pub fn filled(self, fill: Hue) -> Look {
        self.look(|tone| {
            let fill = match fill {
                Hue::Color(fill) => tone.fitted(opaque(fill, tone.palette().page)),
                Hue::Ramp(share) => on_ramp(tone.palette().node_ramp, share),
                Hue::Value(at) => tone.fitted(tone.tint(at)),
            };
            [fill, tone.outline(fill), ink_on(fill)]
        })
    }

    /// Returns the look of partitions of a layer at a depth.
    pub fn partition(self, layer: Option<(&Layer, usize)>, depth: usize) -> Look {
        self.look(|tone| tone.partition(layer, depth))
    }

    /// Returns the look of edges of a layer: line and label, on the page. Those of a layer without a
    /// color have the given one, or look like those without a layer.
    pub fn edge(self, layer: Option<(&Layer, Option<usize>)>) -> Look {
        self.look(|tone| tone.edge(layer))
    }

    /// Returns the color of a picture's line that should have this color.
    pub fn line(self, color: Hue) -> Paint {
        self.paint(|tone| match color {
            Hue::Color(color) => opaque(color, tone.palette().page),
            Hue::Ramp(share) => on_ramp(tone.palette().edge_ramp, share),
            Hue::Value(at) => tone.line_tint(at),
        })
    }
}

impl Tone {
    fn palette(self) -> &'static Palette {
        match self {
            Tone::Light => &LIGHT,
            Tone::Dark => &DARK,
            Tone::Print => &PRINT,
        }
    }

    fn node(self, layer: Option<(&Layer, usize)>) -> [Color; 3] {
        let palette = self.palette();
        let Some((layer, at)) = layer else { return palette.node };
        let fill = match (layer.background, has_color(layer)) {
            (Some(fill), _) => opaque(fill, palette.page),
            (None, true) => palette.node[0],
            (None, false) => self.tint(at),
        };
        let fill = self.fitted(fill);
        let line = layer.border.map(|line| self.visible(opaque(line, palette.page)));
        let plain = fill == palette.node[0];
        let line = line.unwrap_or_else(|| if plain { palette.node[1] } else { self.outline(fill) });
        // A color that was chosen for another fill than is drawn may be no good any more.
        let is_own = layer.background.is_none_or(|own| opaque(own, palette.page) == fill);
        let text = layer.text.map(|text| opaque(text, fill));
        let text = text.filter(|text| is_own || contrast(*text, fill) >= READABLE);
        [fill, line, text.unwrap_or_else(|| ink_on(fill))]
    }

    fn partition(self, layer: Option<(&Layer, usize)>, depth: usize) -> [Color; 3] {
        let palette = self.palette();
        let fill = palette.partitions[depth.min(palette.partitions.len() - 1)];
        let Some((layer, at)) = layer else {
            return [fill, palette.partition_line, palette.partition_text];
        };
        let [own, line, _] = self.node(Some((layer, at)));
        let strength = if self == Tone::Print { 0.0 } else { 0.22 };
        let fill = mix(fill, own, strength);
        let texts = [layer.text, Some(palette.partition_text)];
        let text = texts.into_iter().flatten().find(|text| contrast(*text, fill) >= READABLE);
        [fill, mix(line, fill, 0.35), text.unwrap_or_else(|| ink_on(fill))]
    }

    fn edge(self, layer: Option<(&Layer, Option<usize>)>) -> [Color; 3] {
        let palette = self.palette();
        let own = layer.and_then(|(layer, at)| {
            let border = layer.border.map(|line| self.visible(opaque(line, palette.page)));
            let fill = || Some(self.outline(opaque(layer.background?, palette.page)));
            border.or_else(fill).or_else(|| Some(self.line_tint(at?)))
        });
        let text = layer.and_then(|(layer, _)| layer.text);
        let text = text.map(|text| opaque(text, palette.page));
        let text = text.filter(|text| contrast(*text, palette.page) >= READABLE);
        [palette.page, own.unwrap_or(palette.edge), text.unwrap_or(palette.edge_text)]
    }

    fn tint(self, at: usize) -> Color {
        let tint = tint(at);
        if self == Tone::Dark { tint.dark } else { tint.light }
    }

    fn line_tint(self, at: usize) -> Color {
        let tint = tint(at);
        if self == Tone::Dark { tint.dark_line } else { tint.light_line }
    }

    /// Makes a fill one of this tone: pale ones glare on dark pages, and ink is dear.
    fn fitted(self, fill: Color) -> Color {
        match self {
            Tone::Light => fill,
            Tone::Dark if contrast(fill, WHITE) < PALE => mix(DARK.page, vivid(fill), 0.38),
            Tone::Dark => fill,
            Tone::Print => mix(fill, WHITE, 0.35),
        }
    }

    /// Makes a line one that can be seen on the page.
    fn visible(self, line: Color) -> Color {
        let is_lost = self == Tone::Dark && contrast(line, DARK.page) < 2.5;
        if is_lost { mix(line, WHITE, 0.45) } else { line }
    }

    /// Makes a color for the lines around a fill: a stronger one of the same hue.
    fn outline(self, fill: Color) -> Color {
        match self {
            Tone::Light => mix(deepen(fill), vivid(fill), 0.5),
            Tone::Dark => mix(fill, WHITE, 0.32),
            Tone::Print => mix(deepen(fill), rgb(0), 0.4),
        }
    }
}

fn on_ramp((quiet, strong): (Color, Color), share: f64) -> Color {
    mix(quiet, strong, share)
}

/// The contrast with white below which a fill is pale.
const PALE: f64 = 2.6;

/// Returns a color of medium strength with the hue of another; gray for one that has none.
fn vivid(color: Color) -> Color {
    let parts = color.parts().map(f64::from);
    let most = parts[0].max(parts[1]).max(parts[2]);
    let least = parts[0].min(parts[1]).min(parts[2]);
    let chroma = most - least;
    // What has next to no hue gets no more of it.
    let strength = (chroma / 12.0).min(1.0);
    let part = |at: usize| {
        let share = if chroma > 0.0 { (parts[at] - least) / chroma } else { 0.5 };
        (132.0 + strength * (72.0 + share * 110.0 - 132.0)).round() as u8
    };
    Color::new(part(0), part(1), part(2), 255)
}

/// Returns whether a layer says what color its lines have.
pub fn has_line_color(layer: &Layer) -> bool {
    layer.background.is_some() || layer.border.is_some()
}

/// Returns whether a layer says of any of its colors what they are.
pub fn has_color(layer: &Layer) -> bool {
    layer.background.is_some() || layer.border.is_some() || layer.text.is_some()
}

#[cfg(test)]
mod tests {
    use super::super::color::{apart, oklab};
    use super::*;

    const THEMES: [Theme; 4] = [Theme::Light, Theme::Dark, Theme::Print, Theme::Auto];

    fn is_readable(text: Paint, on: Paint) -> bool {
        contrast(text.color, on.color) >= READABLE && contrast(text.dark, on.dark) >= READABLE
    }

    #[test]
    fn every_label_can_be_read() {
        for theme in THEMES {
            assert!(is_readable(theme.title(), theme.page()));
            assert!(is_readable(theme.caption(), theme.page()));
            assert!(is_readable(theme.edge(None).text, theme.page()));
            for background in ["", "black", "white", "navy", "gold", "#777", "#1e88e5", "00000010"]
            {
                let layer = Layer { background: Color::parse(background), ..Layer::plain("a") };
                for layer in [None, Some(&layer)] {
                    let node = theme.node(layer.map(|layer| (layer, 3)));
                    assert!(is_readable(node.text, node.fill), "{theme:?} {background}");
                    for depth in 0..6 {
                        let look = theme.partition(layer.map(|layer| (layer, 3)), depth);
                        assert!(is_readable(look.text, look.fill), "{theme:?} {background}");
                    }
                    let edge = theme.edge(layer.map(|layer| (layer, Some(3))));
                    assert!(is_readable(edge.text, theme.page()));
                }
            }
        }
    }

    #[test]
    fn forty_layers_can_be_told_apart_and_read_on_every_page() {
        for theme in THEMES {
            let plain = Layer::plain("a");
            let looks = |at: usize| {
                let (node, value) = (theme.node(Some((&plain, at))), theme.filled(Hue::Value(at)));
                let (edge, line) =
                    (theme.edge(Some((&plain, Some(at)))), theme.line(Hue::Value(at)));
                assert_eq!((node, edge.line), (value, line), "what has a tint is of one color");
                (node, line)
            };
            for at in 0..40 {
                let (node, line) = looks(at);
                assert!(is_readable(node.text, node.fill), "{theme:?} {at}");
                let page = theme.page();
                assert!(contrast(line.color, page.color) > 2.4, "{theme:?} {at}");
                assert!(contrast(line.dark, page.dark) > 2.4, "{theme:?} {at}");
                for other in 0..at {
                    let (before, line_before) = looks(other);
                    for (a, b, least) in
                        [(node.fill, before.fill, 0.0125), (line, line_before, 0.028)]
                    {
                        let apart = |a: Color, b: Color| apart(oklab(a), oklab(b));
                        let far = apart(a.color, b.color).min(apart(a.dark, b.dark));
                        assert!(far > least, "{theme:?} {other} {at}: {far}");
                    }
                }
            }
        }
    }

    #[test]
    fn greater_numbers_stand_out_more_on_every_page() {
        for theme in THEMES {
            let step = |at: u32| Hue::Ramp(f64::from(at) / 12.0);
            let mut before = [0.0; 4];
            for at in 0..=12 {
                let (look, line) = (theme.filled(step(at)), theme.line(step(at)));
                assert!(is_readable(look.text, look.fill), "{theme:?} {at}");
                let page = theme.page();
                let now = [
                    contrast(look.fill.color, page.color),
                    contrast(look.fill.dark, page.dark),
                    contrast(line.color, page.color),
                    contrast(line.dark, page.dark),
                ];
                assert!(now.iter().zip(before).all(|(now, before)| *now > before), "{theme:?}");
                before = now;
            }
        }
    }

    #[test]
    fn labels_of_edges_can_be_read_over_partitions() {
        for theme in THEMES {
            for depth in 0..6 {
                let under = theme.partition(None, depth).fill;
                assert!(is_readable(theme.edge(None).text, under), "{theme:?} {depth}");
            }
        }
    }
}
