//! Diagrams in Markdown, each in a block of code of its own.

use super::super::template::md;

/// Writes a heading of a level.
pub(super) fn write_heading(out: &mut Vec<u8>, level: usize, text: &str) {
    leave_line(out);
    let marks = "#".repeat(level);
    let heading = match text.split_once(". ") {
        // A number with its point is no list after the marks of a heading.
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{number}. {}", md(rest))
        }
        _ => md(text),
    };
    out.extend_from_slice(format!("{marks} {heading}\n").as_bytes());
}

/// Writes a diagram, in which no line can begin with three backticks.
pub(super) fn write_block(out: &mut Vec<u8>, diagram: &[u8]) {
    leave_line(out);
    out.extend_from_slice(b"```mermaid\n");
    out.extend_from_slice(diagram);
    out.extend_from_slice(b"```\n");
}

/// Leaves a line empty before what follows, if anything stands before it.
fn leave_line(out: &mut Vec<u8>) {
    if !out.is_empty() {
        out.push(b'\n');
    }
}
