//! Diagnostics as text; the only file that names the crate that draws them.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use layercake::diagnostic::{Diagnostic, Label, Severity};

/// Draws a problem, in color; the stream it goes to takes the color out where there is none.
pub fn draw(diagnostic: &Diagnostic, width: usize) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(visible(&diagnostic.message)).id(diagnostic.code.as_ref());
    let mut group = Group::with_title(title);
    for (place, labels) in by_file(&diagnostic.labels) {
        group = element(group, place, &labels);
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(visible(note)));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    let drawn = Renderer::styled().term_width(width).render(&[group]);
    format!("{drawn}\n")
}

/// Says how many problems are not shown, and how they would be, if they can.
pub fn omitted(count: usize, how: &str) -> String {
    let noun = if count == 1 { "problem" } else { "problems" };
    format!("… and {count} more {noun} like these{how}\n")
}

/// Gathers labels by the line they are on; the first label's line comes first.
fn by_file(labels: &[Label]) -> Vec<(&Label, Vec<(usize, &Label)>)> {
    let mut lines: Vec<(&Label, Vec<(usize, &Label)>)> = Vec::new();
    for (number, label) in labels.iter().enumerate() {
        let same = |first: &Label| first.at.path == label.at.path && first.at.line == label.at.line;
        match lines.iter_mut().find(|(first, _)| same(first)) {
            Some((_, labels)) => labels.push((number, label)),
            None => lines.push((label, vec![(number, label)])),
        }
    }
    lines
}

fn element<'a>(group: Group<'a>, first: &'a Label, labels: &[(usize, &'a Label)]) -> Group<'a> {
    let at = &first.at;
    if at.line == 0 || at.text.is_empty() && at.range.is_empty() {
        let mut origin = Origin::path(at.path.as_ref());
        if at.line > 0 {
            origin = origin.line(at.line);
        }
        return group.element(origin);
    }
    let mut snippet = Snippet::source(at.text.as_str()).line_start(at.line).path(at.path.as_ref());
    for (number, label) in labels {
        let kind = if *number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(label.at.range.clone());
        snippet = snippet.annotation(match label.message.as_str() {
            "" => annotation,
            message => annotation.label(visible(message)),
        });
    }
    group.element(snippet)
}

/// Replaces what a terminal would take for a command, such as the start of a color.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() => '\u{fffd}',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use layercake::source::Source;

    use super::*;

    #[test]
    fn two_labels_on_one_line_share_its_excerpt() {
        let source = Source::new("a.yaml", "key: value\n");
        let diagnostic = Diagnostic::error("test", "both")
            .at(source.excerpt(0..3), "here")
            .at(source.excerpt(5..10), "and here")
            .help("do it");
        let drawn = anstream::adapter::strip_str(&draw(&diagnostic, 80)).to_string();
        assert_eq!(drawn.matches("key: value").count(), 1, "{drawn}");
        assert!(drawn.contains("--> a.yaml:1:1") && drawn.contains("help: do it"), "{drawn}");
    }

    #[test]
    fn control_characters_are_made_visible() {
        assert!(!visible("\u{1b}[31m\u{202e}").contains(['\u{1b}', '\u{202e}']));
    }
}
