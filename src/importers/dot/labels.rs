//! What Graphviz shows for a label: escapes, entities and HTML turned into text.

use super::super::entities::with_entities;

/// Stands before a value that is a text of HTML; no file holds it.
pub(super) const HTML: char = '\0';

/// Returns the text that a label shows; `names` are what `\N`, `\G`, `\T` and `\H` stand for.
pub(super) fn shown(label: &str, names: &Names<'_>) -> String {
    match label.strip_prefix(HTML) {
        Some(html) => without_tags(html),
        None => with_entities(&with_escapes(label, names)),
    }
}

/// Returns whether a label may show another text than it is.
pub(super) fn is_special(label: &str) -> bool {
    label.bytes().any(|byte| matches!(byte, b'\\' | b'&' | b'\0'))
}

/// The names that escapes stand for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Names<'n> {
    pub graph: &'n str,
    pub node: &'n str,
    pub source: &'n str,
    pub target: &'n str,
    pub arrow: &'n str,
}

fn with_escapes(label: &str, names: &Names<'_>) -> String {
    let mut out = String::with_capacity(label.len());
    let mut rest = label;
    let mut ends_with_break = false;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let Some(letter) = rest[at + 1..].chars().next() else {
            rest = "";
            ends_with_break = false;
            break;
        };
        rest = &rest[at + 1 + letter.len_utf8()..];
        ends_with_break = matches!(letter, 'n' | 'l' | 'r') && rest.is_empty();
        match letter {
            'n' | 'l' | 'r' => out.push('\n'),
            'N' => out.push_str(names.node),
            'G' => out.push_str(names.graph),
            'T' => out.push_str(names.source),
            'H' => out.push_str(names.target),
            'E' => {
                out.push_str(names.source);
                out.push_str(names.arrow);
                out.push_str(names.target);
            }
            // The whole label of a graph or a cluster, which is none of these.
            'L' => {}
            _ => out.push(letter),
        }
    }
    out.push_str(rest);
    if ends_with_break {
        // A break ends a line: there is none after the last one.
        out.pop();
    }
    out
}

/// Returns the text of HTML: rows and breaks as lines, cells with blanks between them.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('>') else {
            rest = "";
            break;
        };
        let tag = rest[open + 1..open + close].trim_start();
        rest = &rest[open + close + 1..];
        let name: String =
            tag.chars().take_while(|c| *c == '/' || c.is_ascii_alphanumeric()).collect();
        match name.to_ascii_lowercase().trim_end_matches('/') {
            "br" | "/tr" => out.push('\n'),
            "/td" => out.push(' '),
            _ => {}
        }
    }
    out.push_str(rest);
    let lines: Vec<&str> = out.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    with_entities(&lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(label: &str, expected: &str) {
        let names = Names { graph: "G", node: "n", source: "s", target: "t", arrow: "->" };
        assert_eq!(shown(label, &names), expected, "{label}");
    }

    #[test]
    fn a_label_shows_what_graphviz_shows() {
        check("plain", "plain");
        check(r"one\ntwo\lthree\l", "one\ntwo\nthree");
        check(r"\n\n", "\n");
        check(r"\N of \G: \E, \\N \{x\}", "n of G: s->t, \\N {x}");
        check("a&amp;b &#233;&#xe9; &uuml; & &nothing;", "a&b éé ü & &nothing;");
        check("trailing\\", "trailing");
    }

    #[test]
    fn html_is_read_as_its_text() {
        check("\0<b>bold</b> text<br/>next &lt;", "bold text\nnext <");
        check(
            "\0<TABLE>\n<TR><TD PORT=\"a\">one</TD><TD>two</TD></TR>\n<tr><td>three</td></tr></TABLE>",
            "one two\nthree",
        );
        check("\0never <closed", "never");
    }
}
