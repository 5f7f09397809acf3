//! The import kind `pajek`: networks of Pajek (`.net`).
//!
//! Pajek numbers vertices. A node's id is its name if every node has one of its own, else its
//! number. What follows the name are attributes: up to three numbers, `x`, `y` and `z`, a shape,
//! and pairs. An arc or edge has a weight and pairs, of which `l` is the label. Sections other than
//! `*Vertices`, `*Arcs`, `*Edges`, `*Arcslist` and `*Edgeslist` are left out, and told of.

use std::borrow::Cow;
use std::ops::Range;

use super::graph_file::{Draft, Format, LABEL, NOWHERE, Part, Read, Role, Sort, WEIGHT};
use crate::diagnostic::Diagnostic;

/// How many vertices a small file may count without a line for each; a larger one may count one
/// more for each of its bytes.
const MOST_UNNAMED: u64 = 1 << 16;

/// Reads networks of Pajek.
pub(super) struct Pajek;

impl Format for Pajek {
    const KIND: &'static str = "pajek";
    const ABOUT: &'static str = "Reads networks of Pajek";
    const EXTENSIONS: &'static [&'static str] = &["net"];

    fn read(draft: &mut Draft<'_>) -> Read {
        let mut reader = Reader { section: Section::Start, words: Vec::new(), count: None };
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', draft.text.as_bytes()).chain([draft.text.len()]) {
            reader.line(start..end, draft)?;
            start = end + 1;
        }
        reader.finish(draft)?;
        draft.take_ids(LABEL);
        Ok(())
    }
}

/// What lines mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Start,
    Vertices,
    /// Arcs or edges, one a line.
    Pairs,
    /// A vertex and all that it leads to.
    Lists,
    Nothing,
}

struct Reader<'t> {
    section: Section,
    /// The words of the line, without quotes, each with where it begins.
    words: Vec<Word<'t>>,
    /// How many vertices there are, and where the file says so.
    count: Option<(u64, u32)>,
}

#[derive(Debug, Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    place: u32,
    is_quoted: bool,
}

impl<'t> Reader<'t> {
    fn line(&mut self, range: Range<usize>, draft: &mut Draft<'t>) -> Read {
        let line = &draft.text[range.clone()];
        if line.starts_with('%') || line.trim().is_empty() {
            return Ok(());
        }
        if self.section == Section::Nothing && !line.trim_start().starts_with('*') {
            return Ok(());
        }
        if let Err(open) = self.cut(line, range.start) {
            let at = draft.excerpt_with(open as u32);
            draft.report.row(|severity| {
                Diagnostic::new(severity, "unclosed-quote", "the name is never closed")
                    .at(at(), "it opens here")
            });
            return Ok(());
        }
        match (self.words.first(), self.section) {
            (Some(word), _) if word.text.starts_with('*') && !word.is_quoted => self.begin(draft),
            (None, _) => Ok(()),
            (_, Section::Vertices) => {
                self.vertex(draft);
                Ok(())
            }
            (_, Section::Pairs) => {
                self.pair(draft);
                Ok(())
            }
            (_, Section::Lists) => {
                self.list(draft);
                Ok(())
            }
            (Some(word), Section::Start) => {
                let message = "the file does not begin with a section, such as `*Vertices 3`";
                Err(draft.error(word.place as usize, "bad-pajek", message))
            }
            (_, Section::Nothing) => Ok(()),
        }
    }

    /// Cuts a line into words; an error is where a quote opens that is never closed.
    fn cut(&mut self, line: &'t str, start: usize) -> Result<(), usize> {
        self.words.clear();
        let bytes = line.as_bytes();
        let mut at = 0;
        loop {
            let space = bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            at += space;
            let place = (start + at) as u32;
            let is_quoted = bytes.get(at) == Some(&b'"');
            let (from, to, next) = match bytes.get(at) {
                None => return Ok(()),
                Some(b'"') => {
                    let length = memchr::memchr(b'"', &bytes[at + 1..]).ok_or(start + at)?;
                    (at + 1, at + 1 + length, at + 2 + length)
                }
                Some(_) => {
                    let ends = |byte: &u8| byte.is_ascii_whitespace();
                    let length = bytes[at..].iter().position(ends).unwrap_or(bytes.len() - at);
                    (at, at + length, at + length)
                }
            };
            self.words.push(Word { text: &line[from..to], place, is_quoted });
            at = next;
        }
    }

    /// Begins a section.
    fn begin(&mut self, draft: &mut Draft<'t>) -> Read {
        let Word { text, place, .. } = self.words[0];
        let name = text.split(':').next().unwrap_or(text).to_ascii_lowercase();
        self.section = match name.as_str() {
            "*vertices" => {
                if self.count.is_some() {
                    let message = "a second network begins here; only the first is read";
                    return Err(draft.error(place as usize, "several-graphs", message));
                }
                let count = self.words.get(1).and_then(|word| word.text.parse().ok());
                let Some(count) = count else {
                    let message = "`*Vertices` is followed by how many there are";
                    return Err(draft.error(place as usize, "bad-pajek", message));
                };
                self.count = Some((count, place));
                Section::Vertices
            }
            "*arcs" | "*edges" => Section::Pairs,
            "*arcslist" | "*edgeslist" => Section::Lists,
            "*network" => Section::Nothing,
            _ => {
                draft.warn(place, "left-out", format!("the section `{text}` is left out"));
                Section::Nothing
            }
        };
        Ok(())
    }

    fn vertex(&mut self, draft: &mut Draft<'t>) {
        let number = self.words[0];
        let Some(id) = self.number(number, draft) else { return };
        let node = draft.declare(&id, number.place);
        let Some(name) = self.words.get(1) else { return };
        draft.nodes.set(LABEL, node, name.text, Sort::Text, name.place);
        let mut rest = &self.words[2..];
        for column in ["x", "y", "z"] {
            let Some((word, others)) = rest.split_first() else { break };
            if word.text.parse::<f64>().is_err() {
                break;
            }
            rest = others;
            set(&mut draft.nodes, column, node, *word);
        }
        if rest.len() % 2 == 1 {
            set(&mut draft.nodes, "shape", node, rest[0]);
            rest = &rest[1..];
        }
        for pair in rest.chunks_exact(2) {
            set(&mut draft.nodes, pair[0].text, node, pair[1]);
        }
    }

    fn pair(&mut self, draft: &mut Draft<'t>) {
        let [source, target, rest @ ..] = &self.words[..] else {
            let at = draft.excerpt_with(self.words[0].place);
            draft.report.row(|severity| {
                Diagnostic::new(severity, "missing-value", "the edge has no target").at(at(), "")
            });
            return;
        };
        let ends = (self.number(*source, draft), self.number(*target, draft));
        let (Some(from), Some(to)) = ends else { return };
        let from = draft.mention(&from, source.place, Role::Source);
        let to = draft.mention(&to, target.place, Role::Target);
        let edge = draft.edge(from, to);
        let mut rest = rest;
        if let Some((weight, others)) = rest.split_first()
            && (rest.len() % 2 == 1 || weight.text.parse::<f64>().is_ok())
        {
            draft.edges.set(WEIGHT, edge, weight.text, Sort::Untyped, weight.place);
            rest = others;
        }
        for pair in rest.chunks(2) {
            match pair {
                [key, value] if key.text == "l" => {
                    draft.edges.set(LABEL, edge, value.text, Sort::Text, value.place);
                }
                [key, value] => set(&mut draft.edges, key.text, edge, *value),
                _ => {}
            }
        }
    }

    fn list(&mut self, draft: &mut Draft<'t>) {
        let source = self.words[0];
        let Some(from) = self.number(source, draft) else { return };
        let from = draft.mention(&from, source.place, Role::Source);
        for at in 1..self.words.len() {
            let target = self.words[at];
            let Some(to) = self.number(target, draft) else { continue };
            let to = draft.mention(&to, target.place, Role::Target);
            draft.edge(from, to);
        }
    }

    /// Returns the number of a vertex as it is written plainly; tells of what is none.
    fn number(&self, word: Word<'t>, draft: &mut Draft<'t>) -> Option<Cow<'t, str>> {
        let count = self.count.map_or(u64::MAX, |(count, _)| count);
        let number = word.text.parse::<u64>().ok().filter(|number| (1..=count).contains(number));
        let Some(number) = number else {
            let at = draft.excerpt_with(word.place);
            draft.report.row(|severity| {
                let message = format!("there is no vertex `{}`", word.text);
                let problem = Diagnostic::new(severity, "unknown-node", message).at(at(), "");
                match self.count {
                    Some((count, _)) => problem.note(format!("vertices are 1 to {count}")),
                    None => problem.help("`*Vertices` stands before what names vertices"),
                }
            });
            return None;
        };
        let is_plain = !word.text.starts_with(['0', '+']);
        Some(if is_plain { Cow::Borrowed(word.text) } else { Cow::Owned(number.to_string()) })
    }

    /// Declares the vertices that have no line.
    fn finish(&self, draft: &mut Draft<'t>) -> Read {
        let Some((count, place)) = self.count else {
            return Err(draft.error(0, "missing-key", "the file has no section `*Vertices`"));
        };
        if count > MOST_UNNAMED + draft.text.len() as u64 {
            let message = format!("{count} vertices are too many for a file of this size");
            return Err(draft.error(place as usize, "too-many-nodes", message));
        }
        for number in 1..=count {
            draft.node(&number.to_string(), place);
        }
        Ok(())
    }
}

fn set(part: &mut Part, name: &str, row: u32, value: Word<'_>) {
    if row != NOWHERE {
        let column = part.attribute(name);
        part.set(column, row, value.text, Sort::Untyped, value.place);
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph_file::testing;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        testing::check::<Pajek>(text, expected);
    }

    #[test]
    fn all_sections_are_read() {
        check(
            "*Network x\r\n% comment\r\n*Vertices 3\r\n1 \"a b\" 0.1 0.25 box ic Red\r\n2 c\r\n3 \"d\" \r\n*Arcs :1 \"rel\"\r\n1 2 2.5 l \"up\" c Blue\r\n2 3\r\n*Edges\r\n1 3 1\r\n*Arcslist\r\n3 1 2\r\n*edgeslist\r\n2 2\r\n",
            "a b{ic=\"Red\",shape=\"box\",x=0.1,y=0.25} c d a b->c(up)*2.5{c=\"Blue\"} a b->d c->c c->d d->a b d->c",
        );
    }

    #[test]
    fn numbers_are_ids_where_names_are_not() {
        check("*Vertices 2\n*Arcs\n1 2 3\n", "1 2 1->2*3");
        check("*vertices 2\n1 \"x\"\n2 \"x\"\n*arcs\n02 1", "1(x) 2(x) 2->1");
        check("*Vertices 2\n1 \"x\"\n", "1(x) 2");
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        testing::fails::<Pajek>(
            "*Vertices 2\n1 \"a\n2 b\n2 c\n7 d\n*Arcs\n1\n1 x\n1 2 heavy\n*Matrix\n0 1\n",
            &[
                "2:3 the name is never closed [\"a]",
                "4:1 the id `2` is taken [2]",
                "5:1 there is no vertex `7` [7]",
                "7:1 the edge has no target [1]",
                "8:3 there is no vertex `x` [x]",
                "10:1 the section `*Matrix` is left out [*Matrix]",
                "9:5 `heavy` is no number [heavy]",
            ],
        );
        for (text, expected) in [
            ("", "1:1 the file has no section `*Vertices` []"),
            ("1 2\n", "1:1 the file does not begin with a section, such as `*Vertices 3` [1]"),
            ("*Vertices\n", "1:1 `*Vertices` is followed by how many there are [*Vertices]"),
            (
                "*Vertices 9999999999",
                "1:1 9999999999 vertices are too many for a file of this size [*Vertices]",
            ),
            (
                "*Vertices 1\n*Vertices 1",
                "2:1 a second network begins here; only the first is read [*Vertices]",
            ),
        ] {
            testing::fails::<Pajek>(text, &[expected]);
        }
    }
}
