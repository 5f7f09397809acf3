//! The edges of several graphs.

use std::cmp::Ordering;
use std::ops::Range;

use super::nodes::SameNodes;
use super::settle::{Row, Settler, all_rows, place};
use crate::diagnostic::Diagnostic;
use crate::graph::{Edge, EdgeId, EdgeRow, Graph, GraphBuilder, Node, UnionColumn, has_made_id};
use crate::step::NamedGraph;

/// The edges of all graphs, by ends and id.
pub(super) struct SameEdges<'a> {
    graphs: &'a [&'a Graph],
    columns: Vec<UnionColumn<'a>>,
    rows: Vec<EdgePlace>,
    /// The edges of the result, as ranges of `rows`.
    groups: Vec<Range<u32>>,
}

/// A row, with what decides which other rows are the same edge.
#[derive(Clone, Copy)]
struct EdgePlace {
    /// The places of source and target among all ids.
    ends: (u32, u32),
    has_made_id: bool,
    row: Row,
}

impl<'a> SameEdges<'a> {
    pub(super) fn of(graphs: &'a [&'a Graph], nodes: &SameNodes<'_>) -> SameEdges<'a> {
        let tables: Vec<_> = graphs.iter().map(|graph| graph.edge_attributes()).collect();
        let columns = UnionColumn::of(&tables);
        let edges = SameEdges { graphs, columns, rows: Vec::new(), groups: Vec::new() };
        let place = |row: Row| {
            let edge = edges.edge(row);
            let place = |node: Node<'_>| nodes.places[row.graph as usize][node.index().0 as usize];
            let ends = (place(edge.source()), place(edge.target()));
            EdgePlace { ends, has_made_id: has_made_id(edge), row }
        };
        let mut rows: Vec<EdgePlace> =
            all_rows(graphs, Graph::edge_count).into_iter().map(place).collect();
        // Each graph is sorted by ends, and the sort finds and merges what is sorted.
        rows.sort_by_key(|edge| edge.ends);
        let mut groups = Vec::with_capacity(rows.len());
        let mut start = 0;
        for parallel in rows.chunk_by_mut(|a, b| a.ends == b.ends) {
            if parallel.len() > 1 {
                parallel.sort_by(|a, b| edges.compare(a, b));
            }
            for same in parallel.chunk_by(|a, b| edges.compare(a, b).is_eq()) {
                let end = start + same.len() as u32;
                let made = if same[0].has_made_id { most_in_one_graph(same) } else { 0 };
                match made {
                    0 => groups.push(start..end),
                    // They are alike, so any of them stands for each.
                    _ => groups.extend((start..end).take(made).map(|at| at..at + 1)),
                }
                start = end;
            }
        }
        SameEdges { rows, groups, ..edges }
    }

    fn edge(&self, row: Row) -> Edge<'a> {
        self.graphs[row.graph as usize].edge(EdgeId(row.row))
    }

    /// Compares parallel edges: those that are the same are equal.
    fn compare(&self, a: &EdgePlace, b: &EdgePlace) -> Ordering {
        let by_kind = a.has_made_id.cmp(&b.has_made_id);
        let (one, other) = (self.edge(a.row), self.edge(b.row));
        if by_kind.is_ne() || !a.has_made_id {
            return by_kind.then_with(|| one.id().cmp(other.id()));
        }
        let cell = |column: &UnionColumn<'a>, at: &EdgePlace| {
            column.get(at.row.graph as usize, at.row.row as usize)
        };
        let (x, y) = (EdgeRow::from(one), EdgeRow::from(other));
        (x.label, x.layer, x.comment)
            .cmp(&(y.label, y.layer, y.comment))
            .then_with(|| x.weight.total_cmp(&y.weight))
            .then_with(|| {
                let compare = |c: &UnionColumn<'a>| c.compare(cell(c, a), cell(c, b));
                self.columns.iter().map(compare).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
            })
    }

    pub(super) fn add_to(&self, builder: &mut GraphBuilder, settler: &mut Settler<'_>) {
        let mut rows = Vec::new();
        for group in &self.groups {
            let first = self.fill(group, &mut rows);
            let id = self.edge(first.row).id();
            let row = |at: Row| EdgeRow::from(self.edge(at));
            let mut text = |field, get: &dyn Fn(Row) -> Option<&'a str>| {
                let get = |at| get(at).filter(|text| !text.is_empty());
                settler.settle(("edge", id, field), &rows, get, |a, b| a == b)
            };
            let merged = EdgeRow {
                id: (!first.has_made_id).then_some(id),
                label: text("label", &|at| Some(row(at).label)).unwrap_or_default(),
                layer: text("layer", &|at| row(at).layer),
                comment: text("comment", &|at| Some(row(at).comment)).unwrap_or_default(),
                weight: settler.settle_weight(("edge", id), &rows, |at| self.edge(at).weight()),
                ..EdgeRow::default()
            };
            builder.edge_between(first.ends.0, first.ends.1, merged);
        }
        for column in &self.columns {
            let cells = self.groups.iter().map(|group| {
                let first = self.fill(group, &mut rows);
                settler.settle_cell(("edge", self.edge(first.row).id()), &rows, column)
            });
            builder.edge_attribute(column.collect(cells));
        }
    }

    /// Puts the rows of a group into `rows` and returns its first.
    fn fill(&self, group: &Range<u32>, rows: &mut Vec<Row>) -> EdgePlace {
        let group = &self.rows[group.start as usize..group.end as usize];
        rows.clear();
        rows.extend(group.iter().map(|edge| edge.row));
        group[0]
    }

    pub(super) fn other_ends(&self, one: u32, other: u32, others: &[NamedGraph]) -> Diagnostic {
        let row = |at: u32| self.rows[self.groups[at as usize].start as usize].row;
        let ends = |row: Row| {
            let edge = self.edge(row);
            let (source, target) = (edge.source().id(), edge.target().id());
            format!("from `{source}` to `{target}` in {}", place(row, others))
        };
        let (one, other) = (row(one), row(other));
        let id = self.edge(one).id();
        let message = format!("the edge `{id}` goes {}, but {}", ends(one), ends(other));
        Diagnostic::error("merge-conflict", message).help("give one of them another id")
    }
}

/// Returns how many of the rows, which are in order of graphs, one graph has at most.
fn most_in_one_graph(same: &[EdgePlace]) -> usize {
    same.chunk_by(|a, b| a.row.graph == b.row.graph).map(<[_]>::len).max().unwrap_or(0)
}
