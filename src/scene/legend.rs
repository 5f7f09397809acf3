//! What stands beside a picture: its title, and the legend, which tells what looks mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::{Artist, EDGE_LINE, MIDDLE, NODE_LINE};
use super::font::Weight;
use super::gauge::{Meaning, Shown, Side};
use super::look::{Looks, used_layers};
use super::matrix::{Squares, Way};
use super::measure::block;
use super::path::{around, grown, point, rect};
use super::shape::Shape;
use super::style::{filled, letters};
use super::text::{Line, Owner, Room, Texts, clean};
use super::theme::Hue;
use super::{Mark, Role, Text};
use crate::graph::{Graph, LayerId, natural};
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
pub(super) const SAMPLE: (f64, f64) = (24.0, 14.0);
/// How round the corners of a sample are.
pub(super) const SAMPLE_ROUND: f64 = 3.5;
pub(super) const SAMPLE_GAP: f64 = 7.0;
/// The gap between entries.
const ENTRY_GAP: f64 = 22.0;
/// The longest name, in pixels.
pub(super) const LONGEST: f64 = 240.0;

/// Returns what there is to explain: layers in order, those that look like no layer at all left
/// out, and then numbers and values.
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
        Shown::NodeColor | Shown::NodeArea | Shown::NodeAngle => true,
        Shown::NodeSize => drawn.squares.is_none(),
        Shown::EdgeColor | Shown::EdgeWidth => drawn.has_edges,
    });
    let gauges = gauges.filter(|gauge| place != Legend::Auto || gauge.is_of_several());
    let square = drawn.squares.map(|squares| move |width: f64| squares.side(width));
    let square = square.as_ref().map(|square| square as Side<'_>);
    let mut meanings = Vec::new();
    if let Some(squares) = drawn.squares {
        let ways = Way::ALL.into_iter().filter(|way| squares.ways[*way as usize]);
        meanings.extend(ways.map(|way| Meaning::of_way(way, texts)));
    }
    meanings.extend(gauges.flat_map(|gauge| Meaning::of(gauge, square, texts)));
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
    // Nodes stand together, and so do edges; and `tier-2` before `tier-10`.
    let id = |entry: &Entry| graph.layer(entry.layer).id.as_str();
    entries.sort_by(|a, b| {
        let by_kind = a.shape.is_none().cmp(&b.shape.is_none());
        by_kind.then_with(|| natural::compare(id(a), id(b)))
    });
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
    /// Returns the middle of the left end of the next entry, which is in one row with something that
    /// is `more` wide.
    fn place(&mut self, width: f64, more: f64) -> Point {
        let row = TEXT.1;
        let right = self.at.x + width + more;
        let is_full = |most| self.at.x > self.start.x && right > self.start.x + most;
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
        let Rect { corner: Point { x, y }, size: Size { width, height } } = beside;
        let (start, most) = match place {
            Legend::Right => (point(x + width + GAP * 1.5, y), None),
            _ => (point(x, y + height + GAP), Some(width.max(LEAST_WIDTH))),
        };
        let mut flow = Flow { start, at: start, right: start.x, most };
        let mut marks = Vec::new();
        for entry in &entries.layers {
            let at = flow.place(SAMPLE.0 + SAMPLE_GAP + entry.name.width * TEXT.0, 0.0);
            let of = rect(at.x, at.y - SAMPLE.1 / 2.0, SAMPLE.0, SAMPLE.1);
            marks.extend(self.sample(entry, of, entries.are_squares));
            let beside = point(at.x + SAMPLE.0 + SAMPLE_GAP, at.y);
            marks.push(self.caption(&entry.name, Weight::Regular, beside));
        }
        if !marks.is_empty() {
            self.push_other(Role::Legend, "Legend", marks);
        }
        for (place, meaning) in entries.meanings.iter().enumerate() {
            let next = entries.meanings.get(place + 1).filter(|_| meaning.is_heading);
            let at = flow.place(meaning.width(), next.map_or(0.0, |next| ENTRY_GAP + next.width()));
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
                        vec![Mark::Box(of, SAMPLE_ROUND, body)]
                    }
                    shape => self.shape(shape, of, look, line),
                };
                if let Some(icon) = self.looks.layer_icon(entry.layer) {
                    marks.extend(self.icon(icon, grown(of, -2.0), look.fill, look.text));
                }
                marks
            }
            None if are_squares => {
                let (Point { x, y }, side) = (of.middle(), SAMPLE.1);
                let own = rect(x - side / 2.0, y - side / 2.0, side, side);
                vec![self.cell(own, self.looks.edge(self.graph, Some(entry.layer)).line)]
            }
            None => {
                let look = self.looks.edge(self.graph, Some(entry.layer));
                let y = of.middle().y;
                let (left, right) = (of.corner.x, of.corner.x + of.size.width);
                let mut marks = vec![self.stretch(of, look.line, EDGE_LINE, line)];
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
    use super::super::{Gauge, Measured, Scale, Scene, Style, Wrapping, draw};
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::graph::{EdgeRow, GraphBuilder, Layer, NodeRow};
    use crate::layout::{Diagram, Layout, grid, matrix, treemap};

    const THEMES: [Theme; 4] = [Theme::Light, Theme::Dark, Theme::Print, Theme::Auto];
    const PLACES: [Legend; 4] = [Legend::Auto, Legend::Bottom, Legend::Right, Legend::None];

    const ALL: [Shown; 4] = [Shown::NodeColor, Shown::NodeSize, Shown::EdgeColor, Shown::EdgeWidth];

    /// Draws a few nodes of layers whose numbers are shown by all there is.
    fn scene(lay: fn(&Diagram) -> Layout, theme: Theme, place: Legend, name: &str) -> Scene {
        let scale = Scale::Numbers(vec![(0.25, 1.0), (1000.0, 2.0)]);
        let gauge = |shown| Gauge { name: name.to_owned(), shown, scale: scale.clone() };
        scene_of(lay, theme, place, ALL.map(gauge).into())
    }

    fn scene_of(
        lay: fn(&Diagram) -> Layout,
        theme: Theme,
        place: Legend,
        gauges: Vec<Gauge>,
    ) -> Scene {
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
        looks.overrides.gauges = gauges;
        let wrapping = Wrapping { width: 170.0, lines: 4 };
        let measured = Measured::of(&graph, &looks, wrapping, &mut texts);
        let layout = lay(&measured.diagram);
        draw(&graph, &measured, layout, &looks, Some("All"), place, &mut texts)
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

    fn numbers(shown: Shown) -> Gauge {
        let scale = Scale::Numbers(vec![(0.25, 0.0), (1000.0, 1.0)]);
        Gauge { name: "load".to_owned(), shown, scale }
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
                let scenes = ["load", long].map(|name| scene(lay, theme, place, name));
                let values = (0..40).map(|at| format!("value {at}")).collect();
                let values = Gauge { scale: Scale::Values(values), ..numbers(Shown::EdgeColor) };
                let area = numbers(Shown::NodeArea);
                for scene in
                    scenes.into_iter().chain([scene_of(lay, theme, place, vec![values, area])])
                {
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

    fn told(scene: Scene) -> Vec<String> {
        let own = scene.groups.into_iter().filter(|group| group.role == Role::Meaning);
        own.map(|group| group.speech.into_string()).collect()
    }

    #[test]
    fn each_value_has_a_swatch_until_there_are_too_many() {
        let said = |count: usize, shown, place| {
            let values = (0..count).map(|at| format!("v{at:02}")).collect();
            let gauge = Gauge { scale: Scale::Values(values), ..numbers(shown) };
            told(scene_of(grid, Theme::Light, place, vec![gauge]))
        };
        assert_eq!(said(2, Shown::NodeColor, Legend::Auto), ["color of nodes: load", "v00", "v01"]);
        let many = said(40, Shown::EdgeColor, Legend::Right);
        assert_eq!((many.len(), &*many[24], &*many[25]), (26, "v23", "and 16 more"));
        assert!(said(1, Shown::NodeColor, Legend::Auto).is_empty());
        assert_eq!(said(1, Shown::NodeColor, Legend::Bottom).len(), 2);
        for shown in [Shown::NodeColor, Shown::EdgeColor] {
            let values = Scale::Values(vec!["a".to_owned(), "b".to_owned()]);
            let gauge = Gauge { scale: values, ..numbers(shown) };
            let scene = scene_of(grid, Theme::Light, Legend::Auto, vec![gauge]);
            let own = scene.groups.iter().filter(|group| group.role == Role::Meaning);
            let swatches: Vec<Style> =
                own.skip(1).map(|group| scene.style(group.marks[0].style())).collect();
            for (at, style) in swatches.into_iter().enumerate() {
                let theme = Theme::Light;
                match shown {
                    Shown::NodeColor => {
                        assert_eq!(style.fill, Some(theme.filled(Hue::Value(at)).fill));
                    }
                    _ => assert_eq!(style.stroke.unwrap().paint, theme.line(Hue::Value(at))),
                }
            }
        }
    }

    #[test]
    fn the_name_of_values_stands_beside_the_first() {
        for width in 1..60 {
            let values = Scale::Values(vec!["a".repeat(7), "b".repeat(width)]);
            let first = Gauge { scale: values, ..numbers(Shown::NodeColor) };
            let second = Gauge { name: "other".to_owned(), ..first.clone() };
            let scene = scene_of(grid, Theme::Light, Legend::Auto, vec![first, second]);
            let own = legend(&scene);
            // A box for what layers look like, and then two times a name with two values.
            let middle = |at: usize| own[own.len() - at].middle().y;
            assert!((middle(6) - middle(5)).abs() < 3.0 && (middle(3) - middle(2)).abs() < 3.0);
        }
    }

    #[test]
    fn an_area_is_told_in_words() {
        let said = |shown| told(scene_of(areas, Theme::Light, Legend::Auto, vec![numbers(shown)]));
        assert_eq!(said(Shown::NodeArea), ["area of nodes: load, 0.25 to 1000"]);
        assert_eq!(said(Shown::NodeAngle), ["angle of nodes: load, 0.25 to 1000"]);
    }

    #[test]
    fn only_what_is_drawn_is_told() {
        let said = |lay| told(scene(lay, Theme::Light, Legend::Auto, "load"));
        let all = ["color of nodes", "size of nodes", "color of edges", "width of edges"];
        let ranges = |what: &[&str]| -> Vec<String> {
            what.iter().map(|what| format!("{what}: load, 0.25 to 1000")).collect()
        };
        assert_eq!(said(grid), ranges(&all));
        // Of the edges from a to b and back, one is below the diagonal.
        let ways = [
            "squares above the diagonal lead forward, from their rows to their columns",
            "red squares, below the diagonal, lead back and close a cycle",
        ];
        let numbers = ranges(&["color of nodes", "color of edges", "size of squares"]);
        let all: Vec<String> = ways.map(str::to_owned).into_iter().chain(numbers).collect();
        assert_eq!(said(matrix), all);
    }
}
