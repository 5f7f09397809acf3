//! The subgraphs of Mermaid, which become partitions.

use super::super::graph_file::{LABEL, NOWHERE, Sort};
use super::cursor::Cursor;
use super::nodes::{Wrong, enclosed, shape};
use super::parser::{Done, Parser, Stop};
use super::text::{own_id, shown};

/// A subgraph that is open.
pub(super) struct Subgraph<'t> {
    pub(super) id: Option<&'t str>,
    pub(super) label: Option<(&'t str, usize)>,
    pub(super) place: usize,
    /// Where its id stands, or what stands there if it has none.
    pub(super) id_place: usize,
    pub(super) named: usize,
}

impl<'t> Parser<'t, '_> {
    pub(super) fn open_subgraph(&mut self, place: usize) -> Done {
        self.cursor.skip_blanks();
        let named = self.named.len();
        let mut subgraph = Subgraph { id: None, label: None, place, id_place: place, named };
        let quoted = match self.cursor.byte() {
            Some(b'"') => enclosed_in_line(&mut self.cursor)?,
            _ => None,
        };
        let start = self.cursor.at;
        let text = match quoted {
            Some((text, _)) => text,
            None => self.cursor.take_while(|c| !matches!(c, '\n' | '\r' | ';' | '[')).trim(),
        };
        if !text.is_empty() {
            subgraph.id_place = quoted.map_or(start, |(_, place)| place);
        }
        if self.cursor.byte() == Some(b'[')
            && let Some(found) = shape(&mut self.cursor)?
        {
            subgraph.id = Some(text).filter(|text| !text.is_empty());
            subgraph.label = Some((found.text, found.place));
        } else if !text.is_empty() {
            // A title that is no word is no id.
            let is_id = !text.contains(char::is_whitespace);
            subgraph.id = Some(text).filter(|_| is_id);
            subgraph.label = Some((text, quoted.map_or(start, |(_, place)| place)));
        }
        self.subgraphs.push(subgraph);
        self.end_statement()
    }

    pub(super) fn close_subgraph(&mut self, place: usize) -> Done {
        let Some(subgraph) = self.subgraphs.pop() else {
            let message = "`end` ends no subgraph".to_owned();
            return Err(Stop::Statement((place..place + 3, message, "")));
        };
        let made = format!("subGraph{}", self.subgraph_count);
        self.subgraph_count += 1;
        let id = subgraph.id.unwrap_or(&made);
        let own = own_id(id).filter(|id| !id.is_empty());
        let node = self.draft.node(own.as_deref().unwrap_or(id), subgraph.id_place as u32);
        self.draft.set_partition(node);
        if let Some((text, place)) = subgraph.label
            && text != id
        {
            self.draft.nodes.set(LABEL, node, &shown(text), Sort::Text, place as u32);
        }
        for member in self.named.split_off(subgraph.named) {
            if member != node && member != NOWHERE && self.draft.parent_of(member) == NOWHERE {
                self.draft.set_parent(member, node);
            }
        }
        if !self.subgraphs.is_empty() {
            self.named.push(node);
        }
        self.end_statement()
    }
}

/// Reads a text in quotes, and stays in its line.
fn enclosed_in_line<'t>(cursor: &mut Cursor<'t>) -> Result<Option<(&'t str, usize)>, Wrong> {
    let mut ahead = *cursor;
    let found = enclosed(&mut ahead)?;
    if let Some((text, place)) = found {
        let end = place + cursor.text[place..].find('"').unwrap_or(text.len());
        cursor.at = end + 1;
        cursor.skip_blanks();
    }
    Ok(found)
}
