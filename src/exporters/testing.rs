//! What the unit tests of exporters share: small graphs, and a step to export them.

use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::graph::{Attribute, Graph, GraphBuilder, NodeRow, Table, TextColumn, Values};
use crate::step::{Exporter, Material, NamedData, NamedGraph};

/// A graph to export.
pub(super) struct Case(Arc<Graph>);

impl Case {
    pub(super) fn of(fill: impl FnOnce(&mut GraphBuilder)) -> Case {
        Case(Arc::new(graph(fill)))
    }

    /// Exports it to a text, with options given as JSON.
    pub(super) fn export<E: Exporter>(&self, options: &str) -> (String, Diagnostics) {
        let (out, diagnostics) = self.bytes::<E>(options);
        (String::from_utf8(out).unwrap(), diagnostics)
    }

    /// Exports it to whatever bytes come of it.
    pub(super) fn bytes<E: Exporter>(&self, options: &str) -> (Vec<u8>, Diagnostics) {
        let graph = NamedGraph::new("g", Arc::clone(&self.0));
        let from = [E::From::of(&graph.into()).unwrap()];
        let options = serde_json::from_str(options).unwrap();
        let (mut out, mut diagnostics) = (Vec::new(), Diagnostics::default());
        E::export(&options, &from, &[], &mut out, &mut diagnostics).unwrap();
        (out, diagnostics)
    }
}

impl From<GraphBuilder> for Case {
    fn from(builder: GraphBuilder) -> Case {
        Case(Arc::new(builder.finish().graph))
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

/// Exports a table of three rows to a text: texts, numbers and truth values, some of them hostile
/// to some format.
pub(super) fn table_text<E: Exporter>(options: &str) -> String {
    let texts: TextColumn = ["zoé", "x\ny", "|`*<b>"].into_iter().collect();
    let column = |name: &str, values, present: [bool; 3]| Attribute {
        name: name.to_owned(),
        values,
        present: present.into_iter().collect(),
    };
    let columns = vec![
        column("name", Values::Text(texts), [true; 3]),
        column("size", Values::Number(vec![2.0, 0.0, -0.5]), [true, false, true]),
        column(
            "a,b",
            Values::Boolean([true, false, false].into_iter().collect()),
            [true, true, false],
        ),
    ];
    let data = NamedData { name: "t".into(), data: Table::new(columns).unwrap().into() };
    let (mut out, mut diagnostics) = (Vec::new(), Diagnostics::default());
    let options = serde_json::from_str(options).unwrap();
    E::export(&options, &[E::From::of(&data).unwrap()], &[], &mut out, &mut diagnostics).unwrap();
    assert!(diagnostics.is_empty());
    String::from_utf8(out).unwrap()
}
