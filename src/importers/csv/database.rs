//! Tables of SQLite databases, and what queries give.
//!
//! A database is only read, in memory, and can reach no other file. What a `-wal` file beside it
//! holds is not seen.

use std::io::Read;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, MAIN_DB, Statement};

use super::grid::{Grid, Refused, choose, most_for};
use crate::diagnostic::nearest;
use crate::query::{MOST_STEPS, guard};

/// Where in a database it says that it has a log beside it, and what it says if it has none.
const LOGGED: std::ops::Range<usize> = 18..20;
const NOT_LOGGED: u8 = 1;

/// Reads a table, or what a query gives. `usual` is the table that is meant if there are several
/// and none is named.
pub(super) fn read(
    bytes: &[u8],
    table: Option<&str>,
    query: Option<&str>,
    usual: &str,
) -> Result<Grid, Refused> {
    let database = open(bytes).map_err(|error| wrong(&error))?;
    let is_asked = query.is_some();
    let (name, query) = match (table, query) {
        (Some(_), Some(_)) => {
            let message = "`table` and `query` are both given".to_owned();
            return Err(Refused::new(message, "leave one of them out".to_owned()).about("query"));
        }
        (None, Some(query)) => ("query".to_owned(), query.to_owned()),
        (_, None) => {
            let names = tables(&database).map_err(|error| wrong(&error))?;
            let name = choose("table", &names, table, usual).map_err(|refused| {
                match bytes.get(LOGGED.start) {
                    Some(&NOT_LOGGED) | None => refused,
                    _ => {
                        let message = refused.message;
                        let message = format!("{message}; what a `-wal` file holds is not seen");
                        Refused { message, ..refused }
                    }
                }
            })?;
            let quoted = name.replace('"', "\"\"");
            (name, format!("SELECT * FROM \"{quoted}\""))
        }
    };
    // What is wrong with a query that nobody has written is wrong with the database.
    let about = |refused: Refused| if is_asked { refused.about("query") } else { refused };
    let mut statement = database.prepare(&query).map_err(|error| {
        let refused = about(wrong(&error));
        // The table that a query names may be misspelled as one that a plan names may.
        let near = missing_table(&error).and_then(|name| {
            let known = tables(&database).ok()?;
            nearest(&name, known.iter().map(String::as_str)).map(str::to_owned)
        });
        match near {
            Some(near) => Refused { help: format!("did you mean `{near}`?"), ..refused },
            None => refused,
        }
    })?;
    rows(&mut statement, &name, bytes.len()).map_err(about)
}

fn rows(statement: &mut Statement<'_>, name: &str, size: usize) -> Result<Grid, Refused> {
    let mut grid = Grid::new(name, size);
    let count = statement.column_count();
    for column in 0..count {
        let header = statement.column_name(column).map_err(|error| wrong(&error))?;
        grid.cell(0, column as u32, header)?;
    }
    let mut rows = statement.query([]).map_err(|error| wrong(&error))?;
    let mut number = 0;
    while let Some(row) = rows.next().map_err(|error| wrong(&error))? {
        number += 1;
        for column in 0..count {
            let text = match row.get_ref(column).map_err(|error| wrong(&error))? {
                ValueRef::Null => continue,
                ValueRef::Integer(whole) => whole.to_string(),
                ValueRef::Real(number) => number.to_string(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                ValueRef::Blob(_) => {
                    let message = format!("row {number} holds bytes in column {}", column + 1);
                    return Err(Refused::new(
                        message,
                        "`query:` may leave the column out".to_owned(),
                    ));
                }
            };
            if !text.is_empty() {
                grid.cell(number, column as u32, &text)?;
            }
        }
    }
    Ok(grid)
}

fn open(bytes: &[u8]) -> rusqlite::Result<Connection> {
    let mut database = Connection::open_in_memory()?;
    // A database in memory has no log.
    let mut header = bytes[..bytes.len().min(100)].to_vec();
    if let Some(marks) = header.get_mut(LOGGED) {
        marks.fill(NOT_LOGGED);
    }
    let whole = header.as_slice().chain(&bytes[header.len()..]);
    database.deserialize_read_exact(MAIN_DB, whole, bytes.len(), true)?;
    guard(&mut database, most_for(bytes.len()))?;
    Ok(database)
}

fn tables(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = database.prepare(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') \
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect::<rusqlite::Result<_>>()
}

/// Returns the name of a table that there is not.
fn missing_table(error: &rusqlite::Error) -> Option<String> {
    let text = error.to_string();
    let (_, rest) = text.split_once("no such table: ")?;
    rest.split_whitespace().next().map(str::to_owned)
}

/// Says what went wrong.
fn wrong(error: &rusqlite::Error) -> Refused {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::CannotOpen) => {
            let message = format!("the database cannot be read: {error}");
            Refused::new(message, "`sqlite3 FILE .recover` may save what is in it".to_owned())
        }
        Some(ErrorCode::OperationInterrupted) => {
            let message = format!("the query takes more than {MOST_STEPS} steps");
            Refused::new(message, "does it end at all?".to_owned())
        }
        _ => {
            let message = format!("the query cannot be run: {error}");
            let help = match message.contains("not authorized") {
                true => "it may read, and not ask for the time or for chance",
                false => "a query reads: `select id, label from nodes`",
            };
            Refused::new(message, help.to_owned())
        }
    }
}
