//! What is laid out at once: the members of one partition (or of none), the edges between them, and
//! the ports through which edges leave. Edges lead down; other directions are turned beforehand.

use crate::layout::{NONE, Size};

use super::earlier::Earlier;
use super::frame::Insets;

/// The members of one partition, its ports, and the links between them.
#[derive(Debug, Default)]
pub struct Problem {
    /// Members and ports.
    pub nodes: Vec<Node>,
    /// The links between them; none is a loop.
    pub links: Vec<Link>,
    /// Partitions that are laid out together with what is around them, each after the one around
    /// it.
    pub frames: Vec<Frame>,
}

/// A member or a port.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// Its extent, with what belongs to it at its right.
    pub size: Size,
    /// Whether it is a port, and where.
    pub pin: Pin,
    /// The innermost of [`Problem::frames`] around it, or [`NONE`].
    pub frame: u32,
    /// Where it was in an earlier picture.
    pub earlier: Option<Earlier>,
}

/// A partition around some of the nodes.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// The item that it is.
    pub item: u32,
    /// The frame around it, or [`NONE`].
    pub parent: u32,
    /// The space between its border and what is in it.
    pub insets: Insets,
    /// How large it is at least, for its title.
    pub least: Size,
}

/// Whether a node is a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// A member, which is wherever it is best.
    Free,
    /// A port in the upper border.
    Top,
    /// A port in the lower border.
    Bottom,
}

/// A part of an edge, within one partition.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// Where it starts, in [`Problem::nodes`].
    pub source: u32,
    /// Where it ends.
    pub target: u32,
    /// How much it pulls its ends together.
    pub weight: i64,
    /// The extent of its label; nothing where it has none.
    pub label: Size,
}

/// Distances that are kept.
#[derive(Debug, Clone, Copy)]
pub struct Gaps {
    /// Between nodes side by side.
    pub node: f64,
    /// Between ranks.
    pub rank: f64,
    /// Between lines side by side.
    pub edge: f64,
}

impl Node {
    /// A port.
    pub fn port(pin: Pin) -> Node {
        Node { size: Size::default(), pin, frame: NONE, earlier: None }
    }
}

impl Problem {
    /// Whether something is to stay where it was.
    pub fn has_earlier(&self) -> bool {
        self.nodes.iter().any(|node| node.earlier.is_some())
    }

    /// Returns the outermost of the frames around something, from the innermost one; or [`NONE`].
    pub fn outermost(&self, mut frame: u32) -> u32 {
        while let Some(around) = self.frames.get(frame as usize).filter(|at| at.parent != NONE) {
            frame = around.parent;
        }
        frame
    }
}

impl Link {
    /// Whether it has a label.
    pub fn has_label(&self) -> bool {
        self.label.width > 0.0 && self.label.height > 0.0
    }
}
