//! The import kind `mermaid`: flowcharts of Mermaid.
//!
//! A subgraph is a partition. A class is a layer, with the colors that `classDef` gives it; the
//! first class of a node counts. Names that layercake made for ids that Mermaid cannot hold become
//! these ids again. The shape of a node is its attribute `shape`; the line and the heads of an edge
//! other than `-->` are its attributes `line` and `arrow`. Styles of single nodes and edges and
//! what a click does are left out.

mod cursor;
mod links;
mod nodes;
mod parser;
mod statements;
mod subgraphs;
#[cfg(test)]
mod tests;
mod text;

use super::graph_file::{Draft, Format, Read};
use parser::Parser;

/// Reads flowcharts of Mermaid.
pub(super) struct Mermaid;

impl Format for Mermaid {
    const KIND: &'static str = "mermaid";
    const ABOUT: &'static str = "Reads flowcharts of Mermaid: subgraphs are partitions";
    const EXTENSIONS: &'static [&'static str] = &["mmd", "mermaid"];

    fn read(draft: &mut Draft<'_>) -> Read {
        Parser::read(draft)
    }
}
