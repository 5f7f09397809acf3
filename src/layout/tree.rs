//! Trees: every node above those that it leads to, subtrees as near to each other as they can be.
//!
//! Buchheim, Jünger, Leipert: Improving Walker's Algorithm to Run in Linear Time, 2002; with nodes
//! of different sizes. A graph that is no tree is drawn as the one that a search in breadth finds.

use std::collections::BTreeSet;

use super::nest::{GAP, Members, nest};
use super::{Diagram, Direction, Layout, NONE, Point, Rect, Route, Size, grid};

/// The gap between neighbors of one level, and between levels.
const BESIDE: f64 = 24.0;
const BETWEEN: f64 = 56.0;

/// Lays a diagram out as trees, one in each partition.
pub fn tree(diagram: &Diagram, direction: Direction) -> Layout {
    let mut pairs = BTreeSet::new();
    let mut layout = nest(diagram, |members| {
        let turned = turn(members, direction);
        let (forest, order) = span(&turned);
        for (at, parent) in forest.parents.iter().enumerate() {
            if *parent != NONE {
                pairs.insert((members.ids[*parent as usize], members.ids[at]));
            }
        }
        let (corners, size) = arrange(&turned, &forest, &order);
        turn_back(&turned, corners, size, direction)
    });
    for (edge, route) in diagram.edges.iter().zip(&mut layout.routes) {
        if pairs.contains(&(edge.source, edge.target)) {
            let [from, to] = [edge.source, edge.target].map(|node| layout.nodes[node as usize]);
            *route = curve(from, to, direction);
        }
    }
    layout
}

/// Returns members as they look if edges are to lead downwards.
fn turn(members: &Members, direction: Direction) -> Members {
    let mut turned = members.clone();
    if matches!(direction, Direction::Left | Direction::Right) {
        for size in &mut turned.sizes {
            (size.width, size.height) = (size.height, size.width);
        }
    }
    turned
}

fn turn_back(
    turned: &Members,
    mut corners: Vec<Point>,
    size: Size,
    direction: Direction,
) -> (Vec<Point>, Size) {
    let is_backwards = matches!(direction, Direction::Up | Direction::Left);
    let is_across = matches!(direction, Direction::Left | Direction::Right);
    for (corner, own) in corners.iter_mut().zip(&turned.sizes) {
        if is_backwards {
            corner.y = size.height - corner.y - own.height;
        }
        if is_across {
            (corner.x, corner.y) = (corner.y, corner.x);
        }
    }
    let size = if is_across { Size { width: size.height, height: size.width } } else { size };
    (corners, size)
}

/// Curves from the side of a parent to the side of a child.
fn curve(from: Rect, to: Rect, direction: Direction) -> Route {
    let side = |of: Rect, ahead: bool| {
        let Rect { corner, size } = of;
        let middle = of.middle();
        match (direction, ahead) {
            (Direction::Down, true) | (Direction::Up, false) => {
                Point { y: corner.y + size.height, ..middle }
            }
            (Direction::Down, false) | (Direction::Up, true) => Point { y: corner.y, ..middle },
            (Direction::Right, true) | (Direction::Left, false) => {
                Point { x: corner.x + size.width, ..middle }
            }
            (Direction::Right, false) | (Direction::Left, true) => Point { x: corner.x, ..middle },
        }
    };
    let (start, end) = (side(from, true), side(to, false));
    let points = match direction {
        Direction::Down | Direction::Up => {
            let half = (end.y - start.y) / 2.0;
            let (a, b) = (start.y + half, end.y - half);
            vec![start, Point { y: a, ..start }, Point { y: b, ..end }, end]
        }
        Direction::Left | Direction::Right => {
            let half = (end.x - start.x) / 2.0;
            let (a, b) = (start.x + half, end.x - half);
            vec![start, Point { x: a, ..start }, Point { x: b, ..end }, end]
        }
    };
    Route { points, is_curved: true, label: None }
}

/// Trees that reach all nodes.
#[derive(Debug, Default)]
pub(super) struct Spanning {
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
pub(super) fn span(members: &Members) -> (Spanning, Vec<u32>) {
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
pub(super) fn span_around(members: &Members) -> (Spanning, Vec<u32>) {
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

/// Places trees side by side, and what has no edges in rows below them.
fn arrange(members: &Members, spanning: &Spanning, order: &[u32]) -> (Vec<Point>, Size) {
    let count = members.ids.len();
    let is_single = |at: u32| {
        spanning.parents[at as usize] == NONE && spanning.children[at as usize].is_empty()
    };
    let singles: Vec<u32> = (0..count as u32).filter(|at| is_single(*at)).collect();
    let trees: Vec<u32> = spanning.roots.iter().copied().filter(|at| !is_single(*at)).collect();
    let mut tidy = Tidy::of(members, spanning, order);
    tidy.walk(&trees, order);
    let mut corners = tidy.corners(&trees, order);
    let least = corners.iter().enumerate().filter(|(at, _)| !is_single(*at as u32));
    let least = least.map(|(_, corner)| corner.x).fold(f64::INFINITY, f64::min);
    let mut whole = Size::default();
    for (at, corner) in corners.iter_mut().enumerate() {
        if !is_single(at as u32) {
            corner.x -= least;
            whole.width = whole.width.max(corner.x + members.sizes[at].width);
            whole.height = whole.height.max(corner.y + members.sizes[at].height);
        }
    }
    if !singles.is_empty() {
        let own = Members {
            ids: singles.clone(),
            sizes: singles.iter().map(|at| members.sizes[*at as usize]).collect(),
            edges: Vec::new(),
        };
        let (placed, size) = grid::arrange(&own);
        let top = if whole.height > 0.0 { whole.height + GAP } else { 0.0 };
        for (at, corner) in singles.iter().zip(placed) {
            corners[*at as usize] = Point { x: corner.x, y: corner.y + top };
        }
        whole = Size { width: whole.width.max(size.width), height: top + size.height };
    }
    (corners, whole)
}

/// The state of the algorithm, by nodes; its names are those of the paper.
struct Tidy<'a> {
    members: &'a Members,
    spanning: &'a Spanning,
    prelim: Vec<f64>,
    modifier: Vec<f64>,
    shift: Vec<f64>,
    change: Vec<f64>,
    thread: Vec<u32>,
    ancestor: Vec<u32>,
    /// The place of each among its siblings.
    number: Vec<u32>,
    /// Where each level begins.
    tops: Vec<f64>,
}

impl<'a> Tidy<'a> {
    fn of(members: &'a Members, spanning: &'a Spanning, order: &[u32]) -> Tidy<'a> {
        let count = members.ids.len();
        let mut number = vec![0; count];
        for children in spanning.children.iter().chain([&spanning.roots]) {
            for (place, child) in children.iter().enumerate() {
                number[*child as usize] = place as u32;
            }
        }
        let mut heights: Vec<f64> = Vec::new();
        for at in order {
            let (level, height) =
                (spanning.levels[*at as usize] as usize, members.sizes[*at as usize].height);
            if heights.len() <= level {
                heights.resize(level + 1, 0.0);
            }
            heights[level] = heights[level].max(height);
        }
        let mut tops = vec![0.0];
        for height in &heights {
            tops.push(tops.last().copied().unwrap_or(0.0) + height + BETWEEN);
        }
        Tidy {
            members,
            spanning,
            prelim: vec![0.0; count],
            modifier: vec![0.0; count],
            shift: vec![0.0; count],
            change: vec![0.0; count],
            thread: vec![NONE; count],
            ancestor: (0..count as u32).collect(),
            number,
            tops,
        }
    }

    /// The first walk: places children beside each other, from the leaves upwards.
    fn walk(&mut self, trees: &[u32], order: &[u32]) {
        let spanning = self.spanning;
        for at in order.iter().rev() {
            let children = &spanning.children[*at as usize];
            self.place(children);
            if let (Some(first), Some(last)) = (children.first(), children.last()) {
                let middle =
                    f64::midpoint(self.prelim[*first as usize], self.prelim[*last as usize]);
                // Kept until its own siblings are placed.
                self.modifier[*at as usize] = middle;
            }
        }
        for (place, root) in trees.iter().enumerate() {
            self.number[*root as usize] = place as u32;
        }
        self.place(trees);
    }

    /// Places siblings whose subtrees are done.
    fn place(&mut self, siblings: &[u32]) {
        let mut default = siblings.first().copied().unwrap_or(0);
        for (place, at) in siblings.iter().copied().enumerate() {
            let middle = self.modifier[at as usize];
            let has_children = !self.spanning.children[at as usize].is_empty();
            if place == 0 {
                self.prelim[at as usize] = middle;
                self.modifier[at as usize] = 0.0;
                continue;
            }
            let left = siblings[place - 1];
            self.prelim[at as usize] = self.prelim[left as usize] + self.distance(left, at);
            self.modifier[at as usize] =
                if has_children { self.prelim[at as usize] - middle } else { 0.0 };
            default = self.apportion(at, left, siblings[0], default, siblings);
        }
        let (mut shift, mut change) = (0.0, 0.0);
        for at in siblings.iter().rev() {
            let at = *at as usize;
            self.prelim[at] += shift;
            self.modifier[at] += shift;
            change += self.change[at];
            shift += self.shift[at] + change;
        }
    }

    /// Moves a subtree as far from those to its left as it must be.
    fn apportion(&mut self, at: u32, left: u32, first: u32, default: u32, siblings: &[u32]) -> u32 {
        let mut default = default;
        let (mut inner_right, mut outer_right, mut inner_left, mut outer_left) =
            (at, at, left, first);
        let of = |values: &[f64], at: u32| values[at as usize];
        let (mut sir, mut sor) = (of(&self.modifier, inner_right), of(&self.modifier, outer_right));
        let (mut sil, mut sol) = (of(&self.modifier, inner_left), of(&self.modifier, outer_left));
        loop {
            let (next_left, next_right) =
                (self.next_right(inner_left), self.next_left(inner_right));
            if next_left == NONE || next_right == NONE {
                break;
            }
            (inner_left, inner_right) = (next_left, next_right);
            outer_left = self.next_left(outer_left);
            outer_right = self.next_right(outer_right);
            if outer_left == NONE || outer_right == NONE {
                break;
            }
            self.ancestor[outer_right as usize] = at;
            let shift = (of(&self.prelim, inner_left) + sil)
                - (of(&self.prelim, inner_right) + sir)
                + self.distance(inner_left, inner_right);
            if shift > 0.0 {
                let own = self.ancestor[inner_left as usize];
                let is_sibling = siblings.get(self.number[own as usize] as usize) == Some(&own);
                let from = if is_sibling { own } else { default };
                self.move_subtree(from, at, shift);
                sir += shift;
                sor += shift;
            }
            sil += of(&self.modifier, inner_left);
            sir += of(&self.modifier, inner_right);
            sol += of(&self.modifier, outer_left);
            sor += of(&self.modifier, outer_right);
        }
        let (down_left, down_right) = (self.next_right(inner_left), self.next_left(inner_right));
        if down_left != NONE && self.next_right(outer_right) == NONE {
            self.thread[outer_right as usize] = down_left;
            self.modifier[outer_right as usize] += sil - sor;
        }
        if down_right != NONE && outer_left != NONE && self.next_left(outer_left) == NONE {
            self.thread[outer_left as usize] = down_right;
            self.modifier[outer_left as usize] += sir - sol;
            default = at;
        }
        default
    }

    fn move_subtree(&mut self, from: u32, at: u32, shift: f64) {
        let between = f64::from(self.number[at as usize]) - f64::from(self.number[from as usize]);
        let (from, at) = (from as usize, at as usize);
        let share = shift / between.max(1.0);
        self.change[at] -= share;
        self.shift[at] += shift;
        self.change[from] += share;
        self.prelim[at] += shift;
        self.modifier[at] += shift;
    }

    fn next_left(&self, at: u32) -> u32 {
        let first = self.spanning.children[at as usize].first().copied();
        first.unwrap_or(self.thread[at as usize])
    }

    fn next_right(&self, at: u32) -> u32 {
        let last = self.spanning.children[at as usize].last().copied();
        last.unwrap_or(self.thread[at as usize])
    }

    fn distance(&self, a: u32, b: u32) -> f64 {
        let width = |at: u32| self.members.sizes[at as usize].width;
        f64::midpoint(width(a), width(b)) + BESIDE
    }

    /// The second walk: adds up what was put off.
    fn corners(&self, trees: &[u32], order: &[u32]) -> Vec<Point> {
        let count = self.members.ids.len();
        let mut sums = vec![0.0; count];
        let mut corners = vec![Point::default(); count];
        let is_tree: BTreeSet<u32> = trees.iter().copied().collect();
        for at in order {
            let parent = self.spanning.parents[*at as usize];
            if parent == NONE && !is_tree.contains(at) {
                continue;
            }
            let before: f64 = match parent {
                NONE => 0.0,
                parent => sums[parent as usize],
            };
            sums[*at as usize] = before + self.modifier[*at as usize];
            let size = self.members.sizes[*at as usize];
            let level = self.spanning.levels[*at as usize] as usize;
            let room = self.tops[level + 1] - self.tops[level] - BETWEEN;
            corners[*at as usize] = Point {
                x: self.prelim[*at as usize] + before - size.width / 2.0,
                y: self.tops[level] + (room - size.height) / 2.0,
            };
        }
        corners
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_boxes, item, line, nested};
    use super::*;

    const DIRECTIONS: [Direction; 4] =
        [Direction::Down, Direction::Up, Direction::Left, Direction::Right];

    #[test]
    fn no_box_covers_another_in_any_direction() {
        for direction in DIRECTIONS {
            for count in [0, 1, 2, 7, 60] {
                check_boxes(&nested(count), &tree(&nested(count), direction));
            }
        }
    }

    #[test]
    fn large_random_trees_have_no_overlaps() {
        for seed in 1..30u64 {
            let mut state = seed;
            let mut random = |below: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) % below
            };
            let mut diagram = Diagram::default();
            for at in 0..200u32 {
                let mut own = item(NONE, false);
                own.size.width = 20.0 + random(120) as f64;
                diagram.nodes.push(own);
                if at > 0 {
                    diagram.edges.push(line(random(u64::from(at)) as u32, at));
                }
            }
            check_boxes(&diagram, &tree(&diagram, Direction::Down));
        }
    }

    #[test]
    fn a_parent_is_above_the_middle_of_its_children() {
        let nodes = vec![item(NONE, false); 4];
        let diagram = Diagram { nodes, edges: vec![line(0, 1), line(0, 2), line(0, 3)] };
        let layout = tree(&diagram, Direction::Down);
        let middle = |at: usize| layout.nodes[at].middle().x;
        assert_eq!(middle(0), middle(2));
        assert_eq!(layout.nodes[1].corner.y, layout.nodes[3].corner.y);
        assert!(layout.routes.iter().all(|route| route.points.len() == 4));
        assert!(layout.nodes[0].corner.y < layout.nodes[1].corner.y);
    }

    #[test]
    fn a_cycle_is_drawn_as_well() {
        let nodes = vec![item(NONE, false); 3];
        let diagram = Diagram { nodes, edges: vec![line(0, 1), line(1, 2), line(2, 0)] };
        check_boxes(&diagram, &tree(&diagram, Direction::Right));
    }
}
