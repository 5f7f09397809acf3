//! Where nodes and edges are, for formats that are no pictures but keep coordinates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Arrangement, Budget, EdgeLook, Files, Nesting, NodeLook, Picture, Routing, Wrap, arrange,
    measure, open_fonts,
};
use crate::diagnostic::{Diagnostics, Failed};
use crate::exporters::style::Orientation;
use crate::graph::{Attribute, Graph, Values};
use crate::layout::{Layout, Point};
use crate::scene::Legend;
use crate::scene::text::Texts;
use crate::scene::theme::Theme;

/// Where nodes stand, in formats that keep coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum Positions {
    /// In ranks: edges lead one way, and partitions are boxes around what they hold.
    Layered,
    /// Each above those that it leads to, with subtrees side by side.
    Tree,
    /// Each on the ring of its level, around what leads to it.
    Radial,
    /// Near to what it has edges with, for some hundreds of nodes.
    Stress,
    /// Near to what it has edges with, for graphs of any size.
    Force,
    /// In rows.
    Grid,
    /// Where the attributes `x` and `y` say.
    Preset,
}

impl Positions {
    /// Lays a graph out as a picture of it is, in pixels.
    ///
    /// # Errors
    ///
    /// Fails where the graph does not have what that needs; why is in `diagnostics`.
    pub(in super::super) fn layout(
        self,
        graph: &Graph,
        routing: Routing,
        orientation: Orientation,
        diagnostics: &mut Diagnostics,
    ) -> Result<Layout, Failed> {
        let layout = match self {
            Positions::Layered => Arrangement::Layered,
            Positions::Tree => Arrangement::Tree,
            Positions::Radial => Arrangement::Radial,
            Positions::Stress => Arrangement::Stress,
            Positions::Force => Arrangement::Force,
            Positions::Grid => Arrangement::Grid,
            Positions::Preset => Arrangement::Preset,
        };
        let wrap = Wrap::default();
        let (node, edge) = (NodeLook::default(), EdgeLook::default());
        let picture = Picture {
            title: None,
            theme: Theme::Light,
            layout,
            routing,
            nesting: Nesting::default(),
            budget: Budget::default(),
            ratio: None,
            orientation,
            legend: Legend::None,
            wrap: &wrap,
            link: "",
            background: true,
            fonts: &[],
            icons: &[],
            node: &node,
            edge: &edge,
            lock: None,
        };
        let fonts = open_fonts(&[], diagnostics)?;
        let mut texts = Texts::new(&fonts);
        // The format tells of layers what there is to tell.
        let unheard = &mut Diagnostics::default();
        let (looks, measured) = measure(&picture, graph, &Files::default(), &mut texts, unheard)?;
        let layout = arrange(&picture, graph, &measured.diagram, &looks, None, diagnostics)?;
        super::tell_compromises(&layout, diagnostics);
        Ok(layout)
    }

    /// Returns a graph whose nodes have the places of their middles as attributes: `x` and `y`,
    /// which a picture with `layout: preset` takes.
    ///
    /// # Errors
    ///
    /// As of [`Positions::layout`].
    pub(in super::super) fn as_attributes(
        self,
        graph: &Graph,
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let layout = self.layout(graph, Routing::default(), Orientation::default(), diagnostics)?;
        let column = |name: &str, of: fn(Point) -> f64| Attribute {
            name: name.to_owned(),
            present: layout.nodes.iter().map(|_| true).collect(),
            values: Values::Number(
                layout.nodes.iter().map(|node| hundredths(of(node.middle()))).collect(),
            ),
        };
        let graph = graph.clone().with_node_attribute(column("x", |point| point.x));
        Ok(graph.with_node_attribute(column("y", |point| point.y)))
    }
}

/// Rounds a length to hundredths, which is finer than anybody sees.
pub(in super::super) fn hundredths(length: f64) -> f64 {
    (length * 100.0).round() / 100.0 + 0.0
}
