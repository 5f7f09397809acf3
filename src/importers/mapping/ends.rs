//! Names to nodes: what edges and `belongs_to` name, by id or by a further name.

use super::super::graph_file::{LABEL, Role, Sort};
use super::apply::{Apply, Fields, SEVERAL};
use super::options::{MissingNodes, Several};
use super::unfound::At;
use super::value::{Made, Value};

/// How many partitions are made around one.
const MOST_AROUND: usize = 32;

impl Apply<'_, '_, '_> {
    /// Returns the names of an end, with the nodes that they are: of several values the first one
    /// that is a node, or else the first that finds something.
    pub(super) fn ends<'f>(
        &mut self,
        field: &'f str,
        values: &'f Several<Value>,
        climb: Option<&str>,
        at: At,
        fields: &mut Fields<'f>,
    ) -> Vec<(Made, Option<u32>)> {
        let mut first = Vec::new();
        for value in &values.0 {
            let texts = self.texts(field, std::slice::from_ref(value), at, fields);
            let some = texts.into_iter().filter(|made| !made.text.is_empty());
            let ends: Vec<_> = some
                .map(|made| {
                    let node = self.resolve(&made, climb);
                    (made, node)
                })
                .collect();
            if ends.iter().any(|(_, node)| node.is_some()) {
                return ends;
            }
            if first.is_empty() {
                first = ends;
            }
        }
        first
    }

    /// Returns the targets that have every name which the first of several values makes that
    /// finds something; what it is named by if there is none.
    pub(super) fn ends_with_every<'f>(
        &mut self,
        values: &'f Several<Value>,
        at: At,
        fields: &mut Fields<'f>,
    ) -> Vec<(Made, Option<u32>)> {
        let mut names = self.texts("target", &values.0, at, fields);
        names.sort_by_key(|made| self.names.get(&made.text).map_or(0, Vec::len));
        let mut names = names.into_iter();
        let Some(first) = names.next() else { return Vec::new() };
        let mut nodes = self.names.get(&first.text).cloned().unwrap_or_default();
        for name in names {
            let others = self.names.get(&name.text).map_or(&[][..], Vec::as_slice);
            nodes.retain(|node| others.binary_search(node).is_ok());
        }
        if nodes.is_empty() {
            return vec![(first, None)];
        }
        nodes.into_iter().map(|node| (first.clone(), Some(node))).collect()
    }

    /// Returns the node of an id, or of a further name.
    pub(super) fn resolve(&self, made: &Made, climb: Option<&str>) -> Option<u32> {
        let named = |name: &str| match self.names.get(name)?[..] {
            [only] => Some(only),
            _ => Some(SEVERAL),
        };
        let known = |name: &str| self.draft.find(name).or_else(|| named(name));
        if let Some(found) = known(&made.text) {
            return Some(found);
        }
        let sign = climb.filter(|sign| !sign.is_empty())?;
        let (mut around, name) = made.text.rsplit_once(sign)?;
        let outermost = || known(&format!("{}{name}", sign.trim_start_matches('/')));
        while let Some((further, _)) = around.rsplit_once(sign) {
            around = further;
            if let Some(found) = known(&format!("{around}{sign}{name}")) {
                return Some(found);
            }
        }
        outermost()
    }

    /// Returns the node that stands in for one that is not there, if any does.
    pub(super) fn missing(
        &mut self,
        made: &Made,
        missing: MissingNodes,
        role: Role,
    ) -> Option<u32> {
        match missing {
            MissingNodes::Error => Some(self.draft.mention(&made.text, made.place, role)),
            MissingNodes::Add => Some(self.draft.node(&made.text, made.place)),
            MissingNodes::Drop => None,
        }
    }

    /// Makes a partition and those further out that are not there; returns the innermost.
    pub(super) fn partitions_around(&mut self, made: &Made, sign: &str) -> u32 {
        let innermost = self.draft.node(&made.text, made.place);
        let (mut node, mut id) = (innermost, made.text.as_str());
        for _ in 0..MOST_AROUND {
            let path = id.strip_suffix(sign).unwrap_or(id);
            let end = &id[path.len()..];
            let around = path.rfind(sign).map(|at| &id[..at + end.len()]);
            let label = &path[around.map_or(0, |around| around.len() + sign.len() - end.len())..];
            self.draft.nodes.set(LABEL, node, label, Sort::Text, made.place);
            let Some(around) = around.filter(|around| around.len() > end.len()) else { break };
            let known = self.draft.find(around);
            let parent = known.unwrap_or_else(|| self.draft.node(around, made.place));
            self.draft.set_parent(node, parent);
            if known.is_some() {
                break;
            }
            (node, id) = (parent, around);
        }
        innermost
    }
}
