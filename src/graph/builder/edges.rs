//! The edges of a graph in their order, each with an id.

use std::cmp::Ordering;

use hashbrown::HashTable;

use super::{Index, hash, is_identity, pick};
use crate::graph::{Attribute, Edge, Edges, TextColumn};

impl Edges {
    /// Returns the rows that stay, each with an id, by source, target and id.
    ///
    /// `node_ids` are the ids that the ends number; `given` finds the ids that were given.
    pub(super) fn sorted(mut self, dropped: &[u32], given: &Index, node_ids: &TextColumn) -> Edges {
        let mut keys: Vec<(u64, u32)> = Vec::with_capacity(self.id.len());
        let mut dropped = dropped.iter().peekable();
        for (row, (source, target)) in self.source.iter().zip(&self.target).enumerate() {
            if dropped.next_if(|next| **next as usize == row).is_none() {
                keys.push((u64::from(*source) << 32 | u64::from(*target), row as u32));
            }
        }
        if !keys.is_sorted() {
            keys.sort_unstable();
        }
        let parallel = |a: &(u64, u32), b: &(u64, u32)| a.0 == b.0;
        for group in keys.chunk_by_mut(parallel).filter(|group| group.len() > 1) {
            group.sort_by(|a, b| self.compare(a.1 as usize, b.1 as usize));
        }
        // Most graphs have no ids to look out for: then the counters say the order of the ids.
        let is_plain = given.0.is_empty() && node_ids.iter().all(|id| !id.contains(['>', '#']));
        if is_plain {
            for group in keys.chunk_by_mut(parallel).filter(|group| group.len() > 9) {
                let by_counter = group.to_vec();
                let counters = counters(group.len()).into_iter();
                group.iter_mut().zip(counters).for_each(|(key, at)| *key = by_counter[at - 1]);
            }
        } else if given.0.len() < keys.len() {
            self.make_ids(&keys, given, node_ids);
            for group in keys.chunk_by_mut(parallel).filter(|group| group.len() > 1) {
                group.sort_by(|a, b| self.id.get(a.1 as usize).cmp(self.id.get(b.1 as usize)));
            }
        }
        let order: Vec<u32> = keys.iter().map(|(_, row)| *row).collect();
        drop(keys);
        let mut edges = self.gathered(&order);
        if is_plain {
            edges.make_plain_ids(node_ids);
        }
        edges
    }

    /// Returns the rows in the given order.
    fn gathered(mut self, order: &[u32]) -> Edges {
        if is_identity(order, self.id.len()) {
            return self;
        }
        // One column after the other, so that only one of them is there twice.
        self.id = self.id.gather(order);
        self.source = pick(&self.source, order);
        self.target = pick(&self.target, order);
        self.label = self.label.gather(order);
        self.layer = pick(&self.layer, order);
        self.weight = pick(&self.weight, order);
        self.comment = self.comment.gather(order);
        for column in &mut self.attributes {
            *column = column.gather(order);
        }
        self
    }

    /// Gives all edges, which are in order and have no ids, those that [`Edges::make_ids`] would.
    fn make_plain_ids(&mut self, node_ids: &TextColumn) {
        self.id = TextColumn::with_capacity(self.source.len(), 0);
        let mut row = 0;
        while let (Some(source), Some(target)) = (self.source.get(row), self.target.get(row)) {
            let ends = self.source[row..].iter().zip(&self.target[row..]);
            let count = ends.take_while(|ends| *ends == (source, target)).count();
            let (from, to) = (node_ids.get(*source as usize), node_ids.get(*target as usize));
            for counter in counters(count) {
                match counter {
                    1 => self.id.push_fmt(format_args!("{from}->{to}")),
                    _ => self.id.push_fmt(format_args!("{from}->{to}#{counter}")),
                }
            }
            row += count;
        }
    }

    /// Compares two parallel edges by all they hold, so that equal rows in another order get
    /// equal ids.
    fn compare(&self, a: usize, b: usize) -> Ordering {
        let text = |column: &TextColumn| column.get(a).cmp(column.get(b));
        text(&self.id)
            .then_with(|| text(&self.label))
            .then_with(|| self.layer[a].cmp(&self.layer[b]))
            .then_with(|| self.weight[a].total_cmp(&self.weight[b]))
            .then_with(|| text(&self.comment))
            .then_with(|| {
                let unequal = |column: &Attribute| Some(column.compare(a, b)).filter(|o| o.is_ne());
                self.attributes.iter().find_map(unequal).unwrap_or(Ordering::Equal)
            })
    }

    /// Gives the edges without an id one of their ends: `a->b`, and `a->b#2` for the second.
    ///
    /// Where ids of nodes or given ids could make two such ids equal, the counter goes on until
    /// the id is free. `keys` are in the order that decides the counters.
    fn make_ids(&mut self, keys: &[(u64, u32)], given: &Index, node_ids: &TextColumn) {
        let mut made: HashTable<u32> = HashTable::new();
        let mut ids = TextColumn::with_capacity(keys.len(), 0);
        let mut id = String::new();
        let mut counter = 1;
        let mut previous = None;
        for (key, row) in keys {
            counter = if previous == Some(*key) { counter } else { 1 };
            previous = Some(*key);
            let own = self.id.get(*row as usize);
            if !own.is_empty() {
                ids.push(own);
                continue;
            }
            let (source, target) = ((key >> 32) as usize, *key as u32 as usize);
            loop {
                id.clear();
                id.push_str(node_ids.get(source));
                id.push_str("->");
                id.push_str(node_ids.get(target));
                if counter > 1 {
                    id.push('#');
                    id.push_str(&counter.to_string());
                }
                counter += 1;
                let hash = hash(&id);
                if given.find(&id, &self.id).is_none()
                    && made.find(hash, |at| ids.get(*at as usize) == id).is_none()
                {
                    made.insert_unique(hash, ids.len() as u32, |at| {
                        super::hash(ids.get(*at as usize))
                    });
                    break;
                }
            }
            ids.push(&id);
        }
        // Back from the order of keys to that of rows.
        let mut place = vec![u32::MAX; self.id.len()];
        for (at, (_, row)) in keys.iter().enumerate() {
            place[*row as usize] = at as u32;
        }
        self.id = ids.gather(&place);
    }
}

/// Returns whether the id is one that layercake makes where there is none.
pub fn has_made_id(edge: Edge<'_>) -> bool {
    let rest = edge.id().strip_prefix(edge.source().id());
    let rest = rest.and_then(|rest| rest.strip_prefix("->"));
    match rest.and_then(|rest| rest.strip_prefix(edge.target().id())) {
        Some("") => true,
        Some(counter) => counter.strip_prefix('#').is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
        }),
        None => false,
    }
}

/// Returns the counters of so many parallel edges in the order of their texts: none for the first,
/// then `#10`, `#2` and so on.
fn counters(count: usize) -> Vec<usize> {
    let mut counters: Vec<usize> = (1..=count).collect();
    if count > 9 {
        counters[1..].sort_by_cached_key(usize::to_string);
    }
    counters
}

#[cfg(test)]
mod tests {
    use crate::graph::{EdgeRow, Graph, GraphBuilder, NodeRow};

    /// Makes a graph of parallel edges, each with its number as its weight.
    fn parallel(nodes: &[&str]) -> Graph {
        let mut builder = GraphBuilder::default();
        for id in nodes {
            builder.node(NodeRow { id, ..NodeRow::default() });
        }
        for weight in (1..=12).rev() {
            let ends = EdgeRow { source: "a", target: "b", ..EdgeRow::default() };
            builder.edge(EdgeRow { weight: f64::from(weight), ..ends });
        }
        builder.finish().graph
    }

    #[test]
    fn many_parallel_edges_get_their_counters_and_the_order_of_their_ids() {
        let rows = |graph: &Graph| -> Vec<String> {
            graph.edges().map(|edge| format!("{} {}", edge.id(), edge.weight())).collect()
        };
        let plain = rows(&parallel(&["a", "b"]));
        assert_eq!(plain[..4], ["a->b 1", "a->b#10 10", "a->b#11 11", "a->b#12 12"]);
        assert_eq!(plain[4..6], ["a->b#2 2", "a->b#3 3"]);
        // Another node's id may be such that ids have to be looked up; that changes none of these.
        assert_eq!(rows(&parallel(&["a", "b", "a->b#2"])), plain);
    }
}
