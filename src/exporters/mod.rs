//! The kinds of export; a kind is a file here and a line in [`KINDS`].

mod columns;
mod csv_edges;
mod csv_layers;
mod csv_matrix;
mod csv_nodes;
mod csv_table;
mod cypher;
mod cytoscape;
mod dot;
mod gexf;
mod gml;
mod graphml;
mod ids;
mod json;
mod json_graph;
mod mermaid;
mod node_link;
mod pajek;
mod partitions;
mod style;
mod template;
mod text;
mod turtle;
mod xml;

pub use json::graph_schema;

use crate::registry::{ExporterKind, exporter};

/// Every kind, by name.
pub(crate) const KINDS: &[ExporterKind] = &[
    exporter::<csv_edges::CsvEdges>(),
    exporter::<csv_layers::CsvLayers>(),
    exporter::<csv_matrix::CsvMatrix>(),
    exporter::<csv_nodes::CsvNodes>(),
    exporter::<cypher::Cypher>(),
    exporter::<cytoscape::Cytoscape>(),
    exporter::<dot::Dot>(),
    exporter::<gexf::Gexf>(),
    exporter::<gml::Gml>(),
    exporter::<graphml::Graphml>(),
    exporter::<json::Json>(),
    exporter::<json_graph::JsonGraph>(),
    exporter::<mermaid::Mermaid>(),
    exporter::<node_link::NodeLink>(),
    exporter::<pajek::Pajek>(),
    exporter::<template::Template>(),
    exporter::<turtle::Turtle>(),
];
