//! From a layout in pixels to places in cells that keeps lines, boxes and labels apart.
//!
//! Each axis is solved by itself. Whatever stands side by side as laid out keeps its order, with a
//! distance; so does, on the second axis, whatever shares a cell of the first. Lines thereby share
//! no cells but those in which they cross.

use super::axis::{Axis, Spot, Wish};
use super::way::{Range, Way};
use crate::layout::{Diagram, Layout, NONE};

/// The size of a cell, in pixels of the layout.
pub(super) const CELL: [f64; 2] = [8.0, 16.0];
/// How far things that do not stand side by side may be from it and are still kept apart.
const MARGIN: f64 = 1.0;
/// The least distances of boxes, and of a box or a label and a line, by axis.
const BOX_GAP: [i64; 2] = [3, 2];
const LINE_GAP: [i64; 2] = [2, 1];
/// The least distances of a box and its label, and the least length of a straight edge.
const LABEL_GAP: [i64; 2] = [3, 2];
const EDGE_LENGTH: [i64; 2] = [4, 3];
/// A step of a line to the side that is left out if it can be.
const STEP: [f64; 2] = [3.0, 1.5];
/// The distance of a partition's frame from what it holds.
const PADDING: i64 = 2;

/// A box of cells: for each axis its first and its last.
pub(super) type Cells = [[i64; 2]; 2];

/// How many cells things take, by axis.
pub(super) struct Sizes {
    /// Nodes; of a partition its least size.
    pub nodes: Vec<[i64; 2]>,
    /// Labels of edges; nothing where there is none.
    pub labels: Vec<[i64; 2]>,
}

/// Where everything is, in cells.
#[derive(Debug)]
pub(super) struct Places {
    /// How large the drawing is.
    pub size: [i64; 2],
    /// The boxes of nodes and the frames of partitions.
    pub boxes: Vec<Cells>,
    /// The bends of edges, from a cell of the source's border to one of the target's.
    pub ways: Vec<Vec<[i64; 2]>>,
    /// The labels of edges.
    pub labels: Vec<Option<Cells>>,
}

/// What is to be placed, in cells that need not be whole.
struct Scene<'a> {
    diagram: &'a Diagram,
    sizes: &'a Sizes,
    boxes: Vec<[Range; 2]>,
    /// The borders of boxes, which are half a cell outside of the middles of their first and last.
    borders: Vec<[Range; 2]>,
    ways: Vec<Option<Way>>,
    labels: Vec<Option<[Range; 2]>>,
}

/// Something that takes room on an axis, and a range of the other.
struct Thing {
    of: Of,
    low: Spot,
    high: Spot,
    /// Where it is in the layout, which decides what is before what.
    own: Range,
    across: Range,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Of {
    Node(usize),
    Label(usize),
    Piece(usize, usize),
}

/// Finds a place for everything; `None` for a layout that has none.
pub(super) fn places(diagram: &Diagram, sizes: &Sizes, layout: &Layout) -> Option<Places> {
    let mut scene = Scene::of(diagram, sizes, layout);
    scene.solve(0)?;
    scene.solve(1)?;
    Some(scene.settled())
}

impl<'a> Scene<'a> {
    fn of(diagram: &'a Diagram, sizes: &'a Sizes, layout: &Layout) -> Scene<'a> {
        let range = |low: f64, size: f64, axis: usize| {
            [low / CELL[axis], ((low + size) / CELL[axis] - 1.0).max(low / CELL[axis])]
        };
        let cells = |rect: &crate::layout::Rect| {
            let (corner, size) = (rect.corner, rect.size);
            [range(corner.x, size.width, 0), range(corner.y, size.height, 1)]
        };
        let boxes: Vec<[Range; 2]> = layout.nodes.iter().map(cells).collect();
        let border = |range: Range| [range[0] - 0.5, range[1] + 0.5];
        let borders: Vec<[Range; 2]> = boxes.iter().map(|cells| cells.map(border)).collect();
        let way = |(route, line): (&crate::layout::Route, &crate::layout::Line)| {
            let points = route.points.iter().map(|at| [at.x, at.y]);
            let points = points.map(|at| [at[0] / CELL[0] - 0.5, at[1] / CELL[1] - 0.5]);
            Way::of(points.collect(), [line.source as usize, line.target as usize], &borders)
        };
        let ways = layout.routes.iter().zip(&diagram.edges).map(way).collect();
        let label = |(route, size): (&crate::layout::Route, &[i64; 2])| {
            let [x, y] = cells(route.label.as_ref().filter(|_| size[0] > 0)?);
            // The layout's box has room around the text.
            let middle = |range: Range, size: i64| {
                let (middle, half) = (f64::midpoint(range[0], range[1]), (size - 1) as f64 / 2.0);
                [middle - half, middle + half]
            };
            Some([middle(x, size[0]), middle(y, size[1])])
        };
        let labels = layout.routes.iter().zip(&sizes.labels).map(label).collect();
        Scene { diagram, sizes, boxes, borders, ways, labels }
    }

    fn is_frame(&self, node: usize) -> bool {
        self.diagram.nodes[node].is_partition
    }

    /// Returns whether a partition holds a node, at whatever depth.
    fn holds(&self, frame: usize, node: usize) -> bool {
        let parent = |node: usize| self.diagram.nodes[node].parent;
        let mut at = parent(node);
        while at != NONE {
            if at as usize == frame {
                return true;
            }
            at = parent(at as usize);
        }
        false
    }

    /// Gives everything its places on an axis.
    fn solve(&mut self, axis: usize) -> Option<()> {
        let mut solver = Axis::default();
        let things = self.things(axis, &mut solver);
        let spots = self.spots(&things);
        self.keep_sizes(axis, &things, &spots, &mut solver);
        for (at, a) in things.iter().enumerate() {
            for b in &things[at + 1..] {
                self.keep_order(axis, a, b, &mut solver);
            }
        }
        let found = solver.solve()?;
        let at = |spot: Spot| found[spot] as f64;
        for thing in &things {
            match thing.of {
                Of::Node(node) => self.boxes[node][axis] = [at(thing.low), at(thing.high)],
                Of::Label(edge) => {
                    if let Some(label) = &mut self.labels[edge] {
                        label[axis] = [at(thing.low), at(thing.high)];
                    }
                }
                Of::Piece(..) => {}
            }
        }
        for (way, spots) in self.ways.iter_mut().zip(&spots) {
            for (point, spot) in way.iter_mut().flat_map(|way| &mut way.points).zip(spots) {
                point[axis] = at(*spot);
            }
        }
        Some(())
    }

    /// Lists what takes room on an axis: boxes, labels, and pieces of lines that run across it.
    fn things(&self, axis: usize, solver: &mut Axis) -> Vec<Thing> {
        let across = 1 - axis;
        let mut things = Vec::new();
        let mut add = |of: Of, wanted: Range, own: Range, across: Range| {
            let low = solver.add(wanted[0]);
            let high = if let Of::Piece(..) = of { low } else { solver.add(wanted[1]) };
            things.push(Thing { of, low, high, own, across });
        };
        for (node, cells) in self.boxes.iter().enumerate() {
            add(Of::Node(node), cells[axis], self.borders[node][axis], cells[across]);
        }
        for (edge, label) in self.labels.iter().enumerate() {
            if let Some(cells) = label {
                add(Of::Label(edge), cells[axis], cells[axis], cells[across]);
            }
        }
        for (edge, way) in self.ways.iter().enumerate() {
            let Some(way) = way else { continue };
            for piece in (0..way.along.len()).filter(|piece| way.along[*piece] == across) {
                let (a, b) = (way.points[piece], way.points[piece + 1]);
                let own = [a[axis]; 2];
                let across = [a[across].min(b[across]), a[across].max(b[across])];
                add(Of::Piece(edge, piece), own, own, across);
            }
        }
        things
    }

    /// Returns the place of each point of each line on an axis: that of the piece which runs across
    /// the axis there, or else of the border at which the line ends.
    fn spots(&self, things: &[Thing]) -> Vec<Vec<Spot>> {
        let mut spots: Vec<Vec<Spot>> = self.ways.iter().map(|_| Vec::new()).collect();
        for (spots, way) in spots.iter_mut().zip(&self.ways) {
            let Some(way) = way else { continue };
            spots.resize(way.points.len(), 0);
            for (end, at) in [(0, 0), (1, way.points.len() - 1)] {
                let (node, is_far) = way.ends[end];
                spots[at] = if is_far { things[node].high } else { things[node].low };
            }
        }
        for thing in things {
            if let Of::Piece(edge, piece) = thing.of {
                spots[edge][piece] = thing.low;
                spots[edge][piece + 1] = thing.low;
            }
        }
        spots
    }

    /// Keeps boxes and labels as large as they are, and lines as long as they must be.
    fn keep_sizes(&self, axis: usize, things: &[Thing], spots: &[Vec<Spot>], solver: &mut Axis) {
        for thing in things {
            let (low, high) = (thing.low, thing.high);
            match thing.of {
                Of::Node(node) => {
                    let size = self.sizes.nodes[node][axis] - 1;
                    solver.keep(low, high, size);
                    let is_frame = self.is_frame(node);
                    solver.wish(low, if is_frame { Wish::High } else { Wish::From(high, -size) });
                    solver.wish(high, if is_frame { Wish::Low } else { Wish::From(low, size) });
                }
                Of::Label(edge) => {
                    let size = self.sizes.labels[edge][axis] - 1;
                    solver.keep(low, high, size);
                    solver.wish(low, Wish::From(high, -size));
                    solver.wish(high, Wish::From(low, size));
                }
                Of::Piece(edge, piece) => {
                    let ends = self.ways[edge].iter().flat_map(|way| way.ends_of(piece));
                    for (node, _) in ends {
                        let (low, high) = (things[node].low, things[node].high);
                        solver.keep(low, thing.low, 1);
                        solver.keep(thing.low, high, 1);
                        let place = solver.wanted[thing.low] - solver.wanted[low];
                        solver.wish(thing.low, Wish::From(low, place.round() as i64));
                    }
                }
            }
        }
        for (way, spots) in self.ways.iter().zip(spots) {
            let Some(way) = way else { continue };
            let count = way.along.len();
            // A small step to the side is left out where there is room for it.
            for piece in (1..count.saturating_sub(1)).filter(|piece| way.along[*piece] == axis) {
                let (a, b) = (spots[piece], spots[piece + 1]);
                if f64::abs(solver.wanted[a] - solver.wanted[b]) < STEP[axis] {
                    solver.wish(a, Wish::From(b, 0));
                    solver.wish(b, Wish::From(a, 0));
                }
            }
            for piece in (0..count).filter(|piece| way.along[*piece] == axis) {
                let (a, b) = (spots[piece], spots[piece + 1]);
                let (is_first, is_last) = (piece == 0, piece + 1 == count);
                let least = match (is_first, is_last) {
                    (true, true) => EDGE_LENGTH[axis],
                    (_, true) => 2,
                    (true, _) => 1,
                    _ => 0,
                };
                // Lines leave the borders of their ends towards the outside, or what is within.
                let is_falling = way.points[piece][axis] > way.points[piece + 1][axis];
                let (from, to) = if is_falling { (b, a) } else { (a, b) };
                if from != to {
                    solver.keep(from, to, least);
                }
            }
        }
    }

    /// Keeps two things in their order, if they stand side by side on the axis.
    fn keep_order(&self, axis: usize, a: &Thing, b: &Thing, solver: &mut Axis) {
        let (own_a, own_b) = (a.own, b.own);
        if let Some((frame, held, gap)) = self.containment(a, b) {
            solver.keep(frame.low, held.low, gap);
            solver.keep(held.high, frame.high, gap);
            return;
        }
        let are_lines = matches!((a.of, b.of), (Of::Piece(..), Of::Piece(..)));
        let margin = if are_lines { 0.0 } else { MARGIN };
        let are_apart = |a: Range, b: Range, by: f64| a[0] > b[1] + by || b[0] > a[1] + by;
        // What is above another by less than the margin is not beside it.
        let is_above = are_apart(a.across, b.across, 0.0) && !are_apart(own_a, own_b, 0.0);
        if is_above || are_apart(a.across, b.across, margin) {
            return;
        }
        let gap = match (a.of, b.of) {
            (Of::Node(node), Of::Piece(edge, piece)) => {
                if self.ends(edge, piece).any(|end| end == node) {
                    return;
                }
                2
            }
            (Of::Label(of), Of::Piece(edge, _)) => {
                if of == edge && own_a[0] <= own_b[0] && own_b[0] <= own_a[1] {
                    // The line runs through the middle of its label.
                    let rest = self.sizes.labels[of][axis] - 1;
                    solver.keep(a.low, b.low, rest / 2);
                    solver.keep(b.low, a.high, rest - rest / 2);
                    solver.wish(a.low, Wish::From(b.low, -(rest / 2)));
                    return;
                }
                LINE_GAP[axis]
            }
            // A small step to the side may become none, unless the line turns back.
            (Of::Piece(first, at), Of::Piece(second, other))
                if first == second && other - at == 2 && self.goes_on(first, at) =>
            {
                0
            }
            (Of::Piece(..), Of::Piece(..)) => LINE_GAP[axis],
            (Of::Node(_), Of::Node(_)) => BOX_GAP[axis],
            (Of::Node(_), Of::Label(_)) => LABEL_GAP[axis],
            _ => LINE_GAP[axis],
        };
        let (middle_a, middle_b) =
            (f64::midpoint(own_a[0], own_a[1]), f64::midpoint(own_b[0], own_b[1]));
        match middle_a <= middle_b {
            true => solver.keep(a.high, b.low, gap),
            false => solver.keep(b.high, a.low, gap),
        }
    }

    /// Returns which of two things is a frame that holds the other, and how far from its border.
    fn containment<'t>(&self, a: &'t Thing, b: &'t Thing) -> Option<(&'t Thing, &'t Thing, i64)> {
        let Of::Node(first) = a.of else { return None };
        let is_within = |own: Range, held: f64| own[0] < held && held < own[1];
        let middle = |range: Range| f64::midpoint(range[0], range[1]);
        match b.of {
            Of::Node(second) if self.holds(first, second) => Some((a, b, PADDING)),
            Of::Node(second) if self.holds(second, first) => Some((b, a, PADDING)),
            Of::Node(_) => None,
            _ if !self.is_frame(first) => None,
            Of::Label(_) => {
                let is_in =
                    is_within(a.own, middle(b.own)) && is_within(a.across, middle(b.across));
                is_in.then_some((a, b, PADDING))
            }
            Of::Piece(..) => {
                let is_beside = a.across[0] > b.across[1] || b.across[0] > a.across[1];
                let is_in = !is_beside && is_within(a.own, b.own[0]);
                is_in.then_some((a, b, PADDING))
            }
        }
    }

    /// Returns whether a line goes the same way in a piece and in that after the next.
    fn goes_on(&self, edge: usize, piece: usize) -> bool {
        self.ways[edge].as_ref().is_some_and(|way| {
            let along = way.along[piece];
            let length = |piece: usize| way.points[piece + 1][along] - way.points[piece][along];
            length(piece) * length(piece + 2) >= 0.0
        })
    }

    /// Returns the nodes at which a piece of a line ends.
    fn ends(&self, edge: usize, piece: usize) -> impl Iterator<Item = usize> {
        let ends = self.ways[edge].iter().flat_map(move |way| way.ends_of(piece));
        ends.map(|(node, _)| node)
    }

    /// Returns what was found, from the first cell on.
    fn settled(self) -> Places {
        let cells = |ranges: &[Range; 2]| ranges.map(|range| range.map(|at| at as i64));
        let mut boxes: Vec<Cells> = self.boxes.iter().map(cells).collect();
        let mut labels: Vec<Option<Cells>> =
            self.labels.iter().map(|label| label.as_ref().map(cells)).collect();
        let points = |way: &Way| way.points.iter().map(|at| at.map(|at| at as i64)).collect();
        let mut ways: Vec<Vec<[i64; 2]>> =
            self.ways.iter().map(|way| way.as_ref().map(points).unwrap_or_default()).collect();
        let mut size = [0; 2];
        for axis in 0..2 {
            let of_boxes =
                boxes.iter().chain(labels.iter().flatten()).flat_map(|cells| cells[axis]);
            let all: Vec<i64> =
                of_boxes.chain(ways.iter().flatten().map(|point| point[axis])).collect();
            let (Some(least), Some(most)) = (all.iter().min(), all.iter().max()) else { continue };
            size[axis] = most - least + 1;
            for cells in boxes.iter_mut().chain(labels.iter_mut().flatten()) {
                cells[axis] = cells[axis].map(|at| at - least);
            }
            for point in ways.iter_mut().flatten() {
                point[axis] -= least;
            }
        }
        Places { size, boxes, ways, labels }
    }
}
