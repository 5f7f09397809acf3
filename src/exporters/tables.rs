//! A graph as three tables, of layers, nodes and edges, for formats that hold typed tables.
//!
//! Knows columns and cells, but no format.

use std::borrow::Cow;

use super::columns::{Naming, layer_attribute_names, layer_attributes};
use super::ids::{EdgeIds, Ids, LayerIds};
use crate::diagnostic::Diagnostics;
use crate::graph::{Graph, LayerId, Type, Value};

/// One of the tables; a table names rows of those before it, and of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Layers,
    Nodes,
    Edges,
}

/// What stands for ids in the tables.
#[derive(Debug, Default)]
pub(super) struct TableIds {
    pub layers: LayerIds,
    pub nodes: Ids,
    pub edges: EdgeIds,
}

/// A field that every row has a place for.
#[derive(Debug)]
pub(super) struct Field {
    pub name: &'static str,
    pub kind: Type,
    pub rule: Rule,
}

/// What holds for the cells of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// It is the row's id.
    Id,
    /// There is always a value.
    Always,
    /// There may be none.
    Perhaps,
    /// It is the id of a row of that table; there may be none.
    PerhapsIdOf(Part),
    /// It is the id of a row of that table.
    IdOf(Part),
}

const fn field(name: &'static str, kind: Type, rule: Rule) -> Field {
    Field { name, kind, rule }
}

const LAYERS: &[Field] = &[
    field("id", Type::Text, Rule::Id),
    field("label", Type::Text, Rule::Always),
    field("background", Type::Text, Rule::Perhaps),
    field("text", Type::Text, Rule::Perhaps),
    field("border", Type::Text, Rule::Perhaps),
];

const NODES: &[Field] = &[
    field("id", Type::Text, Rule::Id),
    field("label", Type::Text, Rule::Always),
    field("layer", Type::Text, Rule::PerhapsIdOf(Part::Layers)),
    field("is_partition", Type::Boolean, Rule::Always),
    field("belongs_to", Type::Text, Rule::PerhapsIdOf(Part::Nodes)),
    field("weight", Type::Number, Rule::Always),
    field("comment", Type::Text, Rule::Perhaps),
];

const EDGES: &[Field] = &[
    field("id", Type::Text, Rule::Id),
    field("source", Type::Text, Rule::IdOf(Part::Nodes)),
    field("target", Type::Text, Rule::IdOf(Part::Nodes)),
    field("label", Type::Text, Rule::Perhaps),
    field("layer", Type::Text, Rule::PerhapsIdOf(Part::Layers)),
    field("weight", Type::Number, Rule::Always),
    field("comment", Type::Text, Rule::Perhaps),
];

impl Part {
    pub(super) const ALL: [Part; 3] = [Part::Layers, Part::Nodes, Part::Edges];

    pub(super) fn name(self) -> &'static str {
        match self {
            Part::Layers => "layers",
            Part::Nodes => "nodes",
            Part::Edges => "edges",
        }
    }

    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Part::Layers => LAYERS,
            Part::Nodes => NODES,
            Part::Edges => EDGES,
        }
    }

    /// Returns names and types of the columns that users add. `fit` makes a name that the format
    /// can write of one that it cannot.
    pub(super) fn columns(
        self,
        graph: &Graph,
        fit: impl Fn(&str) -> Option<String>,
        because: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Vec<(String, Type)> {
        let attributes = match self {
            Part::Layers => Cow::Owned(layer_attributes(graph)),
            Part::Nodes => Cow::Borrowed(graph.node_attributes()),
            Part::Edges => Cow::Borrowed(graph.edge_attributes()),
        };
        let reserved: Vec<&str> = self.fields().iter().map(|field| field.name).collect();
        let naming =
            Naming { reserved: &reserved, prefix: "attribute_", ignores_case: true, because };
        let names = naming.names(&attributes, fit, diagnostics).into_iter();
        names.zip(attributes.iter()).map(|(name, column)| (name, column.kind())).collect()
    }

    pub(super) fn row_count(self, graph: &Graph) -> usize {
        match self {
            Part::Layers => graph.layers().len(),
            Part::Nodes => graph.node_count(),
            Part::Edges => graph.edge_count(),
        }
    }

    /// Returns how many cells a row has.
    pub(super) fn column_count(self, graph: &Graph) -> usize {
        let added = match self {
            Part::Layers => layer_attribute_names(graph).len(),
            Part::Nodes => graph.node_attributes().len(),
            Part::Edges => graph.edge_attributes().len(),
        };
        self.fields().len() + added
    }

    /// Gives each row, its fields and then the columns that users add, to `write`.
    pub(super) fn rows<E>(
        self,
        graph: &Graph,
        ids: &TableIds,
        mut write: impl FnMut(&[Value<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Part::Layers => layer_rows(graph, &ids.layers, write),
            Part::Nodes => {
                let mut row = Vec::new();
                for node in graph.nodes() {
                    let parent = node.parent().map(|parent| graph.node(parent));
                    row.clear();
                    row.extend([
                        Value::Text(ids.nodes.get(node)),
                        Value::Text(node.label()),
                        or_null(node.layer().map(|layer| ids.layers.get(graph, layer))),
                        Value::Boolean(node.is_partition()),
                        or_null(parent.as_ref().map(|parent| ids.nodes.get(*parent))),
                        Value::Number(node.weight()),
                        or_null(Some(node.comment())),
                    ]);
                    row.extend(node.attributes().map(|(_, value)| value));
                    write(&row)?;
                }
                Ok(())
            }
            Part::Edges => {
                let mut row = Vec::new();
                for edge in graph.edges() {
                    row.clear();
                    row.extend([
                        Value::Text(ids.edges.get(edge)),
                        Value::Text(ids.nodes.get(edge.source())),
                        Value::Text(ids.nodes.get(edge.target())),
                        or_null(Some(edge.label())),
                        or_null(edge.layer().map(|layer| ids.layers.get(graph, layer))),
                        Value::Number(edge.weight()),
                        or_null(Some(edge.comment())),
                    ]);
                    row.extend(edge.attributes().map(|(_, value)| value));
                    write(&row)?;
                }
                Ok(())
            }
        }
    }
}

fn layer_rows<E>(
    graph: &Graph,
    ids: &LayerIds,
    mut write: impl FnMut(&[Value<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    let names = layer_attribute_names(graph);
    for (layer, at) in graph.layers().iter().zip(0..) {
        let colors = [layer.background, layer.text, layer.border]
            .map(|color| color.map(|color| color.to_string()));
        let mut row = vec![Value::Text(ids.get(graph, LayerId(at))), Value::Text(&layer.label)];
        row.extend(colors.iter().map(|color| or_null(color.as_deref())));
        row.extend(
            names.iter().map(|name| or_null(layer.attributes.get(*name).map(String::as_str))),
        );
        write(&row)?;
    }
    Ok(())
}

/// Returns a text, or no value for none and for an empty one.
fn or_null(text: Option<&str>) -> Value<'_> {
    text.filter(|text| !text.is_empty()).map_or(Value::Null, Value::Text)
}

#[cfg(test)]
mod tests {
    use super::super::testing::graph;
    use super::*;
    use crate::graph::{Attribute, Bits, Color, EdgeRow, Layer, NodeRow, Values};

    #[test]
    fn a_row_has_a_cell_for_each_field_and_column() {
        let graph = graph(|builder| {
            let mut ui = Layer { background: Color::parse("teal"), ..Layer::plain("ui") };
            ui.attributes.insert("shape".to_owned(), "box".to_owned());
            builder.layer(ui);
            builder.node(NodeRow { layer: Some("ui"), ..NodeRow::test("a", "A", Some("p")) });
            builder.node(NodeRow::test("p", "P", None));
            let present: Bits = [true, false].into_iter().collect();
            let values = Values::Integer(vec![3, 0]);
            builder.node_attribute(Attribute { name: "Label".to_owned(), values, present });
            builder.edge(EdgeRow { source: "a", target: "p", ..EdgeRow::default() });
        });
        let table = |part: Part| {
            let mut rows = Vec::new();
            let written: Result<(), ()> = part.rows(&graph, &TableIds::default(), |row| {
                rows.push(row.iter().map(|cell| format!("{cell}")).collect::<Vec<_>>().join("|"));
                Ok(())
            });
            assert_eq!((written, rows.len()), (Ok(()), part.row_count(&graph)));
            let mut problems = Diagnostics::default();
            let columns = part.columns(&graph, |_| None, "so", &mut problems);
            let fields = part.fields().iter().map(|field| field.name.to_owned());
            let heads: Vec<String> =
                fields.chain(columns.into_iter().map(|(name, _)| name)).collect();
            (heads.join("|"), rows)
        };
        let (heads, rows) = table(Part::Nodes);
        assert_eq!(heads, "id|label|layer|is_partition|belongs_to|weight|comment|attribute_Label");
        assert_eq!(rows, ["a|A|ui|false|p|1||3", "p|P||true||1||"]);
        let (heads, rows) = table(Part::Edges);
        assert_eq!(heads, "id|source|target|label|layer|weight|comment");
        assert_eq!(rows, ["a->p|a|p|||1|"]);
        let (heads, rows) = table(Part::Layers);
        assert_eq!(heads, "id|label|background|text|border|shape");
        assert_eq!(rows, ["ui|ui|#008080|||box"]);
    }
}
