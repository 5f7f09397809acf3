//! What is worked out from the nodes and edges of a graph alone, for transforms, analyses and
//! checks alike.
//!
//! All of it gives the same result for the same graph, takes parallel edges, loops, isolated nodes
//! and empty graphs as they come, and recurses nowhere, so that a chain of a million nodes is as
//! good as any other graph. Partitions are nodes like others. Knows nothing of options and tables.

mod adjacency;
mod closure;
mod communities;
mod components;
mod cuts;
mod cycles;
mod grouping;
mod levels;
mod order;
mod reach;

pub use adjacency::Adjacency;
pub use closure::{transitive_closure, transitive_reduction};
pub use communities::{Strength, communities, modularity};
pub use components::{strong_components, weak_components};
pub use cuts::{Cuts, cuts};
pub use cycles::{CycleCut, CycleLimits, Cycles, cycles};
pub use grouping::Grouping;
pub use levels::levels;
pub use order::topological_order;
pub use reach::reach;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Along which edges to go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Direction {
    /// Along edges from their sources to their targets.
    Out,
    /// Along edges from their targets to their sources.
    In,
    /// Along edges whichever way they point.
    #[default]
    Both,
}
