//! A graph, and tables of a plan, as tables of SQLite.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::graph::{Attribute, EdgeRow, Graph, NodeRow, Table, Type, Value};
use crate::query::{quoted, sql, type_name};

/// Makes the tables `nodes`, `edges` and `layers`.
pub(super) fn fill(database: &Connection, graph: &Graph) -> rusqlite::Result<()> {
    let fields = [
        ("id", Type::Text),
        ("label", Type::Text),
        ("layer", Type::Text),
        ("belongs_to", Type::Text),
        ("is_partition", Type::Boolean),
        ("weight", Type::Number),
        ("comment", Type::Text),
    ];
    let rows = graph.nodes().map(NodeRow::from).map(|row| {
        [
            Value::Text(row.id),
            text(row.label),
            text(row.layer),
            text(row.parent),
            Value::Boolean(row.is_partition),
            Value::Number(row.weight),
            text(Some(row.comment).filter(|comment| !comment.is_empty())),
        ]
    });
    insert(database, "nodes", &fields, graph.node_attributes(), rows)?;
    let fields = [
        ("id", Type::Text),
        ("source", Type::Text),
        ("target", Type::Text),
        ("label", Type::Text),
        ("layer", Type::Text),
        ("weight", Type::Number),
        ("comment", Type::Text),
    ];
    let rows = graph.edges().map(EdgeRow::from).map(|row| {
        [
            text(row.id),
            Value::Text(row.source),
            Value::Text(row.target),
            Value::Text(row.label),
            text(row.layer),
            Value::Number(row.weight),
            text(Some(row.comment).filter(|comment| !comment.is_empty())),
        ]
    });
    insert(database, "edges", &fields, graph.edge_attributes(), rows)?;
    let fields = [("id", Type::Text), ("label", Type::Text)];
    let rows =
        graph.layers().iter().map(|layer| [Value::Text(&layer.id), Value::Text(&layer.label)]);
    insert(database, "layers", &fields, &[], rows)?;
    database.execute_batch(
        "CREATE UNIQUE INDEX nodes_by_id ON nodes (id);
         CREATE INDEX nodes_by_partition ON nodes (belongs_to);
         CREATE INDEX edges_by_source ON edges (source);
         CREATE INDEX edges_by_target ON edges (target)",
    )
}

/// Makes a table of a table of the plan.
pub(super) fn fill_table(database: &Connection, name: &str, table: &Table) -> rusqlite::Result<()> {
    let rows = (0..table.row_count()).map(|_| []);
    insert(database, name, &[], table.columns(), rows)
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::Text)
}

fn insert<'g, const N: usize>(
    database: &Connection,
    table: &str,
    fields: &[(&str, Type)],
    attributes: &[Attribute],
    rows: impl Iterator<Item = [Value<'g>; N]>,
) -> rusqlite::Result<()> {
    let names = column_names(fields, attributes);
    let kinds = fields.iter().map(|field| field.1).chain(attributes.iter().map(Attribute::kind));
    let column = |(name, kind): (&String, Type)| format!("{} {}", quoted(name), type_name(kind));
    let columns: Vec<String> = names.iter().zip(kinds).map(column).collect();
    if columns.is_empty() {
        // A table has a column, also one without any.
        return database.execute_batch(&format!("CREATE TABLE {} (empty)", quoted(table)));
    }
    let table = quoted(table);
    database.execute_batch(&format!("CREATE TABLE {table} ({})", columns.join(", ")))?;
    let places = vec!["?"; columns.len()].join(", ");
    let mut statement = database.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?;
    for (at, row) in rows.enumerate() {
        let cells = row.into_iter().chain(attributes.iter().map(|column| column.get(at)));
        for (place, cell) in cells.enumerate() {
            statement.raw_bind_parameter(place + 1, sql(cell))?;
        }
        statement.raw_execute()?;
    }
    Ok(())
}

/// Returns the names of all columns, of which SQLite sees no two as one.
fn column_names(fields: &[(&str, Type)], attributes: &[Attribute]) -> Vec<String> {
    let mut names: Vec<String> = fields.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut taken: HashSet<String> = names.iter().cloned().collect();
    for column in attributes {
        let mut name = column.name.replace('\0', "\u{2400}");
        while !taken.insert(name.to_ascii_lowercase()) {
            name.insert_str(0, "attribute_");
        }
        names.push(name);
    }
    names
}
