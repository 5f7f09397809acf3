//! Writes texts with their special characters replaced, whatever a format does with them.

pub(super) use crate::scene::text::substitute;

/// Appends `text` to `out`; `write` gets every character whose first byte is special, with what
/// stands before and after it, and appends what it likes.
///
/// `is_special` may be true for ASCII and for the first bytes of other characters. Runs between
/// special characters are copied whole.
pub(super) fn escape(
    out: &mut Vec<u8>,
    text: &str,
    is_special: impl Fn(u8) -> bool,
    mut write: impl FnMut(&mut Vec<u8>, &str, char, &str),
) {
    let bytes = text.as_bytes();
    let mut start = 0;
    while let Some(length) = bytes[start..].iter().position(|byte| is_special(*byte)) {
        let at = start + length;
        let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let next = at + character.len_utf8();
        out.extend_from_slice(&bytes[start..at]);
        write(out, &text[..at], character, &text[next..]);
        start = next;
    }
    out.extend_from_slice(&bytes[start..]);
}

/// Returns whether a character with this first byte may be one that [`substitute`] replaces.
pub(super) fn may_need_substitute(byte: u8) -> bool {
    byte < b' ' || byte == 0x7f || byte == 0xef
}

/// Returns whether a space between these texts would not be seen in most pictures: it begins or
/// ends a line, or follows another space.
pub(super) fn is_lost(before: &str, after: &str) -> bool {
    before.is_empty()
        || before.ends_with([' ', '\n', '\r', '\t'])
        || after.is_empty()
        || after.starts_with(['\n', '\r'])
}

/// Indents a statement this deep, by two spaces a level; not without end, as the file would then
/// grow with the square of the depth.
pub(super) fn indent(out: &mut Vec<u8>, depth: usize) {
    const SPACES: &[u8] = &[b' '; 64];
    out.extend_from_slice(&SPACES[..(2 * depth).min(SPACES.len())]);
}

/// Appends a character.
pub(super) fn push(out: &mut Vec<u8>, character: char) {
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_special_characters_are_replaced() {
        let mut out = Vec::new();
        escape(&mut out, "a\0é\u{ffff}ﬂ\n", may_need_substitute, |out, _, character, _| {
            push(out, substitute(character));
        });
        assert_eq!(String::from_utf8(out).unwrap(), "a\u{2400}é\u{fffd}ﬂ\n");
    }
}
