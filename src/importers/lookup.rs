//! Finds what is looked for among the nodes, edges and rows of files, as these are read once more.
//!
//! A reader tells of everything it comes by, in its order; the first that fits counts, as it does
//! for graphs. Knows no format: a place is whatever the reader makes of it later.

use std::ops::Range;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::origin::{Places, Wanted};
use crate::source::Excerpt;

/// What is looked for, with what is found of it so far.
pub(super) struct Lookup<'w, P> {
    wanted: &'w Wanted,
    /// For each id where it is in `found_nodes`, and so on.
    nodes: HashMap<&'w str, u32, FixedState>,
    ends: HashMap<(&'w str, &'w str), u32, FixedState>,
    edges: HashMap<(&'w str, &'w str, &'w str), u32, FixedState>,
    rows: HashMap<u32, u32, FixedState>,
    found_nodes: Vec<Option<P>>,
    found_ends: Vec<Ends<P>>,
    found_edges: Vec<Option<P>>,
    found_rows: Vec<Option<P>>,
}

/// The first edge between two nodes, and the first without an id of its own.
#[derive(Clone, Copy)]
struct Ends<P> {
    any: Option<P>,
    unnamed: Option<P>,
}

/// What stands at a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Thing<'w> {
    /// A node, with its id.
    Node(&'w str),
    /// An edge, with the id of its source.
    Edge(&'w str),
    /// A row of a table.
    Row,
}

/// A part of one of several texts.
pub(super) type At = (usize, Range<usize>);

/// Says which of the places that are asked for a place belongs to.
type Slot<'p> = &'p mut Option<Excerpt>;

impl<'w, P: Copy> Lookup<'w, P> {
    pub fn new(wanted: &'w Wanted) -> Lookup<'w, P> {
        let mut lookup = Lookup {
            wanted,
            nodes: HashMap::default(),
            ends: HashMap::default(),
            edges: HashMap::default(),
            rows: HashMap::default(),
            found_nodes: Vec::new(),
            found_ends: Vec::new(),
            found_edges: Vec::new(),
            found_rows: Vec::new(),
        };
        for id in &wanted.nodes {
            let next = lookup.nodes.len() as u32;
            lookup.nodes.entry(id).or_insert(next);
        }
        for edge in &wanted.edges {
            let next = lookup.ends.len() as u32;
            lookup.ends.entry((&edge.source, &edge.target)).or_insert(next);
            let next = lookup.edges.len() as u32;
            lookup.edges.entry((&edge.source, &edge.target, &edge.id)).or_insert(next);
        }
        for row in &wanted.rows {
            let next = lookup.rows.len() as u32;
            lookup.rows.entry(*row).or_insert(next);
        }
        lookup.found_nodes = vec![None; lookup.nodes.len()];
        lookup.found_ends = vec![Ends { any: None, unnamed: None }; lookup.ends.len()];
        lookup.found_edges = vec![None; lookup.edges.len()];
        lookup.found_rows = vec![None; lookup.rows.len()];
        lookup
    }

    /// Tells of a node.
    pub fn node(&mut self, id: &str, place: P) {
        if let Some(at) = self.nodes.get(id) {
            self.found_nodes[*at as usize].get_or_insert(place);
        }
    }

    /// Tells of an edge.
    pub fn edge(&mut self, id: Option<&str>, source: &str, target: &str, place: P) {
        let Some(at) = self.ends.get(&(source, target)) else { return };
        let ends = &mut self.found_ends[*at as usize];
        ends.any.get_or_insert(place);
        match id {
            None => _ = ends.unnamed.get_or_insert(place),
            Some(id) => {
                if let Some(at) = self.edges.get(&(source, target, id)) {
                    self.found_edges[*at as usize].get_or_insert(place);
                }
            }
        }
    }

    /// Tells of a row of a table.
    pub fn row(&mut self, number: u32, place: P) {
        if let Some(at) = self.rows.get(&number) {
            self.found_rows[*at as usize].get_or_insert(place);
        }
    }

    /// Returns what was found: `mark` says what a place marks, and `excerpt` makes an excerpt of
    /// that; it gets the parts of one text after another, each in rising order.
    pub fn finish(
        self,
        mark: impl Fn(P, Thing<'w>) -> At,
        mut excerpt: impl FnMut(usize, Range<usize>) -> Excerpt,
    ) -> Places {
        let mut places = Places::nowhere(self.wanted);
        let mut marked: Vec<(At, Slot<'_>)> = Vec::new();
        let Places { nodes, edges, rows } = &mut places;
        for (id, slot) in self.wanted.nodes.iter().zip(nodes) {
            let found = self.found_nodes[self.nodes[id.as_str()] as usize];
            marked.extend(found.map(|place| (mark(place, Thing::Node(id)), slot)));
        }
        for (edge, slot) in self.wanted.edges.iter().zip(edges) {
            let (id, source, target) = (&*edge.id, &*edge.source, &*edge.target);
            let named = self.found_edges[self.edges[&(source, target, id)] as usize];
            let ends = self.found_ends[self.ends[&(source, target)] as usize];
            let found = named.or_else(|| match is_made(id, source, target) {
                true => ends.unnamed.or(ends.any),
                false => ends.any,
            });
            marked.extend(found.map(|place| (mark(place, Thing::Edge(source)), slot)));
        }
        for (row, slot) in self.wanted.rows.iter().zip(rows) {
            let found = self.found_rows[self.rows[row] as usize];
            marked.extend(found.map(|place| (mark(place, Thing::Row), slot)));
        }
        marked.sort_by_key(|((text, range), _)| (*text, range.start));
        for ((text, range), slot) in marked {
            *slot = Some(excerpt(text, range));
        }
        places
    }
}

/// Returns whether an id is perhaps one that an import made: `a->b`, `a->b#2`.
fn is_made(id: &str, source: &str, target: &str) -> bool {
    let rest = id.strip_prefix(source).and_then(|rest| rest.strip_prefix("->"));
    let counter = rest.and_then(|rest| rest.strip_prefix(target));
    counter.is_some_and(|counter| counter.is_empty() || counter.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::EdgeName;

    /// Looks for nodes and edges, each edge as `id source target`, among edges written alike, and
    /// returns the numbers of those found.
    fn check(edges: &[&str], wanted: &[(&str, Option<usize>)]) {
        let name = |text: &str| {
            let [id, source, target] = text.split(' ').collect::<Vec<_>>()[..] else { panic!() };
            EdgeName { id: id.into(), source: source.into(), target: target.into() }
        };
        let names = Wanted {
            edges: wanted.iter().map(|(text, _)| name(text)).collect(),
            ..Wanted::default()
        };
        let mut lookup = Lookup::new(&names);
        for (at, edge) in edges.iter().enumerate() {
            let EdgeName { id, source, target } = name(edge);
            lookup.edge(Some(id.as_str()).filter(|id| *id != "-"), &source, &target, at);
        }
        let places = lookup
            .finish(|at, _| (0, at..at), |_, range| Excerpt::whole_file(range.start.to_string()));
        let found: Vec<Option<usize>> = places
            .edges
            .into_iter()
            .map(|place| place.map(|place| place.path.parse().unwrap()))
            .collect();
        let expected: Vec<Option<usize>> = wanted.iter().map(|(_, at)| *at).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_edge_is_known_by_its_id_and_ends_else_by_its_ends() {
        let edges = ["e1 a b", "- a b", "- a b", "e2 a b", "e2 b a", "e3 c d", "e1 a b"];
        check(
            &edges,
            &[
                ("e1 a b", Some(0)),
                ("e2 a b", Some(3)),
                ("e2 b a", Some(4)),
                ("renamed a b", Some(0)),
                ("a->b a b", Some(1)),
                ("a->b#2 a b", Some(1)),
                ("c->d c d", Some(5)),
                ("e1 b c", None),
                ("e1 a b", Some(0)),
            ],
        );
    }

    #[test]
    fn excerpts_are_made_in_the_order_of_texts_and_places() {
        let ids = ["c", "a", "b", "a", "x"].map(str::to_owned);
        let wanted = Wanted { nodes: ids.into(), rows: vec![2, 0], ..Wanted::default() };
        let mut lookup = Lookup::new(&wanted);
        for (id, at) in [("a", (1, 0)), ("a", (0, 0)), ("b", (0, 7)), ("c", (0, 3))] {
            lookup.node(id, at);
        }
        (0..3).for_each(|row| lookup.row(row, (2, 9 - row as usize)));
        let mut order = Vec::new();
        let places = lookup.finish(
            |(text, at), _| (text, at..at + 1),
            |text, range| {
                order.push((text, range.start));
                Excerpt::whole_file(format!("{text}:{}", range.start))
            },
        );
        assert_eq!(order, [(0, 3), (0, 7), (1, 0), (1, 0), (2, 7), (2, 9)]);
        let paths = |places: &[Option<Excerpt>]| -> Vec<String> {
            let path = |place: &Option<Excerpt>| {
                place.as_ref().map_or("-".to_owned(), |place| place.path.to_string())
            };
            places.iter().map(path).collect()
        };
        assert_eq!(paths(&places.nodes), ["0:3", "1:0", "0:7", "1:0", "-"]);
        assert_eq!(paths(&places.rows), ["2:7", "2:9"]);
    }
}
