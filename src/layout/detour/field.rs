//! Boxes that lines keep away from, by squares of the plane.

use std::collections::HashMap;

use super::super::{Point, Rect};

/// The least side of a square.
const SIDE: f64 = 60.0;
/// How far around boxes lines may be asked to keep away.
const REACH: f64 = 10.0;

/// Boxes, and how many of them may still be looked at.
pub(super) struct Field<'a> {
    pub boxes: &'a [Rect],
    side: f64,
    squares: HashMap<(i32, i32), Vec<u32>>,
    /// For which look each box is free to pass, and when it was last looked at.
    frees: Vec<u32>,
    seen: Vec<u32>,
    turn: u32,
    look: u32,
    left: usize,
}

impl<'a> Field<'a> {
    /// Sorts boxes by squares.
    pub fn of(boxes: &'a [Rect], effort: usize) -> Field<'a> {
        let count = boxes.len().max(1) as f64;
        let mean = boxes.iter().map(|of| of.size.width.max(of.size.height)).sum::<f64>() / count;
        let side = mean.max(SIDE);
        let mut squares: HashMap<(i32, i32), Vec<u32>> = HashMap::new();
        for (at, Rect { corner, size }) in boxes.iter().enumerate() {
            let cell = |at: f64| (at / side).floor() as i32;
            for column in cell(corner.x - REACH)..=cell(corner.x + size.width + REACH) {
                for row in cell(corner.y - REACH)..=cell(corner.y + size.height + REACH) {
                    squares.entry((column, row)).or_default().push(at as u32);
                }
            }
        }
        let none = vec![0; boxes.len()];
        Field {
            boxes,
            side,
            squares,
            frees: none.clone(),
            seen: none,
            turn: 0,
            look: 0,
            left: effort,
        }
    }

    /// Says which boxes alone may be passed, from now on.
    pub fn free(&mut self, boxes: impl Iterator<Item = u32>) {
        self.turn += 1;
        for at in boxes {
            self.frees[at as usize] = self.turn;
        }
    }

    /// Returns whether as many boxes were looked at as may be.
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Returns the box that a line first comes nearer to than it may.
    pub fn hit(&mut self, from: Point, to: Point, near: f64) -> Option<u32> {
        self.look += 1;
        let mut first: Option<(f64, u32)> = None;
        let cell = |at: f64| (at / self.side).floor() as i32;
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let (left, right) = (cell(from.x.min(to.x)), cell(from.x.max(to.x)));
        for column in left..=right {
            // Which part of the line is in this column.
            let (mut one, mut two) = (from.y, to.y);
            if left < right {
                let at = |x: f64| from.y + dy * ((x - from.x) / dx).clamp(0.0, 1.0);
                let x = f64::from(column) * self.side;
                (one, two) = (at(x), at(x + self.side));
            }
            for row in cell(one.min(two))..=cell(one.max(two)) {
                let Some(held) = self.squares.get(&(column, row)) else { continue };
                self.left = self.left.saturating_sub(held.len());
                for at in held {
                    let place = *at as usize;
                    if self.frees[place] == self.turn
                        || std::mem::replace(&mut self.seen[place], self.look) == self.look
                    {
                        continue;
                    }
                    let Some(share) = enters(self.boxes[place], near, from, (dx, dy)) else {
                        continue;
                    };
                    if first.is_none_or(|(least, box_)| (share, *at) < (least, box_)) {
                        first = Some((share, *at));
                    }
                }
            }
        }
        first.map(|(_, at)| at)
    }
}

/// Returns after which share of its way a line comes into a box that is so much larger.
fn enters(of: Rect, near: f64, from: Point, (dx, dy): (f64, f64)) -> Option<f64> {
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    let sides = [
        (from.x, dx, of.corner.x - near, of.corner.x + of.size.width + near),
        (from.y, dy, of.corner.y - near, of.corner.y + of.size.height + near),
    ];
    for (at, by, low, high) in sides {
        if by == 0.0 {
            if at <= low || at >= high {
                return None;
            }
            continue;
        }
        let (one, two) = ((low - at) / by, (high - at) / by);
        first = first.max(one.min(two));
        last = last.min(one.max(two));
    }
    (first < last).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{item, random_tree};
    use super::*;
    use crate::layout::{NONE, grid};

    #[test]
    fn the_first_box_on_a_line_is_that_which_a_look_at_all_finds() {
        let boxes = grid(&random_tree(80, 7)).nodes;
        let mut field = Field::of(&boxes, usize::MAX);
        assert_eq!(item(NONE, false).parent, NONE);
        for at in 0..400u32 {
            let part = |by: u32| f64::from(at * by % 1_201) - 100.0;
            let (from, to) =
                (Point { x: part(7), y: part(131) }, Point { x: part(59), y: part(23) });
            field.free(std::iter::once(at % 80));
            let way = (to.x - from.x, to.y - from.y);
            let all = boxes.iter().enumerate().filter(|(place, _)| *place as u32 != at % 80);
            let hits =
                all.filter_map(|(place, of)| Some((enters(*of, 3.0, from, way)?, place as u32)));
            let first = hits.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            assert_eq!(field.hit(from, to, 3.0), first.map(|(_, place)| place));
        }
    }
}
