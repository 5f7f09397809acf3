//! Draws a measured graph where its layout puts it.

use std::collections::HashMap;
use std::sync::Arc;

use super::arrow::{Head, Ink};
use super::fit::{Fitted, Wanted, fit, in_box, shrunk};
use super::font::Weight;
use super::legend::{self, Drawn, Legend};
use super::link::harmless;
use super::look::Looks;
use super::measure::{Measured, NODE_TEXT};
use super::name::{name_of, unturned};
use super::path::{Path, around, contains, grown, point, rect};
use super::shape::{self, Shape};
use super::speech;
use super::style::{filled, letters, stroked};
use super::text::{Owner, Texts, clean};
use super::theme::{Look, Paint};
use super::{Class, Group, Mark, OutlineId, Raster, RasterId, Role, Scene, Style, StyleId};
use crate::diagnostic::counted;
use crate::graph::{Edge, Graph, LayerId, Links, Node, NodeId};
use crate::layout::{Form, Layout, Point, Rect};

/// The room around everything.
const MARGIN: f64 = 24.0;
/// How wide lines are.
pub(super) const NODE_LINE: f64 = 1.25;
pub(super) const PARTITION_LINE: f64 = 1.0;
pub(super) const EDGE_LINE: f64 = 1.4;
/// The most lines of a label in a box that is too small for it.
const MOST_LINES: usize = 4;
/// The radius of a partition's corners.
const PARTITION_ROUND: f64 = 8.0;
/// How far above its base line the middle of a line of letters is, in ems.
pub(super) const MIDDLE: f64 = 0.355;

/// Draws a picture. Each route is gone once its edge is drawn, as both together would take much room.
pub fn draw(
    graph: &Graph,
    measured: &Measured,
    mut layout: Layout,
    looks: &Looks,
    title: Option<&str>,
    place: Legend,
    texts: &mut Texts<'_>,
) -> Scene {
    let routes = std::mem::take(&mut layout.routes);
    let has_edges = !routes.is_empty();
    let mut artist = Artist {
        graph,
        measured,
        layout: &layout,
        looks,
        links: Links::of(graph),
        ids: HashMap::new(),
        words: HashMap::new(),
        styles: Vec::new(),
        outlines: Vec::new(),
        shared: HashMap::new(),
        rasters: Vec::new(),
        shown: HashMap::new(),
        groups: Vec::with_capacity(graph.node_count() + graph.edge_count()),
    };
    let mut squares = None;
    match &layout.form {
        Form::Boxes => {
            artist.partitions();
            artist.edges(routes);
            artist.headings(texts);
            artist.nodes(texts);
        }
        Form::Sectors(sectors) => artist.rings(sectors, texts),
        Form::Matrix { side } => squares = Some(artist.matrix(*side, texts)),
    }
    let (mut frame, nothing) = (artist.bounds(), Rect::default());
    let drawn = Drawn { has_edges, squares };
    let entries = legend::entries(graph, looks, place, drawn, texts);
    frame = artist.legend(&entries, frame, place);
    let title = title.map(str::trim).filter(|title| !title.is_empty());
    if let Some(title) = title {
        frame = around(frame, artist.title(title, frame, texts));
    }
    if frame == nothing {
        frame = rect(0.0, 0.0, 1.0, 1.0);
    }
    let nodes = counted(graph.node_count(), "node");
    let edges = counted(graph.edge_count(), "edge");
    Scene {
        frame: grown(frame, MARGIN),
        page: Some(looks.theme.page()),
        title: title.map_or_else(String::new, speech::said),
        description: format!("A graph of {nodes} and {edges}"),
        styles: artist.styles,
        outlines: artist.outlines,
        rasters: artist.rasters,
        groups: artist.groups,
    }
}

/// Draws the parts of a picture.
pub(super) struct Artist<'a> {
    pub graph: &'a Graph,
    pub measured: &'a Measured,
    pub layout: &'a Layout,
    pub looks: &'a Looks,
    pub links: Links<'a>,
    ids: HashMap<Style, StyleId>,
    /// How many classes are called by each word.
    words: HashMap<&'static str, usize>,
    styles: Vec<Class>,
    outlines: Vec<Path>,
    /// The outlines of each icon at each scale, given by its bits.
    pub shared: HashMap<(usize, u64), Vec<OutlineId>>,
    pub rasters: Vec<Arc<Raster>>,
    /// The place of each icon that is in pixels.
    pub shown: HashMap<usize, RasterId>,
    pub(super) groups: Vec<Group>,
}

impl Artist<'_> {
    /// Returns the class of a style; a new one is called by a word, and a number if need be.
    pub(super) fn class(&mut self, word: &'static str, style: Style) -> StyleId {
        if let Some(id) = self.ids.get(&style) {
            return *id;
        }
        let id = StyleId(self.styles.len() as u32);
        let count = self.words.entry(word).or_default();
        *count += 1;
        let name = if *count == 1 { word.to_owned() } else { format!("{word}{count}") };
        self.styles.push(Class { name, style });
        self.ids.insert(style, id);
        id
    }

    /// Keeps an outline for several marks.
    pub(super) fn share(&mut self, outline: Path) -> OutlineId {
        self.outlines.push(outline);
        OutlineId(self.outlines.len() as u32 - 1)
    }

    pub(super) fn rect(&self, node: NodeId) -> Rect {
        self.layout.nodes.get(node.0 as usize).copied().unwrap_or_default()
    }

    pub(super) fn is_partition(&self, node: NodeId) -> bool {
        self.measured.diagram.nodes[node.0 as usize].is_partition
    }

    fn partitions(&mut self) {
        let mut order: Vec<NodeId> = self.graph.nodes().map(|node| node.index()).collect();
        order.retain(|node| self.is_partition(*node));
        order.sort_by_key(|node| self.depth(*node));
        for id in order {
            let node = self.graph.node(id);
            let look = self.partition_look(node);
            let line = self.looks.line(node.layer());
            let body = filled(look, PARTITION_LINE, line);
            let of = self.rect(id);
            let body = self.class("partition", body);
            let mark = match self.looks.are_circles() {
                true => Mark::Ellipse(of, body),
                false => Mark::Box(of, PARTITION_ROUND, body),
            };
            let marks = vec![mark];
            self.push_node(Role::Partition, node, marks);
        }
    }

    pub(super) fn partition_look(&self, node: Node<'_>) -> Look {
        let depth = self.depth(node.index()) as usize;
        self.looks.partition(self.graph, node.layer(), depth)
    }

    pub(super) fn node_look(&self, node: Node<'_>) -> Look {
        match self.looks.overrides.fills.get(node.index().0 as usize).copied().flatten() {
            Some(fill) => self.looks.theme.filled(fill),
            None => self.looks.node(self.graph, node.layer()),
        }
    }

    /// Returns how many partitions are around a node.
    pub(super) fn depth(&self, node: NodeId) -> u32 {
        self.measured.depths[node.0 as usize]
    }

    fn nodes(&mut self, texts: &mut Texts<'_>) {
        for node in self.graph.nodes() {
            let at = node.index().0 as usize;
            if self.is_partition(node.index()) {
                continue;
            }
            let look = self.node_look(node);
            let of = self.rect(node.index());
            let shape = self.looks.all.unwrap_or(self.measured.shapes[at]);
            let line = self.looks.line(node.layer());
            let mut marks = self.shape(shape, of, look, line);
            let scale = self.looks.overrides.scales.get(at).copied().unwrap_or(1.0);
            let (size, leading) = (NODE_TEXT.0 * scale, NODE_TEXT.1 * scale);
            let mut middle = shape.middle(of);
            if let Some(placed) = self.measured.icons[at]
                && !self.is_small(at, of)
            {
                let (place, text) = placed.around(middle, scale);
                middle = text;
                if let Some(icon) = self.looks.icon(self.graph, at) {
                    marks.extend(self.icon(icon, place, look.fill, look.text));
                }
            }
            let fitted = match self.is_small(at, of) {
                true => self.fitting(node, of, (size, leading), texts),
                false => {
                    let lines = self.measured.nodes[at].clone();
                    let is_seen = lines.iter().any(|line| line.width > 0.0);
                    let place = in_box(Rect { corner: middle, ..Rect::default() }, false);
                    is_seen.then_some(Fitted { lines, place, letters: (size, leading) })
                }
            };
            if let Some(fitted) = fitted {
                let style = letters(look.text, Weight::Regular, fitted.size());
                let style = self.class("label", style);
                marks.push(Mark::Text(fitted.text(style)));
            }
            self.push_node(Role::Node, node, marks);
        }
    }

    /// Returns as much of the label of a node as a box holds that is too small for it.
    fn fitting(
        &self,
        node: Node<'_>,
        of: Rect,
        letters: (f64, f64),
        texts: &mut Texts<'_>,
    ) -> Option<Fitted> {
        let label = &*name_of(node);
        let (weight, owner) = (Weight::Regular, Owner::Node(node.index()));
        let inside = match self.looks.are_circles() {
            true => shrunk(of, 0.07 * of.size.width, 0.19 * of.size.height),
            false => shrunk(of, (0.1 * of.size.width).min(5.0), 1.0),
        };
        let lines = (inside.size.height / letters.1 * 2.0).max(1.0) as usize;
        let wanted = Wanted { label, weight, letters, lines: lines.min(MOST_LINES), owner };
        let level = |_: usize, _: f64| vec![in_box(inside, false)];
        let turned = |_: usize, _: f64| vec![in_box(shrunk(of, 1.0, 5.0), true)];
        match self.looks.are_circles() || of.size.height < of.size.width * 1.2 {
            true => fit(wanted, &[&level], texts),
            false => fit(wanted, &[&level, &turned], texts),
        }
    }

    /// Returns whether a node's box is smaller than what it was measured to need.
    fn is_small(&self, node: usize, of: Rect) -> bool {
        let wanted = self.measured.diagram.nodes[node].size;
        of.size.width < wanted.width - 0.5 || of.size.height < wanted.height - 0.5
    }

    pub(super) fn shape(
        &mut self,
        shape: Shape,
        of: Rect,
        look: Look,
        line: shape::Line,
    ) -> Vec<Mark> {
        let mut marks = Vec::with_capacity(3);
        let body = self.class("node", filled(look, NODE_LINE, line));
        match shape {
            Shape::Box => marks.push(Mark::Box(of, 0.0, body)),
            Shape::Rounded => marks.push(Mark::Box(of, 6.0, body)),
            Shape::Stadium => marks.push(Mark::Box(of, of.size.height / 2.0, body)),
            Shape::Ellipse | Shape::Circle => marks.push(Mark::Ellipse(of, body)),
            _ if !shape.is_drawn() => {}
            _ => marks.push(Mark::Path(shape.outline(of).0, body)),
        }
        let over = shape.outline_over(of);
        if let Some(over) = over {
            let style = Style { fill: None, ..filled(look, NODE_LINE, line) };
            let style = self.class("over", style);
            marks.push(Mark::Path(over, style));
        }
        marks
    }

    pub(super) fn push_node(&mut self, role: Role, node: Node<'_>, marks: Vec<Mark>) {
        let at = node.index().0 as usize;
        let link = self.looks.overrides.node_links.get(at).and_then(|link| link.as_deref());
        let mut title = clean(node.label()).into_owned();
        if !node.comment().trim().is_empty() {
            title.push('\n');
            title.push_str(&clean(node.comment()));
        }
        self.groups.push(Group {
            role,
            id: node.id().into(),
            layer: self.layer_id(node.layer()),
            title: title.into(),
            speech: speech::of_node(self.graph, &self.links, node).into(),
            link: link.and_then(harmless).map(Box::from),
            marks,
        });
    }

    fn layer_id(&self, layer: Option<LayerId>) -> Box<str> {
        layer.map_or("", |layer| self.graph.layer(layer).id.as_str()).into()
    }

    /// Draws the head of an edge over a color.
    pub(super) fn head(&mut self, head: Head, paint: Paint, under: Paint, width: f64) -> Mark {
        let lines = stroked(paint, width, shape::Line::Solid);
        let style = match head.ink {
            Ink::Full => Style { fill: Some(paint), ..Style::default() },
            Ink::Hollow => Style { fill: Some(under), ..lines },
            Ink::Lines => lines,
        };
        Mark::Path(head.path, self.class("head", style))
    }

    /// Returns the color of what is under a place on an edge: the innermost partition around it.
    pub(super) fn under(&self, edge: Edge<'_>, at: Point) -> Paint {
        let mut deepest: Option<NodeId> = None;
        for end in [edge.source(), edge.target()] {
            let mut around = Some(end.index());
            while let Some(node) = around {
                let is_deeper =
                    deepest.is_none_or(|deepest| self.depth(deepest) < self.depth(node));
                if is_deeper && self.is_partition(node) && contains(self.rect(node), at) {
                    deepest = Some(node);
                    break;
                }
                around = self.graph.node(node).parent();
            }
        }
        let fill = |node| self.partition_look(self.graph.node(node)).fill;
        deepest.map_or_else(|| self.looks.theme.page(), fill)
    }

    pub(super) fn push_edge(&mut self, role: Role, edge: Edge<'_>, marks: Vec<Mark>) {
        let at = edge.index().0 as usize;
        let link = self.looks.overrides.edge_links.get(at).and_then(|link| link.as_deref());
        let arrow = |node: Node<'_>| unturned(&name_of(node)).replace('\n', " ");
        let mut title = format!("{} → {}", arrow(edge.source()), arrow(edge.target()));
        for more in [edge.label(), edge.comment()] {
            if !more.trim().is_empty() {
                title.push('\n');
                title.push_str(&clean(more));
            }
        }
        self.groups.push(Group {
            role,
            id: edge.id().into(),
            layer: self.layer_id(edge.layer()),
            title: title.into(),
            speech: speech::of_edge(edge).into(),
            link: link.and_then(harmless).map(Box::from),
            marks,
        });
    }

    /// Returns a box around the layout and all that is drawn.
    fn bounds(&self) -> Rect {
        let of = Rect { corner: Point::default(), size: self.layout.size };
        let paths =
            self.groups.iter().flat_map(|group| &group.marks).filter_map(|mark| match mark {
                Mark::Path(path, _) => path.bounds(),
                Mark::Box(rect, ..) | Mark::Raster(_, rect, _) => Some(*rect),
                Mark::Shared(outline, at, _) => {
                    let of = self.outlines[outline.0 as usize].bounds();
                    of.map(|Rect { corner, size }| {
                        let corner = point(corner.x + at.x, corner.y + at.y);
                        Rect { corner, size }
                    })
                }
                // Elsewhere, text is in boxes.
                Mark::Text(text) if matches!(self.layout.form, Form::Matrix { .. }) => {
                    text.bounds(self.styles[text.style.0 as usize].style.font_size())
                }
                _ => None,
            });
        paths.fold(of, around)
    }

    pub(super) fn push_other(&mut self, role: Role, name: &str, marks: Vec<Mark>) {
        let name: Box<str> = speech::said(name).into();
        self.groups.push(Group {
            role,
            id: "".into(),
            layer: "".into(),
            title: "".into(),
            speech: name,
            link: None,
            marks,
        });
    }
}

/// Returns where the first base line of a block of lines is whose middle is given.
pub(super) fn first_line(middle: Point, lines: usize, size: f64, leading: f64) -> Point {
    point(middle.x, middle.y - leading * (lines as f64 - 1.0) / 2.0 + size * MIDDLE)
}
