//! Pictures as boxes, paths and text: a graph with a layout, drawn.
//!
//! A graph is measured ([`Measured`]), which gives a diagram to lay out; with the layout it is
//! drawn as a [`Scene`]. Knows no format of pictures, and no plan.

pub mod arrow;
pub mod color;
mod draw;
mod edge;
mod fit;
pub mod font;
mod gauge;
mod heading;
mod icon;
mod label;
mod legend;
mod link;
mod look;
mod matrix;
mod measure;
pub mod name;
mod outline;
pub mod path;
mod raster;
mod rings;
mod sector;
pub mod shape;
mod speech;
mod strips;
mod style;
pub mod text;
pub mod theme;
mod tint;
mod wrap;

pub use draw::draw;
pub use gauge::{Gauge, Scale, Shown, exponent};
pub use icon::{Icon, IconError};
pub use legend::Legend;
pub use link::harmless;
pub use look::{Looks, Overrides};
pub use measure::{Measured, Wrapping};
pub use raster::{Raster, RasterError};

use std::sync::Arc;

use self::font::Weight;
use self::path::Path;
use self::text::Line;
use self::theme::Paint;
use crate::layout::{Point, Rect};

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The part of the plane that it shows, in CSS pixels.
    pub frame: Rect,
    /// What is behind it; nothing if it is to be seen through.
    pub page: Option<Paint>,
    /// What it is called.
    pub title: String,
    /// A sentence about what is in it.
    pub description: String,
    /// How things are drawn; a class for each.
    pub styles: Vec<Class>,
    /// Outlines that several marks have, each as if its place were the origin.
    pub outlines: Vec<Path>,
    /// Pictures in pixels that marks show.
    pub rasters: Vec<Arc<Raster>>,
    /// What is drawn, in order: later ones cover earlier ones.
    pub groups: Vec<Group>,
}

/// A way to draw, and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// A word that no other class has.
    pub name: String,
    /// The way.
    pub style: Style,
}

/// How something is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Style {
    /// The color inside; of text, that of letters.
    pub fill: Option<Paint>,
    /// Whether what an outline goes around twice is outside of it.
    pub is_even_odd: bool,
    /// The line around; of text, what is drawn behind letters.
    pub stroke: Option<Stroke>,
    /// The letters, of text.
    pub font: Option<Font>,
}

/// A line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stroke {
    /// Its color.
    pub paint: Paint,
    /// How wide it is, in hundredths of a pixel.
    pub width: u32,
    /// The lengths of a dash and of the gap after it, in hundredths of a pixel.
    pub dash: Option<(u32, u32)>,
    /// Whether its ends and corners are round.
    pub is_round: bool,
}

/// Letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Font {
    /// How heavy they are.
    pub weight: Weight,
    /// How long an em is, in hundredths of a pixel.
    pub size: u32,
}

/// A class's place in [`Scene::styles`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StyleId(pub u32);

/// An outline's place in [`Scene::outlines`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutlineId(pub u32);

/// A picture's place in [`Scene::rasters`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RasterId(pub u32);

/// Things that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What they are.
    pub role: Role,
    /// The id of the node or edge.
    pub id: Box<str>,
    /// The id of its layer; empty if it has none.
    pub layer: Box<str>,
    /// What a viewer shows when it is pointed at.
    pub title: Box<str>,
    /// What a reader says of it.
    pub speech: Box<str>,
    /// Where it leads; a harmless address.
    pub link: Option<Box<str>>,
    /// What is drawn.
    pub marks: Vec<Mark>,
}

/// What a group shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A partition, whose members follow as groups of their own.
    Partition,
    /// A partition's title, apart from its box so that no line crosses it.
    Heading,
    /// An edge's line.
    Edge,
    /// An edge's label, apart from its line so that no other line crosses it.
    EdgeLabel,
    /// A node.
    Node,
    /// The legend of layers.
    Legend,
    /// A part of the legend that is about no layer: what a number looks like.
    Meaning,
    /// The title.
    Title,
    /// What is behind all else, and says nothing.
    Ground,
}

/// Something drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A box with round corners.
    Box(Rect, f64, StyleId),
    /// The ellipse in a box.
    Ellipse(Rect, StyleId),
    /// An outline.
    Path(Path, StyleId),
    /// An outline that other marks have as well, and its place.
    Shared(OutlineId, Point, StyleId),
    /// A picture in pixels, as large as a box.
    Raster(RasterId, Rect, StyleId),
    /// Lines of text.
    Text(Text),
}

/// Lines of text, one below the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The lines.
    pub lines: Vec<Line>,
    /// Where the first stands: the left end or the middle of its base line.
    pub at: Point,
    /// How far the base lines are from each other.
    pub leading: f64,
    /// Whether lines have their middle there, or else their left end.
    pub is_centered: bool,
    /// By how many degrees it is turned around that place, clockwise.
    pub turn: f64,
    /// How it is drawn.
    pub style: StyleId,
}

impl Text {
    /// Returns where each line starts, with the line, as if it were not turned.
    pub fn level(&self, size: f64) -> impl Iterator<Item = (Point, &Line)> {
        self.lines.iter().enumerate().map(move |(at, line)| {
            let back = if self.is_centered { line.width * size / 2.0 } else { 0.0 };
            let y = self.at.y + self.leading * at as f64;
            (Point { x: self.at.x - back, y }, line)
        })
    }

    /// Returns where each line starts, with the line.
    pub fn placed(&self, size: f64) -> impl Iterator<Item = (Point, &Line)> {
        let way = self.way();
        self.level(size).map(move |(start, line)| (path::turned(start, self.at, way), line))
    }

    /// Returns the direction of lines, which is 1 long.
    pub fn way(&self) -> Point {
        sector::way(self.turn)
    }

    /// Returns a box around all lines.
    fn bounds(&self, size: f64) -> Option<Rect> {
        let way = self.way();
        let corners = self.level(size).flat_map(|(at, line)| {
            let (right, top, lower) = (at.x + line.width * size, at.y - size, at.y + size * 0.3);
            [(at.x, top), (right, top), (at.x, lower), (right, lower)]
        });
        let corner = |(x, y)| {
            let at = path::turned(path::point(x, y), self.at, way);
            path::rect(at.x, at.y, 0.0, 0.0)
        };
        corners.map(corner).reduce(path::around)
    }
}

impl Scene {
    /// Returns how a mark of this style is drawn.
    pub fn style(&self, style: StyleId) -> Style {
        self.styles.get(style.0 as usize).map_or_else(Style::default, |class| class.style)
    }

    /// Returns a shared outline, moved to a place.
    pub fn outline(&self, outline: OutlineId, at: Point) -> Path {
        let own = self.outlines.get(outline.0 as usize).cloned().unwrap_or_default();
        own.moved(1.0, at.x, at.y)
    }

    /// Returns all texts, in the order they are drawn.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.groups.iter().flat_map(|group| &group.marks).filter_map(|mark| match mark {
            Mark::Text(text) => Some(text),
            _ => None,
        })
    }
}

impl Style {
    /// Returns the length of an em, in pixels.
    pub fn font_size(self) -> f64 {
        self.font.map_or(0.0, |font| f64::from(font.size) / 100.0)
    }
}

impl Mark {
    /// Returns its style.
    pub fn style(&self) -> StyleId {
        match self {
            Mark::Box(_, _, style)
            | Mark::Ellipse(_, style)
            | Mark::Path(_, style)
            | Mark::Shared(_, _, style)
            | Mark::Raster(_, _, style) => *style,
            Mark::Text(text) => text.style,
        }
    }

    /// Returns a box that holds it, lines not counted in their width.
    pub fn bounds(&self, scene: &Scene) -> Option<Rect> {
        match self {
            Mark::Box(rect, ..) | Mark::Ellipse(rect, _) | Mark::Raster(_, rect, _) => Some(*rect),
            Mark::Path(path, _) => path.bounds(),
            Mark::Shared(outline, at, _) => scene.outline(*outline, *at).bounds(),
            Mark::Text(text) => text.bounds(scene.style(text.style).font_size()),
        }
    }
}
