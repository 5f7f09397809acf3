//! The rows of the three tables, each as the graph builder takes it.

use super::super::report::Report;
use super::fields::{EdgeField, LayerField, NodeField};
use super::table::Table;
use super::table_file::TableFile;
use super::values::{color, truth, weight};
use crate::graph::{EdgeRow, GraphBuilder, Layer, NodeRow};
use crate::step::InputFile;

/// Reads files of nodes.
pub fn read_nodes<'a>(
    table: &mut Table<'a>,
    settings: &TableFile<NodeField>,
    files: &'a [InputFile],
    builder: &mut GraphBuilder,
    report: &mut Report<'_>,
) {
    table.read(settings, files, report, |columns, row, report| {
        let cell = |field: NodeField| columns.cell(field);
        builder.node(NodeRow {
            id: row.cell(cell(NodeField::Id)),
            label: row.some(cell(NodeField::Label)),
            layer: row.some(cell(NodeField::Layer)),
            parent: row.some(cell(NodeField::BelongsTo)),
            is_partition: truth(row, cell(NodeField::IsPartition), report),
            weight: weight(row, cell(NodeField::Weight), report),
            comment: row.cell(cell(NodeField::Comment)),
        });
    });
}

/// Reads files of edges.
pub fn read_edges<'a>(
    table: &mut Table<'a>,
    settings: &TableFile<EdgeField>,
    files: &'a [InputFile],
    builder: &mut GraphBuilder,
    report: &mut Report<'_>,
) {
    table.read(settings, files, report, |columns, row, report| {
        let cell = |field: EdgeField| columns.cell(field);
        builder.edge(EdgeRow {
            id: row.some(cell(EdgeField::Id)),
            source: row.cell(cell(EdgeField::Source)),
            target: row.cell(cell(EdgeField::Target)),
            label: row.cell(cell(EdgeField::Label)),
            layer: row.some(cell(EdgeField::Layer)),
            weight: weight(row, cell(EdgeField::Weight), report),
            comment: row.cell(cell(EdgeField::Comment)),
        });
    });
}

/// Reads files of layers. Their attributes are style, and stay texts.
pub fn read_layers<'a>(
    table: &mut Table<'a>,
    settings: &TableFile<LayerField>,
    files: &'a [InputFile],
    builder: &mut GraphBuilder,
    report: &mut Report<'_>,
) {
    table.read(settings, files, report, |columns, row, report| {
        let cell = |field: LayerField| columns.cell(field);
        let plain = Layer::plain(row.cell(cell(LayerField::Id)));
        let style = columns.attributes.iter().filter_map(|cell| {
            let value = row.some(Some(*cell))?;
            Some((columns.headers[*cell].clone(), value.to_owned()))
        });
        builder.layer(Layer {
            label: row.some(cell(LayerField::Label)).unwrap_or(&plain.id).to_owned(),
            background: color(row, cell(LayerField::Background), report),
            text: color(row, cell(LayerField::Text), report),
            border: color(row, cell(LayerField::Border), report),
            attributes: style.collect(),
            ..plain
        });
    });
}
