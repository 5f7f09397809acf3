//! Edges pull like springs, nodes push each other away: clusters, symmetries and long ways show.
//!
//! The springs are those of Fruchterman and Reingold: Graph Drawing by Force-directed Placement,
//! 1991. What is far away pushes as one (`tree`); a small graph of the same shape is laid out first,
//! then larger ones up to the whole (`levels`); pushes get weaker with distance as in Hu: Efficient
//! and High Quality Force-Directed Graph Drawing, 2005, where `p` is 1 on small levels, which gives
//! the shape, and 2 on large ones, which makes edges about equally long. In the end no box covers
//! another (`apart`).

mod apart;
mod levels;
mod tree;
mod turn;

use rayon::prelude::*;

pub(super) use self::apart::apart;
use self::levels::{Level, levels, mixed};
use self::tree::{Fading, Tree};
use super::detour::detour;
use super::nest::{GAP, Members, nest};
use super::parts::by_parts;
use super::radial::from_middles;
use super::{Diagram, Layout, Point, Size};

/// How often all nodes of a level are moved: so often by the root of how many they are, within
/// limits.
const EFFORT: f64 = 9_000.0;
const MOST_ROUNDS: usize = 300;
const LEAST_ROUNDS: usize = 12;
/// The fewest rounds after which a large graph is as good as a small one.
const GOOD_ROUNDS: usize = 25;
/// How many levels are moved by pushes that fade fast, from the whole graph on.
const FADING_LEVELS: usize = 2;
/// How far a step aside is, by the reach of a node: at least, and how much more at most.
const ASIDE: (f64, f64) = (0.1, 0.2);
/// The golden angle: its cosine and sine.
const GOLDEN: (f64, f64) = (-0.737_368_878_078_319_9, 0.675_490_294_261_523_9);
/// How many nodes a thread moves at once.
const CHUNK: usize = 256;

/// Lays a diagram out by forces, in each partition by itself.
pub fn force(diagram: &Diagram) -> Layout {
    let mut is_hasty = false;
    let mut layout = nest(diagram, |members| {
        by_parts(members, |part| {
            is_hasty |= rounds(part.ids.len()) < GOOD_ROUNDS;
            arrange(part)
        })
    });
    detour(diagram, &mut layout);
    if is_hasty {
        layout.compromises.push("partitions of more than 130,000 members are laid out in haste");
    }
    layout
}

fn rounds(count: usize) -> usize {
    ((EFFORT / (count as f64).sqrt()) as usize).clamp(LEAST_ROUNDS, MOST_ROUNDS)
}

/// Lays out what hangs together.
fn arrange(members: &Members) -> (Vec<Point>, Size) {
    let levels = levels(Level::of(members, reaches(members)));
    let mut places = levels.last().map_or_else(Vec::new, line);
    for (at, level) in levels.iter().enumerate().rev() {
        if !level.into.is_empty() {
            places = unfold(level, &places);
        }
        let fading = if at < FADING_LEVELS { Fading::Fast } else { Fading::Slow };
        settle(level, fading, &mut places);
    }
    turn::turn(&members.edges, &mut places);
    apart(&members.sizes, (&members.edges, members.label), &mut places);
    from_middles(members, places)
}

/// Returns how far each box keeps others away: the side of a square with its diagonal.
fn reaches(members: &Members) -> Vec<f64> {
    let reach = |size: &Size| {
        let (width, height) = (size.width + GAP, size.height + GAP);
        ((width * width + height * height) / 2.0).sqrt()
    };
    members.sizes.iter().map(reach).collect()
}

/// Puts the few nodes of the last level side by side, but not quite in a line.
fn line(level: &Level) -> Vec<Point> {
    let mut x = 0.0;
    let place = |(at, reach): (usize, &f64)| {
        x += reach;
        Point { x, y: if at == 1 { reach * 0.5 } else { 0.0 } }
    };
    level.reach.iter().enumerate().map(place).collect()
}

/// Puts each node about where what it became on the next level is, but nearer to its neighbors.
fn unfold(level: &Level, places: &[Point]) -> Vec<Point> {
    let coarse = |at: usize| places[level.into[at] as usize];
    let mut aside = Point { x: 1.0, y: 0.0 };
    let place = |at: usize| {
        let (mut x, mut y, mut count) = (0.0, 0.0, 0.0);
        for (other, _) in level.pulls(at) {
            let other = coarse(other);
            (x, y, count) = (x + other.x, y + other.y, count + 1.0);
        }
        let count = f64::max(count, 1.0);
        // Nodes that become one place step aside, each in another direction than the last.
        aside = Point {
            x: aside.x * GOLDEN.0 - aside.y * GOLDEN.1,
            y: aside.x * GOLDEN.1 + aside.y * GOLDEN.0,
        };
        let share = f64::from(mixed(at as u32) >> 16) / 65_536.0;
        let step = level.reach[at] * (ASIDE.0 + ASIDE.1 * share);
        let own = coarse(at);
        Point {
            x: own.x * 0.6 + x / count * 0.4 + aside.x * step,
            y: own.y * 0.6 + y / count * 0.4 + aside.y * step,
        }
    };
    (0..level.count()).map(place).collect()
}

/// Moves nodes until forces are about even, each round a little less.
fn settle(level: &Level, fading: Fading, places: &mut [Point]) {
    let masses: Vec<f64> = level.reach.iter().map(|reach| fading.mass(*reach)).collect();
    let mut tree = Tree::new(fading);
    let rounds = rounds(level.count());
    // In the first round only the size of the whole changes.
    let mut most = 0.0;
    for round in 0..=rounds {
        tree.fill(places, &masses);
        let order = tree.order();
        let moves: Vec<Move> = order
            .par_iter()
            .with_min_len(CHUNK)
            .map(|(_, at)| step(level, places, &tree, &masses, *at as usize, most))
            .collect();
        let (mut push, mut pull, mut long) = (0.0, 0.0, 0.0);
        for ((_, at), own) in order.iter().zip(&moves) {
            places[*at as usize] = own.to;
            (push, pull, long) = (push + own.push, pull + own.pull, long + own.long);
        }
        let scale = fading.scale(push / f64::max(pull, 1e-300));
        for place in places.iter_mut() {
            (place.x, place.y) = (place.x * scale, place.y * scale);
        }
        let left = 1.0 - round as f64 / (rounds + 1) as f64;
        most = left * left * scale * long / level.count() as f64;
    }
}

/// Where a node goes, and what holds it where it is.
struct Move {
    to: Point,
    /// How strongly it is pushed from the middle of all, and pulled there. Where the sums of both
    /// are the same, forces make the whole neither larger nor smaller.
    push: f64,
    pull: f64,
    /// How long its edges are in the mean.
    long: f64,
}

/// Works out where a node goes, which is not further away than `most`.
fn step(
    level: &Level,
    places: &[Point],
    tree: &Tree,
    masses: &[f64],
    at: usize,
    most: f64,
) -> Move {
    let (own, reach) = (places[at], level.reach[at]);
    let push = tree.push(own);
    let (mut x, mut y) = (push.x * masses[at], push.y * masses[at]);
    let push = x * own.x + y * own.y;
    let (mut stiff, mut pull, mut long, mut count) = (0.0, 0.0, 0.0, 0.0);
    for (other, by) in level.pulls(at) {
        let (dx, dy) = (places[other].x - own.x, places[other].y - own.y);
        let apart = (dx * dx + dy * dy).sqrt();
        let by = by * apart / f64::midpoint(reach, level.reach[other]);
        (x, y, stiff) = (x + dx * by, y + dy * by, stiff + by);
        // Half of it is the other end's.
        pull += by * apart * apart / 2.0;
        (long, count) = (long + apart, count + 1.0);
    }
    let stiff = f64::max(2.0 * stiff, 1e-300);
    let (dx, dy) = (x / stiff, y / stiff);
    let far = (dx * dx + dy * dy).sqrt();
    let share = if far > most { most / far } else { 1.0 };
    let to = Point { x: own.x + dx * share, y: own.y + dy * share };
    Move { to, push, pull, long: long / f64::max(count, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_boxes, item, line, nested};
    use super::*;
    use crate::layout::{Line, NONE};

    fn middles(count: usize, edges: Vec<Line>) -> Vec<Point> {
        let diagram = Diagram { nodes: vec![item(NONE, false); count], edges };
        let layout = force(&diagram);
        check_boxes(&diagram, &layout);
        layout.nodes.iter().map(|of| of.corner).collect()
    }

    /// Counts edges that cross each other.
    fn crossings(edges: &[Line], places: &[Point]) -> usize {
        let ends = |line: &Line| [places[line.source as usize], places[line.target as usize]];
        let side = |[a, b]: [Point; 2], at: Point| {
            (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x) > 0.0
        };
        let cross = |a: [Point; 2], b: [Point; 2]| {
            side(a, b[0]) != side(a, b[1]) && side(b, a[0]) != side(b, a[1])
        };
        let is_apart = |a: &Line, b: &Line| {
            [a.source, a.target].iter().all(|end| ![b.source, b.target].contains(end))
        };
        let own = |(at, a): (usize, &Line)| {
            let others = edges[at + 1..].iter().filter(|b| is_apart(a, b));
            others.filter(|b| cross(ends(a), ends(b))).count()
        };
        edges.iter().enumerate().map(own).sum()
    }

    #[test]
    fn no_box_covers_another() {
        for count in [0, 1, 2, 7, 60, 500] {
            check_boxes(&nested(count), &force(&nested(count)));
        }
    }

    #[test]
    fn a_grid_unfolds() {
        let side = 20;
        let mut edges = Vec::new();
        for at in 0..side * side {
            edges.extend((at % side + 1 < side).then(|| line(at, at + 1)));
            edges.extend((at + side < side * side).then(|| line(at, at + side)));
        }
        let places = middles(400, edges.clone());
        assert_eq!(crossings(&edges, &places), 0);
    }

    #[test]
    fn a_tree_has_next_to_no_crossings() {
        let edges: Vec<Line> = (1..255).map(|at| line((at - 1) / 2, at)).collect();
        let places = middles(255, edges.clone());
        assert!(crossings(&edges, &places) < 20, "{}", crossings(&edges, &places));
    }

    #[test]
    fn a_star_of_many_is_round() {
        let places = middles(400, (1..400).map(|at| line(0, at)).collect());
        let far = |at: &Point| {
            let (dx, dy) = (at.x - places[0].x, at.y - places[0].y);
            (dx * dx + dy * dy).sqrt()
        };
        let mean = places.iter().map(far).sum::<f64>() / 399.0;
        let most = places.iter().map(far).fold(0.0, f64::max);
        assert!(most < 2.5 * mean, "{most} {mean}");
    }

    #[test]
    fn clusters_are_apart() {
        // Five of ten nodes each, all linked within, and one edge from each to the next.
        let mut edges = Vec::new();
        for at in 0..50u32 {
            edges.extend((at + 1..50).filter(|to| to / 10 == at / 10).map(|to| line(at, to)));
        }
        edges.extend((0..5).map(|at| line(at * 10, (at * 10 + 15) % 50)));
        let places = middles(50, edges);
        let apart = |a: usize, b: usize| {
            let (dx, dy) = (places[a].x - places[b].x, places[a].y - places[b].y);
            (dx * dx + dy * dy).sqrt()
        };
        for at in 0..50 {
            let nearest = (0..50).filter(|to| *to != at);
            let nearest = nearest.min_by(|a, b| apart(at, *a).total_cmp(&apart(at, *b)));
            assert_eq!(nearest.unwrap() / 10, at / 10);
        }
    }

    #[test]
    fn large_graphs_are_told_of() {
        assert!(rounds(129_000) >= GOOD_ROUNDS && rounds(131_000) < GOOD_ROUNDS);
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let diagram = nested(1_500);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| force(&diagram))
        };
        assert_eq!(on(1), on(3));
    }
}
