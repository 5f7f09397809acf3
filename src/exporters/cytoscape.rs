//! The export kind `cytoscape`: the JSON of Cytoscape.js, with compound nodes.
//!
//! `cytoscape(file)` takes it whole. A partition is the `parent` of what it holds; columns of the
//! graph are fields of `data`. The look of layers is in `style`, by classes `layer-0` and so on.
//! An edge may not have the id of a node, and gets `~2`, `~3` and so on after it; an id of nothing
//! but white space, which Cytoscape refuses, has `␣` for each (U+2423).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::Naming;
use super::ids::Ids;
use super::json::{key, optional_field, text_field, write_layers};
use super::node_link::{write_edge_fields, write_node_fields, write_values};
use super::picture::{Positions, Routing, hundredths};
use super::style::{Line, Orientation, Theme, line_of};
use super::substitutes::Substitutes;
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Graph, Layer};
use crate::layout::Layout;
use crate::reserved;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Writes the JSON of Cytoscape.js.
pub(super) struct Cytoscape;

/// How a Cytoscape file is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CytoscapeOptions {
    /// What the graph shows; the plan's name unless given.
    title: Option<String>,
    /// The look of whatever no layer colors.
    theme: Theme,
    /// Where the middles of nodes are, in pixels, as `position`; not said unless given. What is
    /// around others stands where those are.
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<Positions>,
}

const NAMING: Naming<'_> = Naming {
    reserved: reserved::CYTOSCAPE,
    prefix: "attribute.",
    ignores_case: false,
    because: "under its own name a reader would take it for something else, or lose it",
};

impl Exporter for Cytoscape {
    const KIND: &'static str = "cytoscape";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes JSON for Cytoscape.js: compound nodes, styles from layers";
    const EXTENSIONS: &'static [&'static str] = &["cyjs", "cytoscape.json"];
    type Options = CytoscapeOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut CytoscapeOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    fn export(
        options: &CytoscapeOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        let layout = options.layout;
        let layout = layout
            .map(|at| at.layout(graph, Routing::default(), Orientation::default(), diagnostics));
        let layout = layout.transpose()?;
        out.reserve(128 * (graph.node_count() + graph.edge_count()));
        out.extend_from_slice(b"{\n\"data\": {");
        optional_field(out, "title", options.title.as_ref());
        if !graph.layers().is_empty() {
            key(out, "layers");
            write_layers(out, graph.layers());
        }
        out.extend_from_slice(b"},\n\"style\": [");
        write_style(out, options.theme, graph, diagnostics);
        out.extend_from_slice(b"\n],\n\"elements\": {\n\"nodes\": [");
        let mut substitutes = Substitutes::default();
        let ids = Ids::of(graph, fit_id, &mut substitutes);
        write_nodes(out, graph, &ids, layout.as_ref(), diagnostics);
        out.extend_from_slice(b"\n],\n\"edges\": [");
        write_edges(out, graph, &ids, diagnostics);
        out.extend_from_slice(b"\n]\n}\n}\n");
        substitutes.tell("an id of Cytoscape", graph, diagnostics);
        Ok(())
    }
}

/// Returns what stands for an id of nothing but white space.
fn fit_id(id: &str) -> Option<String> {
    let is_blank = id.chars().all(|c| c.is_whitespace() || c == '\u{feff}');
    is_blank.then(|| "\u{2423}".repeat(id.chars().count()))
}

fn write_nodes(
    out: &mut Vec<u8>,
    graph: &Graph,
    ids: &Ids,
    layout: Option<&Layout>,
    diagnostics: &mut Diagnostics,
) {
    let names = NAMING.names(graph.node_attributes(), |_| None, diagnostics);
    for (at, node) in graph.nodes().enumerate() {
        out.extend_from_slice(if at == 0 { b"\n{\"data\": {" } else { b",\n{\"data\": {" });
        write_node_fields(out, graph, ids, node, "parent");
        write_values(out, &names, node.attributes());
        out.push(b'}');
        if let Some(layout) = layout {
            let at = layout.nodes[node.index().0 as usize].middle();
            let (x, y) = (hundredths(at.x), hundredths(at.y));
            // Writing to a vector cannot fail.
            let _ = write!(out, ", \"position\": {{\"x\": {x}, \"y\": {y}}}");
        }
        write_class(out, node.layer().map(|layer| layer.0));
    }
}

fn write_edges(out: &mut Vec<u8>, graph: &Graph, ids: &Ids, diagnostics: &mut Diagnostics) {
    let names = NAMING.names(graph.edge_attributes(), |_| None, diagnostics);
    let taken = ids_in_both(graph, ids);
    for (at, edge) in graph.edges().enumerate() {
        out.extend_from_slice(if at == 0 { b"\n{\"data\": {" } else { b",\n{\"data\": {" });
        match taken.get(edge.id()) {
            Some(other) => text_field(out, "id", other),
            None => text_field(out, "id", edge.id()),
        }
        write_edge_fields(out, graph, ids, edge);
        write_values(out, &names, edge.attributes());
        out.push(b'}');
        write_class(out, edge.layer().map(|layer| layer.0));
    }
}

/// Returns the ids that a node and an edge have, each with another one for the edge.
fn ids_in_both<'a>(graph: &'a Graph, ids: &'a Ids) -> BTreeMap<&'a str, String> {
    let nodes: BTreeSet<&str> = graph.nodes().map(|node| ids.get(node)).collect();
    let both: Vec<&str> =
        graph.edges().map(|edge| edge.id()).filter(|id| nodes.contains(id)).collect();
    if both.is_empty() {
        return BTreeMap::new();
    }
    let mut taken: BTreeSet<String> = nodes.into_iter().map(str::to_owned).collect();
    taken.extend(graph.edges().map(|edge| edge.id().to_owned()));
    let other = |id| {
        let mut count = 2;
        let mut other = format!("{id}~{count}");
        while !taken.insert(other.clone()) {
            count += 1;
            other = format!("{id}~{count}");
        }
        (id, other)
    };
    both.into_iter().map(other).collect()
}

fn write_class(out: &mut Vec<u8>, layer: Option<u32>) {
    match layer {
        // Writing to a vector cannot fail.
        Some(layer) => _ = write!(out, ", \"classes\": \"layer-{layer}\"}}"),
        None => out.push(b'}'),
    }
}

/// Writes how nodes and edges look, then what layers ask for.
fn write_style(out: &mut Vec<u8>, theme: Theme, graph: &Graph, diagnostics: &mut Diagnostics) {
    let page = theme.palette();
    rule(out, "node", [("label", Some("data(label)")), ("text-wrap", Some("wrap"))]);
    if let Some(page) = page {
        rule(
            out,
            "node",
            [
                ("background-color", Some(page.node_fill)),
                ("border-color", Some(page.node_line)),
                ("border-width", Some("1")),
                ("color", Some(page.text)),
            ],
        );
        rule(
            out,
            "$node > node",
            [
                ("background-color", Some(page.partition_solid)),
                ("border-color", Some(page.partition_line)),
                ("color", Some(page.partition_text)),
            ],
        );
    }
    let arrows = [("curve-style", Some("bezier")), ("target-arrow-shape", Some("triangle"))];
    rule(out, "edge", arrows);
    rule(out, "edge[label]", [("label", Some("data(label)"))]);
    if let Some(page) = page {
        let color = Some(page.edge);
        let text = Some(page.edge_text);
        rule(out, "edge", [("line-color", color), ("target-arrow-color", color), ("color", text)]);
    }
    for (at, layer) in graph.layers().iter().enumerate() {
        write_layer_style(out, theme, at, layer, diagnostics);
    }
}

fn write_layer_style(
    out: &mut Vec<u8>,
    theme: Theme,
    at: usize,
    layer: &Layer,
    diagnostics: &mut Diagnostics,
) {
    let (node, edge) = (theme.node_look(layer), theme.edge_look(layer));
    let hex = |color: Option<crate::graph::Color>| {
        color.map(|color| {
            let [red, green, blue, _] = color.parts();
            format!("#{red:02x}{green:02x}{blue:02x}")
        })
    };
    let (fill, text, line) = (hex(node.fill), hex(node.text), hex(node.line));
    rule(
        out,
        &format!("node.layer-{at}"),
        [
            ("background-color", fill.as_deref()),
            ("color", text.as_deref()),
            ("border-color", line.as_deref()),
        ],
    );
    let (text, line) = (hex(edge.text), hex(edge.line));
    let drawn = match line_of(layer, diagnostics) {
        Line::Solid | Line::Bold => None,
        Line::Dashed => Some("dashed"),
        Line::Dotted => Some("dotted"),
    };
    rule(
        out,
        &format!("edge.layer-{at}"),
        [
            ("line-color", line.as_deref()),
            ("target-arrow-color", line.as_deref()),
            ("color", text.as_deref()),
            ("line-style", drawn),
        ],
    );
}

/// Writes a rule of the style, unless it says nothing.
fn rule<const N: usize>(out: &mut Vec<u8>, selector: &str, style: [(&str, Option<&str>); N]) {
    if style.iter().all(|(_, value)| value.is_none()) {
        return;
    }
    out.extend_from_slice(if out.last() == Some(&b'[') { b"\n{" } else { b",\n{" });
    text_field(out, "selector", selector);
    key(out, "style");
    out.push(b'{');
    for (name, value) in style {
        optional_field(out, name, value);
    }
    out.extend_from_slice(b"}}");
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{Color, EdgeRow, GraphBuilder, NodeRow};

    fn export(fill: impl FnOnce(&mut GraphBuilder)) -> String {
        let (text, problems) = Case::of(fill).export::<Cytoscape>(r#"{"theme": "none"}"#);
        assert!(problems.is_empty());
        text
    }

    #[test]
    fn partitions_are_parents_and_layers_are_classes() {
        let text = export(|builder| {
            builder.layer(Layer { background: Color::parse("teal"), ..Layer::plain("ui") });
            let a = NodeRow { id: "a", parent: Some("p"), layer: Some("ui"), ..NodeRow::default() };
            builder.node(a);
            builder.node(NodeRow { id: "p", ..NodeRow::default() });
        });
        let expected = r##"{
"data": {"layers": [{"id": "ui", "background": "#008080"}]},
"style": [
{"selector": "node", "style": {"label": "data(label)", "text-wrap": "wrap"}},
{"selector": "edge", "style": {"curve-style": "bezier", "target-arrow-shape": "triangle"}},
{"selector": "edge[label]", "style": {"label": "data(label)"}},
{"selector": "node.layer-0", "style": {"background-color": "#008080", "color": "#ffffff"}},
{"selector": "edge.layer-0", "style": {"line-color": "#008080", "target-arrow-color": "#008080"}}
],
"elements": {
"nodes": [
{"data": {"id": "a", "label": "a", "layer": "ui", "parent": "p"}, "classes": "layer-0"},
{"data": {"id": "p", "label": "p", "is_partition": true}}
],
"edges": [
]
}
}
"##;
        assert_eq!(text, expected);
    }

    #[test]
    fn an_edge_never_has_the_id_of_a_node() {
        let text = export(|builder| {
            for id in ["a", "a~2"] {
                builder.node(NodeRow { id, ..NodeRow::default() });
            }
            let edge = EdgeRow { source: "a", target: "a", ..EdgeRow::default() };
            builder.edge(EdgeRow { id: Some("a"), ..edge });
        });
        assert!(text.contains(r#"{"data": {"id": "a~3", "source": "a", "target": "a""#), "{text}");
    }
}
