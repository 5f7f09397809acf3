//! Makes graphs: the only way to one, so that every graph upholds the invariants.
//!
//! A builder takes rows in any order and from anywhere. [`GraphBuilder::finish`] sorts them,
//! finds ends, partitions and layers by their ids, leaves out what does not fit together and
//! tells what that was. It numbers rows; where a row came from is its caller's knowledge.
//! Nodes must be added before the edges between them.

mod edges;
mod layers;
mod rows;

pub use edges::has_made_id;
pub use rows::{EdgeRow, NodeRow};

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::{Attribute, Edges, Graph, Layer, NONE, Nodes, TextColumn, Values};
use layers::LayerTable;

/// Collects rows and makes a [`Graph`] of them.
#[derive(Debug, Default)]
pub struct GraphBuilder {
    layers: LayerTable,
    nodes: Nodes,
    node_rows: Index,
    node_parents: TextColumn,
    edges: Edges,
    edge_rows: Index,
    dropped_nodes: Vec<u32>,
    dropped_edges: Vec<u32>,
    problems: Vec<GraphProblem>,
}

/// A graph, and what had to be left out to make it.
#[derive(Debug)]
pub struct Built {
    /// The graph of all that fits together.
    pub graph: Graph,
    /// What did not, in order of rows: layers first, then nodes, then edges.
    pub problems: Vec<GraphProblem>,
}

/// Something that does not fit into a graph. Rows count from 0 in the order they were added.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "every field is a row of the table that names it")]
pub enum GraphProblem {
    /// Two layers have one id; the first is kept.
    DuplicateLayer { layer: u32, first: u32 },
    /// A node has no id; it is left out.
    EmptyNodeId { node: u32 },
    /// Two nodes have one id; the first is kept.
    DuplicateNode { node: u32, first: u32 },
    /// A node names a layer that is not in the layers table; the layer is made.
    UnknownNodeLayer { node: u32 },
    /// A node belongs to one that does not exist; it becomes a root.
    UnknownParent { node: u32 },
    /// These nodes contain each other, each belonging to the next; they become roots.
    HierarchyCycle { nodes: Vec<u32> },
    /// An edge leaves a node that does not exist; it is left out.
    UnknownSource { edge: u32 },
    /// An edge reaches a node that does not exist; it is left out.
    UnknownTarget { edge: u32 },
    /// An edge names a layer that is not in the layers table; the layer is made.
    UnknownEdgeLayer { edge: u32 },
    /// Two edges have one id; the first is kept.
    DuplicateEdge { edge: u32, first: u32 },
    /// A column holds more than 4 GiB of text; what is past that is left out.
    TooMuchText,
}

/// Row numbers, found by the hash of a text that the rows hold elsewhere. Nothing iterates it, so
/// its order decides nothing.
#[derive(Debug, Default)]
struct Index(HashTable<u32>);

impl GraphBuilder {
    /// Makes a builder that holds the layers and the nodes of a graph, each node with its place
    /// as its row, for edges to be added.
    pub fn with_nodes_of(graph: &Graph) -> GraphBuilder {
        let mut builder = GraphBuilder::default();
        graph.layers.iter().for_each(|layer| builder.layer(layer.clone()));
        graph.nodes().for_each(|node| builder.node(node.into()));
        builder.nodes.attributes.clone_from(&graph.nodes.attributes);
        builder
    }

    /// Makes room for so many further nodes and edges, where their number is known.
    pub fn reserve(&mut self, nodes: usize, edges: usize) {
        let GraphBuilder { nodes: n, edges: e, node_parents, node_rows, .. } = self;
        for column in [&mut n.id, &mut n.label, &mut n.comment, node_parents] {
            column.reserve(nodes);
        }
        n.layer.reserve_exact(nodes);
        n.weight.reserve_exact(nodes);
        node_rows.0.reserve(nodes, |row| hash(n.id.get(*row as usize)));
        for column in [&mut e.id, &mut e.label, &mut e.comment] {
            column.reserve(edges);
        }
        for column in [&mut e.source, &mut e.target, &mut e.layer] {
            column.reserve_exact(edges);
        }
        e.weight.reserve_exact(edges);
    }

    /// Adds a layer of the layers table.
    pub fn layer(&mut self, layer: Layer) {
        let row = self.layers.row_count;
        self.layers.row_count += 1;
        let at = self.layers.named(&layer.id) as usize;
        match self.layers.rows[at] {
            Some(first) => self.problems.push(GraphProblem::DuplicateLayer { layer: row, first }),
            None => {
                self.layers.rows[at] = Some(row);
                self.layers.layers[at] = layer;
            }
        }
    }

    /// Adds a layer of the layers table, in the place of one that has its id.
    pub fn replace_layer(&mut self, layer: Layer) {
        let row = self.layers.row_count;
        self.layers.row_count += 1;
        let at = self.layers.named(&layer.id) as usize;
        self.layers.rows[at].get_or_insert(row);
        self.layers.layers[at] = layer;
    }

    /// Adds a node.
    pub fn node(&mut self, node: NodeRow<'_>) {
        let row = self.nodes.id.len() as u32;
        if node.id.is_empty() {
            self.problems.push(GraphProblem::EmptyNodeId { node: row });
            self.dropped_nodes.push(row);
        } else if let Some(first) = self.node_rows.insert(node.id, row, &self.nodes.id) {
            self.problems.push(GraphProblem::DuplicateNode { node: row, first });
            self.dropped_nodes.push(row);
        }
        self.nodes.id.push(node.id);
        self.nodes.label.push(node.label.unwrap_or(node.id));
        self.nodes.layer.push(self.layers.named_if(node.layer));
        self.nodes.weight.push(node.weight + 0.0);
        self.nodes.comment.push(node.comment);
        self.nodes.partition.push(node.is_partition);
        self.node_parents.push(node.parent.unwrap_or(""));
    }

    /// Adds an edge between nodes that were added before.
    pub fn edge(&mut self, edge: EdgeRow<'_>) {
        let source = self.node_rows.find(edge.source, &self.nodes.id);
        let target = self.node_rows.find(edge.target, &self.nodes.id);
        self.push_edge(source, target, edge);
    }

    /// Adds an edge between the nodes of two rows; the ends that `edge` names are not read.
    pub fn edge_between(&mut self, source: u32, target: u32, edge: EdgeRow<'_>) {
        let stays = |row: u32| {
            let known = (row as usize) < self.nodes.id.len();
            (known && self.dropped_nodes.binary_search(&row).is_err()).then_some(row)
        };
        let (source, target) = (stays(source), stays(target));
        self.push_edge(source, target, edge);
    }

    fn push_edge(&mut self, source: Option<u32>, target: Option<u32>, edge: EdgeRow<'_>) {
        let row = self.edges.id.len() as u32;
        let id = edge.id.unwrap_or("");
        if source.is_none() {
            self.problems.push(GraphProblem::UnknownSource { edge: row });
        }
        if target.is_none() {
            self.problems.push(GraphProblem::UnknownTarget { edge: row });
        }
        if source.is_none() || target.is_none() {
            self.dropped_edges.push(row);
        } else if !id.is_empty()
            && let Some(first) = self.edge_rows.insert(id, row, &self.edges.id)
        {
            self.problems.push(GraphProblem::DuplicateEdge { edge: row, first });
            self.dropped_edges.push(row);
        }
        self.edges.id.push(id);
        self.edges.source.push(source.unwrap_or(NONE));
        self.edges.target.push(target.unwrap_or(NONE));
        self.edges.label.push(edge.label);
        self.edges.layer.push(self.layers.named_if(edge.layer));
        self.edges.weight.push(edge.weight + 0.0);
        self.edges.comment.push(edge.comment);
    }

    /// Adds a further column of nodes: one cell for each node added, in that order.
    pub fn node_attribute(&mut self, attribute: Attribute) {
        debug_assert_eq!(attribute.len(), self.nodes.id.len());
        self.nodes.attributes.push(attribute);
    }

    /// Adds a further column of edges: one cell for each edge added, in that order.
    pub fn edge_attribute(&mut self, attribute: Attribute) {
        debug_assert_eq!(attribute.len(), self.edges.id.len());
        self.edges.attributes.push(attribute);
    }

    /// Makes the graph. Linear in the rows, but for sorting those that come unsorted.
    pub fn finish(mut self) -> Built {
        self.report_unknown_layers();
        let node_order = order_by_text(&self.nodes.id, &self.dropped_nodes);
        let mut node_moved = vec![NONE; self.nodes.id.len()];
        for (to, from) in node_order.iter().enumerate() {
            node_moved[*from as usize] = to as u32;
        }
        self.resolve_parents(&node_order, &node_moved);
        let (layers, layer_moved) = self.layers.sorted();
        let mut nodes = self.nodes.gathered(&node_order);
        renumber(&mut nodes.layer, &layer_moved);
        for source in self.edges.source.iter_mut().chain(&mut self.edges.target) {
            *source = node_moved.get(*source as usize).copied().unwrap_or(NONE);
        }
        renumber(&mut self.edges.layer, &layer_moved);
        self.edges.attributes.sort_by(|a, b| a.name.cmp(&b.name));
        let edges = self.edges.sorted(&self.dropped_edges, &self.edge_rows, &nodes.id);
        let columns =
            [&nodes.id, &nodes.label, &nodes.comment, &edges.id, &edges.label, &edges.comment];
        let attributes = nodes.attributes.iter().chain(&edges.attributes);
        let has_overflowed = attributes.map(|column| &column.values).any(|values| match values {
            Values::Text(texts) => texts.has_overflowed(),
            _ => false,
        });
        if has_overflowed || columns.iter().any(|column| column.has_overflowed()) {
            self.problems.push(GraphProblem::TooMuchText);
        }
        self.problems.sort_by_key(GraphProblem::place);
        Built { graph: Graph { layers, nodes, edges }, problems: self.problems }
    }

    /// Tells which rows name a layer that is not in the layers table, if there is a table.
    fn report_unknown_layers(&mut self) {
        if self.layers.row_count == 0 {
            return;
        }
        let unknown = |layer: &u32| *layer != NONE && self.layers.rows[*layer as usize].is_none();
        for (row, _) in self.nodes.layer.iter().enumerate().filter(|(_, layer)| unknown(layer)) {
            self.problems.push(GraphProblem::UnknownNodeLayer { node: row as u32 });
        }
        for (row, _) in self.edges.layer.iter().enumerate().filter(|(_, layer)| unknown(layer)) {
            self.problems.push(GraphProblem::UnknownEdgeLayer { edge: row as u32 });
        }
    }

    /// Finds each node's partition by its id, and breaks the cycles among them.
    ///
    /// Leaves in `nodes.parent`, by row, the place of the partition in the sorted order.
    fn resolve_parents(&mut self, order: &[u32], moved: &[u32]) {
        let mut parents = vec![NONE; moved.len()];
        for (row, name) in self.node_parents.iter().enumerate() {
            if name.is_empty() || moved[row] == NONE {
                continue;
            }
            match self.node_rows.find(name, &self.nodes.id) {
                Some(parent) => parents[row] = parent,
                None => self.problems.push(GraphProblem::UnknownParent { node: row as u32 }),
            }
        }
        for cycle in cycles(order, &parents) {
            for row in &cycle {
                parents[*row as usize] = NONE;
            }
            self.problems.push(GraphProblem::HierarchyCycle { nodes: cycle });
        }
        for parent in &mut parents {
            if *parent != NONE {
                self.nodes.partition.set(*parent as usize, true);
                *parent = moved[*parent as usize];
            }
        }
        self.nodes.parent = parents;
    }
}

impl Index {
    /// Finds the row whose text this is.
    fn find(&self, text: &str, texts: &TextColumn) -> Option<u32> {
        self.0.find(hash(text), |row| texts.get(*row as usize) == text).copied()
    }

    /// Adds a row under its text, or returns the row that has the text already.
    fn insert(&mut self, text: &str, row: u32, texts: &TextColumn) -> Option<u32> {
        let hash = hash(text);
        if let Some(first) = self.0.find(hash, |row| texts.get(*row as usize) == text) {
            return Some(*first);
        }
        self.0.insert_unique(hash, row, |row| self::hash(texts.get(*row as usize)));
        None
    }
}

impl Nodes {
    /// Returns the rows in the given order, attributes by name.
    fn gathered(mut self, order: &[u32]) -> Nodes {
        self.attributes.sort_by(|a, b| a.name.cmp(&b.name));
        if is_identity(order, self.id.len()) {
            return self;
        }
        // One column after the other, so that only one of them is there twice.
        self.id = self.id.gather(order);
        self.label = self.label.gather(order);
        self.layer = pick(&self.layer, order);
        self.parent = pick(&self.parent, order);
        self.weight = pick(&self.weight, order);
        self.comment = self.comment.gather(order);
        self.partition = self.partition.gather(order);
        for column in &mut self.attributes {
            *column = column.gather(order);
        }
        self
    }
}

impl GraphProblem {
    /// Orders problems as a reader of the tables meets them.
    fn place(&self) -> (u8, u32) {
        match self {
            GraphProblem::DuplicateLayer { layer, .. } => (0, *layer),
            GraphProblem::EmptyNodeId { node }
            | GraphProblem::DuplicateNode { node, .. }
            | GraphProblem::UnknownNodeLayer { node }
            | GraphProblem::UnknownParent { node } => (1, *node),
            GraphProblem::HierarchyCycle { nodes } => (1, nodes.first().copied().unwrap_or(0)),
            GraphProblem::UnknownSource { edge }
            | GraphProblem::UnknownTarget { edge }
            | GraphProblem::UnknownEdgeLayer { edge }
            | GraphProblem::DuplicateEdge { edge, .. } => (2, *edge),
            GraphProblem::TooMuchText => (3, 0),
        }
    }
}

/// Hashes a text, alike in every process.
fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

/// Returns the rows that stay, in order of their texts, which differ.
fn order_by_text(texts: &TextColumn, dropped: &[u32]) -> Vec<u32> {
    let mut dropped = dropped.iter().peekable();
    let stays = |row: &u32| dropped.next_if(|next| *next == row).is_none();
    let rows = (0..texts.len() as u32).filter(stays);
    // The first bytes decide most comparisons without a look at the text.
    let mut keys: Vec<(u64, u32)> =
        rows.map(|row| (prefix(texts.get(row as usize)), row)).collect();
    let compare = |a: &(u64, u32), b: &(u64, u32)| {
        a.0.cmp(&b.0).then_with(|| texts.get(a.1 as usize).cmp(texts.get(b.1 as usize)))
    };
    if !keys.is_sorted_by(|a, b| compare(a, b).is_le()) {
        keys.sort_unstable_by(compare);
    }
    keys.into_iter().map(|(_, row)| row).collect()
}

/// Returns the first eight bytes as a number that orders as they do.
fn prefix(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let len = text.len().min(8);
    bytes[..len].copy_from_slice(&text.as_bytes()[..len]);
    u64::from_be_bytes(bytes)
}

/// Finds the cycles among rows that each point to at most one other; linear, no recursion.
///
/// Each cycle starts with its lowest row in `order`.
fn cycles(order: &[u32], parents: &[u32]) -> Vec<Vec<u32>> {
    // The walk that met a row first; a walk that meets its own trail has found a cycle.
    let mut met = vec![NONE; parents.len()];
    let mut found = Vec::new();
    for start in order {
        let mut at = *start;
        while at != NONE && met[at as usize] == NONE {
            met[at as usize] = *start;
            at = parents[at as usize];
        }
        if at != NONE && met[at as usize] == *start && parents[at as usize] != NONE {
            let mut cycle = vec![at];
            let mut next = parents[at as usize];
            while next != at {
                cycle.push(next);
                next = parents[next as usize];
            }
            let lowest = (0..cycle.len()).min_by_key(|place| cycle[*place]).unwrap_or(0);
            cycle.rotate_left(lowest);
            found.push(cycle);
        }
    }
    found
}

fn pick<T: Copy>(column: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|row| column[*row as usize]).collect()
}

fn renumber(column: &mut [u32], moved: &[u32]) {
    for number in column {
        *number = moved.get(*number as usize).copied().unwrap_or(NONE);
    }
}

fn is_identity(order: &[u32], rows: usize) -> bool {
    order.len() == rows && order.iter().enumerate().all(|(to, from)| to as u32 == *from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(nodes: &[(&str, &str)], edges: &[(&str, &str, &str, &str)]) -> Built {
        let mut builder = GraphBuilder::default();
        for (id, parent) in nodes {
            builder.node(NodeRow { id, parent: Some(parent), ..NodeRow::default() });
        }
        for (id, source, target, label) in edges {
            builder.edge(EdgeRow { id: Some(id), source, target, label, ..EdgeRow::default() });
        }
        builder.finish()
    }

    fn edge_ids(built: &Built) -> Vec<&str> {
        built.graph.edges().map(|edge| edge.id()).collect()
    }

    #[test]
    fn rows_in_another_order_make_the_same_graph() {
        let nodes = [("b", "a"), ("a", ""), ("c", "b")];
        let edges =
            [("", "a", "b", "x"), ("", "a", "b", "y"), ("", "c", "a", ""), ("k", "a", "b", "")];
        let one = build(&nodes, &edges);
        let mut nodes_turned = nodes;
        let mut edges_turned = edges;
        nodes_turned.reverse();
        edges_turned.reverse();
        let other = build(&nodes_turned, &edges_turned);
        assert_eq!(one.graph, other.graph);
        assert_eq!(edge_ids(&one), ["a->b", "a->b#2", "k", "c->a"]);
        assert!(one.problems.is_empty());
    }

    #[test]
    fn a_graph_can_be_built_again_from_its_own_rows() {
        let graph = build(&[("b", "a"), ("a", "")], &[("k", "b", "a", "x"), ("", "a", "b", "")]);
        let mut builder = GraphBuilder::with_nodes_of(&graph.graph);
        for edge in graph.graph.edges() {
            let (source, target) = (edge.source().index(), edge.target().index());
            builder.edge_between(source.0, target.0, edge.into());
        }
        assert_eq!(builder.finish().graph, graph.graph);
    }

    #[test]
    fn made_ids_never_meet_each_other_or_given_ones() {
        let nodes = [("a", ""), ("b->c", ""), ("a->b", ""), ("c", ""), ("b#2", ""), ("b", "")];
        let edges = [
            ("", "a", "b->c", ""),
            ("", "a->b", "c", ""),
            ("", "a", "b#2", ""),
            ("", "a", "b", "1"),
            ("", "a", "b", "2"),
            ("a->c", "a", "a", ""),
            ("", "a", "c", ""),
        ];
        let built = build(&nodes, &edges);
        let mut ids = edge_ids(&built);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), edges.len(), "{ids:?}");
    }

    #[test]
    fn what_holds_nodes_is_a_partition() {
        let graph = build(&[("a", ""), ("b", "a")], &[]).graph;
        let partitions: Vec<bool> = graph.nodes().map(|node| node.is_partition()).collect();
        assert_eq!(partitions, [true, false]);
    }

    #[test]
    fn everything_that_does_not_fit_is_told_and_left_out() {
        let mut builder = GraphBuilder::default();
        builder.layer(Layer::plain("l"));
        builder.layer(Layer::plain("l"));
        for (id, parent, layer) in
            [("a", "b", "l"), ("b", "a", "m"), ("", "", "l"), ("a", "", "l"), ("c", "x", "l")]
        {
            builder.node(NodeRow {
                id,
                parent: Some(parent),
                layer: Some(layer),
                ..NodeRow::default()
            });
        }
        for (id, source, target) in
            [("e", "a", "x"), ("f", "x", "a"), ("g", "a", "b"), ("g", "b", "a")]
        {
            builder.edge(EdgeRow {
                id: Some(id),
                source,
                target,
                layer: Some("n"),
                ..EdgeRow::default()
            });
        }
        let built = builder.finish();
        assert_eq!(
            built.problems,
            [
                GraphProblem::DuplicateLayer { layer: 1, first: 0 },
                GraphProblem::HierarchyCycle { nodes: vec![0, 1] },
                GraphProblem::UnknownNodeLayer { node: 1 },
                GraphProblem::EmptyNodeId { node: 2 },
                GraphProblem::DuplicateNode { node: 3, first: 0 },
                GraphProblem::UnknownParent { node: 4 },
                GraphProblem::UnknownTarget { edge: 0 },
                GraphProblem::UnknownEdgeLayer { edge: 0 },
                GraphProblem::UnknownSource { edge: 1 },
                GraphProblem::UnknownEdgeLayer { edge: 1 },
                GraphProblem::UnknownEdgeLayer { edge: 2 },
                GraphProblem::DuplicateEdge { edge: 3, first: 2 },
                GraphProblem::UnknownEdgeLayer { edge: 3 },
            ]
        );
        let ids: Vec<_> = built.graph.nodes().map(|node| node.id()).collect();
        assert_eq!((ids, edge_ids(&built)), (vec!["a", "b", "c"], vec!["g"]));
        assert_eq!(built.graph.layers().len(), 3);
    }

    #[test]
    fn a_hierarchy_a_million_deep_is_built() {
        let mut builder = GraphBuilder::default();
        for at in 0..1_000_000u32 {
            let parent = format!("n{}", at.wrapping_sub(1));
            let parent = (at > 0).then_some(parent.as_str());
            builder.node(NodeRow { id: &format!("n{at}"), parent, ..NodeRow::default() });
        }
        let built = builder.finish();
        assert!(built.problems.is_empty());
        assert_eq!(built.graph.nodes().filter(|node| node.parent().is_none()).count(), 1);
    }
}
