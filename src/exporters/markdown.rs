//! Exports a table as Markdown: a table as GitHub Flavored Markdown has it (its specification,
//! 4.10), numbers to the right.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::template::md;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Attribute, Type, Value};
use crate::step::{Exporter, InputFile, NamedTable};

/// Exports a table.
pub struct Markdown;

/// Settings of the `markdown` export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MarkdownOptions {
    /// The heading above the table; none unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

impl Exporter for Markdown {
    const KIND: &'static str = "markdown";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a table as Markdown";
    const EXTENSIONS: &'static [&'static str] = &["md", "markdown"];
    type Options = MarkdownOptions;
    type From = NamedTable;

    fn export(
        options: &MarkdownOptions,
        from: &[NamedTable],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        _diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedTable { table, .. }) = from.first() else { return Ok(()) };
        let mut text = String::new();
        if let Some(title) = &options.title {
            text.push_str("# ");
            text.push_str(&md(title));
            text.push_str("\n\n");
        }
        row(&mut text, table.columns().iter().map(|column| Value::Text(&column.name)));
        let is_number = |column: &Attribute| matches!(column.kind(), Type::Integer | Type::Number);
        for column in table.columns() {
            text.push_str(if is_number(column) { "| ---: " } else { "| --- " });
        }
        text.push_str("|\n");
        for at in 0..table.row_count() {
            row(&mut text, table.row(at));
        }
        out.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

fn row<'a>(out: &mut String, cells: impl Iterator<Item = Value<'a>>) {
    for cell in cells {
        out.push_str("| ");
        match cell {
            Value::Null => {}
            Value::Text(text) => out.push_str(&md(text)),
            // Writing to a text cannot fail.
            other => drop(write!(out, "{other}")),
        }
        out.push(' ');
    }
    out.push_str("|\n");
}

#[cfg(test)]
mod tests {
    use super::super::testing::table_text;
    use super::*;

    #[test]
    fn cells_show_what_they_hold() {
        assert_eq!(
            table_text::<Markdown>(r##"{"title": "A #1"}"##),
            "# A \\#1\n\n\
             | name | size | a,b |\n\
             | --- | ---: | --- |\n\
             | zoé | 2 | true |\n\
             | x<br>y |  | false |\n\
             | \\|\\`\\*\\<b\\> | -0.5 |  |\n"
        );
    }
}
