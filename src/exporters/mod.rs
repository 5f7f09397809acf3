//! The kinds of export; a kind is a file here and a line in [`KINDS`].

mod columns;
mod csv;
mod csv_edges;
mod csv_layers;
mod csv_matrix;
mod csv_nodes;
mod csv_table;
mod cypher;
mod cytoscape;
mod d2;
mod dot;
mod drawio;
mod findings;
mod gexf;
mod gml;
mod graphml;
mod handlebars;
mod html;
mod ids;
mod json;
mod json_graph;
mod junit;
mod markdown;
mod mermaid;
mod mermaid_class;
mod mermaid_er;
mod mermaid_mindmap;
mod mermaid_sequence;
mod mermaid_treemap;
mod names;
mod node_link;
mod pajek;
mod partitions;
#[cfg(feature = "pdf")]
mod pdf;
mod picture;
mod plantuml;
mod plantuml_mindmap;
mod plantuml_sequence;
mod plantuml_tree;
mod plantuml_wbs;
#[cfg(feature = "png")]
mod png;
mod sarif;
mod sequence;
mod split;
#[cfg(feature = "sql")]
mod sqlite;
mod structurizr;
mod style;
mod substitutes;
mod svg;
#[cfg(any(feature = "sql", feature = "xlsx"))]
mod tables;
mod template;
#[cfg(test)]
mod testing;
mod text;
mod tree;
mod turtle;
#[cfg(feature = "xlsx")]
mod xlsx;
mod xml;

pub use json::graph_schema;

use crate::registry::{ExporterKind, exporter};

/// Every kind, by name.
pub(crate) const KINDS: &[ExporterKind] = &[
    exporter::<csv::Csv>(),
    exporter::<csv_edges::CsvEdges>(),
    exporter::<csv_layers::CsvLayers>(),
    exporter::<csv_matrix::CsvMatrix>(),
    exporter::<csv_nodes::CsvNodes>(),
    exporter::<cypher::Cypher>(),
    exporter::<cytoscape::Cytoscape>(),
    exporter::<d2::D2>(),
    exporter::<dot::Dot>(),
    exporter::<drawio::DrawIo>(),
    exporter::<gexf::Gexf>(),
    exporter::<gml::Gml>(),
    exporter::<graphml::Graphml>(),
    exporter::<handlebars::Handlebars>(),
    exporter::<html::Html>(),
    exporter::<json::Json>(),
    exporter::<json_graph::JsonGraph>(),
    exporter::<junit::Junit>(),
    exporter::<markdown::Markdown>(),
    exporter::<mermaid::Mermaid>(),
    exporter::<mermaid_class::MermaidClass>(),
    exporter::<mermaid_er::MermaidEr>(),
    exporter::<mermaid_mindmap::MermaidMindmap>(),
    exporter::<mermaid_sequence::MermaidSequence>(),
    exporter::<mermaid_treemap::MermaidTreemap>(),
    exporter::<node_link::NodeLink>(),
    exporter::<pajek::Pajek>(),
    #[cfg(feature = "pdf")]
    exporter::<pdf::Pdf>(),
    exporter::<plantuml::PlantUml>(),
    exporter::<plantuml_mindmap::PlantUmlMindmap>(),
    exporter::<plantuml_sequence::PlantUmlSequence>(),
    exporter::<plantuml_wbs::PlantUmlWbs>(),
    #[cfg(feature = "png")]
    exporter::<png::Png>(),
    exporter::<sarif::Sarif>(),
    #[cfg(feature = "sql")]
    exporter::<sqlite::Sqlite>(),
    exporter::<structurizr::Structurizr>(),
    exporter::<svg::Svg>(),
    exporter::<template::Template>(),
    exporter::<turtle::Turtle>(),
    #[cfg(feature = "xlsx")]
    exporter::<xlsx::Xlsx>(),
];
