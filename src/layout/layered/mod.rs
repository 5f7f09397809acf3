//! Layered layout: edges lead one way, through ranks of nodes and nested partitions.
//!
//! The phases are those of Sugiyama, Tagawa and Toda (1981), each in a module of its own that names
//! its source: `cycles`, `ranks` (by `simplex`), `order`, `align` and `place`, `routes`. A partition
//! is laid out by itself and stands in the one around it as a node; edges go through ports in its
//! border (`tree`), so that none passes a box that holds neither end. Which border is decided from
//! the outside to the inside, sizes from the inside to the outside.

mod align;
mod block;
mod build;
mod crossings;
mod curves;
pub(super) mod cycles;
mod frame;
mod lanes;
mod levels;
mod measure;
mod order;
mod orthogonal;
mod place;
mod ports;
mod problem;
mod ranks;
mod relax;
mod routes;
mod shift;
mod simplex;
mod strips;
mod tree;

use super::{Diagram, Direction, Layout, Routing};

/// What a layered layout is to look like.
#[derive(Debug, Clone, PartialEq)]
pub struct Layered {
    /// Where edges lead.
    pub direction: Direction,
    /// How edges are drawn.
    pub routing: Routing,
    /// The distance of nodes side by side.
    pub node_gap: f64,
    /// The distance of ranks.
    pub rank_gap: f64,
    /// The distance of lines side by side.
    pub edge_gap: f64,
    /// The distance of a partition's members from its border.
    pub padding: f64,
    /// Width by height of a large picture, as far as edges allow; a small one may have any. Nothing
    /// leaves the ranks as edges make them.
    pub ratio: Option<f64>,
    /// How many operations may be spent, about.
    pub effort: u64,
}

impl Default for Layered {
    fn default() -> Self {
        Layered {
            direction: Direction::Down,
            routing: Routing::Splines,
            node_gap: 24.0,
            rank_gap: 48.0,
            edge_gap: 12.0,
            padding: 16.0,
            ratio: Some(1.6),
            effort: 200_000_000,
        }
    }
}

/// Lays a diagram out in layers.
pub fn layered(diagram: &Diagram, options: &Layered) -> Layout {
    build::Build::new(diagram, options).run()
}
