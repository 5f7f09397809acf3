//! Drawings: a graph's labels measured, laid out, placed, and drawn cell by cell.

use super::canvas::{Canvas, DOWN, LEFT, RIGHT, Sides, UP};
use super::label::{self, Room};
use super::places::{CELL, Cells, Places, Sizes, places};
use super::{Charset, Drawing, Ink, Options};
use crate::diagnostic::Diagnostics;
use crate::graph::{Graph, Hierarchy, natural};
use crate::layout::layered::{Layered, layered};
use crate::layout::{self, Diagram, Direction, Item, Line, Reordered, Routing, Size};
use crate::scene::Looks;
use crate::scene::theme::Theme;

/// How wide labels may be, from what reads best to what takes least.
const WRAPS: [usize; 3] = [24, 16, 11];
/// How many lines a node's label may have, and an edge's.
const MOST_LINES: [usize; 2] = [4, 3];
/// The longest title of a partition.
const LONGEST_TITLE: usize = 32;
/// The rooms around nodes and edges, in pixels: three columns, two rows and a half, two columns.
const NODE_GAP: f64 = 3.0 * CELL[0];
const RANK_GAP: f64 = 2.5 * CELL[1];
const EDGE_GAP: f64 = 2.0 * CELL[0];
const PADDING: f64 = CELL[1];
/// Width by height of drawings whose ranks are broken.
const NARROW: f64 = 0.7;

/// Labels in lines.
pub(super) struct Texts {
    nodes: Vec<Vec<String>>,
    pub(super) edges: Vec<Vec<String>>,
    /// Which nodes are drawn around others.
    pub(super) frames: Vec<bool>,
}

/// Draws a graph in several ways, the one that reads best first.
pub(super) fn attempts(graph: &Graph, options: &Options) -> impl Iterator<Item = Drawing> {
    let charset = options.charset;
    let placed = placed(graph, options);
    placed.filter_map(move |(texts, places)| Some(paint(graph, &texts, &places?, charset)))
}

/// Finds places for a graph in several ways, the one that reads best first.
pub(super) fn placed(
    graph: &Graph,
    options: &Options,
) -> impl Iterator<Item = (Texts, Option<Places>)> {
    let options = *options;
    let directions = match options.direction {
        Some(direction) => vec![direction],
        None => vec![Direction::Down, Direction::Right],
    };
    let ways = WRAPS.into_iter().flat_map(move |wrap| {
        let directions = directions.clone().into_iter();
        directions.flat_map(move |way| [None, Some(NARROW)].map(|ratio| (wrap, way, ratio)))
    });
    let order = natural::order(graph);
    ways.map(move |(wrap, direction, ratio)| {
        let texts = Texts::of(graph, wrap, options.charset);
        let (diagram, sizes) = texts.measured(graph, direction);
        let how = Layered {
            direction,
            routing: Routing::Orthogonal,
            node_gap: NODE_GAP,
            rank_gap: RANK_GAP,
            edge_gap: EDGE_GAP,
            padding: PADDING,
            ratio,
            ..Layered::default()
        };
        let layout = match &order {
            Some(order) => {
                let listed = Reordered::new(&diagram, order.clone());
                listed.undone(layered(&listed.diagram, &how))
            }
            None => layered(&diagram, &how),
        };
        let places = places(&diagram, &sizes, &layout);
        (texts, places)
    })
}

impl Texts {
    fn of(graph: &Graph, wrap: usize, charset: Charset) -> Texts {
        let hierarchy = Hierarchy::of(graph);
        let ellipsis = charset.ellipsis();
        let frames: Vec<bool> =
            graph.nodes().map(|node| !hierarchy.children(node.index()).is_empty()).collect();
        let node = |(node, is_frame): (crate::graph::Node<'_>, &bool)| match is_frame {
            true => {
                let title = label::showable(node.label()).replace('\n', " ");
                vec![label::shortened(title.trim(), LONGEST_TITLE.min(wrap + 8), ellipsis)]
            }
            false => {
                label::wrap(node.label(), Room { width: wrap, lines: MOST_LINES[0], ellipsis })
            }
        };
        let edge = |edge: crate::graph::Edge<'_>| {
            let room = Room { width: wrap * 3 / 4, lines: MOST_LINES[1], ellipsis };
            let lines = label::wrap(edge.label(), room);
            if lines.iter().all(String::is_empty) { Vec::new() } else { lines }
        };
        let nodes = graph.nodes().zip(&frames).map(node).collect();
        Texts { nodes, edges: graph.edges().map(edge).collect(), frames }
    }

    /// Returns what is to be laid out, in pixels, and how many cells each thing takes.
    fn measured(&self, graph: &Graph, direction: Direction) -> (Diagram, Sizes) {
        let mut sizes = Sizes { nodes: Vec::new(), labels: Vec::new() };
        let mut diagram = Diagram::default();
        let side = usize::from(matches!(direction, Direction::Right | Direction::Left));
        let mut degrees = vec![[0i64; 2]; graph.node_count()];
        for edge in graph.edges() {
            degrees[edge.source().index().0 as usize][0] += 1;
            degrees[edge.target().index().0 as usize][1] += 1;
        }
        let pixels = |[width, height]: [i64; 2]| Size {
            width: width as f64 * CELL[0],
            height: height as f64 * CELL[1],
        };
        for (node, lines) in graph.nodes().zip(&self.nodes) {
            let at = node.index().0 as usize;
            let [width, height] = extent(lines);
            let (size, own) = match self.frames[at] {
                true => ([width + 6, 3], [width + 4, 1]),
                false => {
                    // Edges that leave a border have cells of their own.
                    let lines = degrees[at].into_iter().max().unwrap_or(0);
                    let mut size = [(width + 4).max(5), height + 2];
                    let room = if side == 0 { 2 * lines + 1 } else { lines + 2 };
                    size[side] = size[side].max(room);
                    (size, size)
                }
            };
            sizes.nodes.push(size);
            diagram.nodes.push(Item {
                parent: node.parent().map_or(layout::NONE, |parent| parent.0),
                is_partition: self.frames[at],
                size: pixels(own),
                direction: None,
                stretches: false,
            });
        }
        for (edge, lines) in graph.edges().zip(&self.edges) {
            let size = extent(lines);
            sizes.labels.push(size);
            let label = match size[0] {
                0 => Size::default(),
                _ => pixels([size[0] + 2, size[1]]),
            };
            diagram.edges.push(Line {
                source: edge.source().index().0,
                target: edge.target().index().0,
                label,
                weight: edge.weight(),
            });
        }
        (diagram, sizes)
    }
}

/// Returns how many cells lines take.
fn extent(lines: &[String]) -> [i64; 2] {
    let width = lines.iter().map(|line| label::width(line)).max().unwrap_or(0);
    [width as i64, lines.len() as i64]
}

fn paint(graph: &Graph, texts: &Texts, places: &Places, charset: Charset) -> Drawing {
    let mut canvas = Canvas::new(places.size);
    let looks = Looks::of(graph, Theme::Light, &mut Diagnostics::default());
    // From the outside to the inside.
    let mut frames: Vec<usize> = Vec::new();
    let hierarchy = Hierarchy::of(graph);
    hierarchy.walk(graph, |visit, _| {
        if let crate::graph::Visit::Enter(node) = visit {
            frames.push(node.0 as usize);
        }
    });
    frames.retain(|node| texts.frames[*node]);
    let inks: Vec<Ink> = graph
        .nodes()
        .map(|node| match node.layer() {
            None => Ink::default(),
            layer if texts.frames[node.index().0 as usize] => {
                Ink { front: Some(looks.node(graph, layer).line.color), ..Ink::default() }
            }
            layer => {
                let look = looks.node(graph, layer);
                let (line, fill) = (look.line.color, look.fill.color);
                Ink { front: Some(line), back: Some(fill), is_bold: false }
            }
        })
        .collect();
    for frame in &frames {
        canvas.frame(places.boxes[*frame], false, inks[*frame]);
    }
    for node in (0..graph.node_count()).filter(|node| !texts.frames[*node]) {
        canvas.frame(places.boxes[node], true, inks[node]);
    }
    let edge_inks: Vec<Ink> = graph
        .edges()
        .map(|edge| match edge.layer() {
            None => Ink::default(),
            layer => Ink { front: Some(looks.edge(graph, layer).line.color), ..Ink::default() },
        })
        .collect();
    for (way, ink) in places.ways.iter().zip(&edge_inks) {
        line(&mut canvas, way, *ink);
    }
    for (node, lines) in texts.nodes.iter().enumerate() {
        if !texts.frames[node] {
            let look = looks.node(graph, graph.node(crate::graph::NodeId(node as u32)).layer());
            let front = inks[node].back.map(|_| look.text.color);
            write(&mut canvas, places.boxes[node], lines, Ink { front, ..inks[node] });
        }
    }
    for ((label, lines), ink) in places.labels.iter().zip(&texts.edges).zip(&edge_inks) {
        if let Some(cells) = label {
            write(&mut canvas, *cells, lines, *ink);
        }
    }
    for frame in frames {
        let title = texts.nodes[frame].first().map_or("", String::as_str);
        let ink = Ink { is_bold: true, ..inks[frame] };
        entitle(&mut canvas, places.boxes[frame], title, charset, ink);
    }
    canvas.into_drawing(charset)
}

/// Draws an edge from its source's border to its target's, with its end before that.
fn line(canvas: &mut Canvas, way: &[[i64; 2]], ink: Ink) {
    let mut cells: Vec<[i64; 2]> = Vec::new();
    for pair in way.windows(2) {
        let step = [0, 1].map(|axis| (pair[1][axis] - pair[0][axis]).signum());
        let mut at = pair[0];
        while at != pair[1] {
            cells.push(at);
            at = [at[0] + step[0], at[1] + step[1]];
        }
    }
    cells.extend(way.last());
    let count = cells.len();
    for at in 1..count.saturating_sub(1) {
        let next = side(cells[at], cells[at + 1]);
        if at + 2 == count {
            canvas.arrow(cells[at], next, ink);
        } else {
            canvas.line(cells[at], side(cells[at], cells[at - 1]) | next, ink);
        }
    }
    if count > 1 {
        canvas.tap(cells[0], side(cells[0], cells[1]));
    }
}

/// Returns the side of a cell at which another lies.
fn side(from: [i64; 2], to: [i64; 2]) -> Sides {
    match [to[0] - from[0], to[1] - from[1]] {
        [0, y] if y < 0 => UP,
        [0, _] => DOWN,
        [x, _] if x < 0 => LEFT,
        _ => RIGHT,
    }
}

/// Writes lines into the middle of a box.
fn write(canvas: &mut Canvas, [[left, right], [top, bottom]]: Cells, lines: &[String], ink: Ink) {
    let above = (bottom - top + 1 - lines.len() as i64) / 2;
    for (line, y) in lines.iter().zip(top + above..) {
        let before = (right - left + 1 - label::width(line) as i64) / 2;
        canvas.text([left + before, y], line, ink);
    }
}

/// Writes the title of a partition into its frame, where no edge passes: above if it has room there,
/// else below, else what there is room for.
fn entitle(canvas: &mut Canvas, cells: Cells, title: &str, charset: Charset, ink: Ink) {
    let [[left, right], [top, bottom]] = cells;
    // A blank and a dash on either side.
    let needed = label::width(title) as i64 + 4;
    let mut gap = |y: i64| {
        let (mut best, mut start) = ((0, left), left + 1);
        for x in left + 1..=right {
            if x < right && canvas.is_frame([x, y]) {
                continue;
            }
            if best.0 < needed && x - start > best.0 {
                best = (x - start, start);
            }
            start = x + 1;
        }
        best
    };
    let (above, below) = (gap(top), gap(bottom));
    let ((room, x), y) = match above.0 < needed && below.0 >= needed {
        true => (below, bottom),
        false => (above, top),
    };
    let title = label::shortened(title, (room - 4).max(0) as usize, charset.ellipsis());
    if !title.is_empty() {
        canvas.text([x + 1, y], &format!(" {title} "), ink);
    }
}
