//! Reads fields of nodes and edges, and compares them with constants without making a value.

use std::borrow::Cow;
use std::sync::Arc;

use super::run::{Get, Test};
use super::{Cell, Compiler, Data};
use crate::expression::term::Comparison;
use crate::expression::typed::{Field, Form, Typed};
use crate::graph::{Attribute, Date, EdgeId, Graph, Hierarchy, LayerId, Links, NodeId, Values};

/// Where a value is read that depends on the row alone.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// At the row itself.
    Row,
    /// At the node that the edge leaves.
    Source,
    /// At the node that the edge reaches.
    Target,
    /// At the partition of a node.
    Parent(Box<Place>),
}

impl Place {
    #[inline]
    fn at(&self, graph: &Graph, row: u32) -> Option<u32> {
        Some(match self {
            Place::Row => row,
            Place::Source => graph.edge(EdgeId(row)).source().index().0,
            Place::Target => graph.edge(EdgeId(row)).target().index().0,
            Place::Parent(inner) => graph.node(NodeId(inner.at(graph, row)?)).parent()?.0,
        })
    }
}

/// What is made of a column, for each type of its own, so that no value is made on the way.
trait Reading<'g> {
    type Made;

    fn text(self, read: impl Fn(u32) -> Option<&'g str> + Send + Sync + 'g) -> Self::Made;
    fn integer(self, read: impl Fn(u32) -> Option<i64> + Send + Sync + 'g) -> Self::Made;
    fn number(self, read: impl Fn(u32) -> Option<f64> + Send + Sync + 'g) -> Self::Made;
    fn boolean(self, read: impl Fn(u32) -> Option<bool> + Send + Sync + 'g) -> Self::Made;
    fn date(self, read: impl Fn(u32) -> Option<Date> + Send + Sync + 'g) -> Self::Made;
}

impl<'g> Compiler<'g> {
    /// Makes what gives a node that is reached by its place.
    pub(super) fn node(&mut self, typed: &Typed<'g>) -> Get<'g> {
        let Some(graph) = self.graph() else { return Box::new(|_| Ok(Cell::Null)) };
        if let Some(place) = self.place(typed) {
            return Box::new(move |frame| {
                Ok(place.at(graph, frame.row).map_or(Cell::Null, |node| Cell::Node(NodeId(node))))
            });
        }
        let Form::Parent(inner) = &typed.form else { return self.value(typed) };
        let inner = self.value(inner);
        Box::new(move |frame| match inner(frame)? {
            Cell::Node(node) => Ok(graph.node(node).parent().map_or(Cell::Null, Cell::Node)),
            _ => Ok(Cell::Null),
        })
    }

    pub(super) fn node_field(&mut self, node: &Typed<'g>, field: Field) -> Get<'g> {
        let Some(graph) = self.graph() else { return Box::new(|_| Ok(Cell::Null)) };
        let base = match self.place(node) {
            Some(place) => Base::Place(place),
            None => Base::Get(self.value(node)),
        };
        self.read_node(graph, field, ToValue { graph: Some(graph), base })
    }

    pub(super) fn edge_field(&mut self, field: Field) -> Get<'g> {
        let Some(graph) = self.graph() else { return Box::new(|_| Ok(Cell::Null)) };
        let made = ToValue { graph: Some(graph), base: Base::Place(Place::Row) };
        read_edge(graph, field, made)
    }

    pub(super) fn column(&mut self, at: usize) -> Get<'g> {
        let Data::Table(table) = self.data else { return Box::new(|_| Ok(Cell::Null)) };
        let made = ToValue { graph: None, base: Base::Place(Place::Row) };
        read_attribute(&table.columns()[at], made)
    }

    /// Makes the comparison of a field with a constant, where that needs no values.
    pub(super) fn compare_field(
        &mut self,
        how: Comparison,
        typed: &Typed<'g>,
        constant: &Cell<'g>,
    ) -> Option<Test<'g>> {
        if how.is_equality()
            && let Cell::Text(text) = constant
            && let Some(graph) = self.graph()
        {
            let layer = graph.layers().binary_search_by(|layer| layer.id.as_str().cmp(text));
            let wanted = layer.ok().map(|at| LayerId(at as u32));
            let is_equal = how == Comparison::Equal;
            let test =
                move |layer: Option<LayerId>| (layer.is_some() && layer == wanted) == is_equal;
            if let Some(made) = self.layer_test(typed, test) {
                return Some(made);
            }
        }
        let constant = constant.clone();
        match &typed.form {
            Form::NodeField(node, field) => {
                let (place, graph) = (self.place(node)?, self.graph()?);
                let graph = Some(graph);
                let made = ToTest { graph, place, how, constant };
                self.read_node(self.graph()?, *field, made)
            }
            Form::EdgeField(field) => {
                let graph = self.graph()?;
                let made = ToTest { graph: Some(graph), place: Place::Row, how, constant };
                read_edge(graph, *field, made)
            }
            Form::Column(at) => {
                let Data::Table(table) = self.data else { return None };
                let made = ToTest { graph: None, place: Place::Row, how, constant };
                read_attribute(&table.columns()[*at], made)
            }
            _ => None,
        }
    }

    /// Makes the comparison of two layers, which are numbers.
    pub(super) fn compare_layers(
        &mut self,
        how: Comparison,
        left: &Typed<'g>,
        right: &Typed<'g>,
    ) -> Option<Test<'g>> {
        let (Form::NodeField(a, Field::Layer), Form::NodeField(b, Field::Layer)) =
            (&left.form, &right.form)
        else {
            return None;
        };
        let (a, b, graph) = (self.place(a)?, self.place(b)?, self.graph()?);
        let layer = move |place: &Place, row| {
            place.at(graph, row).and_then(|node| graph.node(NodeId(node)).layer())
        };
        match how {
            Comparison::Equal => {
                Some(Box::new(move |frame| Ok(layer(&a, frame.row) == layer(&b, frame.row))))
            }
            Comparison::NotEqual => {
                Some(Box::new(move |frame| Ok(layer(&a, frame.row) != layer(&b, frame.row))))
            }
            _ => None,
        }
    }

    /// Makes `layer in […]`.
    pub(super) fn layer_among(
        &mut self,
        typed: &Typed<'g>,
        constants: &[Cell<'g>],
    ) -> Option<Test<'g>> {
        let layers = self.graph()?.layers().iter();
        let is_wanted = |id: &str| {
            let is_it = |cell: &Cell<'_>| matches!(cell, Cell::Text(text) if text == id);
            constants.iter().any(is_it)
        };
        let has_null = constants.contains(&Cell::Null);
        let wanted: Vec<bool> = layers.map(|layer| is_wanted(&layer.id)).collect();
        self.layer_test(typed, move |layer| match layer {
            Some(layer) => wanted[layer.0 as usize],
            None => has_null,
        })
    }

    /// Makes what asks something of the layer that `typed` reads, if it reads one.
    fn layer_test(
        &mut self,
        typed: &Typed<'g>,
        test: impl Fn(Option<LayerId>) -> bool + Send + Sync + 'g,
    ) -> Option<Test<'g>> {
        let graph = self.graph()?;
        match &typed.form {
            Form::EdgeField(Field::Layer) => {
                Some(Box::new(move |frame| Ok(test(graph.edge(EdgeId(frame.row)).layer()))))
            }
            Form::NodeField(node, Field::Layer) => Some(match self.place(node)? {
                Place::Row => {
                    Box::new(move |frame| Ok(test(graph.node(NodeId(frame.row)).layer())))
                }
                place => Box::new(move |frame| {
                    let node = place.at(graph, frame.row);
                    Ok(test(node.and_then(|node| graph.node(NodeId(node)).layer())))
                }),
            }),
            _ => None,
        }
    }

    fn read_node<R: Reading<'g>>(&mut self, graph: &'g Graph, field: Field, reading: R) -> R::Made {
        let node = move |at| graph.node(NodeId(at));
        match field {
            Field::Id => reading.text(move |at| Some(node(at).id())),
            Field::Label => reading.text(move |at| Some(node(at).label())),
            Field::Comment => reading.text(move |at| Some(node(at).comment())),
            Field::Layer => {
                reading.text(move |at| node(at).layer().map(|layer| &*graph.layer(layer).id))
            }
            Field::Weight => reading.number(move |at| Some(node(at).weight())),
            Field::IsPartition => reading.boolean(move |at| Some(node(at).is_partition())),
            Field::Degree => {
                let links = self.links(graph);
                reading.integer(move |at| {
                    let node = NodeId(at);
                    Some((links.in_degree(node) + links.out_degree(node)) as i64)
                })
            }
            Field::InDegree => {
                let links = self.links(graph);
                reading.integer(move |at| Some(links.in_degree(NodeId(at)) as i64))
            }
            Field::OutDegree => {
                let links = self.links(graph);
                reading.integer(move |at| Some(links.out_degree(NodeId(at)) as i64))
            }
            Field::Depth => {
                let depths = self.depths(graph);
                reading.integer(move |at| depths.get(at as usize).map(|depth| i64::from(*depth)))
            }
            Field::Attribute(at) => read_attribute(&graph.node_attributes()[at], reading),
        }
    }

    fn links(&mut self, graph: &'g Graph) -> Arc<Links<'g>> {
        self.links.get_or_insert_with(|| Arc::new(Links::of(graph))).clone()
    }

    pub(super) fn hierarchy(&mut self, graph: &Graph) -> Arc<Hierarchy> {
        self.hierarchy.get_or_insert_with(|| Arc::new(Hierarchy::of(graph))).clone()
    }

    fn depths(&mut self, graph: &Graph) -> Arc<[u32]> {
        let hierarchy = self.hierarchy(graph);
        let depths = self.depths.get_or_insert_with(|| {
            let mut depths = vec![0; graph.node_count()];
            let mut rest = hierarchy.roots().to_vec();
            while let Some(node) = rest.pop() {
                for child in hierarchy.children(node) {
                    depths[child.0 as usize] = depths[node.0 as usize] + 1;
                    rest.push(*child);
                }
            }
            depths.into()
        });
        depths.clone()
    }
}

fn read_edge<'g, R: Reading<'g>>(graph: &'g Graph, field: Field, reading: R) -> R::Made {
    let edge = move |at| graph.edge(EdgeId(at));
    match field {
        Field::Label => reading.text(move |at| Some(edge(at).label())),
        Field::Comment => reading.text(move |at| Some(edge(at).comment())),
        Field::Layer => {
            reading.text(move |at| edge(at).layer().map(|layer| &*graph.layer(layer).id))
        }
        Field::Weight => reading.number(move |at| Some(edge(at).weight())),
        Field::Attribute(at) => read_attribute(&graph.edge_attributes()[at], reading),
        // The other fields are those of nodes.
        _ => reading.text(move |at| Some(edge(at).id())),
    }
}

fn read_attribute<'g, R: Reading<'g>>(column: &'g Attribute, reading: R) -> R::Made {
    let present = &column.present;
    match &column.values {
        Values::Text(values) => {
            reading.text(move |at| present.get(at as usize).then(|| values.get(at as usize)))
        }
        Values::Integer(values) => {
            reading.integer(move |at| present.get(at as usize).then(|| values[at as usize]))
        }
        Values::Number(values) => {
            reading.number(move |at| present.get(at as usize).then(|| values[at as usize]))
        }
        Values::Boolean(values) => {
            reading.boolean(move |at| present.get(at as usize).then(|| values.get(at as usize)))
        }
        Values::Date(values) => {
            reading.date(move |at| present.get(at as usize).then(|| values[at as usize]))
        }
    }
}

/// Whose field is read.
enum Base<'g> {
    Place(Place),
    Get(Get<'g>),
}

/// Makes a value of a field.
struct ToValue<'g> {
    graph: Option<&'g Graph>,
    base: Base<'g>,
}

impl<'g> ToValue<'g> {
    fn made(self, read: impl Fn(u32) -> Option<Cell<'g>> + Send + Sync + 'g) -> Get<'g> {
        match (self.base, self.graph) {
            (Base::Place(Place::Row), _) | (Base::Place(_), None) => {
                Box::new(move |frame| Ok(read(frame.row).unwrap_or(Cell::Null)))
            }
            (Base::Place(place), Some(graph)) => Box::new(move |frame| {
                Ok(place.at(graph, frame.row).and_then(&read).unwrap_or(Cell::Null))
            }),
            (Base::Get(get), _) => Box::new(move |frame| match get(frame)? {
                Cell::Node(node) => Ok(read(node.0).unwrap_or(Cell::Null)),
                _ => Ok(Cell::Null),
            }),
        }
    }
}

impl<'g> Reading<'g> for ToValue<'g> {
    type Made = Get<'g>;

    fn text(self, read: impl Fn(u32) -> Option<&'g str> + Send + Sync + 'g) -> Get<'g> {
        self.made(move |at| read(at).map(|text| Cell::Text(Cow::Borrowed(text))))
    }

    fn integer(self, read: impl Fn(u32) -> Option<i64> + Send + Sync + 'g) -> Get<'g> {
        self.made(move |at| read(at).map(Cell::Integer))
    }

    fn number(self, read: impl Fn(u32) -> Option<f64> + Send + Sync + 'g) -> Get<'g> {
        self.made(move |at| read(at).map(Cell::Number))
    }

    fn boolean(self, read: impl Fn(u32) -> Option<bool> + Send + Sync + 'g) -> Get<'g> {
        self.made(move |at| read(at).map(Cell::Boolean))
    }

    fn date(self, read: impl Fn(u32) -> Option<Date> + Send + Sync + 'g) -> Get<'g> {
        self.made(move |at| read(at).map(Cell::Date))
    }
}

/// Compares a field with a constant.
struct ToTest<'g> {
    graph: Option<&'g Graph>,
    place: Place,
    how: Comparison,
    constant: Cell<'g>,
}

impl<'g> ToTest<'g> {
    /// Null is equal to nothing here, and has no order.
    fn made<T: PartialOrd + Send + Sync + 'g>(
        self,
        read: impl Fn(u32) -> Option<T> + Send + Sync + 'g,
        limit: T,
    ) -> Option<Test<'g>> {
        macro_rules! compared {
            ($test:expr) => {
                self.at_place(move |at| {
                    at.and_then(&read).is_some_and(|value| $test(&value, &limit))
                })
            };
        }
        Some(match self.how {
            Comparison::Equal => compared!(T::eq),
            Comparison::NotEqual => {
                self.at_place(move |at| !at.and_then(&read).is_some_and(|value| value == limit))
            }
            Comparison::Less => compared!(T::lt),
            Comparison::LessOrEqual => compared!(T::le),
            Comparison::Greater => compared!(T::gt),
            Comparison::GreaterOrEqual => compared!(T::ge),
        })
    }

    fn at_place(self, test: impl Fn(Option<u32>) -> bool + Send + Sync + 'g) -> Test<'g> {
        match (self.place, self.graph) {
            (Place::Row, _) | (_, None) => Box::new(move |frame| Ok(test(Some(frame.row)))),
            (place, Some(graph)) => Box::new(move |frame| Ok(test(place.at(graph, frame.row)))),
        }
    }
}

/// Up to here, every integer is a number of 64 bits.
const EXACT: i64 = 1 << 53;

impl<'g> Reading<'g> for ToTest<'g> {
    type Made = Option<Test<'g>>;

    fn text(self, read: impl Fn(u32) -> Option<&'g str> + Send + Sync + 'g) -> Self::Made {
        match self.constant.clone() {
            Cell::Text(Cow::Borrowed(limit)) => self.made(read, limit),
            _ => None,
        }
    }

    fn integer(self, read: impl Fn(u32) -> Option<i64> + Send + Sync + 'g) -> Self::Made {
        match self.constant {
            Cell::Integer(limit) => self.made(read, limit),
            Cell::Number(limit) if limit.fract() == 0.0 && limit.abs() < EXACT as f64 => {
                self.made(read, limit as i64)
            }
            _ => None,
        }
    }

    fn number(self, read: impl Fn(u32) -> Option<f64> + Send + Sync + 'g) -> Self::Made {
        match self.constant {
            Cell::Number(limit) => self.made(read, limit),
            Cell::Integer(limit) if limit.unsigned_abs() < EXACT as u64 => {
                self.made(read, limit as f64)
            }
            _ => None,
        }
    }

    fn boolean(self, read: impl Fn(u32) -> Option<bool> + Send + Sync + 'g) -> Self::Made {
        match self.constant {
            Cell::Boolean(limit) => self.made(read, limit),
            _ => None,
        }
    }

    fn date(self, read: impl Fn(u32) -> Option<Date> + Send + Sync + 'g) -> Self::Made {
        match self.constant {
            Cell::Date(limit) => self.made(read, limit),
            _ => None,
        }
    }
}
