//! Where a graph is cut: at partitions, else between connected parts, else between neighbours.

use std::collections::{BTreeMap, VecDeque};

use super::piece::Builder;
use super::{Item, MOST_TITLE, Piece, Split, line};
use crate::graph::{EdgeId, Graph, Hierarchy, NodeId, Visit};

/// Stands for the numbers of pieces while they are not known: none is longer.
const LONGEST_NUMBER: usize = 9_999_999;
/// The levels of partitions that no diagram shows.
const MOST_DEPTH: u32 = 64;
/// The nodes and edges that no diagram shows.
const MOST_ITEMS: u32 = 20_000;
/// How many ways are tried to end a diagram where no node is parted from its edges.
const MOST_TRIES: usize = 8;
/// The labels of outer partitions in a title.
const MOST_NAMES: usize = 3;

/// Cuts a graph into pieces.
pub(super) struct Cutter<'a> {
    graph: &'a Graph,
    hierarchy: Hierarchy,
    builder: Builder<'a>,
    fits: &'a mut dyn FnMut(&Graph) -> bool,
    /// Where the edges that leave each node start; one more at the end.
    leaving: Vec<u32>,
    /// Each node's place when neighbours come soon after each other.
    places: Vec<u32>,
    /// How many nodes and edges each node with all it holds has, and how deep it is.
    sizes: Vec<(u32, u32)>,
    pieces: Vec<Piece>,
}

/// What is yet to be cut.
enum Task {
    /// A partition with all it holds.
    Whole(NodeId),
    /// Nodes without what they hold, after those of the partition they are in.
    Loose(Option<NodeId>, Vec<NodeId>),
}

impl<'a> Cutter<'a> {
    pub(super) fn new(graph: &'a Graph, fits: &'a mut dyn FnMut(&Graph) -> bool) -> Cutter<'a> {
        let hierarchy = Hierarchy::of(graph);
        let mut leaving = vec![0; graph.node_count() + 1];
        for edge in graph.edges() {
            leaving[edge.source().index().0 as usize + 1] += 1;
        }
        for at in 1..leaving.len() {
            leaving[at] += leaving[at - 1];
        }
        let sizes = sizes(graph, &hierarchy, &leaving);
        let (places, builder) = (places(graph), Builder::new(graph));
        Cutter { graph, hierarchy, builder, fits, leaving, places, sizes, pieces: Vec::new() }
    }

    pub(super) fn cut(mut self, how: Split) -> Vec<Piece> {
        let roots = self.hierarchy.roots().to_vec();
        match how {
            Split::Components => self.cut_components(&roots),
            Split::None | Split::Partitions => self.cut_roots(&roots),
        }
        self.pieces
    }

    /// Cuts roots: each partition for itself, then what is in none.
    fn cut_roots(&mut self, roots: &[NodeId]) {
        let mut tasks = Vec::new();
        self.add_members(None, roots, &mut tasks);
        while let Some(task) = tasks.pop() {
            match task {
                Task::Loose(partition, nodes) => self.cut_loose(partition, nodes),
                Task::Whole(node) => {
                    let items = self.items_of(&[node]);
                    if items.as_ref().is_some_and(|items| self.fit(items)) {
                        let title = self.title_of(node);
                        self.pieces.push(Piece { title, items: items.unwrap_or_default() });
                    } else {
                        let members = self.hierarchy.children(node).to_vec();
                        self.add_members(Some(node), &members, &mut tasks);
                    }
                }
            }
        }
    }

    /// Adds what is to be done about the members of a partition; what is first is added last.
    fn add_members(&self, of: Option<NodeId>, members: &[NodeId], tasks: &mut Vec<Task>) {
        let is_whole = |node: &NodeId| !self.hierarchy.children(*node).is_empty();
        let (whole, mut loose): (Vec<NodeId>, Vec<NodeId>) =
            members.iter().copied().partition(is_whole);
        loose.sort_by_key(|node| self.places[node.0 as usize]);
        // A partition of partitions is seen around those; only its own edges need a place.
        let is_needed = |node: &NodeId| !loose.is_empty() || !self.edges_of(*node).is_empty();
        let nodes: Vec<NodeId> = of.filter(is_needed).into_iter().chain(loose.clone()).collect();
        if !nodes.is_empty() {
            tasks.push(Task::Loose(of, nodes));
        }
        tasks.extend(whole.into_iter().rev().map(Task::Whole));
    }

    /// Puts as many connected parts as fit into each piece.
    fn cut_components(&mut self, roots: &[NodeId]) {
        let parts = components(self.graph, roots);
        let mut rest = parts.as_slice();
        while let Some(first) = rest.first() {
            let count = longest(rest.len(), |count| {
                let items = self.items_of(&rest[..count].concat());
                items.is_some_and(|items| self.fit(&items))
            });
            match count {
                0 => {
                    self.cut_roots(first);
                    rest = &rest[1..];
                }
                _ => {
                    let roots = rest[..count].concat();
                    let title = self.title_of_many(&roots);
                    let items = self.items_of(&roots).unwrap_or_default();
                    self.pieces.push(Piece { title, items });
                    rest = &rest[count..];
                }
            }
        }
    }

    /// Cuts nodes into runs of neighbours; one whose edges alone are too many, between edges.
    fn cut_loose(&mut self, partition: Option<NodeId>, nodes: Vec<NodeId>) {
        let mut items = Vec::new();
        nodes.into_iter().for_each(|node| self.push_items(node, &mut items));
        let mut runs = Vec::new();
        let mut rest = items.as_slice();
        while !rest.is_empty() {
            let mut count = longest(rest.len(), |count| self.fit(&rest[..count])).max(1);
            if count < rest.len() {
                // Less takes more room at times: what was at home is then a stub.
                let is_node = |at: &usize| matches!(rest[*at], Item::Node(_));
                let mut starts = (1..=count).rev().filter(is_node).take(MOST_TRIES);
                count = starts.find(|at| self.fit(&rest[..*at])).unwrap_or(count);
            }
            runs.push(&rest[..count]);
            rest = &rest[count..];
        }
        let total = runs.len();
        for (at, run) in runs.into_iter().enumerate() {
            let title = match partition {
                Some(node) if total == 1 => self.title_of(node),
                Some(node) => format!("{} ({} of {total})", self.title_of(node), at + 1),
                None => {
                    let nodes = run.iter().filter_map(|item| match item {
                        Item::Node(node) => Some(*node),
                        Item::Edge(_) => None,
                    });
                    match (nodes.collect::<Vec<_>>(), run.first()) {
                        (nodes, Some(Item::Edge(edge))) if nodes.is_empty() => {
                            let source = self.graph.edge(*edge).source();
                            format!("{} (continued)", line(source.label(), MOST_TITLE))
                        }
                        (nodes, _) => self.title_of_many(&nodes),
                    }
                }
            };
            self.pieces.push(Piece { title, items: run.to_vec() });
        }
    }

    /// Returns the items of nodes with all they hold; nothing if no diagram could show so many.
    fn items_of(&self, nodes: &[NodeId]) -> Option<Vec<Item>> {
        let sizes = nodes.iter().map(|node| self.sizes[node.0 as usize]);
        let (count, depth) = sizes.fold((0_u32, 0), |(count, deepest), (size, depth)| {
            (count.saturating_add(size), deepest.max(depth))
        });
        if count > MOST_ITEMS || depth > MOST_DEPTH {
            return None;
        }
        let mut items = Vec::with_capacity(count as usize);
        let mut rest: Vec<NodeId> = nodes.iter().rev().copied().collect();
        while let Some(node) = rest.pop() {
            self.push_items(node, &mut items);
            rest.extend(self.hierarchy.children(node).iter().rev());
        }
        Some(items)
    }

    fn push_items(&self, node: NodeId, items: &mut Vec<Item>) {
        items.push(Item::Node(node));
        items.extend(self.edges_of(node).map(|edge| Item::Edge(EdgeId(edge))));
    }

    fn edges_of(&self, node: NodeId) -> std::ops::Range<u32> {
        self.leaving[node.0 as usize]..self.leaving[node.0 as usize + 1]
    }

    fn fit(&mut self, items: &[Item]) -> bool {
        items.len() <= MOST_ITEMS as usize
            && (self.fits)(&self.builder.build(items, &mut |_| LONGEST_NUMBER))
    }

    /// Returns the labels of a partition and those around it, the outermost first.
    fn title_of(&self, node: NodeId) -> String {
        let above = std::iter::successors(Some(node), |node| self.graph.node(*node).parent());
        let names = above.take(MOST_NAMES).map(|node| self.graph.node(node).label());
        let mut names: Vec<&str> = names.collect();
        names.reverse();
        line(&names.join(" / "), MOST_TITLE)
    }

    fn title_of_many(&self, nodes: &[NodeId]) -> String {
        let first = nodes.first().map_or("", |node| self.graph.node(*node).label());
        let first = line(first, MOST_TITLE);
        match nodes.len() {
            0 | 1 => first,
            count => format!("{first} and {} more", count - 1),
        }
    }
}

/// Returns the largest count up to `most` that `fits`, if what fits is smaller than what does not;
/// at least one that does, or 0.
fn longest(most: usize, mut fits: impl FnMut(usize) -> bool) -> usize {
    let (mut good, mut bad) = (0, most + 1);
    let mut next = 1;
    while good + 1 < bad {
        let count = next.min(bad - 1).max(good + 1);
        if fits(count) {
            good = count;
            next = if bad > most { count * 2 } else { usize::midpoint(good, bad) };
        } else {
            bad = count;
            next = usize::midpoint(good, bad);
        }
    }
    good
}

fn sizes(graph: &Graph, hierarchy: &Hierarchy, leaving: &[u32]) -> Vec<(u32, u32)> {
    let own = |node: usize| (1 + leaving[node + 1] - leaving[node], 0);
    let mut sizes: Vec<(u32, u32)> = (0..graph.node_count()).map(own).collect();
    hierarchy.walk(graph, |visit, _| {
        let (Visit::Leaf(node) | Visit::Leave(node)) = visit else { return };
        if let Some(parent) = graph.node(node).parent() {
            let (size, depth) = sizes[node.0 as usize];
            let above = &mut sizes[parent.0 as usize];
            *above = (above.0.saturating_add(size), above.1.max(depth + 1));
        }
    });
    sizes
}

/// Returns each node's place in a search in breadth from the first node, and the first of the rest.
fn places(graph: &Graph) -> Vec<u32> {
    let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); graph.node_count()];
    for edge in graph.edges() {
        let (source, target) = (edge.source().index().0, edge.target().index().0);
        neighbours[source as usize].push(target);
        neighbours[target as usize].push(source);
    }
    let mut places = vec![u32::MAX; graph.node_count()];
    let mut next = 0..;
    let mut take = |node: u32, places: &mut Vec<u32>| {
        let is_new = places[node as usize] == u32::MAX;
        if is_new {
            places[node as usize] = next.next().unwrap_or(u32::MAX);
        }
        is_new
    };
    for start in 0..graph.node_count() as u32 {
        let mut queue = VecDeque::from_iter(take(start, &mut places).then_some(start));
        while let Some(node) = queue.pop_front() {
            let own = &mut neighbours[node as usize];
            own.sort_unstable();
            own.retain(|other| take(*other, &mut places));
            queue.extend(own.iter());
        }
    }
    places
}

/// Returns the roots of each part that neither an edge nor a partition connects to another, in
/// order of their first nodes.
fn components(graph: &Graph, roots: &[NodeId]) -> Vec<Vec<NodeId>> {
    let mut above: Vec<u32> = (0..graph.node_count() as u32).collect();
    let mut join = |one: NodeId, other: NodeId| {
        let [one, other] = [one.0, other.0].map(|node| top(&mut above, node));
        above[one.max(other) as usize] = one.min(other);
    };
    for edge in graph.edges() {
        join(edge.source().index(), edge.target().index());
    }
    for node in graph.nodes() {
        if let Some(parent) = node.parent() {
            join(node.index(), parent);
        }
    }
    let mut parts: BTreeMap<u32, Vec<NodeId>> = BTreeMap::new();
    for root in roots {
        parts.entry(top(&mut above, root.0)).or_default().push(*root);
    }
    parts.into_values().collect()
}

/// Finds the first node of a part, and makes the way to it shorter.
fn top(above: &mut [u32], mut node: u32) -> u32 {
    while above[node as usize] != node {
        above[node as usize] = above[above[node as usize] as usize];
        node = above[node as usize];
    }
    node
}
