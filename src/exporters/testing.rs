//! What the unit tests of exporters share: small graphs, and a step to export them.

use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::graph::{Graph, GraphBuilder, NodeRow};
use crate::step::{Exporter, NamedGraph};

/// A graph to export.
pub(super) struct Case(Arc<Graph>);

impl Case {
    pub(super) fn of(fill: impl FnOnce(&mut GraphBuilder)) -> Case {
        Case(Arc::new(graph(fill)))
    }

    /// Exports it with options given as JSON.
    pub(super) fn export<E: Exporter>(&self, options: &str) -> (String, Diagnostics) {
        let graph = NamedGraph::new("g", Arc::clone(&self.0));
        let options = serde_json::from_str(options).unwrap();
        let (mut out, mut diagnostics) = (Vec::new(), Diagnostics::default());
        E::export(&options, &[graph], &[], &mut out, &mut diagnostics).unwrap();
        (String::from_utf8(out).unwrap(), diagnostics)
    }
}

/// Makes a graph.
pub(super) fn graph(fill: impl FnOnce(&mut GraphBuilder)) -> Graph {
    let mut builder = GraphBuilder::default();
    fill(&mut builder);
    builder.finish().graph
}

/// Exports a graph without a theme.
pub(super) fn bare<E: Exporter>(fill: impl FnOnce(&mut GraphBuilder)) -> String {
    Case::of(fill).export::<E>(r#"{"theme": "none"}"#).0
}

impl<'a> NodeRow<'a> {
    /// Makes a node with a label, in a partition.
    pub(super) fn test(id: &'a str, label: &'a str, parent: Option<&'a str>) -> NodeRow<'a> {
        NodeRow { id, label: Some(label), parent, ..NodeRow::default() }
    }
}
