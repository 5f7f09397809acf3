//! Chooses what hangs on trunks, so that a picture is about as wide and as high as it shall be.
//!
//! Children in rows are what readers of trees expect, so they are kept where the picture is not much
//! too wide; then leaves hang, of which there are most, and only then whole subtrees.

use super::super::grid;
use super::super::nest::{GAP, Members};
use super::super::pack::pack;
use super::super::{NONE, Point, Size};
use super::frame::{Frames, Limits, Placed};
use super::span::Spanning;

/// How wide a picture may be at least, and how much wider than it shall be.
const WIDE: f64 = 1_100.0;
const WIDER: f64 = 1.6;
/// How much narrower rows are from one try to the next, and how many there are.
const STEP: f64 = 1.45;
const TRIES: usize = 14;

/// Lays out trees with their children below them, and what has no edges in rows below all.
pub(super) fn arrange(
    members: &Members,
    spanning: &Spanning,
    order: &[u32],
    labels: &[Size],
    ratio: f64,
) -> Placed {
    let is_single = |at: &u32| {
        spanning.parents[*at as usize] == NONE && spanning.children[*at as usize].is_empty()
    };
    let (singles, trees): (Vec<u32>, Vec<u32>) =
        spanning.roots.iter().copied().partition(is_single);
    let found = (spanning, order);
    let with = |limits, is_packed| {
        let mut frames = Frames::of(members, found, labels, limits);
        let size = match is_packed {
            true => packed(&mut frames, &trees, ratio),
            false => frames.place(NONE, &trees),
        };
        Tried { frames, size }
    };
    let Tried { frames, size } = choose(ratio, trees.len() > 1, with);
    let mut placed = frames.finish(order, size);
    if !singles.is_empty() {
        let own = Members {
            ids: singles.clone(),
            sizes: singles.iter().map(|at| members.sizes[*at as usize]).collect(),
            label: members.label,
            ..Members::default()
        };
        let (corners, size) = grid::arrange(&own);
        let top = if placed.size.height > 0.0 { placed.size.height + GAP } else { 0.0 };
        for (at, corner) in singles.iter().zip(corners) {
            placed.corners[*at as usize] = Point { x: corner.x, y: corner.y + top };
        }
        placed.size.width = placed.size.width.max(size.width);
        placed.size.height = top + size.height;
    }
    placed
}

/// Trees that are placed, and how large all is.
struct Tried<'a> {
    frames: Frames<'a>,
    size: Size,
}

/// Tries rows that are ever narrower, of leaves and then of all, until the picture has its shape.
fn choose<'a>(
    ratio: f64,
    are_several: bool,
    with: impl Fn(Limits, bool) -> Tried<'a>,
) -> Tried<'a> {
    let none = Limits { leaves: f64::INFINITY, all: f64::INFINITY };
    let is_good = |Size { width, height }: Size| width <= WIDE.max(height * ratio * WIDER);
    // How large a page of the shape must be to show all of it.
    let cost = |Size { width, height }: Size| (width / ratio).max(height);
    let mut best = with(none, false);
    if is_good(best.size) {
        return best;
    }
    if are_several {
        best = with(none, true);
        if is_good(best.size) {
            return best;
        }
    }
    let full = best.size.width;
    let limits = || (1..=TRIES).map(|step| full / STEP.powi(step as i32));
    let mut leaves = f64::INFINITY;
    let mut is_better = |tried: Tried<'a>| {
        let is_better = cost(tried.size) < cost(best.size);
        let is_narrow = tried.size.width < tried.size.height * ratio;
        if is_better {
            best = tried;
        }
        (is_better, is_narrow)
    };
    for limit in limits() {
        let (is_better, is_narrow) = is_better(with(Limits { leaves: limit, ..none }, are_several));
        if is_better {
            leaves = limit;
        }
        if is_narrow {
            break;
        }
    }
    if is_good(best.size) {
        return best;
    }
    let mut is_better = |tried: Tried<'a>| {
        let is_narrow = tried.size.width < tried.size.height * ratio;
        if cost(tried.size) < cost(best.size) {
            best = tried;
        }
        is_narrow
    };
    for leaves in [leaves, f64::INFINITY] {
        for all in limits() {
            if is_better(with(Limits { leaves, all }, are_several)) {
                break;
            }
        }
    }
    best
}

/// Places each tree by itself, and packs them.
fn packed(frames: &mut Frames<'_>, trees: &[u32], ratio: f64) -> Size {
    let sizes: Vec<Size> = trees.iter().map(|root| frames.place(*root, &[*root])).collect();
    let (corners, size) = pack(&sizes, GAP, ratio);
    for (root, corner) in trees.iter().zip(corners) {
        frames.put(*root, corner);
    }
    size
}
