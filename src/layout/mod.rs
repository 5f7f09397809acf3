//! Coordinates for diagrams: sizes and ends in, boxes and routes out.
//!
//! Knows no texts, colors, files or formats. Nodes and edges are places in lists, the same before
//! and after. Coordinates are CSS pixels (1/96 inch); x grows to the right and y downwards. The
//! same diagram and the same options give the same numbers on any machine, with any number of
//! threads: only operations are used that IEEE 754 defines to the last bit, and effort is counted
//! in operations, never measured by a clock.

mod circles;
mod detour;
mod force;
mod grid;
pub mod layered;
mod matrix;
mod nest;
mod pack;
mod parts;
mod preset;
mod radial;
mod reordered;
mod stress;
mod sunburst;
#[cfg(test)]
mod testing;
mod tree;
mod treemap;
mod way;

pub use circles::circles;
pub use force::force;
pub use grid::grid;
pub use matrix::matrix;
pub use preset::preset;
pub use radial::radial;
pub use reordered::Reordered;
pub use stress::stress;
pub use sunburst::sunburst;
pub use tree::tree;
pub use treemap::treemap;

/// Stands for "no partition".
pub const NONE: u32 = u32::MAX;

/// A width and a height.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// A place.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    /// The distance from the left border of the picture.
    pub x: f64,
    /// The distance from the upper border of the picture.
    pub y: f64,
}

/// A box with sides along the axes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rect {
    /// The upper left corner.
    pub corner: Point,
    /// Its extent.
    pub size: Size,
}

impl Rect {
    /// Its middle.
    pub fn middle(self) -> Point {
        Point {
            x: self.corner.x + self.size.width / 2.0,
            y: self.corner.y + self.size.height / 2.0,
        }
    }
}

/// What is to be laid out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diagram {
    /// Nodes and partitions.
    pub nodes: Vec<Item>,
    /// Edges; parallel ones and loops are allowed, and ends that are partitions.
    pub edges: Vec<Line>,
}

/// A node, or a partition with its members.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// The partition it belongs to, or [`NONE`].
    pub parent: u32,
    /// Whether it is drawn around its members. A partition without members is drawn as a node.
    pub is_partition: bool,
    /// The size of a node; of a partition, the size of its title, which stands along its upper
    /// border.
    pub size: Size,
    /// The direction of the partition's members, where it differs from that around them.
    pub direction: Option<Direction>,
    /// Whether a layout in layers may make a node wider than its size, along its rank, so that the
    /// edges that meet it end beside each other.
    pub stretches: bool,
}

/// An edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Where it starts, as a place in [`Diagram::nodes`].
    pub source: u32,
    /// Where it ends.
    pub target: u32,
    /// The size of its label; nothing where it has none.
    pub label: Size,
    /// How much it pulls its ends together; 1 is usual.
    pub weight: f64,
}

/// Where edges lead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From top to bottom.
    #[default]
    Down,
    /// From bottom to top.
    Up,
    /// From left to right.
    Right,
    /// From right to left.
    Left,
}

/// How edges are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Routing {
    /// Smooth curves.
    #[default]
    Splines,
    /// Lines along the axes.
    Orthogonal,
    /// Straight pieces.
    Polyline,
}

/// Where everything is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// The size of the picture; all that is drawn lies within, margins not included.
    pub size: Size,
    /// The box of each of [`Diagram::nodes`].
    pub nodes: Vec<Rect>,
    /// The route of each of [`Diagram::edges`].
    pub routes: Vec<Route>,
    /// What is drawn in the boxes.
    pub form: Form,
    /// What was made simpler than asked because the diagram is too large for the budget.
    pub compromises: Vec<&'static str>,
}

/// What is drawn in the boxes of nodes.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Form {
    /// Shapes that fill them.
    #[default]
    Boxes,
    /// For each node a piece of a ring, which touches the sides of its box.
    Sectors(Vec<Sector>),
    /// A row and a column for each node, which meet in its box; an edge is where the row of its
    /// source and the column of its target meet.
    Matrix {
        /// How high a row and how wide a column is.
        side: f64,
    },
}

/// A piece of a ring. Angles are in radians, clockwise from the top.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sector {
    /// The middle of the ring.
    pub middle: Point,
    /// How far from the middle it begins; nothing for a disc.
    pub inner: f64,
    /// How far from the middle it ends.
    pub outer: f64,
    /// Where it starts.
    pub start: f64,
    /// How wide it is; a whole turn at most.
    pub width: f64,
}

/// The way of an edge.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Route {
    /// The points, from the border of the source to the border of the target. Of splines, a start
    /// and then three for each cubic Bézier curve; else the ends and bends of straight pieces.
    /// Empty where a layout draws no edges.
    pub points: Vec<Point>,
    /// Whether [`Route::points`] are those of Bézier curves.
    pub is_curved: bool,
    /// The box of the label.
    pub label: Option<Rect>,
}

impl Route {
    /// Moves it with its label.
    fn move_by(&mut self, x: f64, y: f64) {
        let label = self.label.as_mut().map(|label| &mut label.corner);
        for at in self.points.iter_mut().chain(label) {
            (at.x, at.y) = (at.x + x, at.y + y);
        }
    }
}
