//! Trees that reach all nodes of a graph, found by searches in breadth.

use super::super::NONE;
use super::super::nest::Members;

/// Trees that reach all nodes.
#[derive(Debug, Default)]
pub(in crate::layout) struct Spanning {
    /// The node that each is first reached from.
    pub parents: Vec<u32>,
    /// The children of each, in order.
    pub children: Vec<Vec<u32>>,
    /// How many steps each is from its root.
    pub levels: Vec<u32>,
    /// Where trees begin.
    pub roots: Vec<u32>,
}

/// Finds trees by a search in breadth: from nodes that nothing leads to, then from what is left.
/// Returns them with the nodes in the order they were found.
pub(in crate::layout) fn span(members: &Members) -> (Spanning, Vec<u32>) {
    let count = members.ids.len();
    let mut is_reached = vec![false; count];
    for (_, target) in &members.edges {
        is_reached[*target as usize] = true;
    }
    let first = (0..count as u32).filter(|at| !is_reached[*at as usize]);
    search(&neighbors(members, false), first.chain(0..count as u32))
}

/// Finds the tree around the middle of what hangs together, whichever way edges lead: the middle of
/// a longest way, or of one hardly shorter.
pub(in crate::layout) fn span_around(members: &Members) -> (Spanning, Vec<u32>) {
    let near = neighbors(members, true);
    let farthest = |from: u32| {
        let (spanning, order) = search(&near, [from].into_iter());
        (order.last().copied().unwrap_or(from), spanning)
    };
    let (end, _) = farthest(0);
    let (mut middle, spanning) = farthest(end);
    for _ in 0..spanning.levels[middle as usize] / 2 {
        middle = spanning.parents[middle as usize];
    }
    search(&near, [middle].into_iter())
}

/// Returns what edges lead to from each member, or what they join it with, in order.
fn neighbors(members: &Members, both_ways: bool) -> Vec<Vec<u32>> {
    let mut near = vec![Vec::new(); members.ids.len()];
    for (source, target) in &members.edges {
        near[*source as usize].push(*target);
        if both_ways {
            near[*target as usize].push(*source);
        }
    }
    for list in &mut near {
        list.sort_unstable();
    }
    near
}

/// Searches in breadth from each root that was not found before.
fn search(near: &[Vec<u32>], roots: impl Iterator<Item = u32>) -> (Spanning, Vec<u32>) {
    let count = near.len();
    let mut spanning = Spanning {
        parents: vec![NONE; count],
        children: vec![Vec::new(); count],
        levels: vec![0; count],
        roots: Vec::new(),
    };
    let mut is_found = vec![false; count];
    let mut order: Vec<u32> = Vec::with_capacity(count);
    for root in roots {
        if std::mem::replace(&mut is_found[root as usize], true) {
            continue;
        }
        spanning.roots.push(root);
        let mut next = order.len();
        order.push(root);
        while next < order.len() {
            let node = order[next];
            next += 1;
            for target in &near[node as usize] {
                if !std::mem::replace(&mut is_found[*target as usize], true) {
                    spanning.parents[*target as usize] = node;
                    spanning.children[node as usize].push(*target);
                    spanning.levels[*target as usize] = spanning.levels[node as usize] + 1;
                    order.push(*target);
                }
            }
        }
    }
    (spanning, order)
}
