//! The type of an attribute: of all cells together, never of one.
//!
//! A column is a number only if nothing is lost by that: `0123` and `1e5` stay texts.

use super::csv::values::{number, parse_truth};
use crate::graph::{Attribute, Bits, Date, TextColumn, Type, Values};

/// The most digits that a number of 64 bits is sure to keep.
const SURE_DIGITS: usize = 15;

/// Makes an attribute of the given type. Cells that are no such value are empty in it, and
/// `misfit` is told their rows.
pub fn attribute(
    name: String,
    text: TextColumn,
    kind: Type,
    mut misfit: impl FnMut(u32, &str),
) -> Attribute {
    let mut present: Bits = text.iter().map(|cell| !cell.is_empty()).collect();
    let values = match kind {
        Type::Text => Values::Text(text),
        Type::Integer => Values::Integer(typed(&text, &mut present, integer, &mut misfit)),
        Type::Number => {
            let numbers = typed(&text, &mut present, number, &mut misfit);
            // Zero has one sign only.
            Values::Number(numbers.into_iter().map(|number| number + 0.0).collect())
        }
        Type::Boolean => {
            let truths = typed(&text, &mut present, parse_truth, &mut misfit);
            Values::Boolean(truths.into_iter().collect())
        }
        Type::Date => {
            let date = |cell: &str| Date::parse(cell.trim());
            Values::Date(typed(&text, &mut present, date, &mut misfit))
        }
    };
    Attribute { name, values, present }
}

/// Returns the narrowest type that every cell of a column is a value of.
pub fn infer(text: &TextColumn) -> Type {
    let mut cells = text.iter().filter(|cell| !cell.is_empty()).peekable();
    // The first cell leaves at most two types to look for in the others.
    let mut all = |is_one: fn(&str) -> bool| cells.by_ref().all(is_one);
    match text.iter().find(|cell| !cell.is_empty()) {
        Some(first) if is_date(first) && all(is_date) => Type::Date,
        Some(first) if is_boolean(first) && all(is_boolean) => Type::Boolean,
        Some(first) if is_number(first) => {
            if all(is_integer) {
                Type::Integer
            } else if text.iter().all(|cell| cell.is_empty() || is_number(cell)) {
                Type::Number
            } else {
                Type::Text
            }
        }
        _ => Type::Text,
    }
}

fn typed<T: Default>(
    text: &TextColumn,
    present: &mut Bits,
    parse: impl Fn(&str) -> Option<T>,
    misfit: &mut impl FnMut(u32, &str),
) -> Vec<T> {
    let mut values = Vec::with_capacity(text.len());
    for (row, cell) in text.iter().enumerate() {
        let value = if cell.is_empty() { None } else { parse(cell) };
        if value.is_none() && !cell.is_empty() {
            present.set(row, false);
            if !cell.trim().is_empty() {
                misfit(row as u32, cell);
            }
        }
        values.push(value.unwrap_or_default());
    }
    values
}

fn integer(cell: &str) -> Option<i64> {
    cell.trim().parse().ok()
}

fn is_integer(cell: &str) -> bool {
    is_whole(cell) && cell != "-0" && cell.parse::<i64>().is_ok()
}

/// Whether a cell is a decimal number of so few digits that it is kept whole, and not one with
/// zeros at its end, such as the version `1.10` or the price `9.50`.
fn is_number(cell: &str) -> bool {
    let (whole, part) = cell.split_once('.').unwrap_or((cell, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_exact = part == "0" || digits(part) && !part.is_empty() && !part.ends_with('0');
    let is_sure = is_integer(cell) || cell.len() <= SURE_DIGITS + 1;
    is_whole(whole) && is_exact && is_sure && !matches!(cell, "-0" | "-0.0")
}

/// Whether a cell is a whole number as people write it, without further zeros before it.
fn is_whole(cell: &str) -> bool {
    match cell.strip_prefix('-').unwrap_or(cell).as_bytes() {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn is_boolean(cell: &str) -> bool {
    cell.eq_ignore_ascii_case("true") || cell.eq_ignore_ascii_case("false")
}

fn is_date(cell: &str) -> bool {
    Date::parse(cell).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::csv::testing::Import;
    use super::*;

    #[track_caller]
    fn check(cells: &[&str], kind: Type, shown: &[&str]) {
        let text: TextColumn = cells.iter().copied().collect();
        assert_eq!(infer(&text), kind, "{cells:?}");
        let column = attribute("x".into(), text, kind, |row, cell| panic!("{row}: {cell}"));
        let found: Vec<String> = (0..column.len()).map(|row| column.get(row).to_string()).collect();
        assert_eq!(found, shown);
    }

    #[test]
    fn a_column_has_the_type_of_all_its_cells() {
        check(&["1", "", "-20", "0"], Type::Integer, &["1", "", "-20", "0"]);
        check(&["1", "-0.5"], Type::Number, &["1", "-0.5"]);
        check(&["2.5", "", "1"], Type::Number, &["2.5", "", "1"]);
        check(&["true", "FALSE", ""], Type::Boolean, &["true", "false", ""]);
        check(&["", "2024-02-29"], Type::Date, &["", "2024-02-29"]);
        check(&["2024-02-29", "soon"], Type::Text, &["2024-02-29", "soon"]);
        check(&["true", "1"], Type::Text, &["true", "1"]);
        check(&["", ""], Type::Text, &["", ""]);
        check(&[], Type::Text, &[]);
    }

    #[test]
    fn what_a_number_would_lose_stays_text() {
        for cell in [
            "0123", "1e5", "1.10", "-0", "+1", " 1", "1.", ".5", "0x1", "NaN", "inf", "--1", "-",
            "1_0",
        ] {
            check(&["7", cell], Type::Text, &["7", cell]);
        }
        check(&["9223372036854775808"], Type::Text, &["9223372036854775808"]);
        check(&["9223372036854775807"], Type::Integer, &["9223372036854775807"]);
    }

    #[test]
    fn a_plan_decides_over_the_cells() {
        let types = r#"{"path": "nodes.csv", "types": {"a": "number", "b": "integer", "c": "text", "d": "boolean"}}"#;
        let graph =
            Import::new().nodes("id,a,b,c,d\nx,1e2, 007 ,1,Y\n").set("nodes", types).graph();
        let kinds: Vec<Type> = graph.node_attributes().iter().map(Attribute::kind).collect();
        assert_eq!(kinds, [Type::Number, Type::Integer, Type::Text, Type::Boolean]);
        let shown: Vec<String> =
            graph.node_attributes().iter().map(|column| column.get(0).to_string()).collect();
        assert_eq!(shown, ["100", "7", "1", "true"]);
    }

    #[test]
    fn a_cell_that_is_not_of_its_type_has_a_place() {
        let import = Import::new()
            .nodes("id,since\na,2024-01-01\nb,soon\n")
            .set("nodes", r#"{"path": "nodes.csv", "types": {"since": "date"}}"#);
        import.fails("nodes.csv:3:3 `soon` is no date [soon]");
    }

    #[test]
    fn a_type_is_for_a_column_that_is_there() {
        let import = |types: &str| {
            let table = format!(r#"{{"path": "nodes.csv", "types": {types}}}"#);
            Import::new().nodes("id,since\na,1\n").set("nodes", &table)
        };
        import(r#"{"sinse": "date"}"#).fails(
            "nodes.csv:1:1 there is no attribute `sinse` [id,since] help: did you mean `since`?",
        );
        import(r#"{"id": "text"}"#).fails("nodes.csv:1:1 there is no attribute `id` [id,since]");
    }
}
