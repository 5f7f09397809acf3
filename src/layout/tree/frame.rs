//! Places trees of which some children hang on trunks.
//!
//! What hangs on a trunk is placed by itself, with all that is below it, in a frame of its own; the
//! trees around it see a strip that is as wide and as high as all of the stack.

use super::super::nest::Members;
use super::super::way::Way;
use super::super::{NONE, Point, Rect, Route, Size};
use super::span::Spanning;
use super::stack::{Hanging, Stack, hang};
use super::tidy::{Slots, middles};
use super::{BESIDE, BETWEEN};

/// The radius of a bend.
const BEND: f64 = 9.0;
/// The room above and below labels, with that of a head.
const AROUND: f64 = 30.0;
/// Of how many children on, they may hang on trunks.
const MANY: usize = 4;

/// How wide rows may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Of children that have none of their own.
    pub leaves: f64,
    /// Of any children.
    pub all: f64,
}

/// Where boxes are, and the way to each from its parent.
pub(super) struct Placed {
    pub corners: Vec<Point>,
    pub routes: Vec<Option<Route>>,
    pub size: Size,
}

/// The state, by nodes.
pub(super) struct Frames<'a> {
    members: &'a Members,
    spanning: &'a Spanning,
    labels: &'a [Size],
    limits: Limits,
    /// The gap between levels, in which labels stand.
    between: f64,
    /// The children that hang below each, and how; in the same order.
    hanging: Vec<Vec<u32>>,
    stacks: Vec<Stack>,
    is_hanging: Vec<bool>,
    /// The frame of each: the root of what is placed together, or [`NONE`].
    frames: Vec<u32>,
    /// Within frames: the corners of boxes and of stacks, and where levels begin and end.
    corners: Vec<Point>,
    strips: Vec<Point>,
    levels: Vec<[f64; 2]>,
    /// How large the frame of each root is, and where it is in the one around it.
    sizes: Vec<Size>,
    origins: Vec<Point>,
}

impl<'a> Frames<'a> {
    /// Decides what hangs, from the leaves upwards, and places it.
    pub fn of(
        members: &'a Members,
        (spanning, order): (&'a Spanning, &[u32]),
        labels: &'a [Size],
        limits: Limits,
    ) -> Frames<'a> {
        let count = members.ids.len();
        let mut frames = Frames {
            members,
            spanning,
            labels,
            limits,
            between: BETWEEN.max(labels.iter().map(|own| own.height).fold(0.0, f64::max) + AROUND),
            hanging: vec![Vec::new(); count],
            stacks: (0..count).map(|_| Stack::default()).collect(),
            is_hanging: vec![false; count],
            frames: vec![NONE; count],
            corners: vec![Point::default(); count],
            strips: vec![Point::default(); count],
            levels: vec![[0.0; 2]; count],
            sizes: members.sizes.clone(),
            origins: vec![Point::default(); count],
        };
        if limits.leaves.is_finite() || limits.all.is_finite() {
            // How wide what is below each is, at most.
            let mut widths: Vec<f64> = members.sizes.iter().map(|size| size.width).collect();
            for at in order.iter().rev() {
                let inner = frames.decide(*at as usize, &widths);
                widths[*at as usize] = widths[*at as usize].max(inner);
            }
        }
        frames
    }

    /// Lets the children of a node hang if a row of them is too wide; returns how wide they are.
    fn decide(&mut self, at: usize, widths: &[f64]) -> f64 {
        let spanning = self.spanning;
        let children = &spanning.children[at];
        let is_leaf = |child: &&u32| spanning.children[**child as usize].is_empty();
        let row = |children: &mut dyn Iterator<Item = &u32>| {
            children.map(|child| widths[*child as usize] + BESIDE).sum::<f64>()
        };
        if children.len() < 2 {
            return row(&mut children.iter());
        }
        let leaves = children.iter().filter(is_leaf);
        let (count, wide) = (leaves.clone().count(), row(&mut leaves.clone()));
        let mut hanging = Vec::new();
        if count >= MANY && wide > self.limits.leaves {
            hanging = leaves.copied().collect();
        }
        let mut rest = match hanging.is_empty() {
            true => row(&mut children.iter()),
            false => row(&mut children.iter().filter(|child| !is_leaf(child))),
        };
        // A stack of leaves is as wide as allowed, about.
        let before = rest + if hanging.is_empty() { 0.0 } else { wide.min(self.limits.leaves) };
        let mut most = self.limits.leaves;
        if before > self.limits.all {
            hanging = children.clone();
            (rest, most) = (0.0, self.limits.all);
        }
        if hanging.is_empty() {
            return before;
        }
        let all: Vec<Hanging> = hanging.iter().map(|child| self.frame_of(*child)).collect();
        let stack = hang(&all, most);
        let width = stack.size.width;
        self.stacks[at] = stack;
        self.hanging[at] = hanging;
        rest + width + BESIDE
    }

    /// Places a child that hangs, with all that is below it.
    fn frame_of(&mut self, root: u32) -> Hanging {
        self.is_hanging[root as usize] = true;
        let own = self.members.sizes[root as usize];
        let has_children = !self.spanning.children[root as usize].is_empty();
        if has_children {
            self.sizes[root as usize] = self.place(root, &[root]);
        } else {
            self.frames[root as usize] = root;
            self.levels[root as usize] = [0.0, own.height];
        }
        Hanging {
            size: self.sizes[root as usize],
            head: Rect { corner: self.corners[root as usize], size: own },
            label: self.labels[root as usize],
        }
    }

    /// Places trees beside each other in a frame, all but what hangs; returns how large all is.
    pub fn place(&mut self, frame: u32, roots: &[u32]) -> Size {
        let (nodes, tops) = self.in_breadth(roots);
        let mut slots = Slots::default();
        // The first slot of each node, and the first of the stack below it.
        let (mut own, mut below) = (Vec::with_capacity(nodes.len()), vec![NONE; nodes.len()]);
        for (at, Reached { node, level, parent }) in nodes.iter().enumerate() {
            let parent = own.get(*parent as usize).copied().unwrap_or(NONE);
            own.push(slots.push(self.members.sizes[*node as usize].width, parent));
            if self.hanging[*node as usize].is_empty() {
                continue;
            }
            let Size { width, height } = self.stacks[*node as usize].size;
            let mut level = *level as usize + 1;
            let bottom = tops[level] + height;
            let mut above = slots.push(width, own[at]);
            below[at] = above;
            level += 1;
            while tops.get(level).is_some_and(|top| *top < bottom + self.between) {
                above = slots.push(width, above);
                level += 1;
            }
        }
        let middles = middles(&slots);
        let edge = |slot: u32| middles[slot as usize] - slots.widths[slot as usize] / 2.0;
        let left = (0..middles.len() as u32).map(edge).fold(f64::INFINITY, f64::min);
        let mut whole = Size::default();
        let take = |whole: &mut Size, corner: Point, size: Size| {
            whole.width = whole.width.max(corner.x + size.width);
            whole.height = whole.height.max(corner.y + size.height);
        };
        for (at, Reached { node, level, .. }) in nodes.iter().enumerate() {
            let (node, level) = (*node as usize, *level as usize);
            let (top, bottom) = (tops[level], tops[level + 1] - self.between);
            let size = self.members.sizes[node];
            let corner = Point {
                x: edge(own[at]) - left,
                y: f64::midpoint(top, bottom) - size.height / 2.0,
            };
            (self.frames[node], self.levels[node]) = (frame, [top, bottom]);
            self.corners[node] = corner;
            take(&mut whole, corner, size);
            if below[at] != NONE {
                self.strips[node] = Point { x: edge(below[at]) - left, y: tops[level + 1] };
                take(&mut whole, self.strips[node], self.stacks[node].size);
                if nodes.len() == 1 {
                    // With nothing beside it, it can stand right above its trunks.
                    let most = (whole.width - size.width).max(0.0);
                    let middle = self.strips[node].x + self.stacks[node].middle();
                    self.corners[node].x = (middle - size.width / 2.0).clamp(0.0, most);
                }
            }
        }
        whole
    }

    /// Returns what is in a frame, level by level, and where levels begin, with one more.
    fn in_breadth(&self, roots: &[u32]) -> (Vec<Reached>, Vec<f64>) {
        let mut nodes: Vec<Reached> =
            roots.iter().map(|root| Reached { node: *root, level: 0, parent: NONE }).collect();
        let mut heights: Vec<f64> = Vec::new();
        let mut next = 0;
        while let Some(Reached { node, level, .. }) = nodes.get(next).copied() {
            if heights.len() <= level as usize {
                heights.push(0.0);
            }
            let height = &mut heights[level as usize];
            *height = height.max(self.members.sizes[node as usize].height);
            let children = self.spanning.children[node as usize].iter();
            let standing = children.filter(|child| !self.is_hanging[**child as usize]);
            let parent = next as u32;
            nodes.extend(standing.map(|child| Reached { node: *child, level: level + 1, parent }));
            next += 1;
        }
        let mut tops = vec![0.0];
        for height in heights {
            tops.push(tops.last().copied().unwrap_or(0.0) + height + self.between);
        }
        (nodes, tops)
    }

    /// Says where a frame is whose root has no parent.
    pub fn put(&mut self, root: u32, origin: Point) {
        self.origins[root as usize] = origin;
    }

    /// Returns where everything is, frames put together.
    pub fn finish(mut self, order: &[u32], size: Size) -> Placed {
        for parent in order.iter().map(|at| *at as usize) {
            let outer = self.origin_of(parent);
            for (child, corner) in self.hanging[parent].iter().zip(&self.stacks[parent].corners) {
                let strip = self.strips[parent];
                self.origins[*child as usize] =
                    Point { x: outer.x + strip.x + corner.x, y: outer.y + strip.y + corner.y };
            }
        }
        let corner = |at: usize| {
            let (from, own) = (self.origin_of(at), self.corners[at]);
            Point { x: from.x + own.x, y: from.y + own.y }
        };
        let corners: Vec<Point> = (0..self.members.ids.len()).map(corner).collect();
        let mut routes = vec![None; corners.len()];
        for parent in 0..corners.len() {
            let hanging = self.hanging[parent].iter().zip(&self.stacks[parent].trunks);
            for (child, trunk) in hanging {
                let x = self.origin_of(parent).x + self.strips[parent].x + trunk;
                let route = self.along_trunk(&corners, parent, *child as usize, x);
                routes[*child as usize] = Some(route);
            }
            for child in &self.spanning.children[parent] {
                if !self.is_hanging[*child as usize] {
                    routes[*child as usize] = Some(self.down(&corners, parent, *child as usize));
                }
            }
        }
        Placed { corners, routes, size }
    }

    fn origin_of(&self, node: usize) -> Point {
        self.origins.get(self.frames[node] as usize).copied().unwrap_or_default()
    }

    fn bounds(&self, corners: &[Point], node: usize) -> Rect {
        Rect { corner: corners[node], size: self.members.sizes[node] }
    }

    /// Starts below a parent, and goes down to where its level ends.
    fn start(&self, corners: &[Point], parent: usize) -> Way {
        let of = self.bounds(corners, parent);
        let mut way = Way::from(Point { x: of.middle().x, y: of.corner.y + of.size.height });
        way.line(Point { x: of.middle().x, y: self.origin_of(parent).y + self.levels[parent][1] });
        way
    }

    /// The way to a child in a row: the bends lie between levels, where no box is.
    fn down(&self, corners: &[Point], parent: usize, child: usize) -> Route {
        let mut way = self.start(corners, parent);
        let to = self.bounds(corners, child);
        let (x, top) = (to.middle().x, self.origin_of(child).y + self.levels[child][0]);
        way.step_to(Point { x, y: top });
        way.line(Point { x, y: to.corner.y });
        Route { points: way.points(), is_curved: true, label: None }
    }

    /// The way to a child that hangs on a trunk, which is so far from the left.
    fn along_trunk(&self, corners: &[Point], parent: usize, child: usize, x: f64) -> Route {
        let mut way = self.start(corners, parent);
        way.step_to(Point { x, y: self.origin_of(parent).y + self.strips[parent].y });
        let to = self.bounds(corners, child);
        let y = to.middle().y;
        let is_left = to.corner.x < x;
        let side = if is_left { to.corner.x + to.size.width } else { to.corner.x };
        way.bend(Point { x, y }, Point { x: side, y }, BEND);
        way.line(Point { x: side, y });
        let size = self.labels[child];
        let label = (size.width > 0.0).then(|| {
            // Nearer to the trunk than to the head.
            let middle =
                if is_left { x - 6.0 - size.width / 2.0 } else { x + 6.0 + size.width / 2.0 };
            Rect { corner: Point { x: middle - size.width / 2.0, y: y - size.height / 2.0 }, size }
        });
        Route { points: way.points(), is_curved: true, label }
    }
}

/// A node in a frame, its level, and the place of its parent among those of the frame.
#[derive(Clone, Copy)]
struct Reached {
    node: u32,
    level: u32,
    parent: u32,
}
