//! What stands beside a picture: its title, and the legend, which tells what looks mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::{Artist, EDGE_LINE, MIDDLE, NODE_LINE};
use super::font::Weight;
use super::gauge::{Meaning, Shown};
use super::look::{Looks, used_layers};
use super::matrix::{Squares, Way};
use super::measure::block;
use super::path::{Path, around, grown, point, rect};
use super::shape::Shape;
use super::style::{filled, letters, stroked};
use super::text::{Line, Owner, Room, Texts, clean};
use super::theme::Hue;
use super::{Mark, Role, Style, Text};
use crate::graph::{Graph, LayerId};
use crate::layout::{Point, Rect, Size};

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

/// What there is to explain.
#[derive(Default)]
pub(super) struct Entries {
    /// Looks of layers.
    layers: Vec<Entry>,
    /// What numbers look like, and squares of a matrix.
    meanings: Vec<Meaning>,
    /// Whether edges are squares.
    are_squares: bool,
}

/// A look and what it means.
struct Entry {
    /// The layer.
    layer: LayerId,
    /// The shape of its nodes; nothing if only edges are of it.
    shape: Option<Shape>,
    /// What it is called.
    name: Line,
}

/// What is drawn of a graph.
#[derive(Clone, Copy)]
pub(super) struct Drawn {
    /// Whether edges are.
    pub has_edges: bool,
    /// How large edges are that are squares.
    pub squares: Option<Squares>,
}

/// Sizes of letters and the distance of rows.
pub(super) const TEXT: (f64, f64) = (12.0, 22.0);
/// The size of a sample, and the gap to its name.
const SAMPLE: (f64, f64) = (24.0, 14.0);
pub(super) const SAMPLE_GAP: f64 = 7.0;
/// The gap between entries.
const ENTRY_GAP: f64 = 22.0;
/// The longest name, in pixels.
pub(super) const LONGEST: f64 = 240.0;

/// Returns what there is to explain: layers in order, those that look like no layer at all left
/// out, and then numbers.
pub(super) fn entries(
    graph: &Graph,
    looks: &Looks,
    place: Legend,
    drawn: Drawn,
    texts: &mut Texts<'_>,
) -> Entries {
    if place == Legend::None {
        return Entries::default();
    }
    let layers = layers(graph, looks, place, drawn, texts);
    let gauges = looks.overrides.gauges.iter().filter(|gauge| match gauge.shown {
        Shown::NodeColor => true,
        Shown::NodeSize => drawn.squares.is_none(),
        Shown::EdgeColor | Shown::EdgeWidth => drawn.has_edges,
    });
    let gauges = gauges.filter(|gauge| place != Legend::Auto || gauge.samples.len() > 1);
    let square = drawn.squares.map(|squares| move |width: f64| squares.side(width));
    let square = square.as_ref().map(|square| square as &dyn Fn(f64) -> f64);
    let mut meanings = Vec::new();
    if let Some(squares) = drawn.squares {
        let ways = Way::ALL.into_iter().filter(|way| squares.ways[*way as usize]);
        meanings.extend(ways.map(|way| Meaning::of_way(way, texts)));
    }
    meanings.extend(gauges.filter_map(|gauge| Meaning::of(gauge, square, texts)));
    if place == Legend::Auto && layers.len() < 2 && meanings.is_empty() {
        return Entries::default();
    }
    Entries { layers, meanings, are_squares: drawn.squares.is_some() }
}

fn layers(
    graph: &Graph,
    looks: &Looks,
    place: Legend,
    drawn: Drawn,
    texts: &mut Texts<'_>,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let layers = (0u32..).map(LayerId).zip(used_layers(graph));
    for (id, [by_nodes, by_edges]) in layers {
        // What is colored by something else is not explained by layers.
        let is_told = |colors: &[Option<Hue>]| colors.is_empty() || place != Legend::Auto;
        let by_nodes = by_nodes && is_told(&looks.overrides.fills);
        let by_edges = by_edges && drawn.has_edges && is_told(&looks.overrides.edge_colors);
        let (plain, own) = (looks.edge(graph, None), looks.edge(graph, Some(id)));
        // Squares have a color, and nothing else.
        let is_other = match drawn.squares {
            Some(_) => own.line != plain.line,
            None => {
                own != plain
                    || looks.line(Some(id)) != Default::default()
                    || looks.layer_arrows(Some(id)) != looks.layer_arrows(None)
            }
        };
        let is_seen = by_nodes || (by_edges && is_other);
        if !is_seen {
            continue;
        }
        let label = clean(&graph.layer(id).label).replace('\n', " ");
        let room = Room { width: LONGEST / TEXT.0, lines: 1 };
        let name = texts.wrap(&label, Weight::Regular, room, Owner::Layer(id)).into_iter().next();
        let shape = by_nodes.then(|| looks.all.or(looks.layer_shape(id)).unwrap_or_default());
        entries.push(Entry { layer: id, shape, name: name.unwrap_or_default() });
    }
    entries
}

/// Entries beside each other in rows, or in a column.
struct Flow {
    start: Point,
    at: Point,
    right: f64,
    /// How wide a row may be; nothing for a column.
    most: Option<f64>,
}

impl Flow {
    /// Returns the middle of the left end of the next entry.
    fn place(&mut self, width: f64) -> Point {
        let row = TEXT.1;
        let is_full = |most| self.at.x > self.start.x && self.at.x + width > self.start.x + most;
        if self.most.is_some_and(is_full) {
            self.at = point(self.start.x, self.at.y + row);
        }
        let place = point(self.at.x, self.at.y + row / 2.0);
        self.right = self.right.max(self.at.x + width);
        match self.most {
            Some(_) => self.at.x += width + ENTRY_GAP,
            None => self.at.y += row,
        }
        place
    }

    /// Returns the box around all entries.
    fn bounds(&self) -> Rect {
        let Point { x, y } = self.start;
        let lower = if self.most.is_some() { self.at.y + TEXT.1 } else { self.at.y };
        rect(x, y, self.right - x, lower - y)
    }
}

/// The letters of the title, and the gap below it.
const TITLE_TEXT: (f64, f64) = (20.0, 27.0);

const GAP: f64 = 20.0;

/// The narrowest picture that a title or a legend is broken to.
const LEAST_WIDTH: f64 = 360.0;

impl Artist<'_> {
    /// Draws the legend beside a box, and returns what is around both.
    pub(super) fn legend(&mut self, entries: &Entries, beside: Rect, place: Legend) -> Rect {
        if entries.layers.is_empty() && entries.meanings.is_empty() {
            return beside;
        }
        let (size, leading) = TEXT;
        let style = letters(self.looks.theme.caption(), Weight::Regular, size);
        let style = self.class("legend", style);
        let Rect { corner: Point { x, y }, size: Size { width, height } } = beside;
        let (start, most) = match place {
            Legend::Right => (point(x + width + GAP * 1.5, y), None),
            _ => (point(x, y + height + GAP), Some(width.max(LEAST_WIDTH))),
        };
        let mut flow = Flow { start, at: start, right: start.x, most };
        let mut marks = Vec::new();
        for entry in &entries.layers {
            let at = flow.place(SAMPLE.0 + SAMPLE_GAP + entry.name.width * size);
            let of = rect(at.x, at.y - SAMPLE.1 / 2.0, SAMPLE.0, SAMPLE.1);
            marks.extend(self.sample(entry, of, entries.are_squares));
            marks.push(Mark::Text(Text {
                lines: vec![entry.name.clone()],
                at: point(at.x + SAMPLE.0 + SAMPLE_GAP, at.y + size * MIDDLE),
                leading,
                is_centered: false,
                turn: 0.0,
                style,
            }));
        }
        if !marks.is_empty() {
            self.push_other(Role::Legend, "Legend", marks);
        }
        for meaning in &entries.meanings {
            let at = flow.place(meaning.width());
            let marks = self.meaning(meaning, at);
            self.push_other(Role::Meaning, &meaning.speech, marks);
        }
        around(beside, flow.bounds())
    }

    /// Draws what a layer's nodes, or else its edges, look like.
    fn sample(&mut self, entry: &Entry, of: Rect, are_squares: bool) -> Vec<Mark> {
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
            None if are_squares => {
                let fill = Some(self.looks.edge(self.graph, Some(entry.layer)).line);
                let style = self.class("cell", Style { fill, ..Style::default() });
                let (Point { x, y }, side) = (of.middle(), SAMPLE.1);
                vec![Mark::Box(rect(x - side / 2.0, y - side / 2.0, side, side), 0.0, style)]
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

#[cfg(test)]
mod tests {
    use super::super::font::Fonts;
    use super::super::theme::Theme;
    use super::super::{Gauge, Measured, Scene, Wrapping, draw};
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::graph::{EdgeRow, GraphBuilder, Layer, NodeRow};
    use crate::layout::{Diagram, Layout, grid, matrix, treemap};

    const THEMES: [Theme; 4] = [Theme::Light, Theme::Dark, Theme::Print, Theme::Auto];
    const PLACES: [Legend; 4] = [Legend::Auto, Legend::Bottom, Legend::Right, Legend::None];

    /// Draws a few nodes of layers whose numbers are shown by all there is.
    fn scene(lay: fn(&Diagram) -> Layout, theme: Theme, place: Legend, name: &str) -> Scene {
        let mut builder = GraphBuilder::default();
        for (id, layer) in [("a", "one"), ("b", "two"), ("c", "two"), ("d", "three")] {
            builder.node(NodeRow { id, layer: Some(layer), ..NodeRow::default() });
        }
        for id in ["one", "two", "three"] {
            builder.layer(Layer::plain(id));
        }
        for (source, target) in [("a", "b"), ("b", "a"), ("c", "d")] {
            builder.edge(EdgeRow { source, target, label: "to", ..EdgeRow::default() });
        }
        let graph = builder.finish().graph;
        let fonts = Fonts::new([]).unwrap();
        let mut texts = Texts::new(&fonts);
        let mut looks = Looks::of(&graph, theme, &mut Diagnostics::default());
        let shown = [Shown::NodeColor, Shown::NodeSize, Shown::EdgeColor, Shown::EdgeWidth];
        let gauge = |shown| {
            let samples = vec![(0.25, 1.0), (1000.0, 2.0)];
            Gauge { name: name.to_owned(), shown, samples }
        };
        looks.overrides.gauges = shown.into_iter().map(gauge).collect();
        let wrapping = Wrapping { width: 170.0, lines: 4 };
        let measured = Measured::of(&graph, &looks, wrapping, &mut texts);
        let layout = lay(&measured.diagram);
        draw(&graph, &measured, &layout, &looks, Some("All"), place, &mut texts)
    }

    fn areas(diagram: &Diagram) -> Layout {
        treemap(diagram, &vec![1.0; diagram.nodes.len()])
    }

    /// Returns the box of each entry of the legend that is about no layer, and that of the layers.
    fn legend(scene: &Scene) -> Vec<Rect> {
        let is_legend = |role: Role| matches!(role, Role::Legend | Role::Meaning);
        let own = scene.groups.iter().filter(|group| is_legend(group.role));
        let bounds = own.map(|group| {
            group.marks.iter().filter_map(|mark| mark.bounds(scene)).reduce(around).unwrap()
        });
        bounds.collect()
    }

    fn touch(a: Rect, b: Rect) -> bool {
        let apart = |a: Rect, b: Rect| {
            a.corner.x + a.size.width <= b.corner.x || a.corner.y + a.size.height <= b.corner.y
        };
        !apart(a, b) && !apart(b, a)
    }

    #[test]
    fn what_a_legend_covers_is_nothing() {
        let long = "a number with quite a long name, of which not all can be told";
        for lay in [grid, matrix, areas] {
            for (theme, place) in THEMES.into_iter().flat_map(|t| PLACES.map(|p| (t, p))) {
                for name in ["load", long] {
                    let scene = scene(lay, theme, place, name);
                    let legend = legend(&scene);
                    let others = scene
                        .groups
                        .iter()
                        .filter(|group| !matches!(group.role, Role::Legend | Role::Meaning));
                    let marks = others.flat_map(|group| &group.marks);
                    let covered: Vec<Rect> = marks.filter_map(|mark| mark.bounds(&scene)).collect();
                    assert_eq!(legend.is_empty(), place == Legend::None);
                    for (at, own) in legend.iter().enumerate() {
                        assert!(legend[..at].iter().all(|other| !touch(*own, *other)));
                        assert!(covered.iter().all(|other| !touch(*own, *other)), "{place:?}");
                        assert_eq!(around(scene.frame, *own), scene.frame);
                    }
                }
            }
        }
    }

    #[test]
    fn only_what_is_drawn_is_told() {
        let said = |lay| {
            let scene = scene(lay, Theme::Light, Legend::Auto, "load");
            let own = scene.groups.into_iter().filter(|group| group.role == Role::Meaning);
            own.map(|group| group.speech.into_string()).collect::<Vec<_>>()
        };
        let all = ["color of nodes", "size of nodes", "color of edges", "width of edges"];
        let told = |what: &[&str]| -> Vec<String> {
            what.iter().map(|what| format!("{what}: load, 0.25 to 1000")).collect()
        };
        assert_eq!(said(grid), told(&all));
        // Of the edges from a to b and back, one is below the diagonal.
        let ways = [
            "squares above the diagonal lead forward, from their rows to their columns",
            "red squares, below the diagonal, lead back and close a cycle",
        ];
        let numbers = told(&["color of nodes", "color of edges", "size of squares"]);
        let all: Vec<String> = ways.map(str::to_owned).into_iter().chain(numbers).collect();
        assert_eq!(said(matrix), all);
    }
}
