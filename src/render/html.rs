//! Writes a scene as one HTML page with a viewer: to move, search, ask and fold.
//!
//! The page holds all it needs: the scene as data, and a script that draws it on a canvas, with the
//! same boxes and paths as other pictures. It asks nothing of a network, and its policy forbids it
//! to (Content Security Policy Level 3). Texts are data, never markup.

use std::collections::HashMap;
use std::io::Write as _;

use super::outlines::address;
use super::path_data::{number, path_data};
use super::viewer::{SCRIPT, SHEET};
use crate::layout::Rect;
use crate::scene::path::around;
use crate::scene::theme::Paint;
use crate::scene::{Group, Mark, Role, Scene, Style, Text};

/// How the things of a picture hang together. All lists of nodes are in one order, all of edges in
/// another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Structure<'a> {
    /// The nodes, partitions among them.
    pub nodes: Vec<Node<'a>>,
    /// The edges.
    pub edges: Vec<Edge<'a>>,
    /// The layers, each with its name for people.
    pub layers: Vec<(&'a str, &'a str)>,
    /// What there is to tell of nodes: names, each with a value for each node, if it has one.
    pub columns: Vec<(&'a str, Vec<Option<String>>)>,
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its label.
    pub label: &'a str,
    /// The partition it is in.
    pub parent: Option<u32>,
}

/// An edge.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its label.
    pub label: &'a str,
    /// Where it starts, as a place among the nodes.
    pub source: u32,
    /// Where it ends.
    pub target: u32,
}

/// Writes a scene.
pub fn write(scene: &Scene, structure: &Structure<'_>, out: &mut Vec<u8>) {
    let title = if scene.title.is_empty() { &scene.description } else { &scene.title };
    put(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; \
         form-action 'none'",
    );
    if !scene.rasters.is_empty() {
        put(out, "; img-src data:");
    }
    put(
        out,
        "\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
    );
    markup(out, title);
    put(out, "</title>\n<style>\n");
    put(out, SHEET);
    put(
        out,
        "</style>\n</head>\n<body>\n<canvas id=\"canvas\" tabindex=\"0\" role=\"img\" aria-label=\"",
    );
    markup(out, title);
    put(out, ". ");
    markup(out, &scene.description);
    put(
        out,
        ". Arrow keys move, plus and minus zoom, zero shows all, slash searches, n and p go along \
         edges.\"></canvas>\n<div id=\"top\" class=\"panel\" role=\"toolbar\" aria-label=\"View\"><h1>",
    );
    markup(out, &scene.title);
    put(
        out,
        "</h1><input id=\"search\" type=\"search\" placeholder=\"Search\" aria-label=\"Search nodes\">\
         <button id=\"nearer\" aria-label=\"Zoom in\">+</button>\
         <button id=\"farther\" aria-label=\"Zoom out\">−</button>\
         <button id=\"whole\">All</button></div>\n\
         <div id=\"found\" class=\"panel\" hidden></div>\n\
         <div id=\"layers\" class=\"panel\" role=\"group\" aria-label=\"Layers\"></div>\n\
         <div id=\"meanings\" class=\"panel\" role=\"group\" aria-label=\"Legend\"></div>\n\
         <div id=\"about\" class=\"panel\" hidden></div>\n\
         <div id=\"hint\" class=\"panel\" hidden></div>\n\
         <div id=\"said\" role=\"status\" aria-live=\"polite\"></div>\n\
         <div id=\"all\" role=\"list\" aria-label=\"Nodes\"></div>\n\
         <script type=\"application/json\" id=\"picture\">",
    );
    Data { scene, structure, out }.write();
    put(out, "</script>\n<script>\n");
    put(out, SCRIPT);
    put(out, "</script>\n</body>\n</html>\n");
}

/// Writes the data that the viewer reads.
struct Data<'a> {
    scene: &'a Scene,
    structure: &'a Structure<'a>,
    out: &'a mut Vec<u8>,
}

impl Data<'_> {
    fn write(&mut self) {
        let (scene, structure) = (self.scene, self.structure);
        let drawn: Vec<&Group> = scene
            .groups
            .iter()
            .filter(|group| !matches!(group.role, Role::Legend | Role::Meaning | Role::Title))
            .collect();
        put(self.out, "{\"frame\":[");
        let (corner, size) = (scene.frame.corner, scene.frame.size);
        self.numbers(&[corner.x, corner.y, size.width, size.height]);
        put(self.out, "],\"page\":");
        self.paint(scene.page);
        put(self.out, ",\n\"styles\":[");
        self.list(&scene.styles, |data, class| data.style(class.style));
        put(self.out, "],\n\"outlines\":[");
        self.list(&scene.outlines, |data, outline| {
            put(data.out, "\"");
            path_data(data.out, outline);
            put(data.out, "\"");
        });
        if !scene.rasters.is_empty() {
            put(self.out, "],\n\"rasters\":[");
            self.list(&scene.rasters, |data, raster| data.text(&address(raster)));
        }
        put(self.out, "],\n\"groups\":[");
        self.list(&drawn, |data, group| data.group(group));
        let mut nodes = HashMap::new();
        let (mut lines, mut labels, mut headings) =
            (HashMap::new(), HashMap::new(), HashMap::new());
        for (at, group) in drawn.iter().enumerate() {
            let places = match group.role {
                Role::Partition | Role::Node => &mut nodes,
                Role::Edge => &mut lines,
                Role::Heading => &mut headings,
                Role::EdgeLabel => &mut labels,
                Role::Ground | Role::Legend | Role::Meaning | Role::Title => continue,
            };
            places.entry(&*group.id).or_insert(at);
        }
        put(self.out, "],\n\"nodes\":[");
        self.list(&structure.nodes, |data, node| data.place(nodes.get(node.id)));
        put(self.out, "],\n\"headings\":[");
        self.list(&structure.nodes, |data, node| data.place(headings.get(node.id)));
        put(self.out, "],\n\"ids\":[");
        self.list(&structure.nodes, |data, node| data.text(node.id));
        put(self.out, "],\n\"names\":[");
        self.list(&structure.nodes, |data, node| data.text(node.label));
        put(self.out, "],\n\"parents\":[");
        self.list(&structure.nodes, |data, node| {
            data.place(node.parent.map(|parent| parent as usize).as_ref());
        });
        put(self.out, "],\n\"sources\":[");
        self.list(&structure.edges, |data, edge| data.place(Some(&(edge.source as usize))));
        put(self.out, "],\n\"targets\":[");
        self.list(&structure.edges, |data, edge| data.place(Some(&(edge.target as usize))));
        put(self.out, "],\n\"lines\":[");
        self.list(&structure.edges, |data, edge| data.place(lines.get(edge.id)));
        put(self.out, "],\n\"labels\":[");
        self.list(&structure.edges, |data, edge| data.place(labels.get(edge.id)));
        put(self.out, "],\n\"labelTexts\":[");
        self.list(&structure.edges, |data, edge| data.text(edge.label));
        put(self.out, "],\n\"layers\":[");
        let used: Vec<_> = structure
            .layers
            .iter()
            .filter_map(|layer| Some((layer, self.sample(&drawn, layer.0)?)))
            .collect();
        self.list(&used, |data, ((id, name), (style, role))| {
            put(data.out, "[");
            data.text(id);
            put(data.out, ",");
            data.text(name);
            put(data.out, ",");
            data.paint(style.fill);
            put(data.out, ",");
            data.paint(style.stroke.map(|stroke| stroke.paint));
            if *role == Role::Edge {
                let is_dashed = style.stroke.is_some_and(|stroke| stroke.dash.is_some());
                put(data.out, if is_dashed { ",1" } else { ",0" });
            }
            put(data.out, "]");
        });
        put(self.out, "],\n\"meanings\":[");
        let meanings: Vec<&Group> =
            scene.groups.iter().filter(|group| group.role == Role::Meaning).collect();
        self.list(&meanings, |data, group| data.meaning(group));
        put(self.out, "],\n\"columns\":[");
        self.list(&structure.columns, |data, (name, values)| {
            put(data.out, "[");
            data.text(name);
            put(data.out, ",[");
            data.list(values, |data, value| match value {
                Some(value) => data.text(value),
                None => put(data.out, "null"),
            });
            put(data.out, "]]");
        });
        put(self.out, "]}");
    }

    /// Returns how the things of a layer are drawn, if there are any: nodes come before edges.
    /// Colors that they do not have in common are none.
    fn sample(&self, drawn: &[&Group], layer: &str) -> Option<(Style, Role)> {
        let of_layer = || drawn.iter().filter(|group| &*group.layer == layer);
        let node = of_layer().find(|group| matches!(group.role, Role::Node | Role::Partition));
        let group = node.or_else(|| of_layer().next())?;
        let style = |group: &Group| Some(self.scene.style(group.marks.first()?.style()));
        let mut own = style(group)?;
        let alike = of_layer().filter(|other| other.role == group.role);
        for other in alike.filter_map(|other| style(other)) {
            own.fill = own.fill.filter(|_| other.fill == own.fill);
            let line = |style: Style| style.stroke.map(|stroke| stroke.paint);
            own.stroke = own.stroke.filter(|_| line(other) == line(own));
        }
        Some((own, group.role))
    }

    fn style(&mut self, style: Style) {
        put(self.out, "[");
        self.paint(style.fill);
        put(self.out, ",");
        self.paint(style.stroke.map(|stroke| stroke.paint));
        let stroke = style.stroke;
        put(self.out, ",");
        let hundredth = |length: u32| f64::from(length) / 100.0;
        number(self.out, stroke.map_or(0.0, |stroke| hundredth(stroke.width)));
        match stroke.and_then(|stroke| stroke.dash) {
            Some((dash, gap)) => {
                put(self.out, ",[");
                self.numbers(&[hundredth(dash), hundredth(gap)]);
                put(self.out, "]");
            }
            None => put(self.out, ",null"),
        }
        put(self.out, ",");
        number(self.out, style.font_size());
        let is_bold = style.font.is_some_and(|font| font.weight != Default::default());
        put(self.out, if is_bold { ",1" } else { ",0" });
        let is_round = stroke.is_some_and(|stroke| stroke.is_round);
        if style.is_even_odd || is_round {
            // Numbers into memory, which cannot fail.
            let _ = write!(self.out, ",{},{}", u8::from(style.is_even_odd), u8::from(is_round));
        }
        put(self.out, "]");
    }

    fn paint(&mut self, paint: Option<Paint>) {
        match paint {
            Some(paint) => {
                put(self.out, "[");
                self.text(&paint.color.to_string());
                put(self.out, ",");
                self.text(&paint.dark.to_string());
                put(self.out, "]");
            }
            None => put(self.out, "null"),
        }
    }

    fn group(&mut self, group: &Group) {
        let role = match group.role {
            Role::Partition => 0,
            Role::Edge => 1,
            Role::EdgeLabel => 2,
            Role::Heading => 4,
            Role::Ground => 5,
            Role::Node | Role::Legend | Role::Meaning | Role::Title => 3,
        };
        // A number into memory, which cannot fail.
        let _ = write!(self.out, "{{\"r\":{role},\"l\":");
        self.text(&group.layer);
        put(self.out, ",\"t\":");
        self.text(&group.title);
        if !group.speech.is_empty() {
            put(self.out, ",\"s\":");
            self.text(&group.speech);
        }
        if let Some(link) = &group.link {
            put(self.out, ",\"a\":");
            self.text(link);
        }
        put(self.out, ",\"m\":[");
        self.list(&group.marks, |data, mark| data.mark(mark));
        put(self.out, "]}");
    }

    /// Writes a part of the legend: where it stands, what it says, and what is drawn.
    fn meaning(&mut self, group: &Group) {
        let bounds = group.marks.iter().filter_map(|mark| mark.bounds(self.scene));
        let Rect { corner, size } = bounds.reduce(around).unwrap_or_default();
        put(self.out, "{\"f\":[");
        self.numbers(&[corner.x, corner.y, size.width, size.height]);
        put(self.out, "],\"s\":");
        self.text(&group.speech);
        put(self.out, ",\"m\":[");
        self.list(&group.marks, |data, mark| data.mark(mark));
        put(self.out, "]}");
    }

    fn mark(&mut self, mark: &Mark) {
        let kind = match mark {
            Mark::Box(..) => 0,
            Mark::Ellipse(..) => 1,
            Mark::Path(..) => 2,
            Mark::Text(..) => 3,
            Mark::Shared(..) => 4,
            Mark::Raster(..) => 5,
        };
        let _ = write!(self.out, "[{kind},{}", mark.style().0);
        match mark {
            Mark::Box(rect, radius, _) => {
                put(self.out, ",");
                let (corner, size) = (rect.corner, rect.size);
                self.numbers(&[corner.x, corner.y, size.width, size.height, *radius]);
            }
            Mark::Ellipse(rect, _) => {
                put(self.out, ",");
                let (corner, size) = (rect.corner, rect.size);
                self.numbers(&[corner.x, corner.y, size.width, size.height]);
            }
            Mark::Path(path, _) => {
                put(self.out, ",\"");
                path_data(self.out, path);
                put(self.out, "\"");
            }
            Mark::Raster(raster, rect, _) => {
                put(self.out, ",");
                let (corner, size) = (rect.corner, rect.size);
                self.numbers(&[corner.x, corner.y, size.width, size.height]);
                let _ = write!(self.out, ",{}", raster.0);
            }
            Mark::Text(text) => self.lines(text),
            Mark::Shared(outline, at, _) => {
                let _ = write!(self.out, ",{},", outline.0);
                self.numbers(&[at.x, at.y]);
            }
        }
        put(self.out, "]");
    }

    fn lines(&mut self, text: &Text) {
        let size = self.scene.style(text.style).font_size();
        for (at, line) in text.placed(size) {
            put(self.out, ",[");
            self.numbers(&[at.x, at.y, line.width * size]);
            put(self.out, ",");
            self.text(&line.text);
            if text.turn != 0.0 || line.is_from_right {
                put(self.out, ",");
                number(self.out, text.turn);
            }
            if line.is_from_right {
                put(self.out, ",1");
            }
            put(self.out, "]");
        }
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                put(self.out, ",");
            }
            write(self, item);
        }
    }

    fn numbers(&mut self, values: &[f64]) {
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                put(self.out, ",");
            }
            number(self.out, *value);
        }
    }

    /// Writes a place in a list, or -1 for none.
    fn place(&mut self, place: Option<&usize>) {
        let _ = match place {
            Some(place) => write!(self.out, "{place}"),
            None => write!(self.out, "-1"),
        };
    }

    /// Writes a text as JSON that ends no script.
    fn text(&mut self, text: &str) {
        // A text into memory, which cannot fail.
        let json = serde_json::to_string(text).unwrap_or_default();
        put(self.out, &json.replace('<', "\\u003c"));
    }
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Writes a text between tags, or in an attribute.
fn markup(out: &mut Vec<u8>, text: &str) {
    for character in text.chars() {
        match character {
            '&' => put(out, "&amp;"),
            '<' => put(out, "&lt;"),
            '>' => put(out, "&gt;"),
            '"' => put(out, "&quot;"),
            other => put(out, other.encode_utf8(&mut [0; 4])),
        }
    }
}
