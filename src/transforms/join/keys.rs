//! Which row of a table each node or edge matches.

use std::collections::HashMap;

use super::{NO_ROW, On, Options, Unmatched, about_table, find};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, Severity, nearest};
use crate::graph::{Bits, EdgeId, EdgeRow, Graph, NodeId, NodeRow, Table, Value};
use crate::transforms::names::Owner;

/// Both sides of what is compared.
pub(super) struct Keys<'a> {
    owner: Owner,
    table: &'a Table,
    /// Fields or attributes, each with the place of its column.
    pairs: Vec<(&'a str, usize)>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(
        options: &'a Options,
        owner: Owner,
        graph: &Graph,
        table: &'a Table,
        diagnostics: &mut Diagnostics,
    ) -> Result<Keys<'a>, Failed> {
        let pairs: Vec<(&str, &str)> = match &options.on {
            On::Same(name) => vec![(name, name)],
            On::Pairs(pairs) => pairs.iter().map(|(own, other)| (&**own, &**other)).collect(),
        };
        if pairs.is_empty() {
            let problem = Diagnostic::error("no-key", "`on` names nothing to compare");
            return Err(diagnostics.fail(problem.help("`on: id` compares ids with a column `id`")));
        }
        let mut found = Vec::new();
        for (own, other) in &pairs {
            let is_own =
                owner.fields().contains(own) || owner.find(own, graph, diagnostics).is_ok();
            if let (true, Ok(at)) = (is_own, find(table, other, options, diagnostics)) {
                found.push((*own, at));
            }
        }
        if found.len() == pairs.len() {
            Ok(Keys { owner, table, pairs: found })
        } else {
            Err(Failed)
        }
    }

    /// Returns for each node or edge the row that it matches.
    pub(super) fn matched(
        &self,
        options: &Options,
        graph: &Graph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Vec<u32>, Failed> {
        let mut rows: HashMap<String, u32> = HashMap::with_capacity(self.table.row_count());
        let mut key = String::new();
        for row in 0..self.table.row_count() as u32 {
            if !self.key_of_row(row, &mut key) {
                continue;
            }
            match rows.get(&key) {
                Some(first) => {
                    let first = *first;
                    diagnostics.push_with(Severity::Error, || self.twice(options, first, row));
                }
                None => {
                    rows.insert(key.clone(), row);
                }
            }
        }
        let count = match self.owner {
            Owner::Nodes => graph.node_count(),
            Owner::Edges => graph.edge_count(),
        };
        let mut is_used = Bits::all(self.table.row_count(), false);
        let mut matched = vec![NO_ROW; count];
        for (at, place) in matched.iter_mut().enumerate() {
            if self.key_of_own(graph, at as u32, &mut key)
                && let Some(row) = rows.get(&key)
            {
                *place = *row;
                is_used.set(*row as usize, true);
            }
        }
        if options.unmatched != Unmatched::Ignore {
            let unused =
                (0..self.table.row_count() as u32).filter(|row| !is_used.get(*row as usize));
            let severity = match options.unmatched {
                Unmatched::Fail => Severity::Error,
                _ => Severity::Warning,
            };
            for row in unused {
                diagnostics.push_with(severity, || self.unused(options, graph, row, severity));
            }
        }
        if diagnostics.has_errors() { Err(Failed) } else { Ok(matched) }
    }

    /// Writes the key of a row; `false` if some of it is empty.
    fn key_of_row(&self, row: u32, key: &mut String) -> bool {
        key.clear();
        self.pairs.iter().all(|(_, column)| {
            let value = self.table.columns()[*column].get(row as usize);
            write_part(key, value)
        })
    }

    /// Writes the key of a node or edge; `false` if some of it is empty.
    fn key_of_own(&self, graph: &Graph, at: u32, key: &mut String) -> bool {
        key.clear();
        self.pairs.iter().all(|(name, _)| match own_value(self.owner, graph, at, name) {
            Own::Value(value) => write_part(key, value),
            Own::Weight(weight) => write_part(key, Value::Number(weight)),
        })
    }

    fn shown(&self, row: u32) -> String {
        let part = |(_, column): &(&str, usize)| {
            let column = &self.table.columns()[*column];
            format!("`{}` is `{}`", column.name, column.get(row as usize))
        };
        self.pairs.iter().map(part).collect::<Vec<_>>().join(" and ")
    }

    fn twice(&self, options: &Options, first: u32, row: u32) -> Diagnostic {
        let (first, second) = (u64::from(first) + 1, u64::from(row) + 1);
        let message = format!("the rows {first} and {second} have one key: {}", self.shown(row));
        about_table(options, "same-key", message)
            .help("leave one of them out, or let `on` compare more columns")
    }

    fn unused(&self, options: &Options, graph: &Graph, row: u32, severity: Severity) -> Diagnostic {
        let one = self.owner.one();
        let number = u64::from(row) + 1;
        let message = format!("row {number} matches no {one}: {}", self.shown(row));
        let mut problem = about_table(options, "unmatched-row", message);
        problem.severity = severity;
        if let [("id", column)] = self.pairs[..]
            && self.owner == Owner::Nodes
            && let Value::Text(id) = self.table.columns()[column].get(row as usize)
            && let Some(near) = nearest(id, graph.nodes().map(|node| node.id()))
        {
            return problem.help(format!("did you mean `{near}`?"));
        }
        problem
    }
}

/// A value of a node or edge.
enum Own<'g> {
    Value(Value<'g>),
    Weight(f64),
}

fn own_value<'g>(owner: Owner, graph: &'g Graph, at: u32, name: &str) -> Own<'g> {
    let text = |text: Option<&'g str>| Own::Value(text.map_or(Value::Null, Value::Text));
    if !owner.fields().contains(&name) {
        let column = owner.attributes(graph).iter().find(|column| column.name == name);
        return Own::Value(column.map_or(Value::Null, |column| column.get(at as usize)));
    }
    match owner {
        Owner::Nodes => {
            let row = NodeRow::from(graph.node(NodeId(at)));
            match name {
                "id" => text(Some(row.id)),
                "label" => text(row.label),
                "layer" => text(row.layer),
                "belongs_to" => text(row.parent),
                "comment" => text(Some(row.comment)),
                "is_partition" => Own::Value(Value::Boolean(row.is_partition)),
                _ => Own::Weight(row.weight),
            }
        }
        Owner::Edges => {
            let row = EdgeRow::from(graph.edge(EdgeId(at)));
            match name {
                "id" => text(row.id),
                "label" => text(Some(row.label)),
                "layer" => text(row.layer),
                "source" => text(Some(row.source)),
                "target" => text(Some(row.target)),
                "comment" => text(Some(row.comment)),
                _ => Own::Weight(row.weight),
            }
        }
    }
}

/// Writes a part of a key, which tells where it ends; `false` if it is empty.
fn write_part(key: &mut String, value: Value<'_>) -> bool {
    let text = value.to_string();
    key.push_str(&text.len().to_string());
    key.push(':');
    key.push_str(&text);
    !text.is_empty()
}
