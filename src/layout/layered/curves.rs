//! Draws a line through gates: free pieces of levels, one below the other.
//!
//! As in E. R. Gansner et al. 1993, section 5, a curve is tried from end to end and divided where it
//! leaves the free room; but as lines go down, it is a cubic function of the height (a Hermite
//! spline), so that whether it stays in a gate is a matter of numbers. Where even two neighboring
//! gates allow no curve, the line is upright within both, which is always possible. Knows nothing of
//! what the gates lie between.

use crate::layout::Point;

/// A place where a line has to pass between others.
#[derive(Debug, Clone, Copy)]
pub struct Gate {
    /// Where it would best pass.
    pub x: f64,
    /// The bounds of that.
    pub low: f64,
    /// See `low`.
    pub high: f64,
    /// How far from there it may be in the middle of the gate.
    pub reach: f64,
    /// Where the gate starts.
    pub start: f64,
    /// Where it ends, further down.
    pub end: f64,
    /// The bounds of the line on its way from the gate before and to the next one.
    pub rooms: [(f64, f64); 2],
}

/// How far the middle of a line stays from the bounds of a gate.
const INSET: f64 = 4.0;
/// How far a line that does not fit moves to where it would best pass, at first.
const NEARER: f64 = 0.4;
/// How long the handles of a line between two levels are, in its heights; with longer ones corners
/// are rounder, and more lines cross.
const ROUND: f64 = 0.5;
/// How many gates are drawn at once, at most.
const PART: usize = 24;
/// How much of its straight slope a line has at its ends.
const END_SLOPE: f64 = 0.55;

/// Where a line is fixed.
#[derive(Debug, Clone, Copy)]
struct Knot {
    gate: usize,
    x: f64,
    /// The change of `x` with the height.
    slope: f64,
    hold: Hold,
}

/// How a line goes through a gate where it is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    /// As its neighbors make it.
    Free,
    /// Nearer to where it would best pass, and less steeply.
    Near,
    /// Where it would best pass, upright in the middle.
    Level,
    /// Where it would best pass, upright from the start to the end.
    Post,
}

/// Appends a line to `points`, which ends where the line starts: three points for each piece of a
/// curve, or one for each straight piece. The first and last gate are points.
pub fn draw(gates: &[Gate], is_curved: bool, points: &mut Vec<Point>) {
    let Some(last) = gates.len().checked_sub(1).filter(|last| *last > 0) else { return };
    let knot = |gate: usize| Knot { gate, x: gates[gate].x, slope: 0.0, hold: Hold::Free };
    let mut knots = vec![knot(0), knot(last)];
    // A long line is drawn in parts, so that it is not looked at from end to end again and again.
    for part in 1..last.div_ceil(PART) {
        let place = knots.len() - 1;
        let new = divide(gates, &knots[place - 1], &knots[place], part * PART, is_curved);
        knots.insert(place, Knot { slope: 0.0, ..new });
    }
    lean_ends(gates, &mut knots);
    let mut at = 0;
    while at + 1 < knots.len() {
        let Some(worst) = worst(gates, &knots[at], &knots[at + 1], is_curved) else {
            at += 1;
            continue;
        };
        if let Some(gate) = worst {
            let new = divide(gates, &knots[at], &knots[at + 1], gate, is_curved);
            knots.insert(at + 1, new);
            lean_ends(gates, &mut knots);
            at = at.saturating_sub(1).min(knots.len() - 2);
            continue;
        }
        let has_changed = hold(gates, &mut knots[at..at + 2]);
        lean_ends(gates, &mut knots);
        // What is upright at both ends stays between them.
        at = if has_changed { at.saturating_sub(1) } else { at + 1 };
    }
    for pair in knots.windows(2) {
        append(gates, &pair[0], &pair[1], is_curved, points);
    }
}

/// Holds the line more where it is held least, of two knots; returns whether anything changes.
fn hold(gates: &[Gate], pair: &mut [Knot]) -> bool {
    let is_inner = |knot: &Knot| knot.gate > 0 && knot.gate + 1 < gates.len();
    let least = pair.iter().filter(|knot| is_inner(knot)).map(|knot| knot.hold).min();
    let mut has_changed = false;
    for knot in pair {
        let best = gates[knot.gate].x;
        let held = match least {
            Some(Hold::Free) => {
                let x = knot.x + (best - knot.x) * NEARER;
                Knot { x, slope: knot.slope / 2.0, hold: Hold::Near, ..*knot }
            }
            Some(Hold::Near) => Knot { x: best, slope: 0.0, hold: Hold::Level, ..*knot },
            _ => Knot { x: best, slope: 0.0, hold: Hold::Post, ..*knot },
        };
        if knot.hold < held.hold && (is_inner(knot) || held.hold == Hold::Post) {
            *knot = held;
            has_changed = true;
        }
    }
    has_changed
}

/// Lets both ends of a line lean towards where it goes.
fn lean_ends(gates: &[Gate], knots: &mut [Knot]) {
    let end = knots.len() - 1;
    for (at, upper) in [(0, 0), (end, end - 1)] {
        if knots[at].hold == Hold::Free {
            knots[at].slope = slope(gates, &knots[upper], &knots[upper + 1]) * END_SLOPE;
        }
    }
}

/// The height at which a knot stands, towards what is below it or above it.
fn height(gates: &[Gate], knot: &Knot, is_downwards: bool) -> f64 {
    let gate = &gates[knot.gate];
    match (knot.hold == Hold::Post, is_downwards) {
        (true, true) => gate.end,
        (true, false) => gate.start,
        (false, _) => f64::midpoint(gate.start, gate.end),
    }
}

fn slope(gates: &[Gate], upper: &Knot, lower: &Knot) -> f64 {
    let by = height(gates, lower, false) - height(gates, upper, true);
    if by > 0.0 { (lower.x - upper.x) / by } else { 0.0 }
}

/// Where the line is at a height between two knots.
fn across(gates: &[Gate], upper: &Knot, lower: &Knot, is_curved: bool, y: f64) -> f64 {
    let (from, to) = (height(gates, upper, true), height(gates, lower, false));
    let length = to - from;
    if length <= 0.0 {
        return lower.x;
    }
    let t = ((y - from) / length).clamp(0.0, 1.0);
    if !is_curved {
        return upper.x + (lower.x - upper.x) * t;
    }
    let u = 1.0 - t;
    let (a, b) = (upper.x + upper.slope * length / 3.0, lower.x - lower.slope * length / 3.0);
    upper.x * u * u * u + 3.0 * a * u * u * t + 3.0 * b * u * t * t + lower.x * t * t * t
}

/// Returns the heights between two knots where the line turns from side to side.
fn turns(gates: &[Gate], upper: &Knot, lower: &Knot) -> [Option<f64>; 2] {
    let (from, to) = (height(gates, upper, true), height(gates, lower, false));
    let length = to - from;
    // The slope is (1 - t)² a + 2 (1 - t) t b + t² c.
    let (a, c) = (upper.slope, lower.slope);
    let b = if length > 0.0 { 3.0 * (lower.x - upper.x) / length - a - c } else { 0.0 };
    let (square, half, rest) = (a - b - b + c, b - a, a);
    let root = half * half - square * rest;
    if root < 0.0 {
        return [None, None];
    }
    // The root that loses no digits, and the other one from their product.
    let q = -(half + root.sqrt().copysign(half));
    let inside = |t: f64| (t > 0.0 && t < 1.0).then_some(from + t * length);
    [inside(q / square), inside(rest / q)]
}

/// Looks for where the line between two knots leaves the free room: nothing if nowhere; the gate
/// where it does so most, or no gate if there is none between the two.
fn worst(gates: &[Gate], upper: &Knot, lower: &Knot, is_curved: bool) -> Option<Option<usize>> {
    if [upper.hold, lower.hold] == [Hold::Post; 2] && upper.gate + 1 == lower.gate {
        return None;
    }
    let (from, to) = (height(gates, upper, true), height(gates, lower, false));
    let turns = if is_curved { turns(gates, upper, lower) } else { [None, None] };
    let mut worst: Option<(f64, usize)> = None;
    for (gate, here) in gates.iter().enumerate().take(lower.gate + 1).skip(upper.gate) {
        let mut look = |start: f64, end: f64, bounds: (f64, f64)| {
            if end < start {
                return;
            }
            // Nowhere else is the line further at a side.
            let turns = turns.iter().flatten().filter(|y| (start..end).contains(*y));
            for y in [start, end].iter().chain(turns) {
                let x = across(gates, upper, lower, is_curved, *y);
                let out = (bounds.0 - x).max(x - bounds.1);
                if out > 0.01 && worst.is_none_or(|(most, _)| out > most) {
                    worst = Some((out, gate));
                }
            }
        };
        look(here.start.max(from), here.end.min(to), (here.low, here.high));
        let middle = f64::midpoint(here.start, here.end);
        if here.reach.is_finite() && middle > from && middle < to {
            look(middle, middle, (here.x - here.reach, here.x + here.reach));
        }
        if gate < lower.gate {
            let next = &gates[gate + 1];
            let (a, b) = (here.rooms[1], next.rooms[0]);
            let room = (a.0.max(b.0), a.1.min(b.1));
            look(here.end.max(from), next.start.min(to), room);
        }
    }
    let (_, gate) = worst?;
    let between = upper.gate + 1..lower.gate;
    Some((!between.is_empty()).then(|| gate.clamp(between.start, between.end - 1)))
}

/// Fixes the line in a gate between two knots.
fn divide(gates: &[Gate], upper: &Knot, lower: &Knot, gate: usize, is_curved: bool) -> Knot {
    let here = &gates[gate];
    let middle = f64::midpoint(here.start, here.end);
    let half = (here.end - here.start) / 2.0;
    // In the middle of its way the line is about as steep as from end to end.
    let swing = slope(gates, upper, lower).abs() * half;
    let margin = ((here.high - here.low) * 0.4).min(swing.max(INSET));
    let x = across(gates, upper, lower, false, middle).clamp(here.low + margin, here.high - margin);
    let x = x.clamp(here.x - here.reach, here.x + here.reach);
    let room = (x - here.low).min(here.high - x).max(0.0);
    let most = if half > 0.0 { room / half } else { f64::INFINITY };
    let knot = Knot { gate, x, slope: 0.0, hold: Hold::Free };
    let (above, below) = (slope(gates, upper, &knot), slope(gates, &knot, lower));
    // Between slopes of one sign their harmonic mean does not overshoot; else the line turns here.
    let slope = if above * below > 0.0 { 2.0 * above * below / (above + below) } else { 0.0 };
    Knot { slope: if is_curved { slope.clamp(-most, most) } else { 0.0 }, ..knot }
}

fn append(gates: &[Gate], upper: &Knot, lower: &Knot, is_curved: bool, points: &mut Vec<Point>) {
    let (from, to) = (height(gates, upper, true), height(gates, lower, false));
    let mut straight = |x: f64, y: f64| {
        let Some(last) = points.last().copied() else { return points.push(Point { x, y }) };
        if last == (Point { x, y }) {
            return;
        }
        if is_curved {
            let third =
                |by: f64| Point { x: last.x + (x - last.x) * by, y: last.y + (y - last.y) * by };
            points.extend([third(1.0 / 3.0), third(2.0 / 3.0)]);
        }
        points.push(Point { x, y });
    };
    straight(upper.x, from);
    if to <= from || !is_curved {
        straight(lower.x, to);
    } else {
        // Between two levels nothing is in the way of rounder corners.
        let are_posts = [upper.hold, lower.hold] == [Hold::Post; 2];
        let is_between = are_posts && upper.gate + 1 == lower.gate;
        let handle = (to - from) * if is_between { ROUND } else { 1.0 / 3.0 };
        points.extend([
            Point { x: upper.x + upper.slope * handle, y: from + handle },
            Point { x: lower.x - lower.slope * handle, y: to - handle },
            Point { x: lower.x, y: to },
        ]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks a line against the gates it is drawn through.
    fn check(gates: &[Gate], is_curved: bool) {
        let start = Point { x: gates[0].x, y: gates[0].start };
        let mut points = vec![start];
        draw(gates, is_curved, &mut points);
        let by = if is_curved { 3 } else { 1 };
        assert_eq!((points.len() - 1) % by, 0);
        for ends in points.windows(by + 1).step_by(by) {
            for step in 0..=32 {
                let (t, u) = (f64::from(step) / 32.0, 1.0 - f64::from(step) / 32.0);
                let at = |of: fn(&Point) -> f64| match ends {
                    [a, b, c, d] => {
                        of(a) * u * u * u
                            + 3.0 * (of(b) * u * u * t + of(c) * u * t * t)
                            + of(d) * t * t * t
                    }
                    _ => of(&ends[0]) * u + of(&ends[1]) * t,
                };
                let (x, y) = (at(|point| point.x), at(|point| point.y));
                for gate in gates.iter().filter(|gate| (gate.start..=gate.end).contains(&y)) {
                    assert!(gate.low - 0.1 <= x && x <= gate.high + 0.1, "{x} {y} {gates:?}");
                }
            }
        }
        let (last, end) = (gates[gates.len() - 1], points[points.len() - 1]);
        assert_eq!((end.x, end.y), (last.x, last.end));
    }

    #[test]
    fn lines_stay_in_their_gates() {
        const ALL: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut state = 88_172_645_463_325_252_u64;
        let mut below = |end: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            ((state >> 11) % end) as f64
        };
        for case in 0..4_000_u64 {
            let count = 2 + case % 9;
            let mut y = 0.0;
            let gates: Vec<Gate> = (0..count)
                .map(|at| {
                    let is_point = at == 0 || at + 1 == count;
                    let (x, height) = (below(300), if is_point { 0.0 } else { below(60) });
                    let room = |more: f64| if is_point { 0.0 } else { 1.0 + more };
                    let (low, high) = (x - room(below(40)), x + room(below(40)));
                    let start = y;
                    y += height + 8.0 + below(60);
                    let reach = if at % 4 == 2 { 6.0 } else { f64::INFINITY };
                    Gate { x, low, high, reach, start, end: start + height, rooms: [ALL; 2] }
                })
                .collect();
            check(&gates, true);
            check(&gates, false);
        }
    }
}
