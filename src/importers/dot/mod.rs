//! The import kind `dot`: the graphs of Graphviz.
//!
//! A file is taken or refused as Graphviz does. A cluster is a partition; other subgraphs only
//! group what is in them. Attributes of nodes, edges and clusters are those of rows, defaults
//! included; `label` is read as Graphviz shows it, `comment` or `tooltip` is the comment. Edges go
//! from the end that is named first, whether the graph is directed or not. The graphs of one file
//! become one.

mod clusters;
mod defaults;
mod labels;
mod lexer;
mod parser;

use super::decode::Encoding;
use super::graph_file::{Draft, Format, Read};
use parser::Parser;

/// Reads DOT.
pub(super) struct Dot;

impl Format for Dot {
    const KIND: &'static str = "dot";
    const ABOUT: &'static str = "Reads the graphs of Graphviz: clusters are partitions";
    const EXTENSIONS: &'static [&'static str] = &["dot", "gv"];

    /// As in Graphviz, what is not UTF-8 and says nothing is Latin 1.
    fn encoding(bytes: &[u8]) -> Option<Encoding> {
        let named = charset(bytes).map(|name| name.to_ascii_lowercase());
        match named.as_deref() {
            None | Some("utf-8" | "utf8") => match std::str::from_utf8(bytes) {
                Ok(_) => None,
                Err(_) => Encoding::named("latin1"),
            },
            Some("latin-1" | "l1" | "iso_8859-1" | "iso8859-1" | "iso-ir-100") => {
                Encoding::named("latin1")
            }
            Some("big-5") => Encoding::named("big5"),
            Some(other) => Encoding::named(other),
        }
    }

    fn read(draft: &mut Draft<'_>) -> Read {
        Parser::read(draft)
    }
}

/// Returns what a file says of its characters: `charset = "latin1"`.
fn charset(bytes: &[u8]) -> Option<&str> {
    const WORD: &[u8] = b"charset";
    let at = memchr::memmem::find(bytes, WORD)? + WORD.len();
    let rest = bytes.get(at..bytes.len().min(at + 64))?.utf8_chunks().next()?.valid();
    let rest = rest.trim_start_matches(['"', ' ']).strip_prefix('=')?;
    let rest = rest.trim_start_matches([' ', '"']);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))?;
    Some(&rest[..end]).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests;
