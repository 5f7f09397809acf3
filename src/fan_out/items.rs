//! The items of a fan-out, in order: what each is, and where it goes.

use std::collections::HashMap;

use super::digests::{Digests, cells};
use super::options::{FanOut, ForEach, Which};
use super::path::PathPattern;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, Severity};
use crate::digest::Digester;
use crate::expression::NodeCondition;
use crate::graph::{
    Attribute, Bits, Edge, EdgeId, Graph, Layer, LayerId, Node, NodeId, Table, TextColumn, Type,
    Value, Values,
};

/// The items of a fan-out.
pub struct Items<'d> {
    data: Data<'d>,
    starts: Vec<Start>,
    paths: Vec<String>,
    rows: Vec<u32>,
}

/// What the items are items of.
#[derive(Clone, Copy)]
enum Data<'d> {
    Nodes(&'d Graph),
    Edges(&'d Graph),
    Layers(&'d Graph),
    Rows(&'d Table),
}

/// Where an item starts in its graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At a node, with all that is in it.
    Node(NodeId),
    /// At both ends of an edge.
    Edge(EdgeId),
    /// At the nodes of a layer.
    Layer(LayerId),
    /// At the nodes with some values, see [`nodes_by_value`].
    Value(String),
    /// Everywhere.
    Everything,
}

impl<'d> Items<'d> {
    /// Finds the items in a graph, or in the table that they are rows of.
    ///
    /// # Errors
    ///
    /// They cannot be told, or some cannot be told apart; why is in `diagnostics`.
    pub fn find(
        fan_out: &FanOut,
        graph: Option<&'d Graph>,
        table: Option<&'d Table>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Items<'d>, Failed> {
        let missing = |diagnostics: &mut Diagnostics, what: &str| {
            let message = format!("`for_each` needs a {what}, and `from` has none");
            diagnostics.fail(Diagnostic::error("not-a-graph", message))
        };
        let (data, rows) = match (&fan_out.for_each, graph, table) {
            (ForEach::Rows(of), _, Some(table)) => {
                let rows = match &of.which {
                    Which::All => (0..table.row_count() as u32).collect(),
                    Which::Where(which) => which.select_rows(table, diagnostics)?.ones().collect(),
                };
                (Data::Rows(table), rows)
            }
            (ForEach::Rows(_), _, None) => return Err(missing(diagnostics, "table")),
            (_, None, _) => return Err(missing(diagnostics, "graph")),
            (ForEach::Nodes(which), Some(graph), _) => {
                (Data::Nodes(graph), nodes(which, graph, diagnostics)?)
            }
            (ForEach::Partitions(which), Some(graph), _) => {
                let mut rows = nodes(which, graph, diagnostics)?;
                rows.retain(|row| graph.node(NodeId(*row)).is_partition());
                (Data::Nodes(graph), rows)
            }
            (ForEach::Edges(which), Some(graph), _) => {
                let rows = match which {
                    Which::All => (0..graph.edge_count() as u32).collect(),
                    Which::Where(which) => which.select(graph, diagnostics)?.ones().collect(),
                };
                (Data::Edges(graph), rows)
            }
            (ForEach::Layers(_), Some(graph), _) => {
                (Data::Layers(graph), (0..graph.layers().len() as u32).collect())
            }
        };
        let mut items = Items { data, starts: Vec::new(), paths: Vec::new(), rows };
        items.fill(fan_out, diagnostics)?;
        Ok(items)
    }

    /// Returns the number of items.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns where an item goes.
    pub fn path(&self, item: usize) -> &str {
        &self.paths[item]
    }

    /// Returns where the items start in the graph.
    pub fn starts(&self) -> &[Start] {
        &self.starts
    }

    /// Adds an item's own row and path to a digest; `rows` are the digests of the graph's rows.
    pub fn add_to(&self, digester: &mut Digester, item: usize, rows: Option<&Digests>) {
        digester.bytes(self.paths[item].as_bytes());
        let row = self.rows[item];
        match (self.data, rows) {
            (Data::Nodes(_), Some(rows)) => digester.digest(rows.node(NodeId(row))),
            (Data::Edges(_), Some(rows)) => digester.digest(rows.edge(EdgeId(row))),
            (Data::Layers(_), Some(rows)) => digester.digest(rows.layer(LayerId(row))),
            _ => {
                let names = self.data.names();
                let of_row = |name: &&'d str| (*name, self.data.cell(row as usize, name));
                cells(digester, names.iter().map(of_row));
                digester
            }
        };
    }

    /// Returns whether the items have something of this name.
    pub fn has(&self, name: &str) -> bool {
        self.data.names().contains(&name)
    }

    /// Returns the cell of an item's row, by the name that a path would have it.
    pub fn cell(&self, item: usize, name: &str) -> Value<'d> {
        self.data.cell(self.rows[item] as usize, name)
    }

    /// Returns a table of some items: `path`, and the cells of their rows.
    pub fn table(&self, items: &[usize]) -> Table {
        let names = self.data.names();
        let paths: TextColumn = items.iter().map(|item| self.path(*item)).collect();
        let present = Bits::all(items.len(), true);
        let mut columns =
            vec![Attribute { name: "path".to_owned(), values: Values::Text(paths), present }];
        for name in names.into_iter().filter(|name| *name != "path") {
            let cells = || items.iter().map(|item| self.cell(*item, name));
            let kind = cells().find_map(Value::kind).unwrap_or(Type::Text);
            columns.push(Attribute::of_cells(name, kind, cells()));
        }
        // Names are those of the columns of one table, and `path` is taken out.
        Table::new(columns).unwrap_or_default()
    }

    fn fill(&mut self, fan_out: &FanOut, diagnostics: &mut Diagnostics) -> Result<(), Failed> {
        let pattern = PathPattern::parse(&fan_out.path).map_err(|why| {
            let message = format!("`{}` is no path: {why}", fan_out.path);
            diagnostics.fail(Diagnostic::error("bad-path", message))
        })?;
        let known = self.data.names();
        let mut names: Vec<&str> = pattern.names().collect();
        if let ForEach::Rows(rows) = &fan_out.for_each {
            names.extend(rows.matching.values().map(String::as_str));
        }
        for name in names.into_iter().filter(|name| !known.contains(name)) {
            let message = format!("the {} have no `{name}`", self.data.word());
            diagnostics.push(
                Diagnostic::error("unknown-name", message)
                    .did_you_mean(name, known.iter().copied())
                    .note(format!("they have `{}`", known.join("`, `"))),
            );
        }
        if diagnostics.has_errors() {
            return Err(Failed);
        }
        let mut taken: HashMap<String, u32> = HashMap::with_capacity(self.rows.len());
        for at in 0..self.rows.len() {
            let row = self.rows[at];
            let filled = pattern.fill(|name| match self.data.cell(row as usize, name) {
                Value::Null => Err(format!("it has no `{name}`")),
                value => Ok(value.to_string()),
            });
            let path = match filled {
                Ok(path) => path,
                Err(why) => {
                    diagnostics.push_with(Severity::Error, || {
                        let message = format!("{} has no path: {why}", self.data.row_name(row));
                        Diagnostic::error("bad-path", message).help("`for_each` can leave it out")
                    });
                    continue;
                }
            };
            // Files whose names differ by case only are one file on some systems.
            if let Some(other) = taken.insert(path.to_lowercase(), row) {
                diagnostics.push_with(Severity::Error, || {
                    let [one, other] = [other, row].map(|row| self.data.row_name(row));
                    let message = format!("{one} and {other} both go to `{path}`");
                    Diagnostic::error("same-path", message)
                        .help("put into the path what tells them apart, such as `{id}`")
                });
            }
            self.paths.push(path);
            self.starts.push(self.start(fan_out, row));
        }
        if diagnostics.has_errors() { Err(Failed) } else { Ok(()) }
    }

    fn start(&self, fan_out: &FanOut, row: u32) -> Start {
        match (self.data, &fan_out.for_each) {
            (Data::Rows(table), ForEach::Rows(rows)) if !rows.matching.is_empty() => {
                let cells = rows.matching.values().map(|name| {
                    table.column(name).map_or(Value::Null, |column| column.get(row as usize))
                });
                Start::Value(value_key(cells))
            }
            (Data::Rows(_), _) => Start::Everything,
            (Data::Nodes(_), _) => Start::Node(NodeId(row)),
            (Data::Edges(_), _) => Start::Edge(EdgeId(row)),
            (Data::Layers(_), _) => Start::Layer(LayerId(row)),
        }
    }
}

/// Returns the nodes of a graph by the values that rows are to match, for a fan-out over rows.
pub fn nodes_by_value(fan_out: &FanOut, graph: &Graph) -> HashMap<String, Vec<u32>> {
    let mut nodes: HashMap<String, Vec<u32>> = HashMap::new();
    if let ForEach::Rows(rows) = &fan_out.for_each
        && !rows.matching.is_empty()
    {
        for node in graph.nodes() {
            let cells = rows.matching.keys().map(|name| node_cell(graph, node, name));
            nodes.entry(value_key(cells)).or_default().push(node.index().0);
        }
    }
    nodes
}

/// Makes one text of several cells, different for different ones; no value matches nothing.
fn value_key<'a>(cells: impl Iterator<Item = Value<'a>>) -> String {
    let mut key = String::new();
    for cell in cells {
        if cell == Value::Null {
            return String::new();
        }
        let text = cell.to_string();
        key.push_str(&format!("{}:{text}", text.len()));
    }
    key
}

impl<'d> Data<'d> {
    fn word(self) -> &'static str {
        match self {
            Data::Nodes(_) => "nodes",
            Data::Edges(_) => "edges",
            Data::Layers(_) => "layers",
            Data::Rows(_) => "rows",
        }
    }

    fn row_name(self, row: u32) -> String {
        match self {
            Data::Nodes(graph) => format!("node `{}`", graph.node(NodeId(row)).id()),
            Data::Edges(graph) => format!("edge `{}`", graph.edge(EdgeId(row)).id()),
            Data::Layers(graph) => format!("layer `{}`", graph.layer(LayerId(row)).id),
            Data::Rows(_) => format!("row {}", u64::from(row) + 1),
        }
    }

    /// Returns the names that paths and templates can use.
    fn names(self) -> Vec<&'d str> {
        let with = |fields: &[&'d str], columns: &'d [Attribute]| {
            let own = columns.iter().map(|column| column.name.as_str());
            let own = own.filter(|name| !fields.contains(name));
            fields.iter().copied().chain(own).collect()
        };
        match self {
            Data::Nodes(graph) => with(&NODE_FIELDS, graph.node_attributes()),
            Data::Edges(graph) => with(&EDGE_FIELDS, graph.edge_attributes()),
            Data::Layers(_) => LAYER_FIELDS.to_vec(),
            Data::Rows(table) => with(&[], table.columns()),
        }
    }

    fn cell(self, row: usize, name: &str) -> Value<'d> {
        match self {
            Data::Nodes(graph) => node_cell(graph, graph.node(NodeId(row as u32)), name),
            Data::Edges(graph) => edge_cell(graph, graph.edge(EdgeId(row as u32)), name),
            Data::Layers(graph) => layer_cell(graph.layer(LayerId(row as u32)), name),
            Data::Rows(table) => table.column(name).map_or(Value::Null, |column| column.get(row)),
        }
    }
}

const NODE_FIELDS: [&str; 6] = ["id", "label", "layer", "belongs_to", "weight", "comment"];
const EDGE_FIELDS: [&str; 7] = ["id", "source", "target", "label", "layer", "weight", "comment"];
const LAYER_FIELDS: [&str; 2] = ["id", "label"];

fn node_cell<'g>(graph: &'g Graph, node: Node<'g>, name: &str) -> Value<'g> {
    match name {
        "id" => Value::Text(node.id()),
        "label" => Value::Text(node.label()),
        "layer" => layer_id(graph, node.layer()),
        "belongs_to" => {
            node.parent().map_or(Value::Null, |parent| Value::Text(graph.node(parent).id()))
        }
        "weight" => Value::Number(node.weight()),
        "comment" => some(node.comment()),
        name => attribute(graph.node_attributes(), node.index().0, name),
    }
}

fn edge_cell<'g>(graph: &'g Graph, edge: Edge<'g>, name: &str) -> Value<'g> {
    match name {
        "id" => Value::Text(edge.id()),
        "source" => Value::Text(edge.source().id()),
        "target" => Value::Text(edge.target().id()),
        "label" => some(edge.label()),
        "layer" => layer_id(graph, edge.layer()),
        "weight" => Value::Number(edge.weight()),
        "comment" => some(edge.comment()),
        name => attribute(graph.edge_attributes(), edge.index().0, name),
    }
}

fn layer_cell<'g>(layer: &'g Layer, name: &str) -> Value<'g> {
    match name {
        "id" => Value::Text(&layer.id),
        "label" => Value::Text(&layer.label),
        _ => Value::Null,
    }
}

fn layer_id(graph: &Graph, layer: Option<LayerId>) -> Value<'_> {
    layer.map_or(Value::Null, |layer| Value::Text(&graph.layer(layer).id))
}

fn some(text: &str) -> Value<'_> {
    if text.is_empty() { Value::Null } else { Value::Text(text) }
}

fn attribute<'g>(columns: &'g [Attribute], row: u32, name: &str) -> Value<'g> {
    let column = columns.binary_search_by(|column| column.name.as_str().cmp(name));
    column.map_or(Value::Null, |at| columns[at].get(row as usize))
}

/// Returns the nodes for which a condition is true.
fn nodes(
    which: &Which<NodeCondition>,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<u32>, Failed> {
    Ok(match which {
        Which::All => (0..graph.node_count() as u32).collect(),
        Which::Where(which) => which.select(graph, diagnostics)?.ones().collect(),
    })
}
