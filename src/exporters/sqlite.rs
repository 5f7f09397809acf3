//! The export kind `sqlite`: a database of SQLite, with the tables `layers`, `nodes` and `edges`.
//!
//! Columns have types; days are texts as in `2024-02-29`, truth values are 1 and 0. What a row
//! has no value for is `NULL`, and so is an empty comment. Foreign keys say which column names
//! rows of which table. Every text comes back as it was, but for a NUL in the name of a column,
//! which is shown by its picture (U+2400). The same graph gives the same bytes.

use rusqlite::Connection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tables::{Part, Rule, TableIds};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, Type};
use crate::query::{quoted, sql, type_name};
use crate::step::{Exporter, InputFile, NamedGraph};

/// Writes a database of SQLite.
pub(super) struct Sqlite;

/// How a database is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SqliteOptions {}

const BECAUSE: &str = "a table of SQLite sees no case, and has one column of a name";

impl Exporter for Sqlite {
    const KIND: &'static str = "sqlite";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a database of SQLite: tables of layers, nodes and edges";
    const EXTENSIONS: &'static [&'static str] = &["sqlite", "sqlite3", "db"];
    type Options = SqliteOptions;
    type From = NamedGraph;

    fn export(
        _options: &SqliteOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        let columns = Part::ALL.map(|part| part.columns(graph, fit_name, BECAUSE, diagnostics));
        write(out, graph, &columns).map_err(|error| {
            let message = format!("the database could not be written: {error}");
            diagnostics.fail(Diagnostic::error("sqlite-not-written", message))
        })
    }
}

fn write(
    out: &mut Vec<u8>,
    graph: &Graph,
    columns: &[Vec<(String, Type)>; 3],
) -> rusqlite::Result<()> {
    let mut database = Connection::open_in_memory()?;
    // A node may come before the partition that it names. What is overwritten is no secret, but
    // its leftovers would be in the file.
    database.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON; PRAGMA journal_mode = OFF; BEGIN",
    )?;
    for (part, columns) in Part::ALL.into_iter().zip(columns) {
        database.execute_batch(&create(part, columns))?;
        let cells = part.fields().len() + columns.len();
        let places = vec!["?"; cells].join(", ");
        let mut insert =
            database.prepare(&format!("INSERT INTO {} VALUES ({places})", part.name()))?;
        part.rows(graph, &TableIds::default(), |row| {
            for (at, value) in row.iter().enumerate() {
                insert.raw_bind_parameter(at + 1, sql(*value))?;
            }
            insert.raw_execute().map(|_| ())
        })?;
    }
    database.execute_batch(
        "CREATE INDEX nodes_by_partition ON nodes (belongs_to);
         CREATE INDEX edges_by_source ON edges (source);
         CREATE INDEX edges_by_target ON edges (target);
         COMMIT",
    )?;
    out.extend_from_slice(&database.serialize("main")?);
    Ok(())
}

/// Returns the statement that makes a table.
fn create(part: Part, columns: &[(String, Type)]) -> String {
    let fields = part.fields().iter().map(|field| {
        let rule = match field.rule {
            Rule::Id => " NOT NULL PRIMARY KEY".to_owned(),
            Rule::Always => " NOT NULL".to_owned(),
            Rule::Perhaps => String::new(),
            Rule::PerhapsIdOf(other) => format!(" REFERENCES {} (id)", other.name()),
            Rule::IdOf(other) => format!(" NOT NULL REFERENCES {} (id)", other.name()),
        };
        format!("{} {}{rule}", field.name, type_name(field.kind))
    });
    let columns =
        columns.iter().map(|(name, kind)| format!("{} {}", quoted(name), type_name(*kind)));
    let columns: Vec<String> = fields.chain(columns).collect();
    format!("CREATE TABLE {} (\n  {}\n)", part.name(), columns.join(",\n  "))
}

fn fit_name(name: &str) -> Option<String> {
    name.contains('\0').then(|| name.replace('\0', "\u{2400}"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{Attribute, Bits, EdgeRow, NodeRow, Values};

    #[test]
    fn a_table_has_the_columns_and_types_of_the_graph() {
        let case = Case::of(|builder| {
            builder.node(NodeRow::test("a", "A", Some("p")));
            builder.node(NodeRow::test("p", "P", None));
            let present = Bits::all(2, true);
            let values = Values::Number(vec![0.5, 2.0]);
            builder.node_attribute(Attribute { name: "a \"b\"".to_owned(), values, present });
            builder.edge(EdgeRow { source: "a", target: "p", ..EdgeRow::default() });
        });
        let (file, problems) = case.bytes::<Sqlite>("{}");
        assert!(problems.is_empty());
        assert!(file.starts_with(b"SQLite format 3\0"));
        assert_eq!(file, case.bytes::<Sqlite>("{}").0);
        let text = String::from_utf8_lossy(&file);
        for part in ["weight REAL NOT NULL", "\"a \"\"b\"\"\" REAL", "source TEXT NOT NULL REFER"] {
            assert!(text.contains(part), "{part}");
        }
    }
}
