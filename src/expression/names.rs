//! What the names in an expression mean.

use std::ops::Range;

use super::Subject;
use super::lexer::is_name;
use super::shape::Shape;
use super::typed::{Field, Form, Typed};
use super::typing::{Data, Typing};
use crate::diagnostic::{TextProblem, nearest};
use crate::graph::Attribute;

/// What a node has besides its attributes.
const OF_NODE: [&str; 13] = [
    "ancestors",
    "children",
    "comment",
    "degree",
    "depth",
    "id",
    "in_degree",
    "is_partition",
    "label",
    "layer",
    "out_degree",
    "parent",
    "weight",
];

/// What an edge has besides its attributes.
const OF_EDGE: [&str; 7] = ["comment", "id", "label", "layer", "source", "target", "weight"];

/// What stands before the name of an attribute in `attributes["name"]`.
pub(super) const ATTRIBUTES: &str = "attributes";

/// Whose attributes are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A node's.
    Node,
    /// An edge's.
    Edge,
    /// A table's row's.
    Row,
}

impl<'e, 'g> Typing<'e, 'g> {
    /// Finds what a name that stands alone means.
    pub(super) fn name(&mut self, name: &'e str, range: Range<usize>) -> Typed<'e> {
        if let Some(place) = self.locals.iter().rev().position(|(local, _)| *local == name) {
            let shape = self.locals[self.locals.len() - 1 - place].1.clone();
            return Typed { range, shape, form: Form::Local(place) };
        }
        match self.subject {
            Subject::Node => {
                let own = Typed { range: range.clone(), shape: Shape::Node, form: Form::Own };
                self.node_field(own, name, range)
            }
            Subject::Edge => self.edge_field(name, range),
            Subject::Row if name == ATTRIBUTES && !self.has_column(name) => {
                self.bare_attributes(range)
            }
            Subject::Row => self.attribute(None, name, range),
        }
    }

    /// Finds a field of a node.
    pub(super) fn node_field(
        &mut self,
        node: Typed<'e>,
        name: &'e str,
        range: Range<usize>,
    ) -> Typed<'e> {
        let range = node.range.start..range.end;
        let name_range = range.end - name.len()..range.end;
        let nodes = || Shape::List(Box::new(Shape::Node));
        let field = match name {
            "id" => (Field::Id, Shape::Text),
            "label" => (Field::Label, Shape::Text),
            "layer" => (Field::Layer, Shape::Text),
            "weight" => (Field::Weight, Shape::Number),
            "comment" => (Field::Comment, Shape::Text),
            "is_partition" => (Field::IsPartition, Shape::Boolean),
            "degree" => (Field::Degree, Shape::Integer),
            "in_degree" => (Field::InDegree, Shape::Integer),
            "out_degree" => (Field::OutDegree, Shape::Integer),
            "depth" => (Field::Depth, Shape::Integer),
            "parent" => {
                return Typed { range, shape: Shape::Node, form: Form::Parent(Box::new(node)) };
            }
            "children" => {
                return Typed { range, shape: nodes(), form: Form::Children(Box::new(node)) };
            }
            "ancestors" => {
                return Typed { range, shape: nodes(), form: Form::Ancestors(Box::new(node)) };
            }
            ATTRIBUTES => return self.bare_attributes(name_range),
            _ => {
                let mut found = self.attribute(Some(node), name, name_range);
                found.range = range;
                return found;
            }
        };
        Typed { range, shape: field.1, form: Form::NodeField(Box::new(node), field.0) }
    }

    fn edge_field(&mut self, name: &'e str, range: Range<usize>) -> Typed<'e> {
        let field = match name {
            "id" => (Field::Id, Shape::Text),
            "label" => (Field::Label, Shape::Text),
            "layer" => (Field::Layer, Shape::Text),
            "weight" => (Field::Weight, Shape::Number),
            "comment" => (Field::Comment, Shape::Text),
            "source" => return Typed { range, shape: Shape::Node, form: Form::Source },
            "target" => return Typed { range, shape: Shape::Node, form: Form::Target },
            ATTRIBUTES => return self.bare_attributes(range),
            _ => return self.attribute(None, name, range),
        };
        Typed { range, shape: field.1, form: Form::EdgeField(field.0) }
    }

    /// Finds an attribute: of a node if one is given, else of the edge or row.
    pub(super) fn attribute(
        &mut self,
        node: Option<Typed<'e>>,
        name: &'e str,
        range: Range<usize>,
    ) -> Typed<'e> {
        let owner = match (&node, self.subject) {
            (Some(_), _) => Owner::Node,
            (None, Subject::Edge) => Owner::Edge,
            (None, _) => Owner::Row,
        };
        self.names.insert((owner, name));
        let Some(columns) = self.columns(owner) else {
            return Typed { range, shape: Shape::Unknown, form: Form::Broken };
        };
        let Some(at) = columns.iter().position(|column| column.name == name) else {
            self.unknown(owner, name, range.clone(), columns);
            return Typed { range, shape: Shape::Unknown, form: Form::Broken };
        };
        let shape = columns[at].kind().into();
        let field = Field::Attribute(at);
        let form = match (node, owner) {
            (Some(node), _) => Form::NodeField(Box::new(node), field),
            (None, Owner::Row) => Form::Column(at),
            (None, _) => Form::EdgeField(field),
        };
        Typed { range, shape, form }
    }

    /// Returns the further columns of an owner, if there is data.
    fn columns(&self, owner: Owner) -> Option<&'g [Attribute]> {
        match (self.data, owner) {
            (Data::Graph(graph), Owner::Node) => Some(graph.node_attributes()),
            (Data::Graph(graph), Owner::Edge) => Some(graph.edge_attributes()),
            (Data::Table(table), Owner::Row) => Some(table.columns()),
            _ => None,
        }
    }

    fn has_column(&self, name: &str) -> bool {
        matches!(self.data, Data::Table(table) if table.column(name).is_some())
    }

    fn bare_attributes(&mut self, range: Range<usize>) -> Typed<'e> {
        self.problem(
            TextProblem::new(range.clone(), "`attributes` needs the name of one")
                .help("write `attributes[\"name\"]`"),
        );
        Typed { range, shape: Shape::Unknown, form: Form::Broken }
    }

    fn unknown(&mut self, owner: Owner, name: &str, range: Range<usize>, columns: &[Attribute]) {
        let (whose, built_in): (_, &[&str]) = match owner {
            Owner::Node => ("no node of this graph has", &OF_NODE),
            Owner::Edge => ("no edge of this graph has", &OF_EDGE),
            Owner::Row => ("the table has no column", &[]),
        };
        let locals = self.locals.iter().map(|(local, _)| *local);
        let message = match owner {
            Owner::Row => format!("{whose} `{name}`"),
            _ => format!("{whose} an attribute `{name}`"),
        };
        let problem = TextProblem::new(range, message);
        let names = || columns.iter().map(|column| column.name.as_str());
        // `on-call` reads as `on` minus `call`.
        let cut = names().find(|column| {
            let rest = column.strip_prefix(name).unwrap_or_default();
            !is_name(column) && rest.starts_with(|letter: char| !letter.is_alphanumeric())
        });
        let known = names().chain(built_in.iter().copied()).chain(locals);
        let is_layer = matches!(self.data, Data::Graph(graph)
            if graph.layers().binary_search_by(|layer| layer.id.as_str().cmp(name)).is_ok());
        let problem = match (nearest(name, known), cut) {
            (_, Some(column)) => problem.help(format!("write `attributes[\"{column}\"]`")),
            (Some(near), None) if is_name(near) => problem.help(format!("did you mean `{near}`?")),
            (Some(near), None) => problem.help(format!("did you mean `attributes[\"{near}\"]`?")),
            (None, None) if is_layer => {
                problem.help(format!("a text stands in quotes: `\"{name}\"`"))
            }
            (None, None) => problem,
        };
        self.problem(problem);
    }
}
