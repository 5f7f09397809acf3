//! Goes through all containers: first from the outside to the inside, to decide which way each leg
//! leads and in which order edges cross borders; then back, for sizes; then out, for places.

use std::collections::HashMap;
use std::ops::Range;

use crate::layout::{Diagram, Layout, NONE, Point, Rect, Size, parts};

use super::aspect::{self, Shape};
use super::block::{self, Block};
use super::earlier;
use super::frame::Insets;
use super::frames;
use super::nesting::Nesting;
use super::order::{self, Search};
use super::problem::{Frame, Gaps, Link, Node, Pin};
use super::ranks;
use super::tree::{Leg, Legs, Tree};
use super::{Layered, routes};

/// Which way a leg leads, from source to target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// Downwards.
    Down,
    /// Upwards.
    Up,
    /// Down, and up again.
    Flat,
}

/// More operations than this are not spent for each thing that is ranked, ordered or placed.
const RANK_MOST: u64 = 4_000;
const ORDER_MOST: u64 = 3_000;
/// Diagrams of so few things on levels are worth more: for each of them, and from more first orders.
const SMALL: u64 = 4_000;
const SMALL_ORDER_MOST: u64 = 20_000;
const STARTS: u32 = 4;
const SMALL_STARTS: u32 = 16;
pub const PLACE_MOST: u64 = 4_000;

/// The operations that may be spent for each thing on levels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shares {
    pub order: u64,
    pub order_most: u64,
    pub place: u64,
    /// From how many first orders the best one is looked for.
    pub starts: u32,
}

/// Loops of an item, and the room they take at its right.
#[derive(Debug, Clone, Copy, Default)]
pub struct Halo {
    /// How wide it is.
    pub width: f64,
    /// How tall the item is at least for it.
    pub height: f64,
}

/// A layout in the making. All extents are as if edges led down.
pub struct Build<'a> {
    pub diagram: &'a Diagram,
    /// How many items are no bundles.
    pub count: usize,
    pub options: &'a Layered,
    pub gaps: Gaps,
    pub tree: Tree,
    pub legs: Legs,
    pub heading: Vec<Heading>,
    /// The blocks of all containers: where each container's start, and all.
    pub block_starts: Vec<u32>,
    pub blocks: Vec<Block>,
    /// The block of each leg, and the link there.
    pub leg_place: Vec<(u32, u32)>,
    /// What is drawn of each item, without its loops.
    pub size: Vec<Size>,
    pub halo: Vec<Halo>,
    /// Where a leg that ends in a border meets it, from the middle of the border.
    pub port: Vec<f64>,
    /// The corner of each item's box, in the picture.
    pub corner: Vec<Point>,
    pub insets: Vec<Insets>,
    pub shares: Shares,
    pub is_best: bool,
}

impl<'a> Build<'a> {
    pub fn new(nesting: &'a Nesting<'_>, options: &'a Layered) -> Self {
        let diagram = &*nesting.diagram;
        let tree = Tree::new(&nesting.parents, &nesting.is_open);
        let legs = Legs::new(diagram, &tree);
        let count = diagram.nodes.len();
        let turn = |size: Size| options.direction.turn(size);
        let insets = tree.item.iter().map(|item| {
            // NONE is no item either.
            if *item as usize >= nesting.count {
                return Insets::default();
            }
            let title = diagram.nodes[*item as usize].size.height;
            options.direction.insets(options.padding, title)
        });
        let mut build = Build {
            diagram,
            count: nesting.count,
            options,
            gaps: Gaps {
                node: options.node_gap.max(2.0),
                rank: options.rank_gap.max(4.0),
                edge: options.edge_gap.max(2.0),
            },
            heading: vec![Heading::Down; legs.all.len()],
            block_starts: vec![0],
            blocks: Vec::new(),
            leg_place: vec![(0, 0); legs.all.len()],
            size: diagram.nodes.iter().map(|item| turn(item.size)).collect(),
            halo: vec![Halo::default(); count],
            port: vec![0.0; legs.all.len()],
            corner: vec![Point::default(); count],
            insets: insets.collect(),
            shares: Shares::default(),
            is_best: true,
            tree,
            legs,
        };
        build.stretch();
        build.measure_loops();
        build.estimate();
        build
    }

    /// Gives all their ranks, and first orders.
    pub fn rank(&mut self) {
        let effort = self.options.effort;
        let size = (self.diagram.nodes.len() + self.legs.all.len()) as u64;
        let share = effort / 8 / size.max(1);
        let depths = self.tree.by_depth();
        for containers in depths.clone() {
            let first = self.blocks.len();
            for container in containers {
                self.divide(container);
            }
            self.assign_rows(first, share);
        }
        let size = |block: &Block| (block.levels.order.len() + block.levels.segments.len()) as u64;
        let size = self.blocks.iter().map(size).sum::<u64>().max(1);
        let is_small = size <= SMALL;
        self.shares = Shares {
            order: effort / 2 / size,
            order_most: if is_small { SMALL_ORDER_MOST } else { ORDER_MOST },
            starts: if is_small { SMALL_STARTS } else { STARTS },
            place: effort / 4 / size,
        };
        // First by themselves, so that what is around knows where lines would best cross borders.
        let glance = Shares { order: self.shares.order / 8, ..self.shares };
        for containers in depths.into_iter().rev() {
            let blocks = &self.blocks[self.block_range(containers.clone())];
            if containers.start > 0 || blocks.iter().any(|block| !block.levels.spans.is_empty()) {
                self.arrange(containers.clone(), glance, true);
            }
            for container in containers {
                self.tell_leans(container);
            }
        }
    }

    /// Gives all their orders.
    pub fn order(&mut self) {
        for containers in self.tree.by_depth() {
            self.arrange(containers, self.shares, false);
        }
    }

    /// Returns the open partitions that lines pass through, and how many pieces of lines.
    pub fn passed(&self) -> Vec<(u32, u32)> {
        let mut passed = Vec::new();
        for block in self.blocks.iter().filter(|block| !block.levels.spans.is_empty()) {
            let counts = frames::passed(&block.levels);
            let frames = block.problem.frames.iter().zip(counts);
            passed.extend(frames.filter(|(_, by)| *by > 0).map(|(frame, by)| (frame.item, by)));
        }
        passed
    }

    /// Gives all their places.
    pub fn place_all(mut self) -> Layout {
        let mut size = Size::default();
        for containers in self.tree.by_depth().into_iter().rev() {
            self.place(containers.clone());
            for container in containers {
                size = self.pack(container);
                let item = self.tree.item[container];
                if item != NONE {
                    self.size[item as usize] = size;
                }
            }
        }
        for container in 0..self.tree.count() {
            self.settle(container);
        }
        self.finish(size)
    }

    fn finish(self, size: Size) -> Layout {
        let direction = self.options.direction;
        let boxes = self.corner.iter().zip(&self.size).take(self.count);
        let nodes =
            boxes.map(|(corner, own)| direction.rect(Rect { corner: *corner, size: *own }, size));
        let nodes = nodes.collect();
        let mut routes = routes::routes(&self);
        for route in &mut routes {
            for point in &mut route.points {
                *point = direction.place(*point, size);
            }
            route.label = route.label.map(|label| direction.rect(label, size));
        }
        let mut compromises = Vec::new();
        if !self.is_best {
            compromises.push("the budget did not suffice for the best ranks, orders and places");
        }
        let size = direction.turn(size);
        Layout { size, nodes, routes, compromises, ..Layout::default() }
    }

    /// Room for loops: each goes around those before it and around its label.
    fn measure_loops(&mut self) {
        for line in self.diagram.edges.iter().filter(|line| line.source == line.target) {
            let Some(halo) = self.halo.get_mut(line.source as usize) else { continue };
            let label = self.options.direction.turn(line.label);
            halo.width += label.width.max(4.0) + self.gaps.edge;
            halo.height = halo.height.max(label.height);
        }
    }

    /// Guesses how large partitions will be, from the inside to the outside.
    fn estimate(&mut self) {
        for container in (1..self.tree.count()).rev() {
            let members = self.tree.members(container);
            let own = |member: &u32| self.size[*member as usize];
            let area = |size: Size| {
                (size.width + self.gaps.node) * (size.height + self.gaps.rank * 0.8) * 1.25
            };
            let Size { width, height } = match members {
                [only] => own(only),
                _ => {
                    let area: f64 = members.iter().map(own).map(area).sum();
                    let width = (area * 1.5).sqrt();
                    Size { width, height: area / width }
                }
            };
            let insets = self.insets[container];
            self.size[self.tree.item[container] as usize] = Size {
                width: width + insets.left + insets.right,
                height: height + insets.top + insets.bottom,
            };
        }
    }

    /// What an item takes up where it stands: its box and its loops.
    pub fn taken(&self, item: u32) -> Size {
        let (size, halo) = (self.size[item as usize], self.halo[item as usize]);
        Size { width: size.width + halo.width, height: size.height.max(halo.height) }
    }

    /// The border at which a leg leaves its container, if it does. What is around is decided.
    fn pin(&self, at: u32) -> Pin {
        let leg = self.legs.all[at as usize];
        let is_main = self.legs.main[leg.edge as usize] == at;
        let heading = |at: u32| self.heading[at as usize];
        match (leg.source, leg.target) {
            (_, NONE) if is_main => Pin::Bottom,
            (NONE, _) if is_main => Pin::Top,
            (_, NONE) if heading(at + 1) == Heading::Up => Pin::Top,
            (_, NONE) => Pin::Bottom,
            (NONE, _) if heading(at - 1) == Heading::Down => Pin::Top,
            (NONE, _) => Pin::Bottom,
            _ => Pin::Free,
        }
    }

    /// Divides the members of a container into blocks.
    fn divide(&mut self, container: usize) {
        let members = self.tree.members(container);
        let own = self.legs.of_container(container);
        let pins: Vec<Pin> = own.iter().map(|leg| self.pin(*leg)).collect();
        // What is in one frame is in one block: each but the first is joined to the first.
        let mut firsts: HashMap<u32, u32> = HashMap::new();
        let framed = members.iter().enumerate().filter_map(|(place, member)| {
            let frame = self.tree.outermost_frame(*member);
            (frame != NONE).then(|| [*firsts.entry(frame).or_insert(place as u32), place as u32])
        });
        let framed: Vec<[u32; 2]> = framed.collect();
        let linked = own.iter().map(|leg| {
            let leg = self.legs.all[*leg as usize];
            [leg.source, leg.target].map(|item| match item {
                NONE => NONE,
                item => self.tree.place[item as usize],
            })
        });
        let block_of = parts::components(members.len(), linked.chain(framed));
        let count = block_of.iter().copied().max().map_or(0, |last| last as usize + 1);
        let mut blocks: Vec<Block> = Vec::new();
        blocks.resize_with(count, Block::default);
        let mut node_of = vec![0u32; members.len()];
        let mut frame_of: HashMap<u32, u32> = HashMap::new();
        for (place, member) in members.iter().enumerate() {
            let block = &mut blocks[block_of[place] as usize];
            let frame = self.frame(block, self.tree.frame[*member as usize], &mut frame_of);
            let earlier = self.options.earlier.get(*member as usize).copied().flatten();
            let earlier = earlier.map(|own| own.turned(self.options.direction));
            let node = Node { size: self.taken(*member), pin: Pin::Free, frame, earlier };
            node_of[place] = block.add(*member, node);
        }
        for (at, pin) in own.iter().zip(&pins) {
            let Leg { source, target, edge, .. } = self.legs.all[*at as usize];
            let line = &self.diagram.edges[edge as usize];
            let known = if source == NONE { target } else { source };
            let index = block_of[self.tree.place[known as usize] as usize];
            let block = &mut blocks[index as usize];
            let mut node = |item: u32| match item {
                NONE => block.add(NONE, Node::port(*pin)),
                item => node_of[self.tree.place[item as usize] as usize],
            };
            let (source, target) = (node(source), node(target));
            let is_main = self.legs.main[edge as usize] == *at;
            let label =
                if is_main { self.options.direction.turn(line.label) } else { Size::default() };
            let weight = (line.weight.clamp(0.0, 1000.0).round() as i64).max(1);
            self.leg_place[*at as usize] =
                (self.blocks.len() as u32 + index, block.problem.links.len() as u32);
            block.join(*at, Link { source, target, weight, label });
        }
        self.blocks.append(&mut blocks);
        self.block_starts.push(self.blocks.len() as u32);
    }

    /// Gives the members of blocks rows.
    fn assign_rows(&mut self, first: usize, share: u64) {
        let (unfolded, longest) = (self.options.unfolded, aspect::longest(self.options));
        let shape = self.options.ratio.map(|ratio| {
            let ratio = if self.options.direction.is_sideways() { 1.0 / ratio } else { ratio };
            Shape { ratio, widest: ratio * 1.75, tallest: ratio / 3.5, unfolded, longest }
        });
        let gaps = self.gaps;
        let assigned = block::of_each(&mut self.blocks[first..], |block| {
            let size = (block.problem.nodes.len() + block.problem.links.len()) as u64;
            let mut effort = (share * size).min(RANK_MOST * size);
            let rows = ranks::assign(&block.problem, gaps, shape, &mut effort);
            block.stand(&rows);
            (rows, effort > 0 || share >= RANK_MOST)
        });
        for (block, (rows, is_best)) in self.blocks[first..].iter().zip(assigned) {
            self.is_best &= is_best;
            for (leg, link) in block.legs.iter().zip(&block.problem.links) {
                let [source, target] = [link.source, link.target].map(|at| rows.row[at as usize]);
                self.heading[*leg as usize] = match source.cmp(&target) {
                    std::cmp::Ordering::Less => Heading::Down,
                    std::cmp::Ordering::Greater => Heading::Up,
                    std::cmp::Ordering::Equal => Heading::Flat,
                };
            }
        }
    }

    /// The place of an open partition among the frames of a block, to which it is added if it is new
    /// there.
    fn frame(&self, block: &mut Block, item: u32, places: &mut HashMap<u32, u32>) -> u32 {
        let mut new = Vec::new();
        let mut around = item;
        while around != NONE && !places.contains_key(&around) {
            new.push(around);
            around = self.tree.frame[around as usize];
        }
        let mut parent = if around == NONE { NONE } else { places[&around] };
        let options = self.options;
        for item in new.into_iter().rev() {
            let title = self.diagram.nodes[item as usize].size;
            let insets = options.direction.insets(options.padding, title.height);
            let least = options.direction.least(options.padding, title.width);
            block.problem.frames.push(Frame { item, parent, insets, least });
            parent = block.problem.frames.len() as u32 - 1;
            places.insert(item, parent);
        }
        parent
    }

    /// The blocks of some containers.
    pub fn block_range(&self, containers: Range<usize>) -> Range<usize> {
        self.block_starts[containers.start] as usize..self.block_starts[containers.end] as usize
    }

    /// The blocks of a container.
    pub fn blocks_of(&self, container: usize) -> Range<usize> {
        self.block_range(container..container + 1)
    }

    /// The leg that goes on inside a member at one end of a leg, if any.
    pub fn leg_inside(&self, at: u32, is_source: bool) -> Option<u32> {
        let leg = self.legs.all[at as usize];
        let line = &self.diagram.edges[leg.edge as usize];
        if is_source {
            (leg.source != NONE && leg.source != line.source).then(|| at - 1)
        } else {
            (leg.target != NONE && leg.target != line.target).then(|| at + 1)
        }
    }

    /// Orders the levels of the blocks of containers of one depth, then the ports of their members.
    fn arrange(&mut self, containers: Range<usize>, shares: Shares, is_glance: bool) {
        let range = self.block_range(containers);
        let has_ended = block::of_each(&mut self.blocks[range.clone()], |block| {
            let search = Search {
                keeps_first: !is_glance && block.has(Pin::Top),
                keeps_last: !is_glance && block.has(Pin::Bottom),
                starts: if is_glance { 2 } else { shares.starts },
            };
            let size = (block.levels.order.len() + block.levels.segments.len()) as u64;
            let most = if is_glance { shares.order_most / 8 } else { shares.order_most };
            let mut effort = (shares.order * size).min(most * size);
            if block.problem.has_earlier() {
                let known = earlier::known(&block.problem, &block.levels);
                order::take_over(&mut block.levels, search, known, &mut effort);
            } else {
                order::arrange(&mut block.levels, search, &mut effort);
            }
            effort > 0 || shares.order >= shares.order_most
        });
        if !is_glance {
            self.is_best &= !has_ended.contains(&false);
            range.for_each(|index| self.order_ports(index));
        }
    }
}
