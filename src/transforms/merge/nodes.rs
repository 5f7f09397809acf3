//! The nodes of several graphs, and their layers.

use super::settle::{Row, Settler, all_rows};
use crate::diagnostic::Diagnostic;
use crate::graph::{Color, Graph, GraphBuilder, Layer, Node, NodeId, NodeRow, UnionColumn};

/// Adds the layers of all graphs.
pub(super) fn merge_layers(
    graphs: &[&Graph],
    settler: &mut Settler<'_>,
    builder: &mut GraphBuilder,
) {
    let layer = |row: Row| &graphs[row.graph as usize].layers()[row.row as usize];
    let mut rows = all_rows(graphs, |graph| graph.layers().len());
    rows.sort_by(|a, b| layer(*a).id.cmp(&layer(*b).id));
    for same in rows.chunk_by(|a, b| layer(*a).id == layer(*b).id) {
        let id = layer(same[0]).id.as_str();
        let mut merged = Layer::plain(id);
        let label = |row| Some(layer(row).label.as_str()).filter(|l| !l.is_empty() && *l != id);
        if let Some(label) = settler.settle(("layer", id, "label"), same, label, |a, b| a == b) {
            label.clone_into(&mut merged.label);
        }
        let mut color = |field, get: fn(&Layer) -> Option<Color>| {
            settler.settle(("layer", id, field), same, |row| get(layer(row)), |a, b| a == b)
        };
        merged.background = color("background", |layer| layer.background);
        merged.text = color("text", |layer| layer.text);
        merged.border = color("border", |layer| layer.border);
        for name in same.iter().flat_map(|row| layer(*row).attributes.keys()) {
            if !merged.attributes.contains_key(name) {
                let get = |row| layer(row).attributes.get(name);
                let value = settler.settle(("layer", id, name), same, get, |a, b| a == b);
                merged.attributes.extend(value.map(|value| (name.clone(), value.clone())));
            }
        }
        builder.layer(merged);
    }
}

/// The nodes of all graphs, by id.
pub(super) struct SameNodes<'a> {
    graphs: &'a [&'a Graph],
    /// The rows of each node side by side, in order of ids.
    rows: Vec<Row>,
    /// For each graph and each of its nodes, the node's place among all ids.
    pub(super) places: Vec<Vec<u32>>,
}

impl<'a> SameNodes<'a> {
    pub(super) fn of(graphs: &'a [&'a Graph]) -> SameNodes<'a> {
        let mut rows = all_rows(graphs, Graph::node_count);
        // Each graph is sorted by id, and the sort finds and merges what is sorted.
        rows.sort_by(|a, b| node(graphs, *a).id().cmp(node(graphs, *b).id()));
        let nodes = SameNodes { graphs, rows, places: Vec::new() };
        let mut places: Vec<_> = graphs.iter().map(|graph| vec![0; graph.node_count()]).collect();
        for (same, place) in nodes.groups().zip(0..) {
            for row in same {
                places[row.graph as usize][row.row as usize] = place;
            }
        }
        SameNodes { places, ..nodes }
    }

    fn groups(&self) -> impl Iterator<Item = &[Row]> {
        self.rows.chunk_by(|a, b| self.node(*a).id() == self.node(*b).id())
    }

    fn node(&self, row: Row) -> Node<'a> {
        node(self.graphs, row)
    }

    pub(super) fn add_to(&self, builder: &mut GraphBuilder, settler: &mut Settler<'_>) {
        for same in self.groups() {
            let id = self.node(same[0]).id();
            let row = |at: Row| NodeRow::from(self.node(at));
            let mut text = |field, get: &dyn Fn(Row) -> Option<&'a str>| {
                settler.settle(("node", id, field), same, get, |a, b| a == b)
            };
            let label = |at| row(at).label.filter(|label| !label.is_empty() && *label != id);
            // A label that is empty in every graph was made so.
            let no_label = same.iter().all(|at| self.node(*at).label().is_empty()).then_some("");
            builder.node(NodeRow {
                id,
                label: text("label", &label).or(no_label),
                layer: text("layer", &|at| row(at).layer),
                parent: text("belongs_to", &|at| row(at).parent),
                is_partition: same.iter().any(|at| self.node(*at).is_partition()),
                comment: text("comment", &|at| Some(row(at).comment).filter(|c| !c.is_empty()))
                    .unwrap_or_default(),
                weight: settler.settle_weight(("node", id), same, |at| self.node(at).weight()),
            });
        }
        let tables: Vec<_> = self.graphs.iter().map(|graph| graph.node_attributes()).collect();
        for column in UnionColumn::of(&tables) {
            let cells = self
                .groups()
                .map(|same| settler.settle_cell(("node", self.node(same[0]).id()), same, &column));
            builder.node_attribute(column.collect(cells));
        }
    }

    pub(super) fn cycle(&self, places: &[u32]) -> Diagnostic {
        let ids: Vec<&str> = self.groups().map(|same| self.node(same[0]).id()).collect();
        let mut names: Vec<String> =
            places.iter().map(|place| format!("`{}`", ids[*place as usize])).collect();
        names.extend(names.first().cloned());
        let message = "partitions contain each other once the graphs are one";
        Diagnostic::error("hierarchy-cycle", message)
            .note(format!("each belongs to the next: {}", names.join(", ")))
            .help("change `belongs_to` of one of them")
    }
}

fn node<'a>(graphs: &[&'a Graph], row: Row) -> Node<'a> {
    graphs[row.graph as usize].node(NodeId(row.row))
}
