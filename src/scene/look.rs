//! What each layer of a graph looks like, and what single nodes and edges have instead.

use std::collections::HashMap;

use super::arrow::{Arrow, arrows_of};
use super::gauge::Gauge;
use super::icon::Icon;
use super::shape::{Line, Shape, line_of, shape_of};
use super::theme::{Hue, Look, Theme, has_color, has_line_color};
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
    /// How much of an area nodes have, where that is what shows how large they are.
    pub areas: Vec<f64>,
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
    /// What is behind these looks.
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
#[derive(Debug, Clone, Copy, Default)]
struct LayerLook {
    shape: Option<Shape>,
    line: Line,
    /// The heads of its edges at their sources and targets.
    arrows: [Option<Arrow>; 2],
    /// The fill that it gets if it has no color of its own.
    tint: usize,
    /// The color of its edges if it has none of its own; nothing if they look like no others anyway.
    line_tint: Option<usize>,
}

impl LayerLook {
    /// Returns the heads of its edges, whether it says so or not.
    fn heads(self) -> [Arrow; 2] {
        let [source, target] = self.arrows;
        [source.unwrap_or(Arrow::None), target.unwrap_or_default()]
    }
}

impl Looks {
    /// Reads what layers ask for; what is not known gets a warning.
    pub fn of(graph: &Graph, theme: Theme, diagnostics: &mut Diagnostics) -> Looks {
        let mut tint = 0;
        let used = used_layers(graph);
        let layers = graph.layers().iter().zip(&used).map(|(layer, [by_nodes, _])| {
            let look = LayerLook {
                shape: shape_of(layer, diagnostics),
                line: line_of(layer, diagnostics).unwrap_or_default(),
                arrows: arrows_of(layer, diagnostics),
                tint,
                line_tint: None,
            };
            tint += usize::from(*by_nodes && !has_color(layer));
            look
        });
        let mut layers: Vec<LayerLook> = layers.collect();
        tint_lines(graph, &used, &mut layers, tint);
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
        layer.map_or_else(LayerLook::default, |id| self.layers[id.0 as usize]).heads()
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
        self.theme.edge(layer.map(|id| (graph.layer(id), self.layers[id.0 as usize].line_tint)))
    }
}

/// Gives colors to the edges of layers that have none and would look like other edges; `next` is the
/// first that no layer's nodes have.
fn tint_lines(graph: &Graph, used: &[[bool; 2]], layers: &mut [LayerLook], mut next: usize) {
    let has_none = |at: usize| used[at][1] && !has_line_color(&graph.layers()[at]);
    // How many layers of edges look this way; edges without a layer count as one.
    let mut alike: HashMap<(Line, [Arrow; 2]), u32> = HashMap::new();
    let plain = graph.edges().any(|edge| edge.layer().is_none()).then(LayerLook::default);
    let bare = (0..layers.len()).filter(|at| has_none(*at)).map(|at| layers[at]);
    for look in bare.chain(plain) {
        *alike.entry((look.line, look.heads())).or_default() += 1;
    }
    for at in (0..layers.len()).filter(|at| has_none(*at)) {
        if alike[&(layers[at].line, layers[at].heads())] < 2 {
            continue;
        }
        // Nodes and edges of a layer are of one color.
        let has_tint = used[at][0] && !has_color(&graph.layers()[at]);
        layers[at].line_tint = Some(if has_tint { layers[at].tint } else { next });
        next += usize::from(!has_tint);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Color, EdgeRow, GraphBuilder, Layer, NodeRow};

    /// Returns which edges look like those without a layer; `layers` are their ids, lines and colors.
    fn plain(layers: &[(&str, &str, &str)], edges: &[&str], theme: Theme) -> (Vec<bool>, usize) {
        let mut builder = GraphBuilder::default();
        builder.node(NodeRow { id: "a", layer: Some("nodes"), ..NodeRow::default() });
        builder.layer(Layer::plain("nodes"));
        for (id, line, color) in layers {
            let mut layer = Layer { border: Color::parse(color), ..Layer::plain(id) };
            layer.attributes.insert("line".to_owned(), (*line).to_owned());
            builder.layer(layer);
        }
        for layer in edges {
            let layer = Some(*layer).filter(|layer| !layer.is_empty());
            builder.edge(EdgeRow { source: "a", target: "a", layer, ..EdgeRow::default() });
        }
        let graph = builder.finish().graph;
        let looks = Looks::of(&graph, theme, &mut Diagnostics::default());
        let usual = looks.edge(&graph, None).line;
        let mut seen = Vec::new();
        let own = graph.edges().map(|edge| {
            let look = (looks.edge(&graph, edge.layer()).line, looks.line(edge.layer()));
            if !seen.contains(&look) {
                seen.push(look);
            }
            look.0 == usual
        });
        (own.collect(), seen.len())
    }

    #[test]
    fn edges_of_two_layers_never_look_alike() {
        for theme in [Theme::Light, Theme::Dark, Theme::Print, Theme::Auto] {
            let check = |layers: &[(&str, &str, &str)], edges: &[&str], expected: &[bool]| {
                let (own, looks) = plain(layers, edges, theme);
                assert_eq!(own, expected, "{theme:?} {edges:?}");
                let mut kinds = edges.to_vec();
                kinds.sort_unstable();
                kinds.dedup();
                assert_eq!(looks, kinds.len(), "{theme:?} {edges:?}");
            };
            let (a, b) = (("a", "solid", ""), ("b", "solid", ""));
            let dashed = ("b", "dashed", "");
            check(&[a], &["a", "a"], &[true, true]);
            check(&[a, b], &["a", "b"], &[false, false]);
            check(&[a], &["a", ""], &[false, true]);
            check(&[a, dashed], &["a", "b"], &[true, true]);
            check(&[a, dashed], &["a", "b", ""], &[false, true, true]);
            check(&[a, ("b", "solid", "#c0ffee")], &["a", "b"], &[true, false]);
        }
    }

    #[test]
    fn nodes_and_edges_of_a_layer_have_one_color() {
        let mut builder = GraphBuilder::default();
        builder.node(NodeRow { id: "a", layer: Some("both"), ..NodeRow::default() });
        builder.layer(Layer::plain("both"));
        for layer in [Some("both"), None] {
            builder.edge(EdgeRow { source: "a", target: "a", layer, ..EdgeRow::default() });
        }
        let graph = builder.finish().graph;
        let looks = Looks::of(&graph, Theme::Light, &mut Diagnostics::default());
        let layer = Some(LayerId(0));
        assert_eq!(looks.node(&graph, layer), looks.theme.filled(Hue::Value(0)));
        assert_eq!(looks.edge(&graph, layer).line, looks.theme.line(Hue::Value(0)));
    }
}
