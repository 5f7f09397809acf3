//! Statements of SQL to data: what they say of tables; the only file that names the SQL parser.
//!
//! The document has `tables`, each with `name`, `schema` and `columns`, and `foreign_keys`, each
//! with `name`, `table`, `columns`, `references` and `referenced_columns`. Statements other than
//! `CREATE TABLE`, and `ALTER TABLE` that adds columns or keys, are left unread.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use sqlparser::ast::{
    AlterTable, AlterTableOperation, ColumnDef, ColumnOption, CreateTable, ForeignKeyConstraint,
    Ident, ObjectName, Statement, TableConstraint,
};
use sqlparser::dialect::{
    Dialect, GenericDialect, MsSqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect,
};
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
    let mut schema = Schema::default();
    for tokens in tokens.split(|token| token.token == Token::SemiColon) {
        if !is_about_tables(tokens) {
            continue;
        }
        let start = first_words(tokens).next().map_or(0, |token| places.byte(token.span.start));
        let kept = without_expressions(tokens)
            .map_err(|place| broken(draft, places.byte(place), "too many words without a comma"))?;
        let statement = parse(kept).map_err(|(error, place)| {
            let place = if place.line == 0 { start } else { places.byte(place) };
            broken(draft, place, &reason(error))
        })?;
        match statement {
            // SQLite keeps these for itself, and shows them.
            Statement::CreateTable(table) if name_of(&table.name).starts_with("sqlite_") => {}
            Statement::CreateTable(table) => schema.create(table, &places, start),
            Statement::AlterTable(alter) => schema.alter(alter),
            _ => {}
        }
    }
    schema.add(&places, data);
    Ok(())
}

/// Reads a statement as any dialect has it; one that none reads is an error of the first.
fn parse(tokens: Vec<TokenWithSpan>) -> Result<Statement, (ParserError, Location)> {
    let dialects: [&dyn Dialect; 5] = [
        &GenericDialect {},
        &SQLiteDialect {},
        &PostgreSqlDialect {},
        &MySqlDialect {},
        &MsSqlDialect {},
    ];
    let mut first = None;
    for dialect in dialects {
        let mut parser = Parser::new(dialect)
            .with_recursion_limit(DEEPEST)
            .with_tokens_with_locations(tokens.clone());
        match parser.parse_statement() {
            Ok(statement) => return Ok(statement),
            Err(error) => {
                first.get_or_insert_with(|| (error, parser.peek_token().span.start));
            }
        }
    }
    Err(first.unwrap_or((ParserError::RecursionLimitExceeded, Location::empty())))
}

/// What all statements say together: a dump makes the tables first, and adds keys to them later.
#[derive(Default)]
struct Schema {
    tables: Vec<Table>,
    /// Where the first table of a name is.
    by_name: HashMap<String, usize, FixedState>,
    keys: Vec<Key>,
}

#[derive(Default)]
struct Table {
    name: String,
    place: u32,
    columns: Vec<ColumnDef>,
    /// The columns of its primary key.
    primary: Vec<String>,
}

impl Schema {
    fn create(&mut self, made: CreateTable, places: &Places<'_>, start: u32) {
        let place = ident_of(&made.name).map_or(start, |ident| places.byte(ident.span.start));
        let mut table = Table { name: name_of(&made.name), place, ..Table::default() };
        made.columns.into_iter().for_each(|column| table.column(column, &mut self.keys));
        for constraint in made.constraints {
            table.constraint(constraint, &mut self.keys);
        }
        self.by_name.entry(table.name.clone()).or_insert(self.tables.len());
        self.tables.push(table);
    }

    fn alter(&mut self, alter: AlterTable) {
        let name = name_of(&alter.name);
        // Another file may make the table; its foreign keys count all the same.
        let mut elsewhere = Table { name: name.clone(), ..Table::default() };
        let known = self.by_name.get(&name).and_then(|known| self.tables.get_mut(*known));
        let table = known.unwrap_or(&mut elsewhere);
        for operation in alter.operations {
            match operation {
                AlterTableOperation::AddConstraint { constraint, .. } => {
                    table.constraint(constraint, &mut self.keys);
                }
                AlterTableOperation::AddColumn { column_def, .. } => {
                    table.column(column_def, &mut self.keys);
                }
                _ => {}
            }
        }
    }

    fn add(&self, places: &Places<'_>, data: &mut Data) {
        data.open(Kind::Map, 0);
        data.key("tables");
        data.open(Kind::List, 0);
        self.tables.iter().for_each(|table| table.add(places, data));
        data.close();
        data.key("foreign_keys");
        data.open(Kind::List, 0);
        self.keys.iter().for_each(|key| key.add(places, data));
        data.close();
        data.close();
    }
}

impl Table {
    fn column(&mut self, column: ColumnDef, keys: &mut Vec<Key>) {
        for option in &column.options {
            match &option.option {
                ColumnOption::PrimaryKey(_) => self.primary.push(column.name.to_string()),
                ColumnOption::ForeignKey(key) => keys.push(Key {
                    table: self.name.clone(),
                    key: key.clone(),
                    columns: Some(column.name.clone()),
                }),
                _ => {}
            }
        }
        self.columns.push(column);
    }

    fn constraint(&mut self, constraint: TableConstraint, keys: &mut Vec<Key>) {
        match constraint {
            TableConstraint::ForeignKey(key) => {
                keys.push(Key { table: self.name.clone(), key, columns: None });
            }
            TableConstraint::PrimaryKey(key) => {
                self.primary.extend(key.columns.iter().map(|part| part.column.expr.to_string()));
            }
            _ => {}
        }
    }

    fn add(&self, places: &Places<'_>, data: &mut Data) {
        data.open(Kind::Map, self.place);
        text("name", &self.name, self.place, data);
        if let Some((schema, _)) = self.name.rsplit_once('.') {
            text("schema", schema, self.place, data);
        }
        data.key("columns");
        data.open(Kind::List, self.place);
        for column in &self.columns {
            let place = places.byte(column.name.span.start);
            data.open(Kind::Map, place);
            text("name", &column.name.value, place, data);
            text("type", &column.data_type.to_string(), place, data);
            if self.primary.contains(&column.name.to_string()) {
                data.key("primary_key");
                data.scalar(Kind::Scalar(Sort::Boolean), "true", place);
            }
            data.close();
        }
        data.close();
        data.close();
    }
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

/// Whether a statement makes a table, or adds a column or a key to one.
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
    let is_new = words.first() == Some(&Keyword::CREATE);
    is_made && skipped == Some(&Keyword::TABLE) && (is_new || adds_to_table(tokens, keyword))
}

/// Whether something is added that is no sequence, index or part of the table.
fn adds_to_table(tokens: &[TokenWithSpan], keyword: impl Fn(&TokenWithSpan) -> Keyword) -> bool {
    let words: Vec<Keyword> = first_words(tokens).map(keyword).collect();
    words.windows(2).any(|pair| {
        pair[0] == Keyword::ADD
            && !matches!(
                pair[1],
                Keyword::GENERATED
                    | Keyword::PARTITION
                    | Keyword::INDEX
                    | Keyword::KEY
                    | Keyword::UNIQUE
                    | Keyword::FULLTEXT
                    | Keyword::SPATIAL
            )
    })
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
