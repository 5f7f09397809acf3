//! Where edges leave and reach the borders of boxes.

use crate::layout::NONE;

use super::block::Block;
use super::build::Build;
use super::levels::Kind;
use super::problem::Pin;
use super::tree::Leg;

/// The distance of ends at a border is at most this many times the distance of lines.
const SPREAD: f64 = 1.5;
/// The distance of ends at nodes that stretch for them, in distances of lines.
const CLOSE: f64 = 0.75;
/// Lines along the axes that would go aside by less than this, in distances of lines, go straight.
const JOG: f64 = 1.5;
/// The part of a border that ends may take.
const SHARE: f64 = 0.8;

/// Lists the ends at a side of a node, in the order of what they lead to.
fn sort_ends(block: &Block, at: u32, is_upper: bool, ends: &mut Vec<(u32, u32, u32)>) {
    let levels = &block.levels;
    let segments = if is_upper { levels.below(at) } else { levels.above(at) };
    ends.clear();
    ends.extend(segments.iter().map(|segment| {
        let ends = &levels.segments[*segment as usize];
        let other = if is_upper { ends.lower } else { ends.upper };
        (levels.place[other as usize], block.legs[ends.link as usize], *segment)
    }));
    ends.sort_unstable();
}

impl Build<'_> {
    /// Spreads the ends of segments along borders, in the order of what they lead to: where each
    /// leaves its upper end, and where it reaches its lower one, from the centers of these.
    pub fn spread(&self, block: &Block) -> (Vec<f64>, Vec<f64>) {
        let count = block.levels.segments.len();
        let (mut upper, mut lower) = (vec![0.0; count], vec![0.0; count]);
        let mut ends: Vec<(u32, u32, u32)> = Vec::new();
        for at in block.members() {
            let (width, center) = self.visible(block, at);
            for is_upper in [true, false] {
                sort_ends(block, at, is_upper, &mut ends);
                let offsets = if is_upper { &mut upper } else { &mut lower };
                // Runs of free ends stand in the middle between fixed ones, or of the border.
                let mut from = 0;
                let mut left = -width / 2.0;
                while from < ends.len() {
                    let fixed = ends[from..].iter().enumerate().find_map(|(step, end)| {
                        Some((from + step, self.fixed(block, end.2, is_upper)?))
                    });
                    let (to, right) = fixed.unwrap_or((ends.len(), width / 2.0));
                    let run = to - from;
                    let step = (self.gaps.edge * SPREAD)
                        .min((right - left).max(0.0) * SHARE / run.max(1) as f64);
                    let middle = f64::midpoint(left, right);
                    for (place, (_, _, segment)) in ends[from..to].iter().enumerate() {
                        let by = place as f64 - (run as f64 - 1.0) / 2.0;
                        offsets[*segment as usize] = center + middle + by * step;
                    }
                    if let Some((at, offset)) = fixed {
                        offsets[ends[at].2 as usize] = center + offset;
                        left = offset;
                    }
                    from = to + 1;
                }
            }
        }
        (upper, lower)
    }

    /// Moves ends a little along the borders they meet, so that lines along the axes lead straight on
    /// instead of a few pixels aside; returns where they are then, as [`Build::spread`] does.
    pub fn straighten(&self, block: &Block) -> (Vec<f64>, Vec<f64>) {
        let gap = self.gaps.edge;
        let mut offsets = [block.extents.upper.clone(), block.extents.lower.clone()];
        let mut ends: Vec<(u32, u32, u32)> = Vec::new();
        for at in block.members() {
            let (width, center) = self.visible(block, at);
            let most = (width / 2.0 - gap / 2.0).max(0.0);
            for is_upper in [true, false] {
                sort_ends(block, at, is_upper, &mut ends);
                let (own, others) = (usize::from(!is_upper), usize::from(is_upper));
                for (place, (_, _, segment)) in ends.iter().enumerate() {
                    let of = *segment as usize;
                    let ends_of = &block.levels.segments[of];
                    let other = if is_upper { ends_of.lower } else { ends_of.upper } as usize;
                    if block.levels.kind[other] == Kind::Turn
                        || self.fixed(block, *segment, is_upper).is_some()
                    {
                        continue;
                    }
                    let wanted = block.xs[other] + offsets[others][of] - block.xs[at as usize];
                    let beside = |place: Option<usize>, or: f64| {
                        let beside = place.and_then(|place| ends.get(place));
                        beside.map_or(or, |(_, _, segment)| offsets[own][*segment as usize])
                    };
                    let low = beside(place.checked_sub(1), f64::NEG_INFINITY) + gap / 2.0;
                    let high = beside(Some(place + 1), f64::INFINITY) - gap / 2.0;
                    if (wanted - offsets[own][of]).abs() < gap * JOG
                        && (low..=high).contains(&wanted)
                        && (wanted - center).abs() <= most
                    {
                        offsets[own][of] = wanted;
                    }
                }
            }
        }
        let [upper, lower] = offsets;
        (upper, lower)
    }

    /// How wide a member is drawn, and how far the center of that is from its center.
    fn visible(&self, block: &Block, at: u32) -> (f64, f64) {
        let item = block.items[at as usize] as usize;
        (self.size[item].width, -self.halo[item].width / 2.0)
    }

    /// Where an end is in the border of its box, from the center of that, if it is known.
    fn fixed(&self, block: &Block, segment: u32, is_upper: bool) -> Option<f64> {
        let segment = &block.levels.segments[segment as usize];
        let node = if is_upper { segment.upper } else { segment.lower };
        let is_source = block.problem.links[segment.link as usize].source == node;
        let inside = self.leg_inside(block.legs[segment.link as usize], is_source)?;
        Some(self.port[inside as usize])
    }

    /// Makes nodes so wide that the edges which meet a side of them end beside each other.
    pub fn stretch(&mut self) {
        let mut counts = vec![[0u32; 2]; self.diagram.nodes.len()];
        for leg in &self.legs.all {
            for (side, end) in [leg.source, leg.target].into_iter().enumerate() {
                if end != NONE {
                    counts[end as usize][side] += 1;
                }
            }
        }
        let pitch = self.gaps.edge * CLOSE / SHARE;
        for ((size, item), [leaving, arriving]) in
            self.size.iter_mut().zip(&self.diagram.nodes).zip(counts)
        {
            if item.stretches {
                size.width = size.width.max(pitch * f64::from(leaving.max(arriving)));
            }
        }
    }

    /// Tells the links around a container where they would best meet its borders.
    pub fn tell_leans(&mut self, container: usize) {
        for index in self.blocks_of(container) {
            let block = &self.blocks[index];
            if !block.has(Pin::Top) && !block.has(Pin::Bottom) {
                continue;
            }
            let mut leans: Vec<(u32, f32)> = Vec::new();
            for (leg, link) in block.legs.iter().zip(&block.problem.links) {
                let Leg { edge, source, target, .. } = self.legs.all[*leg as usize];
                let port = match (source, target) {
                    (NONE, _) => link.source,
                    (_, NONE) => link.target,
                    _ => continue,
                };
                if self.legs.main[edge as usize] != *leg {
                    let level = block.levels.level[port as usize] as usize;
                    let count = block.levels.range(level).len() as f32;
                    let lean = (block.levels.place[port as usize] as f32 + 0.5) / count - 0.5;
                    leans.push((if source == NONE { leg - 1 } else { leg + 1 }, lean));
                }
            }
            let item = self.tree.item[container];
            for (leg, lean) in leans {
                let (around, link) = self.leg_place[leg as usize];
                let block = &mut self.blocks[around as usize];
                let first = (block.levels.chain_starts[link as usize] - link) as usize;
                let last = first + block.levels.chain(link).len() - 2;
                for segment in [first, last] {
                    let segment = &mut block.levels.segments[segment];
                    if block.items.get(segment.upper as usize) == Some(&item) {
                        segment.upper_lean = lean;
                    } else if block.items.get(segment.lower as usize) == Some(&item) {
                        segment.lower_lean = lean;
                    }
                }
            }
        }
    }

    /// Orders the ports of members as the edges come to them.
    pub fn order_ports(&mut self, index: usize) {
        let mut ends: Vec<(u32, f32, u32)> = Vec::new();
        for at in 0..self.blocks[index].items.len() as u32 {
            let block = &self.blocks[index];
            let item = block.items[at as usize];
            if item == NONE || self.tree.inside[item as usize] == NONE {
                continue;
            }
            for is_upper in [true, false] {
                let block = &self.blocks[index];
                let levels = &block.levels;
                let segments = if is_upper { levels.below(at) } else { levels.above(at) };
                ends.clear();
                for segment in segments {
                    let segment = &levels.segments[*segment as usize];
                    let other = if is_upper { segment.lower } else { segment.upper };
                    let leg = block.legs[segment.link as usize];
                    let link = block.problem.links[segment.link as usize];
                    if let Some(inside) = self.leg_inside(leg, link.source == at) {
                        // Both ends of lines side by side see the same.
                        let lean = segment.upper_lean + segment.lower_lean;
                        ends.push((levels.place[other as usize], lean, inside));
                    }
                }
                ends.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
                self.line_ports_up(&ends, if is_upper { Pin::Bottom } else { Pin::Top });
            }
        }
    }

    fn line_ports_up(&mut self, ends: &[(u32, f32, u32)], pin: Pin) {
        let Some((_, _, first)) = ends.first() else { return };
        let block = &mut self.blocks[self.leg_place[*first as usize].0 as usize];
        let level = if pin == Pin::Top { 0 } else { block.levels.count() - 1 };
        let start = block.levels.range(level).start;
        // Ends at the border itself have ports as well, of which nothing outside knows; they go last.
        let mut ports: Vec<u32> = Vec::with_capacity(ends.len());
        for (_, _, leg) in ends {
            let link = block.problem.links[self.leg_place[*leg as usize].1 as usize];
            let is_port = |at: u32| block.problem.nodes[at as usize].pin == pin;
            ports.push(if is_port(link.source) { link.source } else { link.target });
        }
        let others = block.levels.order[block.levels.range(level)].iter();
        let others: Vec<u32> = others.filter(|at| !ports.contains(at)).copied().collect();
        for (place, at) in ports.iter().chain(&others).enumerate() {
            block.levels.order[start + place] = *at;
            block.levels.place[*at as usize] = place as u32;
        }
    }
}
