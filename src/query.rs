//! What all that uses SQLite has in common: how types, cells and names stand in it, and a guard by
//! which queries only read, they end, and the same data gives the same rows.
//!
//! Knows a connection; what is in it is its callers' knowledge.

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::graph::{Type, Value};

/// How many steps of SQLite's machine are taken before a query is given up.
pub(crate) const MOST_STEPS: i32 = 400_000_000;
/// The functions that tell of chance, the time or this program, and those that may.
const REFUSED: &[&str] = &[
    "changes",
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "datetime",
    "julianday",
    "last_insert_rowid",
    "random",
    "randomblob",
    "sqlite_compileoption_get",
    "sqlite_compileoption_used",
    "sqlite_source_id",
    "sqlite_version",
    "strftime",
    "time",
    "timediff",
    "total_changes",
    "unixepoch",
];

/// Lets a connection do nothing from now on but read, for so many steps, texts of so many bytes.
pub(crate) fn guard(database: &mut Connection, longest: usize) -> rusqlite::Result<()> {
    database.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => {
            Authorization::Allow
        }
        // The same file gives the same rows.
        AuthAction::Function { function_name } => {
            match REFUSED.iter().any(|name| name.eq_ignore_ascii_case(function_name)) {
                true => Authorization::Deny,
                false => Authorization::Allow,
            }
        }
        _ => Authorization::Deny,
    }))?;
    let longest = i32::try_from(longest).unwrap_or(i32::MAX);
    database.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
    let mut left = MOST_STEPS / 1_000;
    database.progress_handler(
        1_000,
        Some(move || {
            left -= 1;
            left < 0
        }),
    )
}

/// Returns the word for a column's type.
pub(crate) fn type_name(kind: Type) -> &'static str {
    match kind {
        Type::Text => "TEXT",
        Type::Integer => "INTEGER",
        Type::Number => "REAL",
        Type::Boolean => "BOOLEAN",
        Type::Date => "DATE",
    }
}

/// Returns a cell as SQLite has it: days are texts, truth values are 1 and 0.
pub(crate) fn sql(value: Value<'_>) -> ToSqlOutput<'_> {
    match value {
        Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
        Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Value::Integer(number) => ToSqlOutput::Borrowed(ValueRef::Integer(number)),
        Value::Number(number) => ToSqlOutput::Borrowed(ValueRef::Real(number)),
        Value::Boolean(truth) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(truth))),
        Value::Date(date) => ToSqlOutput::Owned(date.to_string().into()),
    }
}

/// Returns the name of a column, as it stands in a statement.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
