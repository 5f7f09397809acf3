//! Which partitions are laid out together with what is around them, and which by themselves.
//!
//! A partition is open where edges cross its border: then its members share ranks with what stands
//! beside it. What no edge joins to anything outside stays together in a bundle, a partition that
//! is not drawn, so that it can be packed. Partitions that are ends of edges, or of too large a
//! picture, are not open. Knows no sizes and no coordinates.

use std::borrow::Cow;

use crate::layout::{Diagram, Item, NONE, Size};

use super::tree;

/// So many nodes are laid out together at most.
const MOST: u32 = 1_500;
/// Diagrams of so few items may have partitions that are joined in any way; else each is joined to
/// about twice so many others in the same partition, since boxes side by side have two neighbors.
pub const FEW: usize = 200;
const JOINED: f64 = 1.5;

/// A diagram whose partitions are open or not.
#[derive(Debug)]
pub struct Nesting<'a> {
    /// The diagram, with bundles behind all items if there are any.
    pub diagram: Cow<'a, Diagram>,
    /// The parent of each item, or [`NONE`].
    pub parents: Vec<u32>,
    /// Whether each is open.
    pub is_open: Vec<bool>,
    /// How many items are no bundles.
    pub count: usize,
}

/// Returns which partitions may be open.
pub fn open(diagram: &Diagram) -> Vec<bool> {
    let parents = tree::parents(diagram);
    let count = parents.len();
    let depths = depths(&parents);
    let mut is_open = crossed(diagram, &parents, &depths);
    for line in &diagram.edges {
        is_open[line.source as usize] = false;
        is_open[line.target as usize] = false;
    }
    if count > FEW {
        close_crowds(diagram, &parents, &depths, &mut is_open);
    }
    // How many nodes are laid out together with each partition, from the inside to the outside.
    let mut by_depth: Vec<u32> = (0..count as u32).collect();
    by_depth.sort_by_key(|at| std::cmp::Reverse(depths[*at as usize]));
    let mut sizes = vec![0u32; count + 1];
    let slot = |at: u32| if at == NONE { count } else { at as usize };
    for at in &by_depth {
        let at = *at as usize;
        let own = if is_open[at] { sizes[at] } else { 1 };
        sizes[slot(parents[at])] += own;
    }
    for at in by_depth.iter().rev() {
        let at = *at as usize;
        let around = parents[at];
        // What is around an open partition is counted with what is around that.
        if is_open[at] && around != NONE && is_open[around as usize] {
            sizes[at] = sizes[around as usize];
        } else if is_open[at] && sizes[slot(around)] > MOST {
            is_open[at] = false;
        }
    }
    is_open
}

/// Returns which partitions have a border that edges cross.
pub fn crossed(diagram: &Diagram, parents: &[u32], depths: &[u32]) -> Vec<bool> {
    let mut is_crossed = vec![false; parents.len()];
    for line in &diagram.edges {
        climb(parents, depths, line.source, line.target, |_, outer| {
            is_crossed[outer as usize] = true;
        });
    }
    is_crossed
}

/// Closes partitions of one parent where too many are joined to each other.
fn close_crowds(diagram: &Diagram, parents: &[u32], depths: &[u32], is_open: &mut [bool]) {
    let mut pairs: Vec<(u32, u32, u32)> = Vec::new();
    for line in &diagram.edges {
        let (a, b) = climb(parents, depths, line.source, line.target, |_, _| {});
        if a != b && is_open[a as usize] && is_open[b as usize] {
            pairs.push((parents[a as usize], a.min(b), a.max(b)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let mut items: Vec<u32> = Vec::new();
    for crowd in pairs.chunk_by(|a, b| a.0 == b.0) {
        items.clear();
        items.extend(crowd.iter().flat_map(|(_, a, b)| [*a, *b]));
        items.sort_unstable();
        items.dedup();
        if crowd.len() as f64 > JOINED * items.len() as f64 {
            for item in &items {
                is_open[*item as usize] = false;
            }
        }
    }
}

/// Puts together what no edge joins to anything outside of an open partition.
pub fn bundle(diagram: &Diagram, mut is_open: Vec<bool>) -> Nesting<'_> {
    let mut parents = tree::parents(diagram);
    let count = parents.len();
    let nesting = |diagram, parents, is_open| Nesting { diagram, parents, is_open, count };
    if !is_open.contains(&true) {
        return nesting(Cow::Borrowed(diagram), parents, is_open);
    }
    let depths = depths(&parents);
    // What is joined stands below one of them; what crosses a border is joined to `count`.
    let mut above: Vec<u32> = (0..=count as u32).collect();
    let find = |above: &mut Vec<u32>, mut at: u32| {
        while above[at as usize] != at {
            above[at as usize] = above[above[at as usize] as usize];
            at = above[at as usize];
        }
        at
    };
    for line in &diagram.edges {
        let mut join = |a: u32, b: u32| {
            let (a, b) = (find(&mut above, a), find(&mut above, b));
            above[a.min(b) as usize] = a.max(b);
        };
        let top = climb(&parents, &depths, line.source, line.target, |inner, outer| {
            if is_open[outer as usize] {
                join(inner, count as u32);
            }
        });
        join(top.0, top.1);
    }
    let mut loose: Vec<(u32, u32)> = Vec::new();
    for at in 0..count as u32 {
        let parent = parents[at as usize];
        if parent != NONE && is_open[parent as usize] && find(&mut above, at) != count as u32 {
            loose.push((parent, at));
        }
    }
    loose.sort_unstable();
    let mut bundled = None;
    for group in loose.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
        let diagram: &mut Diagram = bundled.get_or_insert_with(|| diagram.clone());
        let bundle = diagram.nodes.len() as u32;
        let (parent, size) = (group[0].0, Size::default());
        diagram.nodes.push(Item {
            parent,
            is_partition: true,
            size,
            direction: None,
            stretches: false,
        });
        parents.push(parent);
        is_open.push(false);
        for (_, at) in group {
            parents[*at as usize] = bundle;
        }
    }
    nesting(bundled.map_or(Cow::Borrowed(diagram), Cow::Owned), parents, is_open)
}

/// Returns how many partitions are around each item.
pub fn depths(parents: &[u32]) -> Vec<u32> {
    let mut depths = vec![NONE; parents.len()];
    let mut way = Vec::new();
    for start in 0..parents.len() as u32 {
        let mut at = start;
        while at != NONE && depths[at as usize] == NONE {
            way.push(at);
            at = parents[at as usize];
        }
        let above = if at == NONE { 0 } else { depths[at as usize] + 1 };
        for (by, at) in way.drain(..).rev().enumerate() {
            depths[at as usize] = above + by as u32;
        }
    }
    depths
}

/// Goes up from both ends of an edge until they have one parent, or one is around the other. Tells
/// `cross` of each border on the way: of what is on the way within it, and whose border it is.
/// Returns what is on the way within the last.
fn climb(
    parents: &[u32],
    depths: &[u32],
    mut a: u32,
    mut b: u32,
    mut cross: impl FnMut(u32, u32),
) -> (u32, u32) {
    while a != b && parents[a as usize] != parents[b as usize] {
        let end = if depths[a as usize] > depths[b as usize] { &mut a } else { &mut b };
        cross(*end, parents[*end as usize]);
        *end = parents[*end as usize];
    }
    (a, b)
}
