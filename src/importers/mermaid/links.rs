//! Links of Mermaid: how they are drawn, and the text in them.

use super::cursor::Cursor;

/// A link between nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link<'t> {
    /// `dotted`, `thick` or `invisible`; none for a plain line.
    pub line: Option<&'static str>,
    /// What is at its ends; none for a single head.
    pub arrow: Option<&'static str>,
    /// The text in it, and where that begins.
    pub text: Option<(&'t str, usize)>,
}

/// The three kinds of lines that may hold a text: what they are made of, and their name.
const LINES: [(u8, Option<&str>); 3] =
    [(b'-', None), (b'=', Some("thick")), (b'.', Some("dotted"))];

impl<'t> Link<'t> {
    /// Reads the link that comes next, white space around it included; none if there is none.
    pub fn read(cursor: &mut Cursor<'t>) -> Option<Result<Link<'t>, usize>> {
        let mut ahead = *cursor;
        ahead.skip_space();
        let start = ahead.at;
        let found = Link::whole(&mut ahead).map(Ok).or_else(|| Link::with_text(&mut ahead))?;
        match found {
            Ok(link) => {
                ahead.skip_space();
                *cursor = ahead;
                Some(Ok(link))
            }
            Err(()) => Some(Err(start)),
        }
    }

    /// Reads a link without a text in it.
    fn whole(cursor: &mut Cursor<'t>) -> Option<Link<'t>> {
        let bytes = cursor.rest().as_bytes();
        let tildes = bytes.iter().take_while(|byte| **byte == b'~').count();
        if tildes >= 3 {
            cursor.at += tildes;
            return Some(Link { line: Some("invisible"), arrow: Some("open"), text: None });
        }
        let head = head_at(bytes);
        let first = if head.is_some() { 1 } else { 0 };
        for (sign, line) in LINES {
            if let Some((length, tail)) = end_length(&bytes[first..], sign) {
                cursor.at += first + length;
                return Some(Link { line, arrow: arrow(head, tail), text: None });
            }
        }
        None
    }

    /// Reads a link with a text in it: `-- text -->`.
    fn with_text(cursor: &mut Cursor<'t>) -> Option<Result<Link<'t>, ()>> {
        let bytes = cursor.rest().as_bytes();
        let head = head_at(bytes);
        let first = if head.is_some() { 1 } else { 0 };
        let (sign, line) = match bytes.get(first..first + 2)? {
            b"--" => LINES[0],
            b"==" => LINES[1],
            b"-." => LINES[2],
            _ => return None,
        };
        let start = cursor.at + first + 2;
        let bytes = cursor.text.as_bytes();
        let mut at = start;
        let mut is_quoted = false;
        while let Some(byte) = bytes.get(at) {
            is_quoted ^= *byte == b'"';
            if !is_quoted && let Some((length, tail)) = end_length(&bytes[at..], sign) {
                let text = &cursor.text[start..at];
                cursor.at = at + length;
                let text = Some((text, start));
                return Some(Ok(Link { line, arrow: arrow(head, tail), text }));
            }
            at += 1;
        }
        Some(Err(()))
    }
}

/// Returns the head that a link begins with: `<`, or `x` and `o` before a line.
fn head_at(bytes: &[u8]) -> Option<u8> {
    let head = *bytes.first().filter(|byte| matches!(byte, b'<' | b'x' | b'o'))?;
    matches!(bytes.get(1), Some(b'-' | b'=' | b'.')).then_some(head)
}

/// Returns the length of the end of a link, and its head if it has one.
fn end_length(bytes: &[u8], sign: u8) -> Option<(usize, Option<u8>)> {
    let count =
        |from: usize, sign: u8| bytes[from..].iter().take_while(|byte| **byte == sign).count();
    let tail = |at: usize| bytes.get(at).copied().filter(|byte| matches!(byte, b'>' | b'x' | b'o'));
    if sign == b'.' {
        let dash = usize::from(bytes.first() == Some(&b'-'));
        let dots = count(dash, b'.');
        if dots == 0 || bytes.get(dash + dots) != Some(&b'-') {
            return None;
        }
        let length = dash + dots + 1;
        return Some(match tail(length) {
            Some(head) => (length + 1, Some(head)),
            None => (length, None),
        });
    }
    let signs = count(0, sign);
    match tail(signs) {
        Some(head) if signs >= 2 => Some((signs + 1, Some(head))),
        _ if signs >= 3 => Some((signs, None)),
        _ => None,
    }
}

fn arrow(head: Option<u8>, tail: Option<u8>) -> Option<&'static str> {
    match (head, tail) {
        (Some(b'<'), Some(b'>')) => Some("double_point"),
        (Some(b'x'), Some(b'x')) => Some("double_cross"),
        (Some(b'o'), Some(b'o')) => Some("double_circle"),
        (_, Some(b'x')) => Some("cross"),
        (_, Some(b'o')) => Some("circle"),
        (_, Some(_)) => None,
        (_, None) => Some("open"),
    }
}
