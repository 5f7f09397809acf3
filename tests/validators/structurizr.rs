//! Workspaces of Structurizr, read by the rules of its DSL, as its own reader is not packaged.
//!
//! A line is tokens: words, and texts between quotes, in which only `\"` means something else.

use super::matrix::{Place, Row};
use super::{export, hostile, hostile_graph, shown};

#[test]
fn a_workspace_of_structurizr_holds_every_text_as_given() {
    let mut row = Row::new("structurizr", "rules of its DSL");
    for text in &*hostile::TEXTS {
        let options = serde_json::json!({ "title": text }).to_string();
        let dsl = export("structurizr", &options, hostile_graph(text));
        let expected = shown_in_one_line(text);
        let mut depth = 0_usize;
        let mut found = [0; 3];
        let (mut names, mut ends) = (Vec::new(), Vec::new());
        let (mut tags, mut styled) = (Vec::new(), Vec::new());
        let mut comments = Vec::new();
        for line in dsl.lines() {
            let tokens = tokens(line);
            let words: Vec<&str> = tokens.iter().map(String::as_str).collect();
            match words.as_slice() {
                ["workspace", name, ..] => found[0] += usize::from(*name == expected),
                [id, "=", _, name, rest @ ..] => {
                    let stem = name.split(" (").next().unwrap();
                    let is_own = *name == expected || expected.trim().is_empty();
                    found[1] += usize::from(is_own || stem == expected);
                    names.push((*id).to_owned());
                    let comment = rest.first().filter(|word| **word != "{");
                    comments.extend(comment.map(|comment| (*comment).to_owned()));
                }
                [source, "->", target, name, ..] => {
                    found[2] += usize::from(*name == expected);
                    ends.extend([(*source).to_owned(), (*target).to_owned()]);
                }
                ["tags", tag] => tags.push((*tag).to_owned()),
                ["element" | "relationship", tag, "{"] => styled.push((*tag).to_owned()),
                _ => {}
            }
            depth += usize::from(words.last() == Some(&"{"));
            depth -= usize::from(words == ["}"]);
        }
        let is_shown = depth == 0 && found[0] == 1 && found[1] >= 2 && found[2] > 0;
        let problem = (!is_shown).then(|| format!("found {found:?} times, {depth} blocks open"));
        row.note(Place::Label, text, expected == **text, problem);
        names.sort();
        names.dedup();
        let is_linked =
            names.len() == 3 && ends.len() == 4 && ends.iter().all(|end| names.contains(end));
        row.expect(
            Place::Id,
            text,
            is_linked,
            "nodes are not those of the graph, or not linked so",
        );
        let is_styled = tags.len() == 4 && tags.iter().all(|tag| styled.contains(tag));
        row.expect(
            Place::Layer,
            text,
            is_styled,
            "its layer is not the tag of its nodes and edges",
        );
        let is_told =
            expected.trim().is_empty() || comments == [expected.clone(), expected.clone()];
        let problem = (!is_told).then(|| format!("comments are {comments:?}"));
        row.note(Place::Attribute, text, expected == **text, problem);
    }
    row.finish();
}

fn tokens(line: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start_matches(' ');
    while !rest.is_empty() {
        let token;
        if let Some(text) = rest.strip_prefix('"') {
            let end = text
                .char_indices()
                .find(|(at, c)| *c == '"' && !text[..*at].ends_with('\\'))
                .unwrap_or_else(|| panic!("no end of a text in {line:?}"))
                .0;
            token = text[..end].replace("\\\"", "\"");
            rest = &text[end + 1..];
        } else {
            let end = rest.find(' ').unwrap_or(rest.len());
            token = rest[..end].to_owned();
            rest = &rest[end..];
        }
        tokens.push(token);
        rest = rest.trim_start_matches(' ');
    }
    tokens
}

/// Returns what a text is in a workspace.
fn shown_in_one_line(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\n', '\r', '\t'], " ").replace("${", "＄{");
    let text = text.replace("\\\"", "＼\"").replace("\\ slash", "＼ slash");
    let text = match text.strip_suffix('\\') {
        Some(rest) => format!("{rest}＼"),
        None => text,
    };
    shown(&text.replace('\u{a0}', "\u{1}")).replace('\u{2401}', "\u{a0}")
}
