//! The kinds of export; a kind is a file here and a line in [`KINDS`].

mod csv_edges;
mod csv_matrix;
mod csv_nodes;
mod csv_table;
mod dot;
mod json;
mod mermaid;
mod names;
mod partitions;
mod plantuml;
mod style;
mod substitutes;
mod template;
#[cfg(test)]
mod testing;
mod text;

pub use json::graph_schema;

use crate::registry::{ExporterKind, exporter};

/// Every kind, by name.
pub(crate) const KINDS: &[ExporterKind] = &[
    exporter::<csv_edges::CsvEdges>(),
    exporter::<csv_matrix::CsvMatrix>(),
    exporter::<csv_nodes::CsvNodes>(),
    exporter::<dot::Dot>(),
    exporter::<json::Json>(),
    exporter::<mermaid::Mermaid>(),
    exporter::<plantuml::PlantUml>(),
    exporter::<template::Template>(),
];
