//! Where the nodes and edges of a draft stand in its files.

use std::ops::Range;

use super::columns::ID;
use super::draft::{Draft, word_end};
use crate::importers::lookup::{At, Lookup, Thing};
use crate::importers::place::Lines;
use crate::origin::{Places, Wanted};

/// What stands before a text of XML that is written as it is.
const CDATA: &str = "<![CDATA[";

impl Draft<'_> {
    /// Finds nodes and edges. What could not be read has no place.
    pub(in super::super) fn locate(mut self, wanted: &Wanted) -> Places {
        if self.report.has_failed() {
            return Places::nowhere(wanted);
        }
        let origins = self.origins.take().unwrap_or_default();
        let mut lookup = Lookup::new(wanted);
        for node in (0..self.node_count() as u32).filter(|node| self.is_declared(*node)) {
            let place = self.nodes.place(ID, node).unwrap_or(self.places[node as usize]);
            lookup.node(self.public_id(node), place);
        }
        for (edge, place) in origins.iter().enumerate() {
            let (source, target) = self.ends_of(edge as u32);
            if self.is_declared(source) && self.is_declared(target) {
                let id = self.edges.get(ID, edge as u32);
                lookup.edge(id, self.public_id(source), self.public_id(target), *place);
            }
        }
        let mark = |place: u32, thing: Thing<'_>| -> At {
            let number = self.file_of(place);
            let (base, _, text) = self.file(number);
            let id = match thing {
                Thing::Node(id) | Thing::Edge(id) => id,
                Thing::Row => "",
            };
            (number, marked(text, place.saturating_sub(base) as usize, id))
        };
        let mut lines: Option<(usize, Lines<'_>)> = None;
        lookup.finish(mark, |number, range| {
            let (_, path, text) = self.file(number);
            let same = lines.take().filter(|(known, _)| *known == number);
            let (_, lines) = lines.insert(same.unwrap_or_else(|| (number, Lines::new(text))));
            lines.excerpt(path, range)
        })
    }

    /// Returns the id that people know a node by.
    fn public_id(&self, node: u32) -> &str {
        self.nodes.get(ID, node).unwrap_or_else(|| self.id_of(node))
    }
}

/// Returns what is marked at a place: the id, with the quotes around it, or else the word that begins
/// there.
fn marked(text: &str, place: usize, id: &str) -> Range<usize> {
    let start = text.floor_char_boundary(place);
    // The text of an element of XML may begin on a line of its own.
    let rest = text[start..].trim_start();
    let rest = rest.strip_prefix(CDATA).unwrap_or(rest).trim_start();
    let start = text.len() - rest.len();
    if id.is_empty() {
        return start..word_end(text, start);
    }
    if rest.starts_with(id) {
        return start..start + id.len();
    }
    if let Some(quote @ ('"' | '\'')) = rest.chars().next()
        && let Some(after) = rest[1..].strip_prefix(id)
        && after.starts_with(quote)
    {
        return start..start + id.len() + 2;
    }
    match &text[start..word_end(text, start)] {
        tag if tag.ends_with('/') && text[start + tag.len()..].starts_with('>') => {
            start..start + tag.len() - 1
        }
        word => start..start + word.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::marked;

    /// Checks what is marked of a text whose place is marked by `^`, which is no part of it.
    #[track_caller]
    fn check(text: &str, id: &str, expected: &str) {
        let place = text.find('^').unwrap();
        let text = text.replace('^', "");
        assert_eq!(&text[marked(&text, place, id)], expected);
    }

    #[test]
    fn an_id_is_marked_with_its_quotes() {
        check("digraph { ^a-->b }", "a", "a");
        check("x = ^\"a b\"", "a b", "\"a b\"");
        check(r#"<node id=^"C:\" label="a"/>"#, r"C:\", r#""C:\""#);
        check(r#"x = ^"a\"b" y"#, "a\"b", r#""a\"b""#);
        check("<data>^\n  a\n</data>", "a", "a");
        check("<data>^<![CDATA[\na]]></data>", "a", "a");
    }

    #[test]
    fn what_is_made_of_a_value_is_where_that_is() {
        check("image: ^hub/mail:1.2", "mail", "hub/mail");
        check("image:^", "mail", "");
        check("<^image/>", "mail", "image");
    }
}
