//! What each layer of a graph looks like, and what single nodes and edges have instead.

use super::arrow::{Arrow, arrows_of};
use super::gauge::Gauge;
use super::icon::Icon;
use super::shape::{Line, Shape, line_of, shape_of};
use super::theme::{Hue, Look, Theme, has_color};
use crate::diagnostic::Diagnostics;
use crate::graph::{Graph, LayerId};

/// What single nodes and edges have instead of what their layers say; a list is empty where it
/// says nothing of any.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Shapes of nodes.
    pub shapes: Vec<Option<Shape>>,
    /// Fills of nodes that are no partitions.
    pub fills: Vec<Option<Hue>>,
    /// Icons of nodes, as places among [`Looks::icons`].
    pub icons: Vec<Option<usize>>,
    /// How much larger nodes are than usual.
    pub scales: Vec<f64>,
    /// Where nodes lead.
    pub node_links: Vec<Option<Box<str>>>,
    /// How edges are drawn.
    pub lines: Vec<Option<Line>>,
    /// Heads of edges at their sources.
    pub source_arrows: Vec<Option<Arrow>>,
    /// Heads of edges at their targets.
    pub target_arrows: Vec<Option<Arrow>>,
    /// Colors of edges.
    pub edge_colors: Vec<Option<Hue>>,
    /// How wide edges are, in pixels.
    pub widths: Vec<f64>,
    /// Where edges lead.
    pub edge_links: Vec<Option<Box<str>>>,
    /// What the numbers behind these looks are.
    pub gauges: Vec<Gauge>,
}

/// The looks of a graph's layers.
#[derive(Debug)]
pub struct Looks {
    /// The theme.
    pub theme: Theme,
    /// What each layer asks for.
    layers: Vec<LayerLook>,
    /// What single nodes and edges have.
    pub overrides: Overrides,
    /// The icons that nodes have.
    pub icons: Vec<Icon>,
    /// The icon of each layer, as a place among these; empty if none has one.
    pub layer_icons: Vec<Option<usize>>,
    /// The shape that all nodes have, whatever their layers say. If that is a circle, partitions
    /// are circles as well.
    pub all: Option<Shape>,
}

/// The look of a layer.
#[derive(Debug)]
struct LayerLook {
    shape: Option<Shape>,
    line: Line,
    /// The heads of its edges at their sources and targets.
    arrows: [Option<Arrow>; 2],
    /// The fill that it gets if it has no color of its own.
    tint: usize,
}

impl Looks {
    /// Reads what layers ask for; what is not known gets a warning.
    pub fn of(graph: &Graph, theme: Theme, diagnostics: &mut Diagnostics) -> Looks {
        let mut tint = 0;
        let used = used_layers(graph);
        let layers = graph.layers().iter().zip(used).map(|(layer, [by_nodes, _])| {
            let look = LayerLook {
                shape: shape_of(layer, diagnostics),
                line: line_of(layer, diagnostics).unwrap_or_default(),
                arrows: arrows_of(layer, diagnostics),
                tint,
            };
            tint += usize::from(by_nodes && !has_color(layer));
            look
        });
        let layers = layers.collect();
        let (icons, layer_icons) = (Vec::new(), Vec::new());
        Looks { theme, layers, overrides: Overrides::default(), icons, layer_icons, all: None }
    }

    /// Returns the shape of a node.
    pub fn shape(&self, graph: &Graph, node: usize) -> Shape {
        let own = self.overrides.shapes.get(node).copied().flatten();
        own.or_else(|| {
            let layer = graph.node(crate::graph::NodeId(node as u32)).layer()?;
            self.layer_shape(layer)
        })
        .unwrap_or_default()
    }

    /// Returns the place of a node's icon: its own, or that of its layer.
    pub fn icon(&self, graph: &Graph, node: usize) -> Option<usize> {
        let own = self.overrides.icons.get(node).copied().flatten();
        own.or_else(|| self.layer_icon(graph.node(crate::graph::NodeId(node as u32)).layer()?))
    }

    /// Returns the place of a layer's icon.
    pub fn layer_icon(&self, layer: LayerId) -> Option<usize> {
        self.layer_icons.get(layer.0 as usize).copied().flatten()
    }

    /// Returns whether nodes and partitions are circles.
    pub fn are_circles(&self) -> bool {
        self.all == Some(Shape::Circle)
    }

    /// Returns the shape that a layer asks for.
    pub fn layer_shape(&self, layer: LayerId) -> Option<Shape> {
        self.layers[layer.0 as usize].shape
    }

    /// Returns how a layer's lines are drawn.
    pub fn line(&self, layer: Option<LayerId>) -> Line {
        layer.map_or(Line::Solid, |layer| self.layers[layer.0 as usize].line)
    }

    /// Returns the heads of a layer's edges, at their sources and at their targets.
    pub fn layer_arrows(&self, layer: Option<LayerId>) -> [Arrow; 2] {
        let [source, target] = layer.map_or([None; 2], |id| self.layers[id.0 as usize].arrows);
        [source.unwrap_or(Arrow::None), target.unwrap_or_default()]
    }

    /// Returns the heads of an edge, at its source and at its target.
    pub fn arrows(&self, edge: usize, layer: Option<LayerId>) -> [Arrow; 2] {
        let own = |arrows: &[Option<Arrow>]| arrows.get(edge).copied().flatten();
        let [source, target] = self.layer_arrows(layer);
        [
            own(&self.overrides.source_arrows).unwrap_or(source),
            own(&self.overrides.target_arrows).unwrap_or(target),
        ]
    }

    /// Returns the look of a layer's nodes.
    pub fn node(&self, graph: &Graph, layer: Option<LayerId>) -> Look {
        self.theme.node(layer.map(|id| (graph.layer(id), self.layers[id.0 as usize].tint)))
    }

    /// Returns the look of a layer's partitions at a depth.
    pub fn partition(&self, graph: &Graph, layer: Option<LayerId>, depth: usize) -> Look {
        let layer = layer.map(|id| (graph.layer(id), self.layers[id.0 as usize].tint));
        self.theme.partition(layer, depth)
    }

    /// Returns the look of a layer's edges.
    pub fn edge(&self, graph: &Graph, layer: Option<LayerId>) -> Look {
        self.theme.edge(layer.map(|layer| graph.layer(layer)))
    }
}

/// Returns for each layer whether nodes, and whether edges are of it.
pub fn used_layers(graph: &Graph) -> Vec<[bool; 2]> {
    let mut used = vec![[false; 2]; graph.layers().len()];
    for layer in graph.nodes().filter_map(|node| node.layer()) {
        used[layer.0 as usize][0] = true;
    }
    for layer in graph.edges().filter_map(|edge| edge.layer()) {
        used[layer.0 as usize][1] = true;
    }
    used
}
