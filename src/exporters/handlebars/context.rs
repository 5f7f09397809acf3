//! What a template of the earlier tool sees of a graph.

use serde_json::{Map, Value as Json, json};

use super::helpers::number;
use crate::graph::{Color, Edge, Graph, Hierarchy, Layer, Node, NodeId, Visit};

/// How deep trees go.
const DEEPEST: usize = 64;

/// Makes all that a template sees.
pub fn context(graph: &Graph, title: &str) -> Json {
    let hierarchy = Hierarchy::of(graph);
    let layers: Vec<Json> = graph.layers().iter().map(layer).collect();
    let by_id: Map<String, Json> = graph
        .layers()
        .iter()
        .zip(&layers)
        .map(|(layer, json)| (layer.id.clone(), json.clone()))
        .collect();
    let flow = graph.nodes().filter(|node| !node.is_partition()).map(|each| node(graph, each));
    let contained = graph.nodes().filter_map(|node| Some((node.parent()?, node)));
    let contained = contained.map(|(parent, node)| {
        let parent = graph.node(parent);
        json!({
            "id": format!("{}_{}", parent.id(), node.id()),
            "source": parent.id(),
            "target": node.id(),
            "label": "",
            "layer": layer_of(graph, parent),
            "weight": 1,
        })
    });
    json!({
        "graph_name": title,
        "config": {},
        "flow_nodes": flow.collect::<Vec<_>>(),
        "flow_edges": graph.edges().map(|each| edge(graph, each)).collect::<Vec<_>>(),
        "hierarchy_nodes": graph.nodes().map(|each| node(graph, each)).collect::<Vec<_>>(),
        "hierarchy_edges": contained.collect::<Vec<_>>(),
        "hierarchy_tree": tree(graph, &hierarchy),
        "hierarchy_tree_edges": tree_of_edges(graph),
        "layers": by_id.clone(),
        "layer_map": by_id,
        "layers_array": layers,
    })
}

fn node(graph: &Graph, node: Node<'_>) -> Json {
    json!({
        "id": node.id(),
        "label": node.label(),
        "layer": layer_of(graph, node),
        "is_partition": node.is_partition(),
        "belongs_to": node.parent().map(|parent| graph.node(parent).id()),
        "weight": number(node.weight()),
        "comment": Some(node.comment()).filter(|comment| !comment.is_empty()),
    })
}

fn edge(graph: &Graph, edge: Edge<'_>) -> Json {
    json!({
        "id": edge.id(),
        "source": edge.source().id(),
        "target": edge.target().id(),
        "label": edge.label(),
        "layer": edge.layer().map(|layer| graph.layer(layer).id.as_str()),
        "weight": number(edge.weight()),
        "comment": Some(edge.comment()).filter(|comment| !comment.is_empty()),
    })
}

fn layer_of<'g>(graph: &'g Graph, node: Node<'_>) -> Option<&'g str> {
    node.layer().map(|layer| graph.layer(layer).id.as_str())
}

/// Colors have no `#`, as templates put it there.
fn layer(layer: &Layer) -> Json {
    let bare = |color: Option<Color>, usual: &str| match color {
        Some(color) => color.to_string().trim_start_matches('#').to_owned(),
        None => usual.to_owned(),
    };
    json!({
        "id": layer.id,
        "label": layer.label,
        "background_color": bare(layer.background, "222222"),
        "text_color": bare(layer.text, "ffffff"),
        "border_color": bare(layer.border, "dddddd"),
    })
}

/// Makes the hierarchy as a tree, from its leaves up.
fn tree(graph: &Graph, hierarchy: &Hierarchy) -> Json {
    let mut open: Vec<Vec<Json>> = vec![Vec::new()];
    hierarchy.walk(graph, |visit, depth| {
        let (Visit::Enter(at) | Visit::Leaf(at) | Visit::Leave(at)) = visit;
        if depth >= DEEPEST {
            return;
        }
        let children = match visit {
            Visit::Enter(_) => return open.push(Vec::new()),
            Visit::Leaf(_) => Vec::new(),
            Visit::Leave(_) => open.pop().unwrap_or_default(),
        };
        if let Some(siblings) = open.last_mut() {
            siblings.push(branch(graph, at, depth, children));
        }
    });
    open.pop().unwrap_or_default().into()
}

fn branch(graph: &Graph, at: NodeId, depth: usize, children: Vec<Json>) -> Json {
    let mut json = node(graph, graph.node(at));
    json["depth"] = depth.into();
    json["children"] = children.into();
    json
}

/// Makes a tree of edges: each node once, under the first that leads to it.
fn tree_of_edges(graph: &Graph) -> Json {
    let count = graph.node_count();
    let mut targets = vec![Vec::new(); count];
    let mut is_reached = vec![false; count];
    for edge in graph.edges() {
        let (source, target) = (edge.source().index(), edge.target().index());
        targets[source.0 as usize].push(target);
        is_reached[target.0 as usize] |= source != target;
    }
    let mut is_seen = vec![false; count];
    let starts = graph.nodes().filter(|node| !is_reached[node.index().0 as usize]);
    let starts = starts.filter(|node| !targets[node.index().0 as usize].is_empty());
    let starts: Vec<NodeId> = starts.map(|node| node.index()).collect();
    starts.iter().for_each(|start| is_seen[start.0 as usize] = true);
    let mut grow = Grow { graph, targets: &targets, is_seen };
    starts.into_iter().map(|start| grow.from(start, 0)).collect::<Vec<_>>().into()
}

struct Grow<'g> {
    graph: &'g Graph,
    targets: &'g [Vec<NodeId>],
    is_seen: Vec<bool>,
}

impl Grow<'_> {
    fn from(&mut self, at: NodeId, depth: usize) -> Json {
        let mut children = Vec::new();
        if depth < DEEPEST {
            for target in &self.targets[at.0 as usize] {
                if !std::mem::replace(&mut self.is_seen[target.0 as usize], true) {
                    children.push(self.from(*target, depth + 1));
                }
            }
        }
        branch(self.graph, at, depth, children)
    }
}
