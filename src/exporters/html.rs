//! The export kind `html`: a picture in a page of its own, to move, search and ask.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::picture::{self, picture_files, picture_options};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Graph, Value};
use crate::render::html;
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

/// Draws a picture as a page.
pub(super) struct Html;

picture_options! {
    /// How a page is drawn.
    HtmlOptions {}
}

impl Exporter for Html {
    const KIND: &'static str = "html";
    const REVISION: u32 = 4;
    const ABOUT: &'static str =
        "Draws a picture in a page of its own, to zoom, search and fold without a network";
    const EXTENSIONS: &'static [&'static str] = &["html", "htm"];
    const PATTERNS: Option<&'static str> = picture::PATTERNS;
    type Options = HtmlOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut HtmlOptions, meta: &Meta) {
        meta.give_title(&mut options.title);
    }

    picture_files!(HtmlOptions);

    fn export(
        options: &HtmlOptions,
        from: &[NamedGraph],
        files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for graph in from {
            picture::draw(&options.picture(), graph, files, diagnostics, |scene, _, _| {
                html::write(scene, &structure(&graph.graph), out);
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Returns how the nodes and edges of a graph hang together, and what there is to tell of them.
fn structure(graph: &Graph) -> html::Structure<'_> {
    let nodes = graph.nodes().map(|node| html::Node {
        id: node.id(),
        label: node.label(),
        parent: node.parent().map(|parent| parent.0),
    });
    let edges = graph.edges().map(|edge| html::Edge {
        id: edge.id(),
        label: edge.label(),
        source: edge.source().index().0,
        target: edge.target().index().0,
    });
    let comment =
        graph.nodes().map(|node| Some(node.comment().to_owned()).filter(|c| !c.is_empty()));
    let comment: Vec<Option<String>> = comment.collect();
    let mut columns = Vec::new();
    if comment.iter().any(Option::is_some) {
        columns.push(("comment", comment));
    }
    columns.extend(graph.node_attributes().iter().map(|column| {
        let cell = |row| match column.get(row) {
            Value::Null => None,
            value => Some(value.to_string()),
        };
        (column.name.as_str(), (0..column.len()).map(cell).collect())
    }));
    html::Structure {
        nodes: nodes.collect(),
        edges: edges.collect(),
        layers: graph.layers().iter().map(|layer| (&*layer.id, &*layer.label)).collect(),
        columns,
    }
}
