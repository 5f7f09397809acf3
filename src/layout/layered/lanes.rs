//! Gives lines along the axes their lanes: between two levels, each goes sideways at a height of its
//! own, so that no two lie on each other.
//!
//! After G. Sander, "A Fast Heuristic for Hierarchical Manhattan Layout", Graph Drawing 1995: lines
//! to the right take the upper lanes from the right, lines to the left from the left, so that those
//! of one direction do not cross. Knows no heights, only how many lanes there are.

use super::block::Block;
use super::levels::Kind;

/// Lines closer than this in passing are taken for one on the other.
const TOUCH: f64 = 3.0;
/// How many lines before one are looked at.
const REACH: usize = 400;

/// The lane of each segment and, by level, how many there are above it.
#[derive(Debug, Default)]
pub struct Lanes {
    /// Counted from the upper level; that of an upright line does not matter.
    pub of: Vec<u32>,
    /// By level, for the space above it.
    pub count: Vec<u32>,
}

/// A line on its way from one level to the next.
struct Piece {
    segment: u32,
    from: f64,
    to: f64,
    lane: u32,
}

/// Gives all segments of a block their lanes. Both segments of a turn have the same.
pub fn assign(block: &Block) -> Lanes {
    let levels = &block.levels;
    let mut lanes = Lanes { of: vec![0; levels.segments.len()], count: vec![0; levels.count()] };
    for level in 1..levels.count() {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut turns: Vec<(Piece, u32)> = Vec::new();
        for at in &levels.order[levels.range(level)] {
            let above = levels.above(*at);
            if levels.kind[*at as usize] == Kind::Border {
                continue;
            }
            if levels.kind[*at as usize] == Kind::Turn {
                let [from, to] = [above[0], above[1]].map(|segment| upper(block, segment));
                turns.push((Piece { segment: above[0], from, to, lane: 0 }, above[1]));
                continue;
            }
            for segment in above {
                let (from, to) = (upper(block, *segment), lower(block, *segment));
                if (from - to).abs() > 0.5 {
                    pieces.push(Piece { segment: *segment, from, to, lane: 0 });
                }
            }
        }
        let is_right = |piece: &Piece| piece.from < piece.to;
        pieces.sort_by(|a, b| {
            let by_place = a.from.total_cmp(&b.from);
            let by_place = if is_right(a) { by_place.reverse() } else { by_place };
            is_right(b).cmp(&is_right(a)).then(by_place).then(a.segment.cmp(&b.segment))
        });
        turns.sort_by(|a, b| {
            let length = |piece: &Piece| (piece.from - piece.to).abs();
            length(&a.0).total_cmp(&length(&b.0)).then(a.0.segment.cmp(&b.0.segment))
        });
        let mut count = 0;
        for at in 0..pieces.len() {
            let lane = free(&pieces[at.saturating_sub(REACH)..at], &pieces[at], is_right);
            pieces[at].lane = lane;
            lanes.of[pieces[at].segment as usize] = lane;
            count = count.max(lane + 1);
        }
        let start = count;
        for at in 0..turns.len() {
            let (done, rest) = turns.split_at_mut(at);
            let turn = &mut rest[0];
            let touching = done.iter().filter(|other| overlap(&other.0, &turn.0));
            turn.0.lane = touching.map(|other| other.0.lane + 1).max().unwrap_or(start);
            lanes.of[turn.0.segment as usize] = turn.0.lane;
            lanes.of[turn.1 as usize] = turn.0.lane;
            count = count.max(turn.0.lane + 1);
        }
        lanes.count[level] = count;
    }
    lanes
}

fn upper(block: &Block, segment: u32) -> f64 {
    let at = block.levels.segments[segment as usize].upper;
    block.xs[at as usize] + block.extents.upper[segment as usize]
}

fn lower(block: &Block, segment: u32) -> f64 {
    let at = block.levels.segments[segment as usize].lower;
    block.xs[at as usize] + block.extents.lower[segment as usize]
}

fn overlap(a: &Piece, b: &Piece) -> bool {
    a.from.min(a.to) < b.from.max(b.to) + TOUCH && b.from.min(b.to) < a.from.max(a.to) + TOUCH
}

/// The first lane below those of lines that would lie on it or cross it without need.
fn free(done: &[Piece], piece: &Piece, is_right: impl Fn(&Piece) -> bool) -> u32 {
    let near = |a: f64, b: f64| (a - b).abs() < TOUCH;
    let least = done
        .iter()
        .filter(|other| {
            let goes_along = is_right(other) == is_right(piece) && overlap(other, piece);
            // The other one's way down must not start where this one's way down is not over.
            goes_along || near(other.from, piece.to)
        })
        .map(|other| other.lane + 1)
        .max()
        .unwrap_or(0);
    let mut taken: Vec<u32> = done
        .iter()
        .filter(|other| other.lane >= least && overlap(other, piece))
        .map(|other| other.lane)
        .collect();
    taken.sort_unstable();
    let mut lane = least;
    for other in taken {
        if other == lane {
            lane += 1;
        }
    }
    lane
}
