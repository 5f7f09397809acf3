//! Columns: one field of all nodes, or of all edges, side by side in memory.

use std::cmp::Ordering;
use std::fmt;

use super::Date;

/// Texts end to end, four bytes each beside their own; at most 4 GiB in all. Empty ones after the
/// last that is not take nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextColumn {
    /// Where each row ends, up to the last that is not empty.
    ends: Vec<u32>,
    len: usize,
    text: String,
    overflowed: bool,
}

/// One bit for each row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

/// A named column with a type; a row may have no value.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The column's name.
    pub name: String,
    /// The values; a row without one holds the type's zero.
    pub values: Values,
    /// Which rows have a value.
    pub present: Bits,
}

/// The values of a typed column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Texts.
    Text(TextColumn),
    /// Whole numbers.
    Integer(Vec<i64>),
    /// Finite numbers; zero is never negative.
    Number(Vec<f64>),
    /// Truth values.
    Boolean(Bits),
    /// Days.
    Date(Vec<Date>),
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// Text.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// A finite number, IEEE 754 binary64.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day.
    Date,
}

/// One cell of a typed column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// Text.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// A truth value.
    Boolean(bool),
    /// A day.
    Date(Date),
}

impl TextColumn {
    /// Makes an empty column with room for `rows` texts of `bytes` bytes in all.
    pub fn with_capacity(rows: usize, bytes: usize) -> TextColumn {
        TextColumn {
            ends: Vec::with_capacity(rows),
            len: 0,
            text: String::with_capacity(bytes),
            overflowed: false,
        }
    }

    /// Makes room for so many further rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.ends.reserve_exact(rows);
    }

    /// Makes a column of `len` rows from the ends of the first and their text; `None` unless they
    /// fit together and the last of them is not empty.
    pub(super) fn from_parts(ends: Vec<u32>, len: usize, text: String) -> Option<TextColumn> {
        let mut start = 0;
        let mut is_last_empty = false;
        for end in &ends {
            if *end < start || !text.is_char_boundary(*end as usize) {
                return None;
            }
            is_last_empty = *end == start;
            start = *end;
        }
        let fits = start as usize == text.len() && ends.len() <= len && !is_last_empty;
        fits.then_some(TextColumn { ends, len, text, overflowed: false })
    }

    /// Returns where each row ends in [`TextColumn::text`]; all after them are empty.
    pub(super) fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// Returns all texts end to end.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Adds a row. Past 4 GiB the text is left out and [`TextColumn::has_overflowed`] tells.
    pub fn push(&mut self, text: &str) {
        self.len += 1;
        if text.is_empty() {
            return;
        }
        match u32::try_from(self.text.len() + text.len()) {
            Ok(end) => {
                self.end_empty_rows();
                self.text.push_str(text);
                self.ends.push(end);
            }
            Err(_) => self.overflowed = true,
        }
    }

    /// Gives the empty rows before the last one their ends.
    #[inline]
    fn end_empty_rows(&mut self) {
        if self.ends.len() + 1 < self.len {
            self.ends.resize(self.len - 1, self.text.len() as u32);
        }
    }

    /// Adds a row made of several pieces, without an allocation of its own.
    pub fn push_fmt(&mut self, text: fmt::Arguments<'_>) {
        let before = self.text.len();
        let written = fmt::Write::write_fmt(&mut self.text, text);
        self.len += 1;
        match u32::try_from(self.text.len()) {
            Ok(end) if written.is_ok() && self.text.len() > before => {
                self.ends.resize(self.len - 1, before as u32);
                self.ends.push(end);
            }
            Ok(_) if written.is_ok() => {}
            _ => {
                self.text.truncate(before);
                self.overflowed = true;
            }
        }
    }

    /// Returns whether some text did not fit.
    pub fn has_overflowed(&self) -> bool {
        self.overflowed
    }

    /// Returns the text of a row; a row past the end is empty.
    pub fn get(&self, row: usize) -> &str {
        let Some(end) = self.ends.get(row) else { return "" };
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start as usize..*end as usize]
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the texts in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// Returns a column of the given rows, in the given order; a row past the end is empty.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> TextColumn {
        let bytes = rows.iter().map(|row| self.get(*row as usize).len()).sum();
        let ends = if bytes == 0 { 0 } else { rows.len() };
        let mut column = TextColumn::with_capacity(ends, bytes);
        column.overflowed = self.overflowed;
        for row in rows {
            column.push(self.get(*row as usize));
        }
        column
    }

    /// Returns how many bytes it takes in memory.
    pub fn memory(&self) -> usize {
        self.ends.len() * size_of::<u32>() + self.text.len()
    }
}

impl<'a> FromIterator<&'a str> for TextColumn {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> TextColumn {
        let mut column = TextColumn::default();
        texts.into_iter().for_each(|text| column.push(text));
        column
    }
}

impl Bits {
    /// Makes `len` bits, all alike.
    pub fn all(len: usize, bit: bool) -> Bits {
        let mut bits = Bits { words: vec![if bit { u64::MAX } else { 0 }; len.div_ceil(64)], len };
        bits.clear_tail();
        bits
    }

    /// Makes bits from their words; `None` unless the words are as many as `len` needs.
    pub(crate) fn from_words(words: Vec<u64>, len: usize) -> Option<Bits> {
        let mut bits = Bits { words, len };
        if bits.words.len() != len.div_ceil(64) {
            return None;
        }
        let last = bits.words.last().copied();
        bits.clear_tail();
        (bits.words.last().copied() == last).then_some(bits)
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Adds a bit.
    pub fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        self.len += 1;
        self.set(self.len - 1, bit);
    }

    /// Returns a bit; one past the end is `false`.
    pub fn get(&self, at: usize) -> bool {
        at < self.len && self.words[at / 64] >> (at % 64) & 1 == 1
    }

    /// Changes a bit; one past the end stays away.
    pub fn set(&mut self, at: usize, bit: bool) {
        if at < self.len {
            let mask = 1 << (at % 64);
            match bit {
                true => self.words[at / 64] |= mask,
                false => self.words[at / 64] &= !mask,
            }
        }
    }

    /// Returns the number of bits.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there is no bit.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns how many bits are set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Returns the numbers of the set bits, rising.
    pub fn ones(&self) -> impl Iterator<Item = u32> {
        (0..self.len).filter(|at| self.get(*at)).map(|at| at as u32)
    }

    /// Returns the bits of the given rows, in the given order.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Bits {
        rows.iter().map(|row| self.get(*row as usize)).collect()
    }

    fn clear_tail(&mut self) {
        if let (Some(last), tail @ 1..) = (self.words.last_mut(), self.len % 64) {
            *last &= (1 << tail) - 1;
        }
    }
}

impl FromIterator<bool> for Bits {
    fn from_iter<I: IntoIterator<Item = bool>>(iter: I) -> Bits {
        let mut bits = Bits::default();
        iter.into_iter().for_each(|bit| bits.push(bit));
        bits
    }
}

impl Attribute {
    /// Returns the cell of a row.
    pub fn get(&self, row: usize) -> Value<'_> {
        if !self.present.get(row) {
            return Value::Null;
        }
        match &self.values {
            Values::Text(values) => Value::Text(values.get(row)),
            Values::Integer(values) => Value::Integer(values[row]),
            Values::Number(values) => Value::Number(values[row]),
            Values::Boolean(values) => Value::Boolean(values.get(row)),
            Values::Date(values) => Value::Date(values[row]),
        }
    }

    /// Returns the column's type.
    pub fn kind(&self) -> Type {
        match &self.values {
            Values::Text(_) => Type::Text,
            Values::Integer(_) => Type::Integer,
            Values::Number(_) => Type::Number,
            Values::Boolean(_) => Type::Boolean,
            Values::Date(_) => Type::Date,
        }
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.present.len()
    }

    /// Returns whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.present.is_empty()
    }

    /// Returns a column of the given rows, in the given order; a row past the end has no value.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Attribute {
        fn pick<T: Copy + Default>(values: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().map(|row| values.get(*row as usize).copied().unwrap_or_default()).collect()
        }
        Attribute {
            name: self.name.clone(),
            present: self.present.gather(rows),
            values: match &self.values {
                Values::Text(values) => Values::Text(values.gather(rows)),
                Values::Integer(values) => Values::Integer(pick(values, rows)),
                Values::Number(values) => Values::Number(pick(values, rows)),
                Values::Boolean(values) => Values::Boolean(values.gather(rows)),
                Values::Date(values) => Values::Date(pick(values, rows)),
            },
        }
    }

    /// Compares the cells of two rows: no value first, then by value.
    pub fn compare(&self, a: usize, b: usize) -> Ordering {
        match (self.get(a), self.get(b)) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Less,
            (_, Value::Null) => Ordering::Greater,
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Integer(a), Value::Integer(b)) => a.cmp(&b),
            (Value::Number(a), Value::Number(b)) => a.total_cmp(&b),
            (Value::Boolean(a), Value::Boolean(b)) => a.cmp(&b),
            (Value::Date(a), Value::Date(b)) => a.cmp(&b),
            // Both cells are of one column, so of one type.
            _ => Ordering::Equal,
        }
    }

    /// Returns how many bytes it takes in memory.
    pub fn memory(&self) -> usize {
        let values = match &self.values {
            Values::Text(values) => values.memory(),
            Values::Integer(values) => values.len() * 8,
            Values::Number(values) => values.len() * 8,
            Values::Boolean(values) => values.words.len() * 8,
            Values::Date(values) => values.len() * 4,
        };
        values + self.present.words.len() * 8 + self.name.len()
    }
}

impl Type {
    /// Every type, with the word that plans and schemas use for it.
    pub const ALL: [(&'static str, Type); 5] = [
        ("text", Type::Text),
        ("integer", Type::Integer),
        ("number", Type::Number),
        ("boolean", Type::Boolean),
        ("date", Type::Date),
    ];

    /// Returns the word that plans and schemas use for it.
    pub fn name(self) -> &'static str {
        Type::ALL.iter().find(|(_, kind)| *kind == self).map_or("text", |(name, _)| name)
    }
}

impl Value<'_> {
    /// Returns the type of columns that it stands in; none for no value.
    pub fn kind(self) -> Option<Type> {
        Some(match self {
            Value::Null => return None,
            Value::Text(_) => Type::Text,
            Value::Integer(_) => Type::Integer,
            Value::Number(_) => Type::Number,
            Value::Boolean(_) => Type::Boolean,
            Value::Date(_) => Type::Date,
        })
    }
}

impl fmt::Display for Value<'_> {
    /// Writes the value as a CSV cell would hold it; no value is nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Text(text) => f.write_str(text),
            Value::Integer(number) => number.fmt(f),
            Value::Number(number) => number.fmt(f),
            Value::Boolean(truth) => truth.fmt(f),
            Value::Date(date) => date.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_their_rows() {
        let column: TextColumn = ["a", "", "é"].into_iter().collect();
        assert_eq!(column.iter().collect::<Vec<_>>(), ["a", "", "é"]);
        assert_eq!(column.gather(&[2, 0]).iter().collect::<Vec<_>>(), ["é", "a"]);
        assert_eq!(column.get(9), "");
    }

    #[test]
    fn empty_texts_at_the_end_take_nothing_and_count() {
        let mut column: TextColumn = ["", "", "b", "", ""].into_iter().collect();
        assert_eq!((column.len(), column.ends()), (5, &[0, 0, 1][..]));
        assert_eq!((column.get(2), column.get(4)), ("b", ""));
        assert_eq!(column.gather(&[4, 3]), ["", ""].into_iter().collect());
        column.push_fmt(format_args!(""));
        column.push_fmt(format_args!("{}", 7));
        assert_eq!((column.len(), column.ends()), (7, &[0, 0, 1, 1, 1, 1, 2][..]));
        let (ends, text) = (column.ends().to_vec(), "b7".to_owned());
        assert_eq!(TextColumn::from_parts(ends, 7, text), Some(column));
        for (ends, len) in [(vec![1, 1], 2), (vec![1], 0), (vec![2], 1)] {
            assert_eq!(TextColumn::from_parts(ends, len, "b".to_owned()), None);
        }
    }

    #[test]
    fn bits_past_the_end_stay_clear() {
        let mut bits = Bits::all(65, true);
        bits.set(70, true);
        assert_eq!((bits.count(), bits.get(64), bits.get(65)), (65, true, false));
        assert_eq!(bits.ones().count(), 65);
    }
}
