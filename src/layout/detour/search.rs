//! A short way around boxes, over their corners: best first, and only corners of boxes that are in the
//! way of what was looked at.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use super::distance;
use super::field::Field;
use crate::layout::{Point, Rect};

/// How many places may be left, and how many boxes are gone around from each.
const MOST_PLACES: usize = 400;
const MOST_BOXES: usize = 10;
/// What a bend costs, in pixels.
const BEND: f64 = 14.0;

/// A corner of a box, from outside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    /// Whose it is.
    pub of: u32,
    /// Which of the four.
    pub which: u8,
    pub at: Point,
}

impl Corner {
    fn of(of: u32, which: u8, rect: Rect, room: f64) -> Corner {
        let Rect { corner, size } = rect;
        let x = if which & 1 == 0 { corner.x - room } else { corner.x + size.width + room };
        let y = if which & 2 == 0 { corner.y - room } else { corner.y + size.height + room };
        Corner { of, which, at: Point { x, y } }
    }

    /// Returns a point further from the box.
    pub fn further(&self, by: f64) -> Point {
        let x = if self.which & 1 == 0 { -by } else { by };
        let y = if self.which & 2 == 0 { -by } else { by };
        Point { x: self.at.x + x, y: self.at.y + y }
    }
}

/// A place on the way.
struct Place {
    /// Nothing for the start and the end.
    corner: Option<Corner>,
    at: Point,
    /// How long the way to it is, and from where.
    cost: f64,
    from: usize,
    is_done: bool,
}

/// Finds the corners on a way which keeps away from boxes. `room` is how far corners are from their
/// boxes, and `near` how near lines may come.
pub(super) fn search(
    field: &mut Field<'_>,
    from: Point,
    to: Point,
    (room, near): (f64, f64),
) -> Option<Vec<Corner>> {
    let place = |at: Point, cost: f64| Place { corner: None, at, cost, from: 0, is_done: false };
    let mut places = vec![place(from, 0.0), place(to, f64::INFINITY)];
    let mut known: HashMap<(u32, u8), usize> = HashMap::new();
    let mut open = BinaryHeap::from([Open { least: distance(from, to), place: 0 }]);
    let mut left = MOST_PLACES;
    while let Some(Open { place, .. }) = open.pop() {
        if place == 1 {
            break;
        }
        if std::mem::replace(&mut places[place].is_done, true) {
            continue;
        }
        left = left.checked_sub(1).filter(|_| !field.is_spent())?;
        let here = places[place].at;
        let mut wanted = vec![(None, to)];
        let mut boxes: Vec<u32> = Vec::new();
        while let Some((corner, at)) = wanted.pop() {
            if let Some(hit) = field.hit(here, at, near) {
                if !boxes.contains(&hit) && boxes.len() < MOST_BOXES {
                    boxes.push(hit);
                    let rect = field.boxes[hit as usize];
                    wanted.extend((0..4).map(|which| {
                        let corner = Corner::of(hit, which, rect, room);
                        (Some(corner), corner.at)
                    }));
                }
                continue;
            }
            let next = match corner {
                None => 1,
                Some(corner) => *known.entry((corner.of, corner.which)).or_insert_with(|| {
                    let cost = f64::INFINITY;
                    places.push(Place { corner: Some(corner), at, cost, from: 0, is_done: false });
                    places.len() - 1
                }),
            };
            let cost = places[place].cost + distance(here, at) + BEND;
            if cost < places[next].cost && !places[next].is_done {
                (places[next].cost, places[next].from) = (cost, place);
                open.push(Open { least: cost + distance(at, to), place: next });
            }
        }
    }
    if places[1].cost.is_infinite() {
        return None;
    }
    let mut corners = Vec::new();
    let mut at = places[1].from;
    while let Some(corner) = places[at].corner {
        corners.push(corner);
        at = places[at].from;
    }
    corners.reverse();
    (!corners.is_empty()).then_some(corners)
}

/// A place to go on from, and how long a way over it is at least.
struct Open {
    least: f64,
    place: usize,
}

impl Ord for Open {
    fn cmp(&self, other: &Open) -> Ordering {
        // The heap gives the greatest first.
        other.least.total_cmp(&self.least).then_with(|| other.place.cmp(&self.place))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Open) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Open) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}
