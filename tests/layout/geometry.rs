//! What is true of a picture: which boxes overlap, which lines cross, what a line runs through.
//!
//! Knows what a layout is given and what it gives, and nothing of how it is made.

use std::collections::HashMap;

use layercake::layout::{Diagram, Layout, NONE, Point, Rect, Route, Size};

/// How far numbers may be off, in pixels.
const SLACK: f64 = 0.02;
/// How far a label may be from its line.
const NEAR: f64 = 12.0;

/// Returns a route as a chain of short straight pieces.
pub fn flatten(route: &Route) -> Vec<Point> {
    let points = &route.points;
    if !route.is_curved || points.len() < 4 {
        return points.clone();
    }
    let mut flat = vec![points[0]];
    for start in (0..points.len() - 3).step_by(3) {
        let [a, b, c, d] = [0, 1, 2, 3].map(|at| points[start + at]);
        let length = distance(a, b) + distance(b, c) + distance(c, d);
        let pieces = (length / 8.0).clamp(4.0, 600.0) as usize;
        for piece in 1..=pieces {
            let t = piece as f64 / pieces as f64;
            let u = 1.0 - t;
            let along = |a: f64, b: f64, c: f64, d: f64| {
                a * u * u * u + 3.0 * b * u * u * t + 3.0 * c * u * t * t + d * t * t * t
            };
            flat.push(Point { x: along(a.x, b.x, c.x, d.x), y: along(a.y, b.y, c.y, d.y) });
        }
    }
    flat
}

fn distance(a: Point, b: Point) -> f64 {
    ((a.x - b.x).powi(2) + (a.y - b.y).powi(2)).sqrt()
}

/// Returns the mean length of lines.
#[allow(dead_code, reason = "the benchmark measures it")]
pub fn mean_length(lines: &[Vec<Point>]) -> f64 {
    let pieces = lines.iter().flat_map(|line| line.windows(2));
    pieces.map(|ends| distance(ends[0], ends[1])).sum::<f64>() / lines.len().max(1) as f64
}

/// Returns how often lines cross each other.
#[allow(dead_code, reason = "the benchmark counts them")]
pub fn crossings(lines: &[Vec<Point>]) -> u64 {
    let pieces: Vec<(usize, Point, Point)> = lines
        .iter()
        .enumerate()
        .flat_map(|(line, points)| points.windows(2).map(move |ends| (line, ends[0], ends[1])))
        .collect();
    let total: f64 = pieces.iter().map(|(_, a, b)| distance(*a, *b)).sum();
    let cell = (total / pieces.len().max(1) as f64 * 2.0).max(8.0);
    let mut cells: HashMap<(i32, i32), Vec<u32>> = HashMap::new();
    for (at, (_, a, b)) in pieces.iter().enumerate() {
        for key in keys(&bounds(*a, *b), cell) {
            cells.entry(key).or_default().push(at as u32);
        }
    }
    let mut count = 0;
    for (key, here) in &cells {
        for (place, one) in here.iter().enumerate() {
            let (line, a, b) = pieces[*one as usize];
            for other in &here[place + 1..] {
                let (other, c, d) = pieces[*other as usize];
                // A crossing counts in the cell it lies in.
                let is_here =
                    |at: Point| [at.x, at.y].map(|v| (v / cell).floor() as i32) == [key.0, key.1];
                count += u64::from(line != other && crossing(a, b, c, d).is_some_and(is_here));
            }
        }
    }
    count
}

fn crossing(a: Point, b: Point, c: Point, d: Point) -> Option<Point> {
    let side = |p: Point, q: Point, r: Point| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    let (from, to) = (side(c, d, a), side(c, d, b));
    if from * to >= 0.0 || side(a, b, c) * side(a, b, d) >= 0.0 {
        return None;
    }
    let t = from / (from - to);
    Some(Point { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t })
}

fn bounds(a: Point, b: Point) -> Rect {
    let corner = Point { x: a.x.min(b.x), y: a.y.min(b.y) };
    Rect { corner, size: Size { width: (a.x - b.x).abs(), height: (a.y - b.y).abs() } }
}

fn keys(rect: &Rect, cell: f64) -> impl Iterator<Item = (i32, i32)> + use<> {
    let range = |from: f64, length: f64| {
        (from / cell).floor() as i32..=((from + length) / cell).floor() as i32
    };
    let rows = range(rect.corner.y, rect.size.height);
    range(rect.corner.x, rect.size.width).flat_map(move |x| rows.clone().map(move |y| (x, y)))
}

fn end(rect: &Rect) -> Point {
    Point { x: rect.corner.x + rect.size.width, y: rect.corner.y + rect.size.height }
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    let (end_a, end_b) = (end(a), end(b));
    a.corner.x + SLACK < end_b.x
        && b.corner.x + SLACK < end_a.x
        && a.corner.y + SLACK < end_b.y
        && b.corner.y + SLACK < end_a.y
}

fn contains(outer: &Rect, inner: &Rect) -> bool {
    let (end_outer, end_inner) = (end(outer), end(inner));
    inner.corner.x > outer.corner.x - SLACK
        && inner.corner.y > outer.corner.y - SLACK
        && end_inner.x < end_outer.x + SLACK
        && end_inner.y < end_outer.y + SLACK
}

fn holds(rect: &Rect, at: Point, margin: f64) -> bool {
    let end = end(rect);
    at.x > rect.corner.x + margin
        && at.x < end.x - margin
        && at.y > rect.corner.y + margin
        && at.y < end.y - margin
}

/// Returns all that is wrong with a picture.
pub fn problems(diagram: &Diagram, layout: &Layout) -> Vec<String> {
    let mut check = Check::new(diagram, layout);
    check.boxes();
    for edge in 0..diagram.edges.len() {
        check.line(edge);
    }
    check.labels();
    check.problems
}

/// Returns all that is wrong with the boxes of a picture.
pub fn wrong_boxes(diagram: &Diagram, layout: &Layout) -> Vec<String> {
    let mut check = Check::new(diagram, layout);
    check.boxes();
    check.problems
}

struct Check<'a> {
    diagram: &'a Diagram,
    layout: &'a Layout,
    /// What contains each item, itself included.
    around: Vec<Vec<u32>>,
    has_members: Vec<bool>,
    /// The boxes in each square of the picture.
    cells: HashMap<(i32, i32), Vec<u32>>,
    problems: Vec<String>,
}

/// The side of the squares.
const CELL: f64 = 200.0;

impl<'a> Check<'a> {
    fn new(diagram: &'a Diagram, layout: &'a Layout) -> Self {
        let mut has_members = vec![false; diagram.nodes.len()];
        let around = (0..diagram.nodes.len() as u32).map(|at| {
            let mut around = vec![at];
            while let Some(parent) = around.last().map(|at| diagram.nodes[*at as usize].parent)
                && parent != NONE
            {
                around.push(parent);
                has_members[parent as usize] = true;
            }
            around
        });
        let around = around.collect();
        let mut cells: HashMap<(i32, i32), Vec<u32>> = HashMap::new();
        for (at, rect) in layout.nodes.iter().enumerate() {
            for key in keys(rect, CELL) {
                cells.entry(key).or_default().push(at as u32);
            }
        }
        Check { diagram, layout, around, has_members, cells, problems: Vec::new() }
    }

    fn expect(&mut self, is_so: bool, problem: impl FnOnce() -> String) {
        if !is_so {
            self.problems.push(problem());
        }
    }

    fn boxes(&mut self) {
        let layout = self.layout;
        let picture = Rect { corner: Point::default(), size: layout.size };
        for (at, rect) in layout.nodes.iter().enumerate() {
            self.expect(contains(&picture, rect), || {
                format!("{at} is not in the picture: {rect:?}")
            });
            let item = &self.diagram.nodes[at];
            if !self.has_members[at] {
                let (own, drawn) = (item.size, rect.size);
                // A stretched one is larger along one axis.
                let is_stretched = item.stretches
                    && (drawn.width == own.width && drawn.height > own.height
                        || drawn.height == own.height && drawn.width > own.width);
                self.expect(drawn == own || is_stretched, || format!("{at} has changed its size"));
            }
            if item.parent != NONE {
                let mut ground = layout.nodes[item.parent as usize];
                let title = self.diagram.nodes[item.parent as usize].size;
                self.expect(ground.size.width + SLACK > title.width, || {
                    format!("a title sticks out above {at}")
                });
                ground.corner.y += title.height;
                ground.size.height -= title.height;
                self.expect(contains(&ground, rect), || format!("{at} is not in its partition"));
            }
        }
        let mut pairs = Vec::new();
        for here in self.cells.values() {
            for (place, a) in here.iter().enumerate() {
                for b in &here[place + 1..] {
                    let is_apart = !self.around[*a as usize].contains(b)
                        && !self.around[*b as usize].contains(a);
                    if is_apart && overlap(&layout.nodes[*a as usize], &layout.nodes[*b as usize]) {
                        pairs.push(format!("{a} and {b} overlap"));
                    }
                }
            }
        }
        pairs.sort();
        pairs.dedup();
        self.problems.append(&mut pairs);
    }

    fn line(&mut self, edge: usize) {
        let (diagram, layout) = (self.diagram, self.layout);
        let line = &diagram.edges[edge];
        let route = &layout.routes[edge];
        let flat = flatten(route);
        if flat.len() < 2 || route.is_curved && route.points.len() % 3 != 1 {
            return self.problems.push(format!("edge {edge} has no way"));
        }
        for (at, item) in [(flat[0], line.source), (flat[flat.len() - 1], line.target)] {
            let rect = &layout.nodes[item as usize];
            let touches = !holds(rect, at, 0.1) && holds(rect, at, -0.1);
            self.expect(touches, || {
                format!("edge {edge} ends at {at:?}, not at the border of {item}: {rect:?}")
            });
        }
        let picture = Rect { corner: Point::default(), size: layout.size };
        let mut through = Vec::new();
        for ends in flat.windows(2) {
            let steps = (distance(ends[0], ends[1]) / 2.0).ceil().max(1.0);
            for step in 0..=steps as u32 {
                let by = f64::from(step) / steps;
                let at = Point {
                    x: ends[0].x + (ends[1].x - ends[0].x) * by,
                    y: ends[0].y + (ends[1].y - ends[0].y) * by,
                };
                if !holds(&picture, at, -SLACK) {
                    return self.problems.push(format!("edge {edge} leaves the picture at {at:?}"));
                }
                let key = ((at.x / CELL).floor() as i32, (at.y / CELL).floor() as i32);
                for item in self.cells.get(&key).into_iter().flatten() {
                    let is_allowed = [line.source, line.target].iter().any(|end| {
                        let is_around = self.around[*end as usize].contains(item);
                        is_around && (end != item || self.may_be_inside(edge, *item))
                    });
                    if !is_allowed && holds(&layout.nodes[*item as usize], at, 0.1) {
                        through.push(format!("edge {edge} runs through {item}"));
                    }
                }
            }
        }
        through.sort();
        through.dedup();
        self.problems.append(&mut through);
    }

    /// Whether an edge may run within a box at its end: only towards what that contains.
    fn may_be_inside(&self, edge: usize, item: u32) -> bool {
        let line = &self.diagram.edges[edge];
        line.source != line.target
            && [line.source, line.target]
                .iter()
                .all(|end| self.around[*end as usize].contains(&item))
    }

    fn labels(&mut self) {
        let layout = self.layout;
        let mut labels: HashMap<(i32, i32), Vec<(usize, Rect)>> = HashMap::new();
        for (edge, route) in layout.routes.iter().enumerate() {
            let wanted = self.diagram.edges[edge].label;
            let has_label = wanted.width > 0.0 && wanted.height > 0.0;
            self.expect(route.label.is_some() == has_label, || {
                format!("the label of edge {edge} is lost")
            });
            let Some(label) = route.label else { continue };
            self.expect(label.size == wanted, || format!("the label of edge {edge} has changed"));
            let picture = Rect { corner: Point::default(), size: layout.size };
            self.expect(contains(&picture, &label), || format!("the label of edge {edge} is out"));
            let is_near = flatten(route).windows(2).any(|ends| {
                let steps = (distance(ends[0], ends[1]) / 4.0).ceil().max(1.0);
                (0..=steps as u32).any(|step| {
                    let by = f64::from(step) / steps;
                    let x = ends[0].x + (ends[1].x - ends[0].x) * by;
                    let y = ends[0].y + (ends[1].y - ends[0].y) * by;
                    holds(&label, Point { x, y }, -NEAR)
                })
            });
            self.expect(is_near, || format!("the label of edge {edge} is far from it"));
            let mut wrong = Vec::new();
            for key in keys(&label, CELL) {
                for item in self.cells.get(&key).into_iter().flatten() {
                    let rect = layout.nodes[*item as usize];
                    let title = Rect {
                        size: Size {
                            height: self.diagram.nodes[*item as usize].size.height,
                            ..rect.size
                        },
                        ..rect
                    };
                    let covers = if self.has_members[*item as usize] {
                        overlap(&label, &title)
                            || overlap(&label, &rect) && !contains(&rect, &label)
                    } else {
                        overlap(&label, &rect)
                    };
                    if covers {
                        wrong.push(format!("the label of edge {edge} covers {item}"));
                    }
                }
                let here = labels.entry(key).or_default();
                for (other, rect) in &*here {
                    if overlap(&label, rect) {
                        wrong.push(format!("the labels of edges {other} and {edge} overlap"));
                    }
                }
                here.push((edge, label));
            }
            wrong.sort();
            wrong.dedup();
            self.problems.append(&mut wrong);
        }
    }
}
