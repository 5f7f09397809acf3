//! Statements of SQL to data: what they say of tables; the only file that names the SQL parser.
//!
//! The document has `tables`, each with `name`, `schema` and `columns`, and `foreign_keys`, each
//! with `name`, `table`, `columns`, `references` and `referenced_columns`. Statements other than
//! `CREATE TABLE` and `ALTER TABLE` are left unread.

use sqlparser::ast::{
    AlterTableOperation, ColumnOption, CreateTable, ForeignKeyConstraint, Ident, ObjectName,
    Statement, TableConstraint,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::super::graph_file::{Draft, Read, Sort};
use super::data::{Data, Kind};
use super::sql_tokens::without_expressions;
use crate::diagnostic::Diagnostic;

/// How deep expressions may nest.
const DEEPEST: usize = 20;

/// Reads the text of the draft.
pub fn read(draft: &Draft<'_>, data: &mut Data) -> Read {
    let places = Places::of(draft.text);
    let tokens = Tokenizer::new(&GenericDialect {}, draft.text)
        .tokenize_with_location()
        .map_err(|error| broken(draft, places.byte(error.location), &error.message))?;
    let mut keys = Vec::new();
    data.open(Kind::Map, 0);
    data.key("tables");
    data.open(Kind::List, 0);
    for tokens in tokens.split(|token| token.token == Token::SemiColon) {
        if !is_about_tables(tokens) {
            continue;
        }
        let start = first_words(tokens).next().map_or(0, |token| places.byte(token.span.start));
        let kept = without_expressions(tokens)
            .map_err(|place| broken(draft, places.byte(place), "too many words without a comma"))?;
        let mut parser = Parser::new(&GenericDialect {})
            .with_recursion_limit(DEEPEST)
            .with_tokens_with_locations(kept);
        let statement = parser.parse_statement().map_err(|error| {
            let place = parser.peek_token().span.start;
            let place = if place.line == 0 { start } else { places.byte(place) };
            broken(draft, place, &reason(error))
        })?;
        match statement {
            Statement::CreateTable(table) => create(&table, start, &places, data, &mut keys),
            Statement::AlterTable(alter) => {
                for operation in alter.operations {
                    if let AlterTableOperation::AddConstraint {
                        constraint: TableConstraint::ForeignKey(key),
                        ..
                    } = operation
                    {
                        keys.push(Key { table: name_of(&alter.name), key, columns: None });
                    }
                }
            }
            _ => {}
        }
    }
    data.close();
    data.key("foreign_keys");
    data.open(Kind::List, 0);
    keys.iter().for_each(|key| key.add(&places, data));
    data.close();
    data.close();
    Ok(())
}

/// A foreign key, the table that has it, and its column if it stands at one.
struct Key {
    table: String,
    key: ForeignKeyConstraint,
    columns: Option<Ident>,
}

impl Key {
    fn add(&self, places: &Places<'_>, data: &mut Data) {
        let target = &self.key.foreign_table;
        let place = ident_of(target).map_or(0, |ident| places.byte(ident.span.start));
        let columns = self.columns.as_ref().map_or(&self.key.columns[..], std::slice::from_ref);
        data.open(Kind::Map, place);
        if let Some(name) = &self.key.name {
            text("name", &name.value, place, data);
        }
        text("table", &self.table, place, data);
        text("references", &name_of(target), place, data);
        for (name, columns) in
            [("columns", columns), ("referenced_columns", &self.key.referred_columns[..])]
        {
            data.key(name);
            data.open(Kind::List, place);
            for column in columns {
                let place = places.byte(column.span.start);
                data.scalar(Kind::Scalar(Sort::Text), &column.value, place);
            }
            data.close();
        }
        data.close();
    }
}

fn create(
    table: &CreateTable,
    start: u32,
    places: &Places<'_>,
    data: &mut Data,
    keys: &mut Vec<Key>,
) {
    let place = ident_of(&table.name).map_or(start, |ident| places.byte(ident.span.start));
    let name = name_of(&table.name);
    data.open(Kind::Map, place);
    text("name", &name, place, data);
    if let Some((schema, _)) = name.rsplit_once('.') {
        text("schema", schema, place, data);
    }
    let mut primary = Vec::new();
    for constraint in &table.constraints {
        match constraint {
            TableConstraint::ForeignKey(key) => {
                keys.push(Key { table: name.clone(), key: key.clone(), columns: None });
            }
            TableConstraint::PrimaryKey(key) => {
                primary.extend(key.columns.iter().map(|column| column.column.expr.to_string()));
            }
            _ => {}
        }
    }
    data.key("columns");
    data.open(Kind::List, place);
    for column in &table.columns {
        let place = places.byte(column.name.span.start);
        data.open(Kind::Map, place);
        text("name", &column.name.value, place, data);
        text("type", &column.data_type.to_string(), place, data);
        let mut is_primary = primary.contains(&column.name.to_string());
        for option in &column.options {
            match &option.option {
                ColumnOption::PrimaryKey(_) => is_primary = true,
                ColumnOption::ForeignKey(key) => keys.push(Key {
                    table: name.clone(),
                    key: key.clone(),
                    columns: Some(column.name.clone()),
                }),
                _ => {}
            }
        }
        if is_primary {
            data.key("primary_key");
            data.scalar(Kind::Scalar(Sort::Boolean), "true", place);
        }
        data.close();
    }
    data.close();
    data.close();
}

fn text(key: &str, text: &str, place: u32, data: &mut Data) {
    data.key(key);
    data.scalar(Kind::Scalar(Sort::Text), text, place);
}

/// Returns a name without its quotes.
fn name_of(name: &ObjectName) -> String {
    let parts = name.0.iter().filter_map(|part| part.as_ident());
    let parts: Vec<&str> = parts.map(|ident| ident.value.as_str()).collect();
    parts.join(".")
}

fn ident_of(name: &ObjectName) -> Option<&Ident> {
    name.0.first().and_then(|part| part.as_ident())
}

/// Whether a statement makes or changes a table.
fn is_about_tables(tokens: &[TokenWithSpan]) -> bool {
    let keyword = |token: &TokenWithSpan| match &token.token {
        Token::Word(word) => word.keyword,
        _ => Keyword::NoKeyword,
    };
    let words: Vec<Keyword> = first_words(tokens).take(4).map(keyword).collect();
    let is_made = matches!(words.first(), Some(Keyword::CREATE | Keyword::ALTER));
    // `CREATE TEMPORARY TABLE`, and not `CREATE INDEX … ON table`.
    let skipped = words.iter().skip(1).find(|word| {
        !matches!(
            word,
            Keyword::TEMP
                | Keyword::TEMPORARY
                | Keyword::GLOBAL
                | Keyword::LOCAL
                | Keyword::UNLOGGED
                | Keyword::FOREIGN
        )
    });
    is_made && skipped == Some(&Keyword::TABLE)
}

fn first_words(tokens: &[TokenWithSpan]) -> impl Iterator<Item = &TokenWithSpan> {
    tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_)))
}

fn reason(error: ParserError) -> String {
    match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => {
            text.split(" at Line").next().unwrap_or_default().to_owned()
        }
        ParserError::RecursionLimitExceeded => "it nests too deep".to_owned(),
    }
}

fn broken(draft: &Draft<'_>, place: u32, reason: &str) -> Box<Diagnostic> {
    let message = format!("the statement cannot be read: {reason}");
    draft.error((draft.base + place) as usize, "bad-sql", message)
}

/// Finds the byte where a character of a line stands.
struct Places<'t> {
    text: &'t str,
    lines: Vec<u32>,
}

impl<'t> Places<'t> {
    fn of(text: &'t str) -> Places<'t> {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1);
        Places { text, lines: [0].into_iter().chain(starts).collect() }
    }

    fn byte(&self, at: Location) -> u32 {
        let line = usize::try_from(at.line.saturating_sub(1)).unwrap_or(usize::MAX);
        let Some(start) = self.lines.get(line) else { return self.text.len() as u32 };
        let column = usize::try_from(at.column.saturating_sub(1)).unwrap_or(usize::MAX);
        let rest = &self.text[*start as usize..];
        let length = rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
        start + length as u32
    }
}
