//! Writes the counting of work into a template.
//!
//! Tera bounds its recursion, but not its loops, and lets nothing look on while it renders. So a
//! template is changed before it is rendered: whatever can run often, or can make much of little,
//! passes a filter of `meter.rs` on its way. [`Edited`] finds back to the text as it was written.

use std::ops::Range;

use super::includes;
use super::scan::{Tag, Token, TokenKind, tags};

/// Filters that look at one item only.
const QUICK: [&str; 7] = ["at", "default", "first", "get", "last", "nth", "safe"];

/// Filters that can make lists in lists.
const NESTING: [&str; 2] = ["group_by", "pairs"];

const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

/// What ends the right side of a comparison.
const AFTER_COMPARISON: [&str; 15] =
    ["==", "!=", "<", "<=", ">", ">=", "and", "or", "in", "is", "not", "if", "else", "for", ","];

/// What ends the right side of a `~`, besides [`AFTER_COMPARISON`].
const AFTER_CONCATENATION: [&str; 7] = ["~", "+", "-", "*", "/", "//", "%"];

/// A text with changes in it.
#[derive(Debug, Default)]
pub struct Edited {
    /// The text with its changes.
    pub text: String,
    /// What came from where: places in `text`, and in the text as it was, of what stayed.
    kept: Vec<(usize, Range<usize>)>,
}

impl Edited {
    /// Changes a text: each edit is a range in it, apart from the others and after the one before.
    fn new(source: &str, edits: impl IntoIterator<Item = (Range<usize>, String)>) -> Edited {
        let mut edited = Edited::default();
        let mut at = 0;
        for (range, text) in edits {
            edited.keep(source, at..range.start);
            edited.text.push_str(&text);
            at = range.end;
        }
        edited.keep(source, at..source.len());
        edited
    }

    fn keep(&mut self, source: &str, range: Range<usize>) {
        self.kept.push((self.text.len(), range.clone()));
        self.text.push_str(&source[range]);
    }

    /// Returns the place in the text as it was of a place in the changed text.
    pub fn original(&self, at: usize) -> usize {
        let next = self.kept.partition_point(|(start, _)| *start <= at);
        let Some((start, range)) = next.checked_sub(1).and_then(|last| self.kept.get(last)) else {
            return 0;
        };
        (range.start + (at - start)).min(range.end)
    }
}

/// Puts the paths of included files in the place of their names.
pub fn with_paths(path: &str, source: &str) -> Edited {
    let edits = includes::names(source);
    let edits = edits.into_iter().filter_map(|(name, range)| {
        Some((range, format!("\"{}\"", includes::resolve(path, name)?)))
    });
    Edited::new(source, edits)
}

/// Returns whether a template can keep what it renders, rather than only put it out.
pub fn captures(source: &str) -> bool {
    tags(source).iter().any(|tag| {
        let is_block = tag.word().starts_with("set") && !tag.tokens.iter().any(|t| t.text == "=");
        let calls = tag.tokens.iter().any(|token| matches!(token.text, "super" | "<"));
        is_block || calls || matches!(tag.word(), "filter" | "component")
    })
}

/// Writes the counting of work into a template, and the paths of included files.
///
/// If `captures`, what is printed is weighed, since it may be kept in memory.
pub fn metered(path: &str, source: &str, captures: bool) -> Edited {
    let tags = tags(source);
    let per_byte = if captures { 8 } else { 64 };
    let mut edits: Vec<Edit> = Vec::new();
    if !tags.iter().any(|tag| tag.word() == "extends") {
        edits.push(Edit::work(0, 1 + source.len() / per_byte, false));
    }
    let mut open: Vec<usize> = Vec::new();
    for (at, tag) in tags.iter().enumerate() {
        match tag.word() {
            "for" | "block" | "component" => open.push(at),
            "endfor" | "endblock" | "endcomponent" => {
                if let Some(tag) = open.pop().map(|at| &tags[at]) {
                    let size = tags[at].range.start - tag.range.end;
                    edits.push(Edit::work(tag.range.end, 1 + size / per_byte, tag.trims_after));
                }
            }
            _ => {}
        }
        if tag.word() != "component" {
            TagEdits { tag, edits: &mut edits, seen: Vec::new() }.edit(captures);
        }
    }
    for (name, range) in includes::names(source) {
        if let Some(path) = includes::resolve(path, name) {
            edits.push(Edit { range, text: format!("\"{path}\""), order: (0, 0) });
        }
    }
    edits.sort_by_key(|edit| (edit.range.start, edit.order));
    Edited::new(source, edits.into_iter().map(|edit| (edit.range, edit.text)))
}

struct Edit {
    range: Range<usize>,
    text: String,
    /// Of edits at one place, what closes comes first, and of those the innermost.
    order: (u8, usize),
}

impl Edit {
    /// Counts so much work where this is rendered.
    fn work(at: usize, cost: usize, trims_after: bool) -> Edit {
        let dash = if trims_after { "-" } else { "" };
        Edit { range: at..at, text: format!("{{{{ {cost}|__work {dash}}}}}"), order: (3, 0) }
    }
}

/// Changes one tag.
struct TagEdits<'a> {
    tag: &'a Tag<'a>,
    edits: &'a mut Vec<Edit>,
    /// Words of a loop, which have been dealt with.
    seen: Vec<usize>,
}

impl TagEdits<'_> {
    fn edit(mut self, captures: bool) {
        let count = self.tag.tokens.len();
        match self.tag.word() {
            "for" => {
                if let Some(word) = self.find(0, "in") {
                    self.seen.push(word);
                    self.wrap(word + 1..count, "__loop");
                }
            }
            "set" | "set_global" if self.nests() => self.wrap(3..count, "__heft"),
            _ => {}
        }
        if captures && self.tag.prints && !self.is(0, "<") {
            self.wrap(0..count, "__heft");
        }
        self.expression();
    }

    fn expression(&mut self) {
        let mut open: Vec<&str> = Vec::new();
        let mut slices: Vec<bool> = Vec::new();
        for at in 0..self.tag.tokens.len() {
            let token = &self.tag.tokens[at];
            let inside = open.last().copied().unwrap_or("");
            if matches!(token.kind, TokenKind::Text | TokenKind::Number) || self.is_field(at) {
                continue;
            }
            match token.text {
                "<" | "</" if !self.ends_operand(at) => open.push("<"),
                ">" if inside == "<" => drop(open.pop()),
                "(" | "{" => open.push(token.text),
                "[" | "?[" => {
                    self.comprehension(at);
                    open.push("[");
                    slices.push(false);
                }
                "]" => {
                    open.pop();
                    if slices.pop() == Some(true) {
                        self.append(at, "__weigh", usize::MAX);
                        self.fields_as_items(at + 1);
                    }
                }
                ")" | "}" => drop(open.pop()),
                ":" if inside == "[" => {
                    slices.iter_mut().next_back().into_iter().for_each(|s| *s = true)
                }
                _ if inside == "<" => {}
                "|" => self.pipe(at),
                "~" => self.concatenation(at),
                "in" if !self.seen.contains(&at) => {
                    self.operand(at + 1, &AFTER_COMPARISON[6..], "__weigh")
                }
                sign if COMPARISONS.contains(&sign) => {
                    self.operand(at + 1, &AFTER_COMPARISON, "__heft")
                }
                "=" if inside == "(" => self.operand(at + 1, &[","], "__heft"),
                "..." if open.len() < 2 || open[open.len() - 2] != "<" => {
                    self.operand(at + 1, &[","], "__weigh");
                }
                "containing" if at > 1 => {
                    let test = if self.is(at - 1, "not") { at - 2 } else { at - 1 };
                    if test > 0 && self.is(test, "is") {
                        self.append(test - 1, "__weigh", usize::MAX);
                    }
                }
                _ => {}
            }
        }
    }

    fn pipe(&mut self, at: usize) {
        let name = self.tag.tokens.get(at + 1).map_or("", |token| token.text);
        if at == 0 || QUICK.contains(&name) || name.starts_with("__") {
            return;
        }
        let check = match name {
            "length" => "__text",
            "json" | "str" | "unique" | "join" => "__heft",
            _ => "__weigh",
        };
        self.append(at - 1, check, usize::MAX);
    }

    fn concatenation(&mut self, at: usize) {
        if at == 0 {
            return;
        }
        if !(at > 1 && self.is(at - 2, "~")) {
            self.append(at - 1, "__heft", usize::MAX);
        }
        let end = self.operand_end(at + 1, |word| {
            AFTER_COMPARISON.contains(&word) || AFTER_CONCATENATION.contains(&word)
        });
        if end > at + 1 {
            self.append(end - 1, "__heft", self.tag.tokens[at + 1].range.start);
        }
    }

    /// Counts the turns of `[… for … in … if …]`, if the bracket at `at` begins one.
    fn comprehension(&mut self, at: usize) {
        let word = self.operand_end(at + 1, |word| word == "for");
        if !self.is(word, "for") {
            return;
        }
        let Some(within) = self.find(word, "in") else { return };
        self.seen.push(within);
        self.wrap_all(at + 1..word, "__tick");
        let end = self.operand_end(within + 1, |word| matches!(word, "if" | "for"));
        self.wrap(within + 1..end, "__loop");
        if self.is(end, "if") {
            let condition = end + 1..self.operand_end(end + 1, |word| word == "for");
            self.wrap_all(condition, "__tick");
        }
    }

    /// Writes the fields after a slice as items, `.a` as `["a"]`: Tera takes no other after a filter.
    fn fields_as_items(&mut self, mut at: usize) {
        loop {
            if self.is(at, ".") && at + 1 < self.tag.tokens.len() {
                let name = &self.tag.tokens[at + 1];
                let range = self.tag.tokens[at].range.start..name.range.end;
                self.edits.push(Edit {
                    range,
                    text: format!("[\"{}\"]", name.text),
                    order: (3, 0),
                });
                at += 2;
            } else if self.is(at, "[") {
                let end = self.operand_end(at + 1, |_| false);
                let slices = self.is(end, ":");
                if slices || end >= self.tag.tokens.len() {
                    return;
                }
                at = end + 1;
            } else {
                return;
            }
        }
    }

    fn operand(&mut self, start: usize, stops: &[&str], check: &str) {
        let end = self.operand_end(start, |word| stops.contains(&word));
        self.wrap(start..end, check);
    }

    /// Passes an operand through a filter, unless it is one text or number.
    fn wrap(&mut self, range: Range<usize>, check: &str) {
        let plain = [TokenKind::Text, TokenKind::Number];
        if range.len() > 1 || range.clone().any(|at| !plain.contains(&self.tag.tokens[at].kind)) {
            self.wrap_all(range, check);
        }
    }

    fn wrap_all(&mut self, range: Range<usize>, check: &str) {
        let tokens = &self.tag.tokens;
        if let Some([first, .., last] | [first @ last]) = tokens.get(range) {
            let (start, end) = (first.range.start, last.range.end);
            self.edits.push(Edit { range: start..start, text: "(".to_owned(), order: (2, 0) });
            let order = (1, usize::MAX - start);
            self.edits.push(Edit { range: end..end, text: format!(")|{check}"), order });
        }
    }

    /// Passes what ends with the token at `at` through a filter.
    fn append(&mut self, at: usize, check: &str, start: usize) {
        let end = self.tag.tokens[at].range.end;
        let order = (1, usize::MAX - start);
        self.edits.push(Edit { range: end..end, text: format!("|{check}"), order });
    }

    /// Returns the token after an operand: one that `stops` it, or what closes around it.
    fn operand_end(&self, start: usize, stops: impl Fn(&str) -> bool) -> usize {
        let mut depth = 0usize;
        for (at, token) in self.tag.tokens.iter().enumerate().skip(start) {
            if matches!(token.kind, TokenKind::Text | TokenKind::Number) || self.is_field(at) {
                continue;
            }
            match token.text {
                "(" | "[" | "?[" | "{" => depth += 1,
                ")" | "]" | "}" if depth == 0 => return at,
                ")" | "]" | "}" => depth -= 1,
                ":" if depth == 0 => return at,
                word if depth == 0 && stops(word) => return at,
                _ => {}
            }
        }
        self.tag.tokens.len()
    }

    fn find(&self, start: usize, word: &str) -> Option<usize> {
        (start..self.tag.tokens.len()).find(|at| self.is(*at, word) && !self.is_field(*at))
    }

    fn is(&self, at: usize, text: &str) -> bool {
        let is_it = |token: &Token<'_>| token.kind != TokenKind::Text && token.text == text;
        self.tag.tokens.get(at).is_some_and(is_it)
    }

    /// Returns whether this is a name after a dot, which is no keyword.
    fn is_field(&self, at: usize) -> bool {
        let is_word = self.tag.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word);
        is_word && at > 0 && (self.is(at - 1, ".") || self.is(at - 1, "?."))
    }

    /// Returns whether an operand ends before the token at `at`.
    fn ends_operand(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| &self.tag.tokens[before]) else {
            return false;
        };
        match before.kind {
            TokenKind::Text | TokenKind::Number => true,
            TokenKind::Sign => matches!(before.text, ")" | "]" | "}"),
            TokenKind::Word => {
                self.is_field(at - 1)
                    || !matches!(before.text, "and" | "or" | "not" | "in" | "is" | "if" | "else")
            }
        }
    }

    /// Returns whether a value in this tag can hold more deeply than those it is made of.
    fn nests(&self) -> bool {
        (3..self.tag.tokens.len()).any(|at| {
            let text = self.tag.tokens[at].text;
            matches!(text, "[" | "{") && !self.ends_operand(at) || NESTING.contains(&text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        let edited = metered("t/a", source, false);
        let start = "{{ 1|__work }}";
        assert_eq!(edited.text.strip_prefix(start).unwrap_or(&edited.text), expected);
        for (at, _) in source.char_indices() {
            let place = edited.kept.iter().find(|(_, range)| range.contains(&at));
            if let Some((start, range)) = place {
                assert_eq!(edited.original(start + at - range.start), at);
            }
        }
    }

    #[test]
    fn what_can_run_often_is_counted() {
        check(
            "{% for a in b -%} x {% endfor %}",
            "{% for a in (b)|__loop -%}{{ 1|__work -}} x {% endfor %}",
        );
        check("{% block a %}{% endblock %}", "{% block a %}{{ 1|__work }}{% endblock %}");
        check(
            "{{ [a or b for a in c if d] }}",
            "{{ [(a or b)|__tick for a in (c)|__loop if (d)|__tick] }}",
        );
    }

    #[test]
    fn what_can_be_big_is_weighed() {
        let cases = [
            ("{{ a | sort | first }}", "{{ a|__weigh | sort | first }}"),
            ("{{ a ~ b.c ~ 'd' }}", "{{ a|__heft ~ b.c|__heft|__heft ~ 'd'|__heft }}"),
            ("{{ a == 'b' and c==d }}", "{{ a == 'b' and c==(d)|__heft }}"),
            ("{{ a not in b.in or c }}", "{{ a not in (b.in)|__weigh or c }}"),
            ("{{ a[1:].b }}", "{{ a[1:]|__weigh[\"b\"] }}"),
            ("{{ [...a, b] }}", "{{ [...(a)|__weigh, b] }}"),
            ("{% set a = [a] %}", "{% set a = ([a])|__heft %}"),
            ("{% set a = a[0] %}", "{% set a = a[0] %}"),
            ("{{ a == b ~ c }}", "{{ a == (b|__heft ~ c|__heft)|__heft }}"),
            ("{{ <A b={c} d=\"e\" /> }}", "{{ <A b={c} d=\"e\" /> }}"),
            ("{{ r(end=a) }}", "{{ r(end=(a)|__heft) }}"),
        ];
        for (source, expected) in cases {
            check(source, expected);
        }
    }

    #[test]
    fn included_names_become_paths() {
        check("{% include 'b' %}", "{% include \"t/b\" %}");
        assert_eq!(with_paths("t/a", "{% include 'b' %}x").text, "{% include \"t/b\" %}x");
    }
}
