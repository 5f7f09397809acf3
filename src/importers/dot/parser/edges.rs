//! The edges of DOT: every end of one operand to every end of the next.

use std::borrow::Cow;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::super::super::graph_file::{Draft, NOWHERE, Read};
use super::super::clusters::SORT;
use super::super::defaults::Of;
use super::{Attribute, End, Parser};

/// How many edges a small file may make by naming subgraphs as ends; a larger one may make one
/// more for each of its bytes.
const MOST_EDGES: usize = 1 << 16;

/// The attribute that tells parallel edges apart.
const KEY: &str = "key";

/// The edges that may come again.
#[derive(Debug, Default)]
pub(super) struct Edges {
    pub is_strict: bool,
    pub is_directed: bool,
    by_ends: HashMap<(u32, u32), u32, FixedState>,
    by_key: HashMap<(u32, u32, String), u32, FixedState>,
    /// For each node the operand that it was put into last.
    seen: Vec<u32>,
    operand: u32,
}

impl Edges {
    /// Forgets the edges of the graph before.
    pub fn forget(&mut self) {
        self.by_ends.clear();
        self.by_key.clear();
    }

    fn known(&self, source: u32, target: u32, key: Option<&str>) -> Option<u32> {
        let find = |source: u32, target: u32| match key {
            Some(key) => self.by_key.get(&(source, target, key.to_owned())).copied(),
            None if self.is_strict => self.by_ends.get(&(source, target)).copied(),
            None => None,
        };
        find(source, target).or_else(|| if self.is_directed { None } else { find(target, source) })
    }
}

impl<'t> Parser<'t, '_> {
    /// Makes an operand of the nodes of a subgraph, each of them once.
    pub(super) fn push_subgraph(&mut self, named: &[(u32, u32)]) -> Read {
        self.operands.push(self.ends.len() as u32);
        self.edges.operand += 1;
        self.edges.seen.resize(self.draft.node_count(), 0);
        for (from, to) in named {
            self.defaults.add_work(u64::from(to - from));
            self.check_work()?;
            for at in *from as usize..*to as usize {
                let node = self.named[at];
                let seen = &mut self.edges.seen[node as usize];
                if *seen != self.edges.operand {
                    *seen = self.edges.operand;
                    let place = self.places.get(at).copied().unwrap_or(NOWHERE);
                    self.ends.push(End { node, port: NOWHERE, place });
                }
            }
        }
        Ok(())
    }

    /// Makes what the operands of a statement mean: edges, or attributes of nodes.
    pub(super) fn finish_operands(&mut self) -> Read {
        let first = self.frames.last().map_or(0, |frame| frame.operands);
        let operands = self.operands.split_off(first);
        let attributes = std::mem::take(&mut self.attributes);
        let Some(start) = operands.first().map(|start| *start as usize) else { return Ok(()) };
        let ends = self.ends.split_off(start);
        let operand = |at: usize| -> &[End] {
            let from = operands[at] as usize - start;
            let to = operands.get(at + 1).map_or(ends.len(), |end| *end as usize - start);
            &ends[from..to]
        };
        if operands.len() == 1 {
            self.set_node_attributes(operand(0), &attributes);
        } else {
            let key = attributes.iter().rev().find(|attribute| attribute.name == KEY);
            let key = key.map(|attribute| attribute.value.clone());
            let values: Vec<(u32, u32)> = attributes
                .iter()
                .filter_map(|attribute| self.value_of(Of::Edges, attribute))
                .collect();
            for at in 1..operands.len() {
                self.make_edges(operand(at - 1), operand(at), key.as_deref(), &values)?;
            }
        }
        if operands_are_done(self.operands.len()) {
            self.ports.clear();
        }
        self.attributes = attributes;
        self.attributes.clear();
        Ok(())
    }

    fn set_node_attributes(&mut self, ends: &[End], attributes: &[Attribute<'t>]) {
        for attribute in attributes {
            let Some((column, value)) = self.value_of(Of::Nodes, attribute) else { continue };
            for end in ends {
                self.draft.nodes.share(column, end.node, value);
            }
        }
    }

    fn make_edges(
        &mut self,
        sources: &[End],
        targets: &[End],
        key: Option<&str>,
        values: &[(u32, u32)],
    ) -> Read {
        let count = self.draft.edge_count() + sources.len().saturating_mul(targets.len());
        if sources.len() > 1 && targets.len() > 1 && count > MOST_EDGES + self.draft.text.len() {
            let message = format!(
                "this makes {} edges, too many for a file of this size",
                sources.len().saturating_mul(targets.len())
            );
            return Err(self.draft.error(self.lexer.place.start, "too-many-edges", message));
        }
        for source in sources {
            for target in targets {
                let (mut source, mut target) = (*source, *target);
                let edge = match self.edges.known(source.node, target.node, key) {
                    Some(edge) => {
                        if self.draft.ends_of(edge).0 != source.node {
                            std::mem::swap(&mut source, &mut target);
                        }
                        edge
                    }
                    None => self.new_edge(source, target, key)?,
                };
                self.set_port(edge, "tailport", source);
                self.set_port(edge, "headport", target);
                for (column, value) in values {
                    self.draft.edges.share(*column, edge, *value);
                }
            }
        }
        Ok(())
    }

    fn new_edge(&mut self, source: End, target: End, key: Option<&str>) -> Read<u32> {
        let End { node: source, place, .. } = source;
        let target = target.node;
        let edge = self.draft.edge_at(source, target, place);
        if self.edges.is_strict {
            self.edges.by_ends.insert((source, target), edge);
        }
        if let Some(key) = key {
            self.edges.by_key.insert((source, target, key.to_owned()), edge);
        }
        self.defaults.apply(Of::Edges, &mut self.draft.edges, edge);
        self.check_work()?;
        Ok(edge)
    }

    fn set_port(&mut self, edge: u32, name: &str, end: End) {
        if let Some(port) = self.ports.get(end.port as usize) {
            let port: &Cow<'t, str> = port;
            let Draft { edges, .. } = self.draft;
            let column = edges.attribute(name);
            edges.set(column, edge, port, SORT, 0);
        }
    }
}

/// Returns whether no statement is under way.
fn operands_are_done(count: usize) -> bool {
    count == 0
}
