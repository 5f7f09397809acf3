//! The one value of a field that several graphs have.

use std::fmt::Display;

use super::OnConflict;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::graph::{Graph, UnionColumn, Value};
use crate::step::NamedGraph;

/// A row of one of the graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) graph: u32,
    pub(super) row: u32,
}

/// Settles what the one value of a field is.
pub(super) struct Settler<'a> {
    pub(super) on_conflict: OnConflict,
    pub(super) named: &'a [NamedGraph],
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl Settler<'_> {
    /// Returns the value that the rows of one thing agree on, if one of them has any.
    ///
    /// `about` is what the thing is, its id and the name of the field.
    pub(super) fn settle<T: Copy + Display>(
        &mut self,
        about: (&str, &str, &str),
        rows: &[Row],
        get: impl Fn(Row) -> Option<T>,
        is_same: impl Fn(T, T) -> bool,
    ) -> Option<T> {
        let mut settled: Option<(Row, T)> = None;
        for row in rows {
            let Some(value) = get(*row) else { continue };
            settled = match (settled, self.on_conflict) {
                (None, _) | (_, OnConflict::Last) => Some((*row, value)),
                (Some(first), OnConflict::First) => Some(first),
                (Some(first), OnConflict::Error) => {
                    if !is_same(first.1, value) {
                        self.report(about, (first.0, &first.1), (*row, &value));
                    }
                    Some(first)
                }
            };
        }
        settled.map(|(_, value)| value)
    }

    /// Settles a weight; 1 is the same as none.
    pub(super) fn settle_weight(
        &mut self,
        (what, id): (&str, &str),
        rows: &[Row],
        weight: impl Fn(Row) -> f64,
    ) -> f64 {
        let get = |row| Some(weight(row)).filter(|weight| *weight != 1.0);
        self.settle((what, id, "weight"), rows, get, |a, b| a == b).unwrap_or(1.0)
    }

    /// Settles a cell of a further column.
    pub(super) fn settle_cell<'a>(
        &mut self,
        (what, id): (&str, &str),
        rows: &[Row],
        column: &UnionColumn<'a>,
    ) -> Value<'a> {
        let get = |at: Row| {
            let cell = column.get(at.graph as usize, at.row as usize);
            Some(cell).filter(|cell| *cell != Value::Null)
        };
        let is_same = |a, b| column.compare(a, b).is_eq();
        self.settle((what, id, column.name()), rows, get, is_same).unwrap_or(Value::Null)
    }

    fn report(
        &mut self,
        (what, id, field): (&str, &str, &str),
        one: (Row, &dyn Display),
        other: (Row, &dyn Display),
    ) {
        let named = self.named;
        self.diagnostics.push_with(Severity::Error, || {
            let (one_place, other_place) = (place(one.0, named), place(other.0, named));
            let message = format!(
                "the {what} `{id}` has `{field}` `{}` in {one_place}, but `{}` in {other_place}",
                one.1, other.1
            );
            let help = "make them agree, or say which wins: `on_conflict: first` or `last`";
            Diagnostic::error("merge-conflict", message).help(help)
        });
    }
}

/// Says which graph a row is in.
pub(super) fn place(row: Row, named: &[NamedGraph]) -> String {
    named.get(row.graph as usize).map_or_else(String::new, |graph| format!("`{}`", graph.name))
}

/// Returns every row of every graph, graph by graph.
pub(super) fn all_rows(graphs: &[&Graph], count: impl Fn(&Graph) -> usize) -> Vec<Row> {
    let rows = graphs.iter().zip(0u32..);
    rows.flat_map(|(g, graph)| (0..count(g) as u32).map(move |row| Row { graph, row })).collect()
}
