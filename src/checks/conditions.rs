//! What rules have in common: which nodes, edges and rows they are about, and what they excuse.

use std::ops::Deref;

use crate::diagnostic::{Diagnostics, Failed};
use crate::expression::{EdgeCondition, Expression, NodeCondition};
use crate::finding::Findings;
use crate::graph::{Adjacency, Bits, Direction, Graph, Table};

/// Returns the nodes for which a condition holds; all, if there is none.
pub(super) fn nodes(
    condition: Option<&NodeCondition>,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Bits, Failed> {
    match condition {
        Some(condition) => condition.select(graph, diagnostics),
        None => Ok(Bits::all(graph.node_count(), true)),
    }
}

/// Returns the nodes for which a condition holds; all that are no partitions, if there is none.
pub(super) fn leaves(
    condition: Option<&NodeCondition>,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Bits, Failed> {
    match condition {
        Some(condition) => condition.select(graph, diagnostics),
        None => Ok(graph.nodes().map(|node| !node.is_partition()).collect()),
    }
}

/// Returns the edges for which a condition holds; all, if there is none.
pub(super) fn edges(
    condition: Option<&EdgeCondition>,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Bits, Failed> {
    match condition {
        Some(condition) => condition.select(graph, diagnostics),
        None => Ok(Bits::all(graph.edge_count(), true)),
    }
}

/// Returns where one step along some edges leads from each node; each step is along one edge.
pub(super) fn steps(graph: &Graph, edges: &Bits, direction: Direction) -> Adjacency {
    let all = || graph.edges().filter(|edge| edges.get(edge.index().0 as usize));
    let out =
        || all().map(|edge| (edge.source().index().0, edge.target().index().0, edge.index().0));
    let back = || out().map(|(source, target, edge)| (target, source, edge));
    match direction {
        Direction::Out => Adjacency::of_steps(graph.node_count(), out),
        Direction::In => Adjacency::of_steps(graph.node_count(), back),
        Direction::Both => {
            let back = || back().filter(|(from, to, _)| from != to);
            Adjacency::of_steps(graph.node_count(), || out().chain(back()))
        }
    }
}

/// Conditions for what is not to be told, though it is not as it should be.
pub(super) struct Exceptions<'o> {
    list: Vec<Exception<'o>>,
}

struct Exception<'o> {
    text: &'o str,
    fits: Bits,
    is_used: bool,
}

impl<'o> Exceptions<'o> {
    /// Works conditions over nodes or edges out for a graph.
    pub(super) fn of<C: Deref<Target = Expression>>(
        conditions: &'o [C],
        graph: &Graph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Exceptions<'o>, Failed> {
        Exceptions::with(conditions, |condition| condition.select(graph, diagnostics))
    }

    /// Works conditions over rows out for a table.
    pub(super) fn of_rows<C: Deref<Target = Expression>>(
        conditions: &'o [C],
        table: &Table,
        diagnostics: &mut Diagnostics,
    ) -> Result<Exceptions<'o>, Failed> {
        Exceptions::with(conditions, |condition| condition.select_rows(table, diagnostics))
    }

    fn with<C: Deref<Target = Expression>>(
        conditions: &'o [C],
        mut select: impl FnMut(&Expression) -> Result<Bits, Failed>,
    ) -> Result<Exceptions<'o>, Failed> {
        let each = conditions.iter().map(|condition| {
            Ok(Exception { text: condition.text(), fits: select(condition)?, is_used: false })
        });
        Ok(Exceptions { list: each.collect::<Result<_, Failed>>()? })
    }

    /// Returns whether what would be told of a row, node or edge is excused.
    pub(super) fn excuse(&mut self, row: u32) -> bool {
        let mut is_excused = false;
        for exception in &mut self.list {
            let fits = exception.fits.get(row as usize);
            exception.is_used |= fits;
            is_excused |= fits;
        }
        is_excused
    }

    /// Takes what is excused out of edges that ways may go along.
    pub(super) fn without(&mut self, mut edges: Bits) -> Bits {
        let excused: Vec<u32> = edges.ones().filter(|edge| self.excuse(*edge)).collect();
        excused.into_iter().for_each(|edge| edges.set(edge as usize, false));
        edges
    }

    /// Tells which exceptions excused nothing.
    pub(super) fn finish(self, findings: &mut Findings) {
        let unused = self.list.into_iter().filter(|exception| !exception.is_used);
        findings.unused.extend(unused.map(|exception| exception.text.to_owned()));
    }
}
