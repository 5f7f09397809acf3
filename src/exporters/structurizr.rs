//! The export kind `structurizr`: a workspace in the DSL of Structurizr.
//!
//! The C4 model has three levels of elements, so an outermost node is a software system, a node
//! in it a container, and whatever lies deeper a component of its container. Nodes have names as [`super::names`] makes them.
//! There is a view of the landscape, one of each system that holds anything, and one of each
//! container that does.
//!
//! Structurizr refuses elements of one parent with one name, a second relationship with one
//! description, and one between an element and what holds it. So a name that is taken is followed
//! by the id in brackets, parallel edges of one label are one relationship, and loops and edges
//! into or out of an own partition are left out; what was left out is told. Texts are quoted; a
//! line break, which the DSL cannot hold, is a space, and a control character is shown by its
//! picture (U+2400 to U+2421). The DSL would take `${` for a variable and a backslash at the end
//! for one of the quote's, so `$` and the backslash are full-width there.

use std::collections::BTreeSet;
use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names::{Names, is_among, write_escaped, write_name};
use super::style::{self, Line, Orientation, Theme};
use super::substitutes::Substitutes;
use super::text::{escape, indent, may_need_substitute, push};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, Hierarchy, Layer, NodeId, Visit};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// The words for the elements of each level.
const ELEMENTS: [&str; 3] = ["softwareSystem", "container", "component"];

/// Words that the DSL does not take for names, in order.
const WORDS: &[&str] = &[
    "component",
    "container",
    "group",
    "model",
    "person",
    "softwaresystem",
    "this",
    "views",
    "workspace",
];

/// Writes a Structurizr workspace.
pub(super) struct Structurizr;

/// How a Structurizr workspace is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StructurizrOptions {
    /// The name of the workspace; the plan's name unless given.
    title: Option<String>,
    /// Which way edges point in the views.
    orientation: Orientation,
    /// The look of whatever no layer colors.
    theme: Theme,
}

impl Exporter for Structurizr {
    const KIND: &'static str = "structurizr";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes a Structurizr workspace: systems, containers, components";
    const EXTENSIONS: &'static [&'static str] = &["dsl"];
    type Options = StructurizrOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut StructurizrOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &StructurizrOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for NamedGraph { name, graph } in from {
            let levels = levels(graph);
            let names = Names::of(graph, |out, node| {
                write_name(out, node.id(), |id| is_among(WORDS, id));
            });
            let substitutes = Substitutes::default();
            let mut writer = Writer { options, graph, levels, names, out, substitutes };
            writer.write(options.title.as_deref().unwrap_or(name), diagnostics);
            writer.substitutes.tell("Structurizr", graph, diagnostics);
        }
        Ok(())
    }
}

/// Returns for each node its level in the C4 model, 0 to 2, and the element that holds it.
fn levels(graph: &Graph) -> Vec<(usize, Option<NodeId>)> {
    let mut levels = vec![(0, None); graph.node_count()];
    Hierarchy::of(graph).walk(graph, |visit, _| {
        let (Visit::Enter(node) | Visit::Leaf(node)) = visit else { return };
        if let Some(parent) = graph.node(node).parent() {
            levels[node.0 as usize] = match levels[parent.0 as usize] {
                (2, holder) => (2, holder),
                (level, _) => (level + 1, Some(parent)),
            };
        }
    });
    levels
}

struct Writer<'a> {
    options: &'a StructurizrOptions,
    graph: &'a Graph,
    levels: Vec<(usize, Option<NodeId>)>,
    names: Names,
    out: &'a mut Vec<u8>,
    substitutes: Substitutes,
}

impl Writer<'_> {
    fn write(&mut self, title: &str, diagnostics: &mut Diagnostics) {
        self.put("workspace ");
        self.text(title);
        self.put(" {\n  model {\n");
        let mut open: Vec<NodeId> = Vec::new();
        let mut names = BTreeSet::new();
        let mut holders = [Vec::new(), Vec::new()];
        let hierarchy = Hierarchy::of(self.graph);
        let graph = self.graph;
        hierarchy.walk(graph, |visit, _| match visit {
            Visit::Enter(node) | Visit::Leaf(node) => {
                let (level, holder) = self.levels[node.0 as usize];
                let holds = level < 2 && !hierarchy.children(node).is_empty();
                indent(self.out, level + 2);
                self.name(node);
                let _ = write!(self.out, " = {} ", ELEMENTS[level]);
                self.unique_text(node, holder, &mut names);
                self.text_after(graph.node(node).comment());
                self.open_element(node, level, holds);
                if holds {
                    open.push(node);
                    holders[level].push(node);
                }
            }
            Visit::Leave(node) if open.last() == Some(&node) => {
                open.pop();
                indent(self.out, self.levels[node.0 as usize].0 + 2);
                self.put("}\n");
            }
            Visit::Leave(_) => {}
        });
        let left_out = self.write_edges();
        self.put("  }\n  views {\n");
        self.write_views(&holders);
        self.write_styles(diagnostics);
        self.put("  }\n}\n");
        if left_out > 0 {
            let message = format!("{left_out} edges are not in the Structurizr workspace");
            diagnostics.push(Diagnostic::warning("left-out", message).note(
                "it has no relationship of an element with itself or with what holds it, and no \
                 two of one description",
            ));
        }
    }

    /// Writes the tag of a node's layer and, if it holds others, begins its block.
    fn open_element(&mut self, node: NodeId, level: usize, holds: bool) {
        let layer = self.graph.node(node).layer();
        if layer.is_none() && !holds {
            self.put("\n");
            return;
        }
        self.put(" {\n");
        if let Some(layer) = layer {
            indent(self.out, level + 3);
            self.put("tags ");
            self.tag(&self.graph.layer(layer).id);
            self.put("\n");
        }
        if !holds {
            indent(self.out, level + 2);
            self.put("}\n");
        }
    }

    /// Writes the label of a node, and the id where another of its parent has the label.
    fn unique_text(
        &mut self,
        node: NodeId,
        holder: Option<NodeId>,
        names: &mut BTreeSet<(Option<NodeId>, String)>,
    ) {
        let node = self.graph.node(node);
        let label = node.label().trim();
        let mut name = if label.is_empty() { node.id() } else { node.label() }.to_owned();
        while !names.insert((holder, name.to_lowercase())) {
            name = format!("{name} ({})", node.id());
        }
        self.text(&name);
    }

    /// Writes the relationships, and returns how many edges are none.
    fn write_edges(&mut self) -> usize {
        let mut left_out = 0;
        let mut before = BTreeSet::new();
        let mut source = None;
        for edge in self.graph.edges() {
            let (from, to) = (edge.source().index(), edge.target().index());
            if source.replace(from) != Some(from) {
                before.clear();
            }
            if self.holds(from, to) || self.holds(to, from) || !before.insert((to, edge.label())) {
                left_out += 1;
                continue;
            }
            self.put("    ");
            self.name(from);
            self.put(" -> ");
            self.name(to);
            if !edge.label().is_empty() || edge.layer().is_some() {
                self.put(" ");
                self.text(edge.label());
            }
            if let Some(layer) = edge.layer() {
                self.put(" {\n      tags ");
                self.tag(&self.graph.layer(layer).id);
                self.put("\n    }");
            }
            self.put("\n");
        }
        left_out
    }

    /// Returns whether an element is another, or holds it.
    fn holds(&self, outer: NodeId, inner: NodeId) -> bool {
        let mut at = Some(inner);
        while let Some(node) = at {
            if node == outer {
                return true;
            }
            at = self.levels[node.0 as usize].1;
        }
        false
    }

    fn write_views(&mut self, holders: &[Vec<NodeId>; 2]) {
        let direction = match self.options.orientation {
            Orientation::TB => "tb",
            Orientation::LR => "lr",
            Orientation::BT => "bt",
            Orientation::RL => "rl",
        };
        let body = format!(" {{\n      include *\n      autoLayout {direction}\n    }}\n");
        self.put("    systemLandscape");
        self.put(&body);
        for (word, nodes) in ["container", "component"].into_iter().zip(holders) {
            for node in nodes {
                let _ = write!(self.out, "    {word} ");
                self.name(*node);
                self.put(&body);
            }
        }
    }

    fn write_styles(&mut self, diagnostics: &mut Diagnostics) {
        let theme = self.options.theme;
        self.put("    styles {\n");
        if let Some(palette) = theme.palette() {
            let _ = writeln!(
                self.out,
                "      element Element {{\n        background {}\n        color {}\n        \
                 stroke {}\n        shape RoundedBox\n      }}\n      relationship Relationship \
                 {{\n        color {}\n        style solid\n      }}",
                palette.node_fill, palette.text, palette.node_line, palette.edge
            );
        }
        for layer in self.graph.layers() {
            self.write_layer_style(theme, layer, diagnostics);
        }
        self.put("    }\n");
    }

    fn write_layer_style(&mut self, theme: Theme, layer: &Layer, diagnostics: &mut Diagnostics) {
        let line = style::line_of(layer, diagnostics);
        let shape = style::shape_of(layer, diagnostics).and_then(|shape| shape_name(shape.dot.0));
        let (node, edge) = (theme.node_look(layer), theme.edge_look(layer));
        let colors = [("background", node.fill), ("color", node.text), ("stroke", node.line)];
        let solid = |color| theme.solid(color).to_string();
        let colors = colors.into_iter().filter_map(|(name, color)| Some((name, solid(color?))));
        let shape = shape.map(|shape| ("shape", shape.to_owned()));
        let dashes = dashes(line).map(str::to_owned);
        let border = dashes.clone().map(|dashes| ("border", dashes));
        let element: Vec<_> = colors.chain(shape).chain(border).collect();
        let dashes = dashes.map(|dashes| ("style", dashes));
        let thick = (line == Line::Bold).then(|| ("thickness", "4".to_owned()));
        let color = edge.line.map(|color| ("color", solid(color)));
        let relationship: Vec<_> = color.into_iter().chain(dashes).chain(thick).collect();
        for (word, values) in [("element", element), ("relationship", relationship)] {
            if values.is_empty() {
                continue;
            }
            let _ = write!(self.out, "      {word} ");
            self.tag(&layer.id);
            self.put(" {\n");
            for (name, value) in values {
                let _ = writeln!(self.out, "        {name} {value}");
            }
            self.put("      }\n");
        }
    }

    fn name(&mut self, node: NodeId) {
        self.out.extend_from_slice(self.names.get(node));
    }

    /// Writes the tag of a layer: tags are divided by commas, so it is a word.
    fn tag(&mut self, layer: &str) {
        self.put("layer_");
        let is_word = |byte: u8| byte.is_ascii_alphanumeric();
        if layer.bytes().all(is_word) {
            self.put(layer);
        } else {
            write_escaped(self.out, layer);
        }
    }

    fn text_after(&mut self, text: &str) {
        if !text.is_empty() {
            self.put(" ");
            self.text(text);
        }
    }

    fn text(&mut self, text: &str) {
        let special = |byte: u8| matches!(byte, b'"' | b'\\' | b'$') || may_need_substitute(byte);
        let substitutes = &mut self.substitutes;
        self.out.push(b'"');
        escape(self.out, text, special, |out, _, character, after| match character {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' if after.is_empty() || after.starts_with(['"', '\n', '\r']) => {
                // A backslash before the quote would take it into the text.
                push(out, substitutes.note(text, character, '\u{ff3c}'));
            }
            '$' if after.starts_with('{') => {
                // The DSL would look for a constant or a variable of the environment.
                push(out, substitutes.note(text, character, '\u{ff04}'));
            }
            '\r' if after.starts_with('\n') => {}
            '\n' | '\r' | '\t' => {
                push(out, substitutes.note(text, character, ' '));
            }
            _ => push(out, substitutes.of(text, character)),
        });
        self.out.push(b'"');
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

fn shape_name(shape: &str) -> Option<&'static str> {
    match shape {
        "ellipse" => Some("Ellipse"),
        "circle" | "doublecircle" => Some("Circle"),
        "diamond" => Some("Diamond"),
        "hexagon" | "octagon" => Some("Hexagon"),
        "cylinder" => Some("Cylinder"),
        "component" => Some("Component"),
        "cds" => Some("Pipe"),
        "folder" | "tab" => Some("Folder"),
        "box" => Some("Box"),
        _ => None,
    }
}

fn dashes(line: Line) -> Option<&'static str> {
    match line {
        Line::Solid | Line::Bold => None,
        Line::Dashed => Some("dashed"),
        Line::Dotted => Some("dotted"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, bare};
    use super::*;
    use crate::graph::{Color, EdgeRow, GraphBuilder, NodeRow};

    fn fill(builder: &mut GraphBuilder) {
        builder.layer(Layer { background: Color::parse("navy"), ..Layer::plain("db") });
        builder.node(NodeRow::test("shop", "The \"shop\"", None));
        builder.node(NodeRow { layer: Some("db"), ..NodeRow::test("a", "Same", Some("shop")) });
        builder.node(NodeRow::test("b", "same", Some("shop")));
        builder.node(NodeRow::test("x.y", "Till", None));
        for (source, target) in [("x.y", "a"), ("x.y", "a"), ("a", "shop"), ("b", "b")] {
            builder.edge(EdgeRow { source, target, label: "asks", ..EdgeRow::default() });
        }
    }

    #[test]
    fn a_small_graph_reads_well() {
        let expected = r##"workspace "g" {
  model {
    shop = softwareSystem "The \"shop\"" {
      a = container "Same" {
        tags layer_db
      }
      b = container "same (b)"
    }
    _x_2e_y_ = softwareSystem "Till"
    _x_2e_y_ -> a "asks"
  }
  views {
    systemLandscape {
      include *
      autoLayout tb
    }
    container shop {
      include *
      autoLayout tb
    }
    styles {
      element layer_db {
        background #000080
        color #ffffff
      }
      relationship layer_db {
        color #000080
      }
    }
  }
}
"##;
        assert_eq!(bare::<Structurizr>(fill), expected);
    }

    #[test]
    fn what_is_left_out_is_told() {
        let (_, diagnostics) = Case::of(fill).export::<Structurizr>("{}");
        let expected = "3 edges are not in the Structurizr workspace";
        assert_eq!(diagnostics.list[0].message, expected);
    }
}
