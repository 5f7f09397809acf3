//! What stands beside a picture: its title, and the legend, which tells what looks mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::{Artist, EDGE_LINE, MIDDLE, NODE_LINE};
use super::font::Weight;
use super::look::{Looks, used_layers};
use super::measure::block;
use super::path::{Path, grown, point, rect};
use super::shape::Shape;
use super::style::{filled, letters, stroked};
use super::text::{Line, Owner, Room, Texts, clean};
use super::{Mark, Role, Text};
use crate::graph::{Graph, LayerId};
use crate::layout::Rect;

/// Where the legend stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Legend {
    /// Below the picture, if there are at least two looks to explain.
    #[default]
    Auto,
    /// Below the picture.
    Bottom,
    /// To the right of the picture.
    Right,
    /// Nowhere.
    None,
}

/// A look and what it means.
pub(super) struct Entry {
    /// The layer.
    pub layer: LayerId,
    /// The shape of its nodes; nothing if only edges are of it.
    pub shape: Option<Shape>,
    /// What it is called.
    pub name: Line,
}

/// Sizes of letters and the distance of rows.
const TEXT: (f64, f64) = (12.0, 22.0);
/// The size of a sample, and the gap to its name.
const SAMPLE: (f64, f64) = (24.0, 14.0);
const SAMPLE_GAP: f64 = 7.0;
/// The gap between entries.
const ENTRY_GAP: f64 = 22.0;
/// The longest name, in pixels.
const LONGEST: f64 = 240.0;

/// Returns what there is to explain: layers in order, those that look like no layer at all left
/// out.
pub(super) fn entries(
    graph: &Graph,
    looks: &Looks,
    place: Legend,
    has_edges: bool,
    texts: &mut Texts<'_>,
) -> Vec<Entry> {
    if place == Legend::None {
        return Vec::new();
    }
    let mut entries = Vec::new();
    let layers = (0u32..).map(LayerId).zip(used_layers(graph));
    for (id, [by_nodes, by_edges]) in layers {
        // What is colored by something else is not explained by layers.
        let by_nodes = by_nodes && (looks.overrides.fills.is_empty() || place != Legend::Auto);
        let by_edges = by_edges && has_edges;
        let plain = looks.edge(graph, None);
        let is_seen = by_nodes
            || by_edges
                && (looks.edge(graph, Some(id)) != plain
                    || looks.line(Some(id)) != Default::default()
                    || looks.layer_arrows(Some(id)) != looks.layer_arrows(None));
        if !is_seen {
            continue;
        }
        let label = clean(&graph.layer(id).label).replace('\n', " ");
        let room = Room { width: LONGEST / TEXT.0, lines: 1 };
        let name = texts.wrap(&label, Weight::Regular, room, Owner::Layer(id)).into_iter().next();
        let shape = by_nodes.then(|| looks.all.or(looks.layer_shape(id)).unwrap_or_default());
        entries.push(Entry { layer: id, shape, name: name.unwrap_or_default() });
    }
    if place == Legend::Auto && entries.len() < 2 {
        entries.clear();
    }
    entries
}

/// The letters of the title, and the gap below it.
const TITLE_TEXT: (f64, f64) = (20.0, 27.0);

const GAP: f64 = 20.0;

/// The narrowest picture that a title or a legend is broken to.
const LEAST_WIDTH: f64 = 360.0;

impl Artist<'_> {
    /// Draws the legend beside a box, and returns its own.
    pub(super) fn legend(&mut self, entries: &[Entry], beside: Rect, place: Legend) -> Rect {
        let (size, row) = TEXT;
        let text = self.looks.theme.caption();
        let style = self.class("legend", letters(text, Weight::Regular, size));
        let is_column = place == Legend::Right;
        let most = beside.size.width.max(LEAST_WIDTH);
        let start = if is_column {
            point(beside.corner.x + beside.size.width + GAP * 1.5, beside.corner.y)
        } else {
            point(beside.corner.x, beside.corner.y + beside.size.height + GAP)
        };
        let (mut at, mut right, mut marks) = (start, start.x, Vec::new());
        for entry in entries {
            let name = entry.name.width * size;
            let width = SAMPLE.0 + SAMPLE_GAP + name;
            if !is_column && at.x > start.x && at.x + width > start.x + most {
                at = point(start.x, at.y + row);
            }
            let middle = at.y + row / 2.0;
            let of = rect(at.x, middle - SAMPLE.1 / 2.0, SAMPLE.0, SAMPLE.1);
            marks.extend(self.sample(entry, of));
            let x = at.x + SAMPLE.0 + SAMPLE_GAP;
            marks.push(Mark::Text(Text {
                lines: vec![entry.name.clone()],
                at: point(x, middle + size * MIDDLE),
                leading: row,
                is_centered: false,
                turn: 0.0,
                style,
            }));
            right = right.max(at.x + width);
            at = if is_column {
                point(at.x, at.y + row)
            } else {
                point(at.x + width + ENTRY_GAP, at.y)
            };
        }
        let lower = if is_column { at.y } else { at.y + row };
        self.push_other(Role::Legend, "Legend", marks);
        rect(start.x, start.y, right - start.x, lower - start.y)
    }

    /// Draws what a layer's nodes, or else its edges, look like.
    fn sample(&mut self, entry: &Entry, of: Rect) -> Vec<Mark> {
        let line = self.looks.line(Some(entry.layer));
        match entry.shape {
            Some(shape) => {
                let look = self.looks.node(self.graph, Some(entry.layer));
                let shape = match shape {
                    // Too small to be told apart.
                    Shape::Person | Shape::Star | Shape::Component => Shape::Rounded,
                    shape => shape,
                };
                let mut marks = match shape {
                    Shape::Rounded | Shape::Plain => {
                        let body = self.class("node", filled(look, NODE_LINE, line));
                        vec![Mark::Box(of, 3.5, body)]
                    }
                    shape => self.shape(shape, of, look, line),
                };
                if let Some(icon) = self.looks.layer_icon(entry.layer) {
                    marks.extend(self.icon(icon, grown(of, -2.0), look.fill, look.text));
                }
                marks
            }
            None => {
                let look = self.looks.edge(self.graph, Some(entry.layer));
                let y = of.middle().y;
                let style = self.class("edge", stroked(look.line, EDGE_LINE, line));
                let mut path = Path::default();
                let (left, right) = (of.corner.x, of.corner.x + of.size.width);
                path.start(left, y).line(right, y);
                let mut marks = vec![Mark::Path(path, style)];
                let arrows = self.looks.layer_arrows(Some(entry.layer));
                if arrows != self.looks.layer_arrows(None) {
                    let page = self.looks.theme.page();
                    for (arrow, x, way) in [(arrows[0], left, -1.0), (arrows[1], right, 1.0)] {
                        let head = arrow.head(point(x, y), point(way, 0.0), EDGE_LINE);
                        marks.extend(head.map(|head| self.head(head, look.line, page, EDGE_LINE)));
                    }
                }
                marks
            }
        }
    }

    /// Draws the title above a box, and returns its own.
    pub(super) fn title(&mut self, title: &str, below: Rect, texts: &mut Texts<'_>) -> Rect {
        let (size, leading) = TITLE_TEXT;
        let width = below.size.width.max(LEAST_WIDTH);
        let room = Room { width: width / size, lines: 3 };
        let lines = texts.wrap(&clean(title), Weight::Bold, room, Owner::Title);
        let of = block(&lines, TITLE_TEXT);
        let top = below.corner.y - GAP - of.height;
        let style = letters(self.looks.theme.title(), Weight::Bold, size);
        let style = self.class("title", style);
        let at = point(below.corner.x, top + leading / 2.0 + size * MIDDLE);
        let text = Text { lines, at, leading, is_centered: false, turn: 0.0, style };
        self.push_other(Role::Title, title, vec![Mark::Text(text)]);
        rect(below.corner.x, top, of.width, of.height)
    }
}
