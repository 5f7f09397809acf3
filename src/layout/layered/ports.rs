//! Where edges leave and reach the borders of boxes.

use super::block::Block;

/// The distance of ends at a border is at most this many times the distance of lines.
const SPREAD: f64 = 1.5;

/// What there is to know of an end of a link.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// Its place in the border is known, from the center of the box.
    Fixed(f64),
    /// It is where there is room.
    Free,
}

/// Spreads the ends of segments along borders, in the order of what they lead to.
///
/// `end` tells of a segment's end, the upper one or not; `visible` how wide a node is drawn, and how
/// far the center of that is from its center.
pub fn spread(
    block: &mut Block,
    gap: f64,
    end: impl Fn(u32, bool) -> End,
    visible: impl Fn(u32) -> (f64, f64),
) {
    let count = block.levels.segments.len();
    let (mut upper, mut lower) = (vec![0.0; count], vec![0.0; count]);
    let mut ends: Vec<(u32, u32, u32)> = Vec::new();
    for at in 0..block.problem.nodes.len() as u32 {
        if !block.is_member(at) {
            continue;
        }
        let (width, center) = visible(at);
        for is_upper in [true, false] {
            let levels = &block.levels;
            let segments = if is_upper { levels.below(at) } else { levels.above(at) };
            ends.clear();
            ends.extend(segments.iter().map(|segment| {
                let ends = &levels.segments[*segment as usize];
                let other = if is_upper { ends.lower } else { ends.upper };
                (levels.place[other as usize], block.legs[ends.link as usize], *segment)
            }));
            ends.sort_unstable();
            let offsets = if is_upper { &mut upper } else { &mut lower };
            // Runs of free ends stand in the middle between fixed ones, or of the border.
            let mut from = 0;
            let mut left = -width / 2.0;
            while from < ends.len() {
                let fixed = ends[from..].iter().enumerate().find_map(|(step, (_, _, segment))| {
                    match end(*segment, is_upper) {
                        End::Fixed(offset) => Some((from + step, offset)),
                        End::Free => None,
                    }
                });
                let (to, right) = fixed.unwrap_or((ends.len(), width / 2.0));
                let run = to - from;
                let step = (gap * SPREAD).min((right - left).max(0.0) * 0.8 / run.max(1) as f64);
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
    block.extents.upper = upper;
    block.extents.lower = lower;
}
