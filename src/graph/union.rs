//! Columns of one name in several graphs, seen as one column.
//!
//! Knows cells only: which rows of the graphs belong together is its caller's knowledge.

use std::cmp::Ordering;

use super::{Attribute, Bits, Date, TextColumn, Type, Value, Values};

/// The columns of one name, one for each graph that has it, and the type that holds them all.
///
/// Whole numbers and numbers together are numbers; any other mixture is text. A column without
/// values has no say.
#[derive(Debug)]
pub struct UnionColumn<'a> {
    name: &'a str,
    kind: Type,
    columns: Vec<Option<&'a Attribute>>,
}

impl<'a> UnionColumn<'a> {
    /// Lines up the columns of several tables, in order of their names.
    pub fn of(tables: &[&'a [Attribute]]) -> Vec<UnionColumn<'a>> {
        let mut names: Vec<&str> =
            tables.iter().copied().flatten().map(|column| column.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let line_up = |name| {
            let find = |table: &&'a [Attribute]| table.iter().find(|column| column.name == name);
            let columns: Vec<_> = tables.iter().map(find).collect();
            let present = || columns.iter().flatten();
            let said = present().filter(|column| column.present.count() > 0);
            let kind = said.map(|column| column.kind()).reduce(common);
            let kind = kind.or_else(|| present().map(|column| column.kind()).reduce(common));
            UnionColumn { name, kind: kind.unwrap_or(Type::Text), columns }
        };
        names.into_iter().map(line_up).collect()
    }

    /// Returns the name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// Returns the cell of a row in one of the tables, as that table has it.
    pub fn get(&self, table: usize, row: usize) -> Value<'a> {
        match self.columns.get(table) {
            Some(Some(column)) => column.get(row),
            _ => Value::Null,
        }
    }

    /// Compares two cells as values of the common type: no value first, then by value.
    pub fn compare(&self, a: Value<'_>, b: Value<'_>) -> Ordering {
        match (a, b) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Less,
            (_, Value::Null) => Ordering::Greater,
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            _ if self.kind == Type::Text => a.to_string().cmp(&b.to_string()),
            (Value::Integer(a), Value::Integer(b)) if self.kind == Type::Integer => a.cmp(&b),
            (Value::Boolean(a), Value::Boolean(b)) => a.cmp(&b),
            (Value::Date(a), Value::Date(b)) => a.cmp(&b),
            _ => number(a).total_cmp(&number(b)),
        }
    }

    /// Makes a column of the common type from cells of these columns.
    pub fn collect<'b>(&self, cells: impl Iterator<Item = Value<'b>>) -> Attribute {
        Attribute::of_cells(self.name, self.kind, cells)
    }
}

impl Attribute {
    /// Makes a column of a type. Of texts, any cell is as it prints; of numbers, whole ones are
    /// numbers too; a cell of another type is the type's zero.
    pub fn of_cells<'b>(
        name: &str,
        kind: Type,
        cells: impl Iterator<Item = Value<'b>>,
    ) -> Attribute {
        let mut present = Bits::default();
        let cells = cells.inspect(|cell| present.push(*cell != Value::Null));
        let values = match kind {
            Type::Text => {
                let mut texts = TextColumn::default();
                cells.for_each(|cell| match cell {
                    Value::Text(text) => texts.push(text),
                    other => texts.push_fmt(format_args!("{other}")),
                });
                Values::Text(texts)
            }
            Type::Integer => Values::Integer(
                cells.map(|cell| if let Value::Integer(n) = cell { n } else { 0 }).collect(),
            ),
            Type::Number => Values::Number(cells.map(number).collect()),
            Type::Boolean => {
                Values::Boolean(cells.map(|cell| cell == Value::Boolean(true)).collect())
            }
            Type::Date => Values::Date(
                cells
                    .map(|cell| if let Value::Date(date) = cell { date } else { Date::default() })
                    .collect(),
            ),
        };
        Attribute { name: name.to_owned(), values, present }
    }
}

/// Returns the narrowest type that holds the values of both.
fn common(a: Type, b: Type) -> Type {
    match (a, b) {
        _ if a == b => a,
        (Type::Integer, Type::Number) | (Type::Number, Type::Integer) => Type::Number,
        _ => Type::Text,
    }
}

fn number(value: Value<'_>) -> f64 {
    match value {
        Value::Integer(number) => number as f64,
        Value::Number(number) => number,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: Values, present: &[bool]) -> Attribute {
        Attribute { name: "c".to_owned(), values, present: present.iter().copied().collect() }
    }

    fn check(a: Attribute, b: Attribute, kind: Type, cells: &[&str]) {
        let tables = [std::slice::from_ref(&a), std::slice::from_ref(&b)];
        let union = UnionColumn::of(&tables).remove(0);
        let all = [(0, a.len()), (1, b.len())].into_iter();
        let all = all.flat_map(|(table, rows)| (0..rows).map(move |row| (table, row)));
        let merged = union.collect(all.map(|(table, row)| union.get(table, row)));
        let shown: Vec<String> =
            (0..merged.len()).map(|row| format!("{:?}", merged.get(row))).collect();
        assert_eq!(
            (merged.kind(), shown.iter().map(String::as_str).collect::<Vec<_>>()),
            (kind, cells.to_vec())
        );
    }

    #[test]
    fn whole_numbers_and_numbers_are_numbers() {
        check(
            column(Values::Integer(vec![2, 0]), &[true, false]),
            column(Values::Number(vec![0.5]), &[true]),
            Type::Number,
            &["Number(2.0)", "Null", "Number(0.5)"],
        );
    }

    #[test]
    fn any_other_mixture_is_text() {
        check(
            column(Values::Integer(vec![2]), &[true]),
            column(Values::Boolean([true].into_iter().collect()), &[true]),
            Type::Text,
            &["Text(\"2\")", "Text(\"true\")"],
        );
    }

    #[test]
    fn a_column_without_values_has_no_say() {
        check(
            column(Values::Text([""].into_iter().collect()), &[false]),
            column(Values::Integer(vec![7]), &[true]),
            Type::Integer,
            &["Null", "Integer(7)"],
        );
    }

    #[test]
    fn cells_compare_as_values_of_the_common_type() {
        let integers = column(Values::Integer(vec![1, 10]), &[true, true]);
        let numbers = column(Values::Number(vec![1.0]), &[true]);
        let texts = column(Values::Text(["9"].into_iter().collect()), &[true]);
        let tables = [std::slice::from_ref(&integers), std::slice::from_ref(&numbers)];
        let union = UnionColumn::of(&tables).remove(0);
        assert!(union.compare(Value::Integer(1), Value::Number(1.0)).is_eq());
        let tables = [std::slice::from_ref(&integers), std::slice::from_ref(&texts)];
        let union = UnionColumn::of(&tables).remove(0);
        assert!(union.compare(Value::Integer(10), Value::Text("9")).is_lt());
        assert!(union.compare(Value::Integer(10), Value::Integer(9)).is_lt());
    }
}
