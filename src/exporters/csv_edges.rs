//! Exports the edges as CSV, in the columns that the CSV import reads.
//!
//! What CSV cannot tell apart is said in `csv_nodes.rs`.

use super::csv_table::{CsvTable, CsvTableOptions};
use crate::diagnostic::{Diagnostics, Failed};
use crate::step::{Exporter, InputFile, NamedGraph};

const HEADS: [&str; 7] = ["id", "source", "target", "label", "layer", "weight", "comment"];

/// What else an import reads as one of [`HEADS`].
const ALIASES: [&str; 2] = ["from", "to"];

/// Exports a table of edges.
pub struct CsvEdges;

impl Exporter for CsvEdges {
    const KIND: &'static str = "csv_edges";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes the edges as a CSV table, which can be imported again";
    const EXTENSIONS: &'static [&'static str] = &["edges.csv"];
    type Options = CsvTableOptions;
    type From = NamedGraph;

    fn export(
        options: &CsvTableOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        out.reserve(64 * graph.edge_count());
        let attributes = graph.edge_attributes();
        let mut table = CsvTable::of_rows(out, options, &HEADS, &ALIASES, attributes, diagnostics);
        for edge in graph.edges() {
            table.text(edge.id());
            table.text(edge.source().id());
            table.text(edge.target().id());
            table.text(edge.label());
            table.text(edge.layer().map_or("", |layer| &graph.layer(layer).id));
            table.weight(edge.weight());
            table.text(edge.comment());
            edge.attributes().for_each(|(_, value)| table.value(value));
            table.end_row();
        }
        table.finish(diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{EdgeRow, GraphBuilder, NodeRow};

    #[test]
    fn parallel_edges_and_loops_are_rows_of_their_own() {
        let mut builder = GraphBuilder::default();
        for id in ["a", "b"] {
            builder.node(NodeRow { id, ..NodeRow::default() });
        }
        let edge = EdgeRow { source: "a", target: "b", ..EdgeRow::default() };
        builder.edge(EdgeRow { label: "y", weight: 0.5, ..edge });
        builder.edge(EdgeRow { label: "x", layer: Some("ui"), ..edge });
        builder.edge(EdgeRow { target: "a", comment: "\"q\"", ..edge });
        let (text, problems) = Case::from(builder).export::<CsvEdges>("{}");
        assert!(problems.is_empty());
        assert_eq!(
            text,
            "id,source,target,label,layer,weight,comment\n\
             a->a,a,a,,,1,\"\"\"q\"\"\"\n\
             a->b,a,b,x,ui,1,\n\
             a->b#2,a,b,y,,0.5,\n"
        );
    }
}
