//! What contains what, and the legs of edges: an edge has one leg within each partition it goes
//! through, from member to member, or from a member to the border and on.
//!
//! Knows no sizes and no coordinates.

use std::ops::Range;

use crate::layout::{Diagram, NONE};

/// What contains what. Container 0 is the picture; others are partitions that have members, after
/// those that contain them.
#[derive(Debug, Default)]
pub struct Tree {
    /// The item of each container; [`NONE`] for the picture.
    pub item: Vec<u32>,
    /// The container of each item's members, or [`NONE`].
    pub inside: Vec<u32>,
    /// The container each item is a member of.
    pub around: Vec<u32>,
    /// The innermost open partition around each item, if there is one within its container, or
    /// [`NONE`].
    pub frame: Vec<u32>,
    /// The place of each item among the members of its container; an open partition has none.
    pub place: Vec<u32>,
    /// How many containers are around the members of each container.
    pub depth: Vec<u32>,
    /// The members of each container: where they start, and all.
    pub starts: Vec<u32>,
    /// See `starts`.
    pub members: Vec<u32>,
}

/// The part of an edge within one container.
#[derive(Debug, Clone, Copy)]
pub struct Leg {
    /// The edge.
    pub edge: u32,
    /// The container.
    pub container: u32,
    /// The member it starts at; [`NONE`] for the border of the container.
    pub source: u32,
    /// The member it ends at; [`NONE`] for the border of the container.
    pub target: u32,
}

/// The legs of all edges.
#[derive(Debug, Default)]
pub struct Legs {
    /// Edge by edge, from source to target.
    pub all: Vec<Leg>,
    /// Where those of each edge start, and the end. Loops have none.
    pub starts: Vec<u32>,
    /// Which of an edge's legs is in the outermost container.
    pub main: Vec<u32>,
    /// The legs by container: where they start, and all.
    pub container_starts: Vec<u32>,
    /// See `container_starts`.
    pub by_container: Vec<u32>,
}

impl Tree {
    /// Reads what contains what, from the parents of all items. What `is_open` tells of is no
    /// container: its members are those of the container around it.
    pub fn new(parents: &[u32], is_open: &[bool]) -> Self {
        let count = parents.len();
        let mut starts = vec![0u32; count + 2];
        let slot = |parent: u32| if parent == NONE { 0 } else { parent as usize + 1 };
        for parent in parents {
            starts[slot(*parent) + 1] += 1;
        }
        for at in 0..=count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut by_parent = vec![0u32; count];
        for (at, parent) in parents.iter().enumerate() {
            let slot = &mut next[slot(*parent)];
            by_parent[*slot as usize] = at as u32;
            *slot += 1;
        }
        let mut tree = Tree {
            item: vec![NONE],
            inside: vec![NONE; count],
            around: vec![0; count],
            frame: vec![NONE; count],
            place: vec![NONE; count],
            depth: vec![0],
            starts: vec![0],
            members: Vec::with_capacity(count),
        };
        let mut container = 0;
        let mut open = Vec::new();
        while container < tree.item.len() {
            let first = tree.members.len();
            let item = tree.item[container];
            open.push(item);
            while let Some(around) = open.pop() {
                let slot = slot(around);
                for member in &by_parent[starts[slot] as usize..starts[slot + 1] as usize] {
                    let at = *member as usize;
                    tree.around[at] = container as u32;
                    tree.frame[at] = if around == item { NONE } else { around };
                    if is_open[at] {
                        open.push(*member);
                    } else {
                        tree.members.push(*member);
                    }
                }
            }
            tree.members[first..].sort_unstable();
            for place in first..tree.members.len() {
                let member = tree.members[place];
                tree.place[member as usize] = (place - first) as u32;
                if starts[member as usize + 1] < starts[member as usize + 2] {
                    tree.inside[member as usize] = tree.item.len() as u32;
                    tree.item.push(member);
                    tree.depth.push(tree.depth[container] + 1);
                }
            }
            tree.starts.push(tree.members.len() as u32);
            container += 1;
        }
        tree
    }

    /// Returns the outermost open partition around an item within its container, or [`NONE`].
    pub fn outermost_frame(&self, item: u32) -> u32 {
        let mut found = NONE;
        let mut frame = self.frame[item as usize];
        while frame != NONE {
            found = frame;
            frame = self.frame[frame as usize];
        }
        found
    }

    /// Returns how many containers there are.
    pub fn count(&self) -> usize {
        self.item.len()
    }

    /// Returns the containers of each depth, from the outside to the inside: none of those contains
    /// another.
    pub fn by_depth(&self) -> Vec<Range<usize>> {
        let mut start = 0;
        let chunks = self.depth.chunk_by(|a, b| a == b);
        chunks
            .map(|chunk| {
                start += chunk.len();
                start - chunk.len()..start
            })
            .collect()
    }

    /// Returns the members of a container.
    pub fn members(&self, container: usize) -> &[u32] {
        &self.members[self.starts[container] as usize..self.starts[container + 1] as usize]
    }
}

/// Returns the parent of each item, where that is a partition and no way up leads around.
pub fn parents(diagram: &Diagram) -> Vec<u32> {
    let count = diagram.nodes.len();
    let mut parents: Vec<u32> = diagram.nodes.iter().map(|item| item.parent).collect();
    for parent in &mut parents {
        if *parent != NONE && !diagram.nodes.get(*parent as usize).is_some_and(|at| at.is_partition)
        {
            *parent = NONE;
        }
    }
    // 0: not seen; 1: on the way that is walked; 2: leads out.
    let mut state = vec![0u8; count];
    let mut way = Vec::new();
    for start in 0..count {
        let mut at = start as u32;
        while at != NONE && state[at as usize] == 0 {
            state[at as usize] = 1;
            way.push(at);
            at = parents[at as usize];
        }
        if at != NONE && state[at as usize] == 1 {
            parents[at as usize] = NONE;
        }
        for at in way.drain(..) {
            state[at as usize] = 2;
        }
    }
    parents
}

impl Legs {
    /// Splits each edge at the borders it crosses.
    pub fn new(diagram: &Diagram, tree: &Tree) -> Self {
        let mut legs = Legs { starts: vec![0], ..Legs::default() };
        let mut inner = Vec::new();
        for (at, line) in diagram.edges.iter().enumerate() {
            let main = legs.split(at as u32, line.source, line.target, tree, &mut inner);
            legs.main.push(main);
            legs.starts.push(legs.all.len() as u32);
        }
        let count = tree.count();
        let mut starts = vec![0u32; count + 1];
        for leg in &legs.all {
            starts[leg.container as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        legs.by_container = vec![0; legs.all.len()];
        for (at, leg) in legs.all.iter().enumerate() {
            let slot = &mut next[leg.container as usize];
            legs.by_container[*slot as usize] = at as u32;
            *slot += 1;
        }
        legs.container_starts = starts;
        legs
    }

    /// Adds the legs of an edge; returns which one is in the outermost container.
    fn split(
        &mut self,
        edge: u32,
        source: u32,
        target: u32,
        tree: &Tree,
        inner: &mut Vec<Leg>,
    ) -> u32 {
        if source == target {
            return NONE;
        }
        let (mut a, mut b) = (source, target);
        let depth = |at: u32| tree.depth[tree.around[at as usize] as usize];
        let leg = |container, source, target| Leg { edge, container, source, target };
        inner.clear();
        // Both ways up, until the two are members of one container, or one is around the other.
        loop {
            let (around_a, around_b) = (tree.around[a as usize], tree.around[b as usize]);
            if around_a == around_b {
                break;
            }
            if depth(a) > depth(b) {
                if tree.item[around_a as usize] == b {
                    // The target is around the source: the last leg ends at its border.
                    self.all.push(leg(around_a, a, NONE));
                    return self.all.len() as u32 - 1;
                }
                self.all.push(leg(around_a, a, NONE));
                a = tree.item[around_a as usize];
            } else {
                if tree.item[around_b as usize] == a {
                    self.all.push(leg(around_b, NONE, b));
                    let main = self.all.len() as u32 - 1;
                    self.all.extend(inner.drain(..).rev());
                    return main;
                }
                inner.push(leg(around_b, NONE, b));
                b = tree.item[around_b as usize];
            }
        }
        self.all.push(leg(tree.around[a as usize], a, b));
        let main = self.all.len() as u32 - 1;
        self.all.extend(inner.drain(..).rev());
        main
    }

    /// Returns the legs of a container.
    pub fn of_container(&self, container: usize) -> &[u32] {
        let starts = &self.container_starts;
        &self.by_container[starts[container] as usize..starts[container + 1] as usize]
    }

    /// Returns where an edge's legs are in `all`.
    pub fn of_edge(&self, edge: usize) -> std::ops::Range<usize> {
        self.starts[edge] as usize..self.starts[edge + 1] as usize
    }
}
