//! Labels in the cells of a terminal: what can be shown, how wide it is, where lines break.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::scene::text::clean;

/// How a label is broken into lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// How many columns a line may have.
    pub width: usize,
    /// How many lines there may be.
    pub lines: usize,
    /// What stands at the end of a label that was cut.
    pub ellipsis: &'static str,
}

/// Returns the parts of a line that terminals treat as one character, each with how many columns
/// it takes; never none.
pub(super) fn clusters(line: &str) -> impl Iterator<Item = (&str, usize)> {
    line.graphemes(true).map(|cluster| (cluster, cluster.width().max(1)))
}

/// Returns how many columns a line takes.
pub(super) fn width(line: &str) -> usize {
    clusters(line).map(|(_, width)| width).sum()
}

/// Makes of any text one that moves no cursor and turns no line around: line breaks are `\n`.
pub(super) fn showable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in clean(text).chars() {
        match character {
            '\u{2028}' | '\u{2029}' | '\u{85}' => shown.push('\n'),
            '\u{80}'..='\u{9f}' | '\u{fff9}'..='\u{fffb}' => shown.push('\u{fffd}'),
            // What has no look of its own, and turns the rest of the line around or joins it.
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => {}
            '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {}
            other => shown.push(other),
        }
    }
    // What would join what stands before the label gets something of its own to join.
    let is_loose = |line: &str| line.graphemes(true).next().is_some_and(|first| first.width() == 0);
    match shown.lines().any(is_loose) {
        true => shown
            .lines()
            .map(|line| if is_loose(line) { format!(" {line}") } else { line.to_owned() })
            .collect::<Vec<_>>()
            .join("\n"),
        false => shown,
    }
}

/// Breaks a label into lines, each about as long as the others; what has no room is cut.
pub(super) fn wrap(text: &str, room: Room) -> Vec<String> {
    let text = showable(text);
    let mut lines = Vec::new();
    for part in text.trim().lines() {
        let pieces = pieces(part, room.width);
        let most = fill(&pieces, room.width).len();
        let fits = |width: &usize| fill(&pieces, *width).len() <= most;
        let widest = pieces.iter().map(|piece| width(piece.trim_end())).max().unwrap_or(0);
        let narrowest = (widest..room.width).find(fits).unwrap_or(room.width);
        lines.extend(fill(&pieces, narrowest));
    }
    if lines.len() > room.lines {
        lines.truncate(room.lines);
        if let Some(last) = lines.last_mut() {
            *last = cut(last, room.width.saturating_sub(width(room.ellipsis))) + room.ellipsis;
        }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// Returns a line, shortened to a width, with an ellipsis if that takes something away.
pub(super) fn shortened(line: &str, most: usize, ellipsis: &str) -> String {
    match width(line) <= most {
        true => line.to_owned(),
        false => cut(line, most.saturating_sub(width(ellipsis))) + &cut(ellipsis, most),
    }
}

/// Returns as much of a line as fits.
fn cut(line: &str, most: usize) -> String {
    let mut taken = 0;
    let fitting = clusters(line).take_while(|(_, width)| {
        taken += width;
        taken <= most
    });
    let kept: String = fitting.map(|(cluster, _)| cluster).collect();
    kept.trim_end().to_owned()
}

/// Divides a line where it may be broken: after words, and in words that are too long after signs
/// and before capitals, at worst anywhere.
fn pieces(line: &str, most: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (end, _) in unicode_linebreak::linebreaks(line) {
        let word = &line[from..end];
        from = end;
        if width(word.trim_end()) <= most {
            pieces.push(word.to_owned());
            continue;
        }
        let (mut part, mut taken, mut before) = (String::new(), 0, ' ');
        for (cluster, columns) in clusters(word) {
            let next = cluster.chars().next().unwrap_or(' ');
            let is_part = before.is_ascii_punctuation() && next.is_alphanumeric()
                || before.is_lowercase() && next.is_uppercase();
            if !part.is_empty() && (is_part || taken + columns > most && next != ' ') {
                pieces.push(std::mem::take(&mut part));
                taken = 0;
            }
            part.push_str(cluster);
            taken += columns;
            before = cluster.chars().next_back().unwrap_or(' ');
        }
        pieces.push(part);
    }
    pieces
}

/// Fills line after line with as much as it holds.
fn fill(pieces: &[String], most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open = String::new();
    for piece in pieces {
        if !open.is_empty() && width(&open) + width(piece.trim_end()) > most {
            lines.push(open.trim_end().to_owned());
            open.clear();
        }
        open.push_str(piece);
    }
    if !open.trim_end().is_empty() {
        lines.push(open.trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize, lines: usize) -> Vec<String> {
        wrap(text, Room { width, lines, ellipsis: "…" })
    }

    #[test]
    fn lines_break_between_words_and_are_about_as_long_as_each_other() {
        let check = |text, expected: &[&str]| assert_eq!(wrapped(text, 12, 3), expected);
        check("Orders", &["Orders"]);
        check("Order management", &["Order", "management"]);
        check("a b c d e f g h", &["a b c d", "e f g h"]);
        check("one\ntwo", &["one", "two"]);
        check("com.example.billing", &["com.example.", "billing"]);
        check("PaymentAuthorization", &["Payment", "Authorizatio", "n"]);
        check("", &[""]);
        check(" \n ", &[""]);
        check("数据库服务器管理", &["数据库服", "务器管理"]);
    }

    #[test]
    fn what_does_not_fit_ends_with_an_ellipsis() {
        assert_eq!(wrapped("the quick brown fox jumps", 9, 2), ["the quick", "brown fo…"]);
        assert_eq!(shortened("Payments", 5, "…"), "Paym…");
        assert_eq!(shortened("Payments", 0, "…"), "");
    }

    #[test]
    fn columns_are_those_of_a_terminal() {
        let check = |text, columns| assert_eq!(width(text), columns, "{text}");
        check("abc", 3);
        check("数据", 4);
        check("e\u{301}t\u{e9}", 3);
        check("👩‍👩‍👧", 2);
        check("ﾊﾝ", 2);
    }

    #[test]
    fn no_label_moves_the_cursor() {
        let check = |text, expected: &str| assert_eq!(wrapped(text, 40, 9), [expected]);
        check("\u{1b}[2Jx", "␛[2Jx");
        check("a\u{9b}31mb", "a\u{fffd}31mb");
        check("a\u{202e}b\u{2066}c", "abc");
        check("a\tb\u{7f}", "a b␡");
        check("\u{301}a", "\u{301}a".trim());
        assert_eq!(wrapped("a\u{2028}b\r\nc", 40, 9), ["a", "b", "c"]);
        assert_eq!(showable("\u{301}a"), " \u{301}a");
    }
}
