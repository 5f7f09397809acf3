//! Exports the nodes as CSV, in the columns that the CSV import reads.
//!
//! What CSV cannot tell apart: no value and an empty text; and a column of texts that all look
//! like numbers, dates or truth values, which an import takes for those unless it is told.

use super::csv_table::{CsvTable, CsvTableOptions};
use crate::diagnostic::{Diagnostics, Failed};
use crate::step::{Exporter, InputFile, NamedGraph};

const HEADS: [&str; 7] =
    ["id", "label", "layer", "is_partition", "belongs_to", "weight", "comment"];

/// What else an import reads as one of [`HEADS`].
const ALIASES: [&str; 1] = ["parent"];

/// Exports a table of nodes.
pub struct CsvNodes;

impl Exporter for CsvNodes {
    const KIND: &'static str = "csv_nodes";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes the nodes as a CSV table, which can be imported again";
    const EXTENSIONS: &'static [&'static str] = &["nodes.csv"];
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
        out.reserve(64 * graph.node_count());
        let attributes = graph.node_attributes();
        let mut table = CsvTable::of_rows(out, options, &HEADS, &ALIASES, attributes, diagnostics);
        for node in graph.nodes() {
            table.text(node.id());
            table.text(node.label());
            table.text(node.layer().map_or("", |layer| &graph.layer(layer).id));
            table.text(if node.is_partition() { "true" } else { "false" });
            table.text(node.parent().map_or("", |parent| graph.node(parent).id()));
            table.weight(node.weight());
            table.text(node.comment());
            node.attributes().for_each(|(_, value)| table.value(value));
            table.end_row();
        }
        table.finish(diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{Attribute, Bits, GraphBuilder, NodeRow, Values};

    fn attribute(name: &str, values: Values, present: &[bool]) -> Attribute {
        Attribute { name: name.to_owned(), values, present: present.iter().copied().collect() }
    }

    #[test]
    fn a_node_is_a_row_with_all_its_fields() {
        let mut builder = GraphBuilder::default();
        let b =
            NodeRow { id: "b", label: Some("B, or not"), parent: Some("a"), ..NodeRow::default() };
        builder.node(NodeRow { layer: Some("ui"), weight: 2.0, ..b });
        builder.node(NodeRow { id: "a", comment: "x\ny", ..NodeRow::default() });
        let present = [true, false];
        builder.node_attribute(attribute("cost", Values::Number(vec![3.0, 0.0]), &present));
        builder.node_attribute(attribute("count", Values::Integer(vec![-3, 0]), &present));
        let (csv, problems) = Case::from(builder).export::<CsvNodes>("{}");
        assert!(problems.is_empty());
        assert_eq!(
            csv,
            "id,label,layer,is_partition,belongs_to,weight,comment,cost,count\n\
             a,a,,true,,1,\"x\ny\",,\n\
             b,\"B, or not\",ui,false,a,2,,3.0,-3\n"
        );
    }

    #[test]
    fn an_attribute_named_like_a_field_gets_another_head() {
        let mut builder = GraphBuilder::default();
        builder.node(NodeRow { id: "a", ..NodeRow::default() });
        for name in ["Label", "parent", "", "attribute.Label", "owner"] {
            let values = Values::Boolean(Bits::all(1, true));
            builder.node_attribute(attribute(name, values, &[true]));
        }
        let (csv, problems) = Case::from(builder).export::<CsvNodes>("{}");
        let heads = csv.lines().next().unwrap();
        assert!(
            heads.ends_with(
                "comment,attribute.,attribute.attribute.Label,attribute.Label,owner,attribute.parent"
            ),
            "{heads}"
        );
        assert_eq!((problems.warnings, problems.errors), (3, 0));
    }
}
