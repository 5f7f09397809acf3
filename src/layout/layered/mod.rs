//! Layered layout: edges lead one way, through ranks of nodes and nested partitions.
//!
//! The phases are those of Sugiyama, Tagawa and Toda (1981), each in a module of its own that names
//! its source: `cycles`, `ranks` (by `simplex`), `order`, `align` and `place`, `routes`. A partition
//! is laid out by itself and stands in the one around it as a node; edges go through ports in its
//! border (`tree`), so that none passes a box that holds neither end. Which border is decided from
//! the outside to the inside, sizes from the inside to the outside.

mod align;
mod aspect;
mod block;
mod boxes;
mod build;
mod cost;
mod crossings;
mod curves;
pub(super) mod cycles;
mod directions;
mod earlier;
mod frame;
mod frames;
mod gates;
mod lanes;
mod levels;
mod measure;
mod nesting;
mod order;
mod orthogonal;
mod place;
mod pools;
mod ports;
mod problem;
mod ranks;
mod relax;
mod routes;
mod shift;
mod simplex;
mod strips;
mod tree;

use self::build::Build;
pub use self::earlier::{Earlier, distances, movement};
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
    /// Pictures of so few ranks are not folded, so that all edges lead one way; unless they are longer
    /// than so many ranks of plain nodes are.
    pub unfolded: u32,
    /// How many operations may be spent, about.
    pub effort: u64,
    /// Whether the members of a partition share ranks with what stands beside it.
    pub nesting: Nesting,
    /// Where items were in an earlier picture, which this one is to be like; those behind the end are
    /// new. Empty for a picture that follows none.
    pub earlier: Vec<Option<Earlier>>,
}

/// How partitions are laid out whose border edges cross.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Nesting {
    /// In whichever of the two ways gives the calmer picture; beyond some hundreds of nodes together
    /// as far as can be.
    #[default]
    Auto,
    /// With what is around them, so that partitions stand side by side and lines enter them from any
    /// side, up to some hundreds of nodes; what lines would have to pass through stays apart.
    Together,
    /// Each by itself: a box on one rank, which lines enter from above and leave below.
    Apart,
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
            unfolded: 40,
            effort: 200_000_000,
            nesting: Nesting::Auto,
            earlier: Vec::new(),
        }
    }
}

/// After so many rounds all partitions that lines pass through are laid out by themselves, no longer
/// only the worst.
const PATIENT_ROUNDS: u32 = 4;

/// Lays a diagram out in layers.
pub fn layered(diagram: &Diagram, options: &Layered) -> Layout {
    directions::divided(diagram, options, |diagram, options| {
        aspect::shaped(diagram, options, one_direction)
    })
}

/// Lays out a diagram whose partitions all have the direction of the whole.
fn one_direction(diagram: &Diagram, options: &Layered) -> Layout {
    let apart = || {
        let nesting = nesting::bundle(diagram, vec![false; diagram.nodes.len()]);
        let mut build = Build::new(&nesting, options);
        build.rank();
        build.order();
        build.place_all()
    };
    if options.nesting == Nesting::Apart {
        return apart();
    }
    match (together(diagram, options), options.nesting) {
        (None, _) => apart(),
        // Larger ones are not worth looking twice.
        (Some(together), Nesting::Auto) if diagram.nodes.len() <= nesting::FEW => {
            let apart = apart();
            let is_calmer = if options.earlier.iter().any(Option::is_some) {
                // What moves less is calmer.
                movement(&options.earlier, &together).0 <= movement(&options.earlier, &apart).0
            } else {
                cost::cost(&together, options) <= cost::cost(&apart, options)
            };
            if is_calmer { together } else { apart }
        }
        (Some(together), _) => together,
    }
}

/// Lays a diagram out with partitions that share ranks; nothing if there can be none.
fn together(diagram: &Diagram, options: &Layered) -> Option<Layout> {
    let mut is_open = nesting::open(diagram);
    // Small pictures are worth looking twice.
    let is_small = diagram.nodes.len() <= nesting::FEW;
    let mut round = 0;
    while is_open.contains(&true) {
        round += 1;
        let nesting = nesting::bundle(diagram, is_open);
        let mut build = Build::new(&nesting, options);
        build.rank();
        let mut passed = build.passed();
        if passed.is_empty() || is_small {
            build.order();
            passed = build.passed();
        }
        if passed.is_empty() {
            return Some(build.place_all());
        }
        // What lines cannot but pass through stands by itself: the worst of it at first.
        let most = passed.iter().map(|(_, count)| *count).max().unwrap_or(0);
        is_open = nesting.is_open;
        is_open.truncate(diagram.nodes.len());
        for (item, count) in passed {
            if round >= PATIENT_ROUNDS || 2 * count > most {
                is_open[item as usize] = false;
            }
        }
    }
    None
}
