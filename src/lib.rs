//! layercake: make for graph diagrams.
pub mod diagnostic;
pub mod digest;
mod exporters;
pub mod graph;
mod importers;
pub mod registry;
pub mod source;
pub mod step;
mod transforms;
pub mod tree;

pub use exporters::graph_schema;
