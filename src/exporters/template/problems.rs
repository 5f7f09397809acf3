//! Tells what is wrong in a template, at its line.
//!
//! Tera knows the template with our changes; every place is carried back to the text as it was
//! written.

use tera::{Error, ErrorKind};

use super::File;
use super::filters::OWN_FILTERS;
use super::meter::TOO_MUCH_WORK;
use super::scan::tags;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, names};
use crate::source::{Excerpt, Source};

/// How many of the known names a message lists.
const MOST_NAMES: usize = 20;

/// What `context.rs` makes only if it is named, so that a wrong name for it is not among the known.
const MADE_IF_NAMED: [&str; 7] =
    ["by_id", "children", "edges", "hierarchy", "incoming", "outgoing", "roots"];

/// The filters that Tera has.
const FILTERS: [&str; 37] = [
    "abs",
    "capitalize",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];
/// The tests that Tera has.
const TESTS: [&str; 17] = [
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];
/// The functions that Tera has.
const FUNCTIONS: [&str; 2] = ["range", "throw"];
/// Filters by the names that they have elsewhere.
const ELSEWHERE: [(&str, &str); 10] = [
    ("count", "length"),
    ("downcase", "lower"),
    ("e", "escape"),
    ("json_encode", "json"),
    ("lowercase", "lower"),
    ("size", "length"),
    ("slugify", "slug"),
    ("tojson", "json"),
    ("upcase", "upper"),
    ("uppercase", "upper"),
];

/// Reports what Tera found wrong.
pub fn report(error: &Error, files: &[File], diagnostics: &mut Diagnostics) -> Failed {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let code = match error.kind() {
                ErrorKind::SyntaxError(_) => "template-syntax",
                _ => "template-failed",
            };
            let span = report.span();
            let place = excerpt(files, report.filename(), span.range.start, span.range.end);
            let problem = hint(describe(code, report.message()), report.message(), &place);
            diagnostics.push(problem.at(place, ""));
        }
        kind => unplaced(&kind.to_string(), files, diagnostics),
    }
    Failed
}

/// Reports the names that a template must not use.
pub fn forbid(source: &Source, diagnostics: &mut Diagnostics) {
    for token in tags(source.text()).iter().flat_map(|tag| &tag.tokens) {
        if token.text == "__tera_context" {
            let message = "`__tera_context` has no fixed order, so it cannot be part of an output";
            diagnostics.push(
                Diagnostic::error("template-syntax", message)
                    .at(source.excerpt(token.range.clone()), ""),
            );
        }
    }
}

/// Reports what Tera tells as text alone: reports of its own, or a line without a place.
fn unplaced(text: &str, files: &[File], diagnostics: &mut Diagnostics) {
    let mut lines = text.lines();
    let mut found = false;
    while let Some(line) = lines.next() {
        let Some(message) = line.strip_prefix("error: ") else { continue };
        let place = lines.next().and_then(|line| line.trim_start().strip_prefix("--> "));
        let Some((name, line, column)) = place.and_then(parse_place) else { continue };
        let file = files.iter().find(|file| file.name == name);
        let at = file.map_or(0, |file| offset(&file.edited.text, line, column));
        let place = excerpt(files, name, at, at);
        let problem = hint(describe("template-syntax", message), message, &place);
        diagnostics.push(problem.at(place, ""));
        found = true;
    }
    if !found {
        let place = files.first().map_or("<unknown>".into(), |file| file.source.path().clone());
        diagnostics.push(describe("template-failed", text).at(Excerpt::whole_file(place), ""));
    }
}

fn parse_place(place: &str) -> Option<(&str, usize, usize)> {
    let (rest, column) = place.rsplit_once(':')?;
    let (name, line) = rest.rsplit_once(':')?;
    Some((name, line.parse().ok()?, column.parse().ok()?))
}

/// Returns the byte at a line and a column in characters, both counted from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text[start..].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>() + start
}

fn excerpt(files: &[File], name: &str, start: usize, end: usize) -> Excerpt {
    match files.iter().find(|file| file.name == name) {
        Some(File { source, edited, .. }) => {
            let start = edited.original(start);
            source.excerpt(start..edited.original(end).max(start + 1))
        }
        None => Excerpt::whole_file(name),
    }
}

/// Adds what to write instead, for what other template languages and earlier versions have.
fn hint(problem: Diagnostic, message: &str, place: &Excerpt) -> Diagnostic {
    let message = message.to_ascii_lowercase();
    let name = message.split('`').nth(1).unwrap_or("");
    let rest = place.text.get(place.range.start..).unwrap_or("");
    if message.starts_with("unknown filter") {
        return match ELSEWHERE.iter().find(|(word, _)| *word == name) {
            Some((_, here)) => problem.help(format!("did you mean `{here}`?")),
            None => problem.did_you_mean(name, FILTERS.iter().chain(&OWN_FILTERS).copied()),
        };
    } else if message.starts_with("unknown function") {
        return problem.did_you_mean(name, FUNCTIONS);
    } else if message.starts_with("unknown test") {
        return problem.did_you_mean(name, TESTS);
    } else if message.starts_with("unknown tag")
        && (rest.starts_with("macro") || rest.starts_with("import"))
    {
        return problem.help(
            "Tera 2 has components instead of macros: `{% component part(of) %}…{% endcomponent part \
             %}`, put in by `{{ <part of={node} /> }}`",
        );
    } else if message.contains("but expected identifier")
        && ["found float", "found integer"].iter().any(|found| message.contains(found))
    {
        return problem.help("an item of a list is named in brackets, as in `nodes[0].id`");
    }
    problem
}

/// Makes a message of ours from one of Tera's, and help from the names that it lists.
fn describe(code: &'static str, message: &str) -> Diagnostic {
    let lists = [". Available variables: ", ". Available fields: "];
    let listed = lists.iter().find_map(|list| message.split_once(list));
    let (message, known) = listed.unwrap_or((message, ""));
    let message = message.trim_end().trim_end_matches('.');
    if message == TOO_MUCH_WORK {
        return Diagnostic::error("template-too-much-work", message)
            .note("work is counted, about one for each turn of a loop; loops in loops multiply")
            .help("let a transform or an analysis make what the template searches for");
    }
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    let message: String = first.into_iter().chain(letters).collect();
    let name = message.split('`').nth(1).unwrap_or("").to_owned();
    let mut known: Vec<&str> =
        known.split(", ").map(str::trim).filter(|name| !name.is_empty()).collect();
    known.sort_unstable();
    let near = known.iter().chain(if known.is_empty() { [].iter() } else { MADE_IF_NAMED.iter() });
    let diagnostic = Diagnostic::error(code, message).did_you_mean(&name, near.copied());
    if known.is_empty() {
        return diagnostic;
    }
    let more = if known.len() > MOST_NAMES { ", …" } else { "" };
    known.truncate(MOST_NAMES);
    diagnostic.note(format!("known here: {}{more}", names(known)))
}

#[cfg(test)]
mod tests {
    use tera::Tera;

    use super::*;

    #[test]
    fn every_name_that_is_hinted_at_is_there() {
        let mut tera = Tera::new();
        super::super::filters::register(&mut tera);
        let meter = super::super::Meter::new(super::super::Limits::default());
        super::super::shapes::register(&mut tera, &meter);
        let filters = FILTERS.iter().chain(&OWN_FILTERS).chain(ELSEWHERE.iter().map(|(_, to)| to));
        for template in filters
            .map(|name| format!("{{{{ 1 | {name} }}}}"))
            .chain(TESTS.iter().map(|name| format!("{{% if 1 is {name} %}}{{% endif %}}")))
            .chain(FUNCTIONS.iter().map(|name| format!("{{{{ {name}() }}}}")))
        {
            let added = tera.add_raw_template("t", &template);
            assert!(added.is_ok(), "{template}: {added:?}");
        }
    }
}
