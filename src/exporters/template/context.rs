//! What a template can see of graphs and tables.
//!
//! | name | what it is |
//! |---|---|
//! | `meta` | `name`, `description` |
//! | `values` | the plan's values, and the step's |
//! | `graphs` | graphs by their names in the plan |
//! | `graph`, and its fields | the graph, if there is just one |
//! | `tables` | tables by their names in the plan |
//! | `table`, and its fields | the table, if there is just one |
//! | `item` | of an export to many files, the item: `path`, and its cells by their names |
//!
//! A table has `name`, `columns` (their names) and `rows`; a row has its cells by their columns.
//!
//! A graph has `name`, `nodes`, `edges`, `layers`, `by_id` (nodes by id), `hierarchy` (all nodes,
//! each after the partition that holds it: `node` and `depth`) and `roots` (the same as a tree:
//! `node` and `children`, no deeper than [`DEEPEST`]).
//!
//! A node has `id`, `label`, `layer` (an id), `belongs_to` (an id), `is_partition`, `weight`,
//! `comment`, `attributes`, `children` (ids), `incoming` and `outgoing` (the neighbors: `id`,
//! `label`, and `edge`, the edge's label). An edge has `id`, `source` and `target` (ids), `label`,
//! `layer`, `weight`, `comment`, `attributes`. What is not there is `none`.
//!
//! What costs much memory is made only if some template names it.

use tera::value::Key;
use tera::{Context, Map, Value};

use crate::graph::{self, Edge, Graph, Hierarchy, Layer, Node, NodeId, Table, Visit};
use crate::step::{Data, ITEM, Meta, NamedData, Shape};

/// How deep `roots` goes; Tera renders nothing deeper by recursion.
const DEEPEST: usize = 20;

/// Makes what templates see. `sources` are their texts.
pub fn context(meta: &Meta, from: &[NamedData], sources: &[&str]) -> Context {
    let wanted = Wanted { sources };
    let mut context = Context::new();
    let about = [("name", &meta.name), ("description", &meta.description)];
    context.insert_value("meta", map(about.map(|(name, text)| (name, text.as_deref().into()))));
    context.insert("values", &meta.values);
    let item = from.iter().find(|from| *from.name == *ITEM).and_then(|from| from.data.table());
    if let Some(item) = item {
        context.insert_value("item", rows(item).pop().unwrap_or_else(|| map([])));
    }
    for (shape, one, all) in [(Shape::Graph, "graph", "graphs"), (Shape::Table, "table", "tables")]
    {
        let from = from.iter().filter(|from| from.data.shape() == shape && *from.name != *ITEM);
        let from: Vec<_> = from.collect();
        let mut values = Map::new();
        for NamedData { name, data } in &from {
            let fields = match data {
                Data::Graph(graph) => graph_fields(name, graph, &wanted),
                Data::Table(table) => table_fields(name, table),
            };
            if from.len() == 1 {
                fields.iter().filter(|(name, _)| *name != "name").for_each(|(name, value)| {
                    context.insert_value(*name, value.clone());
                });
            }
            let value = map(fields);
            if from.len() == 1 {
                context.insert_value(one, value.clone());
            }
            values.insert(Key::from(name.to_string()), value);
        }
        context.insert_value(all, Value::from(values));
    }
    context
}

/// Makes the rows of a table, each a map of its cells.
fn rows(table: &Table) -> Vec<Value> {
    let names = table.columns().iter().map(|column| Key::from(column.name.clone()));
    let names: Vec<Key<'static>> = names.collect();
    let row = |row| -> Value {
        let cells = names.iter().cloned().zip(table.row(row).map(cell));
        cells.collect::<Map>().into()
    };
    (0..table.row_count()).map(row).collect()
}

fn table_fields(name: &str, table: &Table) -> Vec<(&'static str, Value)> {
    let columns = table.columns().iter().map(|column| Value::from(column.name.as_str()));
    vec![
        ("name", Value::from(name)),
        ("columns", columns.collect::<Vec<Value>>().into()),
        ("rows", rows(table).into()),
    ]
}

/// Tells what some template names.
struct Wanted<'a> {
    sources: &'a [&'a str],
}

impl Wanted<'_> {
    fn has(&self, name: &str) -> bool {
        self.sources.iter().any(|source| source.contains(name))
    }
}

fn graph_fields(name: &str, graph: &Graph, wanted: &Wanted<'_>) -> Vec<(&'static str, Value)> {
    let hierarchy = Hierarchy::of(graph);
    let nodes = nodes(graph, &hierarchy, wanted);
    let mut fields = vec![
        ("name", Value::from(name)),
        ("layers", graph.layers().iter().map(layer).collect::<Vec<Value>>().into()),
    ];
    if wanted.has("edges") {
        let edges: Vec<Value> = graph.edges().map(|each| edge(graph, each)).collect();
        fields.push(("edges", edges.into()));
    }
    if wanted.has("by_id") {
        let by_id = graph.nodes().zip(&nodes);
        let by_id = by_id.map(|(node, value)| (Key::from(node.id().to_owned()), value.clone()));
        fields.push(("by_id", by_id.collect::<Map>().into()));
    }
    if wanted.has("hierarchy") {
        let mut rows = Vec::with_capacity(nodes.len());
        hierarchy.walk(graph, |visit, depth| {
            if let Visit::Enter(node) | Visit::Leaf(node) = visit {
                let node = nodes[node.0 as usize].clone();
                rows.push(map([("node", node), ("depth", Value::from(depth))]));
            }
        });
        fields.push(("hierarchy", rows.into()));
    }
    if wanted.has("roots") {
        fields.push(("roots", tree(graph, &hierarchy, &nodes)));
    }
    fields.push(("nodes", nodes.into()));
    fields
}

/// Makes the hierarchy as a tree, from its leaves up.
fn tree(graph: &Graph, hierarchy: &Hierarchy, nodes: &[Value]) -> Value {
    let mut open: Vec<Vec<Value>> = vec![Vec::new()];
    hierarchy.walk(graph, |visit, depth| {
        let (Visit::Enter(node) | Visit::Leaf(node) | Visit::Leave(node)) = visit;
        if depth >= DEEPEST {
            return;
        }
        let children = match visit {
            Visit::Enter(_) => return open.push(Vec::new()),
            Visit::Leaf(_) => Vec::new(),
            Visit::Leave(_) => open.pop().unwrap_or_default(),
        };
        let item = [("node", nodes[node.0 as usize].clone()), ("children", children.into())];
        if let Some(siblings) = open.last_mut() {
            siblings.push(map(item));
        }
    });
    open.pop().unwrap_or_default().into()
}

fn nodes(graph: &Graph, hierarchy: &Hierarchy, wanted: &Wanted<'_>) -> Vec<Value> {
    let neighbor = |node: Node<'_>, edge: Edge<'_>| {
        map([
            ("id", node.id().into()),
            ("label", node.label().into()),
            ("edge", edge.label().into()),
        ])
    };
    let lists = |wanted: bool| vec![Vec::new(); if wanted { graph.node_count() } else { 0 }];
    let (mut incoming, mut outgoing) =
        (lists(wanted.has("incoming")), lists(wanted.has("outgoing")));
    for edge in graph.edges() {
        let (source, target) = (edge.source(), edge.target());
        if let Some(list) = incoming.get_mut(target.index().0 as usize) {
            list.push(neighbor(source, edge));
        }
        if let Some(list) = outgoing.get_mut(source.index().0 as usize) {
            list.push(neighbor(target, edge));
        }
    }
    let has_children = wanted.has("children");
    let ids = |ids: &[NodeId]| -> Value {
        ids.iter().map(|id| Value::from(graph.node(*id).id())).collect::<Vec<Value>>().into()
    };
    let none_of: Value = map([]);
    graph
        .nodes()
        .map(|node| {
            let at = node.index().0 as usize;
            let mut fields = vec![
                ("id", Value::from(node.id())),
                ("label", node.label().into()),
                ("layer", node.layer().map(|layer| &*graph.layer(layer).id).into()),
                ("belongs_to", node.parent().map(|parent| graph.node(parent).id()).into()),
                ("is_partition", node.is_partition().into()),
                ("weight", number(node.weight())),
                ("comment", node.comment().into()),
                ("attributes", attributes(node.attributes(), &none_of)),
            ];
            if has_children {
                fields.push(("children", ids(hierarchy.children(node.index()))));
            }
            for (name, lists) in [("incoming", &mut incoming), ("outgoing", &mut outgoing)] {
                if let Some(list) = lists.get_mut(at) {
                    fields.push((name, std::mem::take(list).into()));
                }
            }
            map(fields)
        })
        .collect()
}

fn edge(graph: &Graph, edge: Edge<'_>) -> Value {
    map([
        ("id", edge.id().into()),
        ("source", edge.source().id().into()),
        ("target", edge.target().id().into()),
        ("label", edge.label().into()),
        ("layer", edge.layer().map(|layer| &*graph.layer(layer).id).into()),
        ("weight", number(edge.weight())),
        ("comment", edge.comment().into()),
        ("attributes", attributes(edge.attributes(), &map([]))),
    ])
}

fn layer(layer: &Layer) -> Value {
    let color = |color: Option<graph::Color>| color.map(|color| color.to_string()).into();
    map([
        ("id", layer.id.as_str().into()),
        ("label", layer.label.as_str().into()),
        ("background", color(layer.background)),
        ("text", color(layer.text)),
        ("border", color(layer.border)),
        ("attributes", layer.attributes.clone().into()),
    ])
}

fn attributes<'a>(
    cells: impl Iterator<Item = (&'a str, graph::Value<'a>)>,
    none_of: &Value,
) -> Value {
    let mut cells = cells.peekable();
    if cells.peek().is_none() {
        return none_of.clone();
    }
    cells.map(|(name, value)| (Key::from(name.to_owned()), cell(value))).collect::<Map>().into()
}

fn cell(cell: graph::Value<'_>) -> Value {
    match cell {
        graph::Value::Null => Value::none(),
        graph::Value::Text(text) => text.into(),
        graph::Value::Integer(number) => number.into(),
        graph::Value::Number(number) => number.into(),
        graph::Value::Boolean(truth) => truth.into(),
        graph::Value::Date(date) => date.to_string().into(),
    }
}

/// Makes a number that prints `2`, not `2.0`, where it is whole.
fn number(number: f64) -> Value {
    match number as i64 {
        whole if whole as f64 == number => whole.into(),
        _ => number.into(),
    }
}

fn map(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    fields.into_iter().map(|(name, value)| (Key::Str(name), value)).collect::<Map>().into()
}
