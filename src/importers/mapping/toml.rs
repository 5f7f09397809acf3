//! TOML to data; the only file that names the TOML parser.
//!
//! The parser bounds how deep values nest.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::super::graph_file::{Draft, Read, Sort};
use super::data::{Data, Kind};

/// Reads the text of the draft.
pub fn read(draft: &Draft<'_>, data: &mut Data) -> Read {
    match DeTable::parse(draft.text) {
        Ok(root) => {
            let span = root.span();
            table(root.get_ref(), span.start as u32, draft.text, data);
            Ok(())
        }
        Err(error) => {
            let place = error.span().map_or(draft.text.len(), |span: Range<usize>| span.start);
            let message = format!("this is no TOML: {}", error.message().replace('\n', ", "));
            Err(draft.error(draft.base as usize + place, "bad-toml", message))
        }
    }
}

fn table(table: &DeTable<'_>, place: u32, text: &str, data: &mut Data) {
    data.open(Kind::Map, place);
    // The parser's maps are in the order of their keys.
    for (key, entry) in table {
        data.key(key.get_ref());
        value(entry.get_ref(), entry.span(), text, data);
    }
    data.close();
}

fn value(value: &DeValue<'_>, span: Range<usize>, text: &str, data: &mut Data) {
    let place = span.start as u32;
    let written = text.get(span).unwrap_or_default();
    let (sort, shown) = match value {
        DeValue::Table(entries) => return table(entries, place, text, data),
        DeValue::Array(items) => {
            data.open(Kind::List, place);
            for item in items {
                self::value(item.get_ref(), item.span(), text, data);
            }
            data.close();
            return;
        }
        DeValue::String(text) => (Sort::Text, &**text),
        DeValue::Integer(number) if number.radix() == 10 => (Sort::Integer, number.as_str()),
        DeValue::Float(number) => (Sort::Number, number.as_str()),
        DeValue::Boolean(_) => (Sort::Boolean, written),
        DeValue::Integer(_) | DeValue::Datetime(_) => (Sort::Text, written),
    };
    data.scalar(Kind::Scalar(sort), shown, place);
}
