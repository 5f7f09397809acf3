//! How large everything is, before it has a place.

use super::font::Weight;
use super::icon::{GAP, IN_TITLE, Placed};
use super::look::Looks;
use super::name::name_of;
use super::shape::Shape;
use super::text::{Line, Owner, Room, Texts, clean};
use crate::graph::{Graph, Hierarchy, Visit};
use crate::layout::{self, Diagram, Item, Size};

/// Sizes of letters and the distances of lines, in pixels.
pub(super) const NODE_TEXT: (f64, f64) = (14.0, 18.0);
pub(super) const EDGE_TEXT: (f64, f64) = (12.0, 15.0);
pub(super) const PARTITION_TEXT: (f64, f64) = (13.0, 17.0);
/// The room around a partition's title.
pub(super) const TITLE_ROOM: Size = Size { width: 12.0, height: 7.0 };
/// The room around an edge's label.
const LABEL_ROOM: Size = Size { width: 5.0, height: 2.0 };
/// The longest title of a partition.
const LONGEST_TITLE: f64 = 360.0;

/// How labels are broken into lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wrapping {
    /// How wide a node's label may be, in pixels.
    pub width: f64,
    /// How many lines it may have.
    pub lines: usize,
}

/// A graph whose labels and nodes have sizes.
#[derive(Debug)]
pub struct Measured {
    /// What is to be laid out: the graph's nodes and edges, in their order.
    pub diagram: Diagram,
    /// The shape of each node.
    pub(super) shapes: Vec<Shape>,
    /// Where each node's icon is beside its label, if it has one.
    pub(super) icons: Vec<Option<Placed>>,
    /// The label of each node.
    pub(super) nodes: Vec<Vec<Line>>,
    /// The label of each edge.
    pub(super) edges: Vec<Vec<Line>>,
    /// How many partitions are around each node.
    pub(super) depths: Vec<u32>,
}

impl Measured {
    /// Measures a graph.
    pub fn of(graph: &Graph, looks: &Looks, wrapping: Wrapping, texts: &mut Texts<'_>) -> Measured {
        let hierarchy = Hierarchy::of(graph);
        let mut depths = vec![0; graph.node_count()];
        hierarchy.walk(graph, |visit, depth| {
            if let Visit::Enter(node) | Visit::Leaf(node) = visit {
                depths[node.0 as usize] = depth as u32;
            }
        });
        let mut measured = Measured {
            diagram: Diagram::default(),
            shapes: Vec::with_capacity(graph.node_count()),
            icons: Vec::with_capacity(graph.node_count()),
            nodes: Vec::with_capacity(graph.node_count()),
            edges: Vec::with_capacity(graph.edge_count()),
            depths,
        };
        for node in graph.nodes() {
            let (at, owner) = (node.index().0 as usize, Owner::Node(node.index()));
            let is_partition = !hierarchy.children(node.index()).is_empty();
            let shape = looks.shape(graph, at);
            let label = name_of(node);
            let icon = looks.icon(graph, at).and_then(|icon| looks.icons.get(icon));
            let (mut placed, mut is_scaled) = (None, false);
            let (lines, size) = if is_partition {
                let (lines, mut size) = partition(&label, texts, owner);
                if icon.is_some() {
                    size.width += IN_TITLE + GAP;
                }
                (lines, size)
            } else {
                let room = Room { width: wrapping.width / NODE_TEXT.0, lines: wrapping.lines };
                let lines = texts.wrap(&label, Weight::Regular, room, owner);
                let text = block(&lines, NODE_TEXT);
                placed = icon.map(|icon| Placed::of(icon, shape, text, lines.len()));
                let size = shape.size(placed.map_or(text, |placed| placed.size));
                let scale = looks.overrides.scales.get(at).copied().unwrap_or(1.0);
                is_scaled = scale != 1.0;
                (lines, Size { width: size.width * scale, height: size.height * scale })
            };
            measured.diagram.nodes.push(Item {
                parent: node.parent().map_or(layout::NONE, |parent| parent.0),
                is_partition,
                size,
                direction: None,
                stretches: shape.stretches() && !is_scaled,
            });
            measured.shapes.push(shape);
            measured.icons.push(placed);
            measured.nodes.push(lines);
        }
        for edge in graph.edges() {
            let label = clean(edge.label());
            let (lines, size) = match label.trim() {
                "" => (Vec::new(), Size::default()),
                label => {
                    let width = (wrapping.width * 0.8).max(60.0) / EDGE_TEXT.0;
                    let room = Room { width, lines: wrapping.lines };
                    let lines = texts.wrap(label, Weight::Regular, room, Owner::Edge(edge.index()));
                    let Size { width, height } = block(&lines, EDGE_TEXT);
                    let width = width + 2.0 * LABEL_ROOM.width;
                    (lines, Size { width, height: height + 2.0 * LABEL_ROOM.height })
                }
            };
            measured.diagram.edges.push(layout::Line {
                source: edge.source().index().0,
                target: edge.target().index().0,
                label: size,
                weight: edge.weight(),
            });
            measured.edges.push(lines);
        }
        measured
    }
}

/// Measures the title of a partition: one line.
fn partition(label: &str, texts: &mut Texts<'_>, owner: Owner) -> (Vec<Line>, Size) {
    let one = label.replace('\n', " ");
    let room = Room { width: LONGEST_TITLE / PARTITION_TEXT.0, lines: 1 };
    let lines = texts.wrap(&one, Weight::Bold, room, owner);
    let Size { width, height } = block(&lines, PARTITION_TEXT);
    let width = width + 2.0 * TITLE_ROOM.width;
    (lines, Size { width, height: height + 2.0 * TITLE_ROOM.height })
}

/// Returns the size of lines one below the other.
pub(super) fn block(lines: &[Line], (size, leading): (f64, f64)) -> Size {
    let width = lines.iter().map(|line| line.width * size).fold(0.0, f64::max);
    Size { width, height: leading * lines.len() as f64 }
}
