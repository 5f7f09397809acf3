//! Many children in less width than a row of them takes: they hang on both sides of trunks, lines
//! that lead down from their parent, as in charts of organizations.

use super::super::{Point, Rect, Size};
use super::BESIDE;

/// The gap between what hangs below each other, and the least length of a branch.
const BELOW: f64 = 14.0;
const BRANCH: f64 = 24.0;
/// The room beside the label of a branch, with that of a head.
const AROUND_LABEL: f64 = 20.0;
/// The fewest that a trunk has room for, on both sides together.
const FEWEST: usize = 4;

/// What hangs on a trunk: a box, with all that is below it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hanging {
    /// How large it is, with all that is below it.
    pub size: Size,
    /// The box itself.
    pub head: Rect,
    /// The label of the branch to it.
    pub label: Size,
}

/// Where everything hangs.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Stack {
    /// How large all is.
    pub size: Size,
    /// The upper left corner of each, from that of all.
    pub corners: Vec<Point>,
    /// How far from the left the trunk is that each hangs on.
    pub trunks: Vec<f64>,
}

impl Stack {
    /// Returns how far from the left the middle of all trunks is.
    pub fn middle(&self) -> f64 {
        match (self.trunks.first(), self.trunks.last()) {
            (Some(first), Some(last)) => f64::midpoint(*first, *last),
            _ => self.size.width / 2.0,
        }
    }
}

/// Hangs children on as many trunks as there is width for.
pub(super) fn hang(all: &[Hanging], most: f64) -> Stack {
    let label = all.iter().map(|own| own.label.width).fold(0.0, f64::max);
    let branch = if label > 0.0 { BRANCH.max(label + AROUND_LABEL) } else { BRANCH };
    let widest = all.iter().map(|own| own.size.width).fold(0.0, f64::max);
    let unit = 2.0 * (widest + branch) + BESIDE;
    let most = (((most + BESIDE) / unit) as usize).clamp(1, all.len().div_ceil(FEWEST).max(1));
    let mut stack = Stack::default();
    for part in shares(all, most) {
        let left = if stack.size.width > 0.0 { stack.size.width + BESIDE } else { 0.0 };
        both_sides(part, left, branch, &mut stack);
    }
    stack
}

/// Divides children among so many trunks, so that all are about as long.
fn shares(all: &[Hanging], count: usize) -> Vec<&[Hanging]> {
    let tall = |own: &Hanging| own.size.height + BELOW;
    let whole: f64 = all.iter().map(tall).sum();
    let mut shares = Vec::with_capacity(count);
    let (mut from, mut sum) = (0, 0.0);
    for (at, own) in all.iter().enumerate() {
        sum += tall(own);
        let is_paired = (at + 1 - from) % 2 == 0;
        let wanted = whole * (shares.len() + 1) as f64 / count as f64;
        if is_paired && sum + 1e-6 >= wanted && at + 1 < all.len() {
            shares.push(&all[from..=at]);
            from = at + 1;
        }
    }
    shares.push(&all[from..]);
    shares
}

/// Hangs children on the left and the right of a trunk: those without children in pairs, others
/// where there is room first.
fn both_sides(all: &[Hanging], left: f64, branch: f64, stack: &mut Stack) {
    let are_leaves = all.iter().all(|own| own.size == own.head.size);
    // Which are on the left, and how far down each begins.
    let mut sides = Vec::with_capacity(all.len());
    let (mut down, mut row) = ([0.0_f64; 2], [0.0_f64; 2]);
    for (at, own) in all.iter().enumerate() {
        let side = if are_leaves { at % 2 } else { usize::from(down[1] < down[0]) };
        // A label may be higher than the box whose branch it stands on.
        let labeled = own.label.height + 4.0;
        let lift = if are_leaves { 0.0 } else { (labeled - own.head.size.height).max(0.0) / 2.0 };
        let tall = (own.size.height + lift).max(labeled);
        if are_leaves && side == 0 {
            let pair = all
                .get(at + 1)
                .map_or(tall, |next| tall.max(next.size.height).max(next.label.height + 4.0));
            row = [down[0].max(down[1]), pair];
        } else if !are_leaves {
            row = [down[side], tall];
        }
        let room = if are_leaves { (row[1] - own.size.height) / 2.0 } else { lift };
        let top = row[0] + room;
        sides.push((side, top));
        down[side] = row[0] + row[1] + BELOW;
    }
    let width = |side: usize| {
        let own = all.iter().zip(&sides).filter(|(_, (at, _))| *at == side);
        own.map(|(own, _)| own.size.width).fold(0.0, f64::max)
    };
    let trunk = left + width(0) + branch;
    for (own, (side, top)) in all.iter().zip(&sides) {
        let x = if *side == 0 { trunk - branch - own.size.width } else { trunk + branch };
        stack.corners.push(Point { x, y: *top });
        stack.trunks.push(trunk);
    }
    stack.size.height = stack.size.height.max(down[0].max(down[1]) - BELOW);
    let right = if all.len() > 1 { branch + width(1) } else { 0.0 };
    stack.size.width = stack.size.width.max(trunk + right);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: usize, label: f64) -> Vec<Hanging> {
        let size = Size { width: 90.0, height: 40.0 };
        let label = Size { width: label, height: if label > 0.0 { 15.0 } else { 0.0 } };
        let head = Rect { size, ..Rect::default() };
        vec![Hanging { size, head, label }; count]
    }

    #[test]
    fn leaves_stand_in_pairs_on_as_many_trunks_as_fit() {
        let one = hang(&leaves(12, 0.0), 300.0);
        assert_eq!(one.trunks, [114.0; 12]);
        assert_eq!((one.corners[0].y, one.corners[1].y), (0.0, 0.0));
        assert_eq!(one.corners[2], Point { x: 0.0, y: 54.0 });
        let two = hang(&leaves(12, 0.0), 480.0);
        assert_eq!(two.trunks.iter().filter(|trunk| **trunk == 114.0).count(), 6);
        assert_eq!(two.size.width, 2.0 * 228.0 + BESIDE);
        assert!(two.size.height < one.size.height);
    }

    #[test]
    fn branches_have_room_for_their_labels() {
        let stack = hang(&leaves(5, 70.0), 100.0);
        assert!(stack.corners[1].x - stack.trunks[1] >= 70.0 + AROUND_LABEL);
    }

    #[test]
    fn what_has_children_of_its_own_goes_where_there_is_room() {
        let mut all = leaves(4, 0.0);
        all[0].size = Size { width: 200.0, height: 300.0 };
        let stack = hang(&all, 100.0);
        let right = stack.corners[1..].iter().filter(|corner| corner.x > stack.trunks[0]);
        assert_eq!(right.count(), 3);
    }
}
