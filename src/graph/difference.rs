//! What became of one graph to make another: nodes, edges, layers and columns that came, went or
//! changed.
//!
//! Both graphs are sorted, so that one walk along both finds everything; what is told of it has a
//! limit, what is counted has none.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;

use super::{Attribute, Edge, Graph, Layer, LayerId, Node, Value};

/// How long a value is shown, in characters.
const LONGEST: usize = 60;

/// What is different between two graphs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// The first changes: of columns, then of nodes, edges and layers, each in order.
    pub changes: Vec<Change>,
    /// How many more there are.
    pub omitted: usize,
}

/// One thing that is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What sort of thing.
    pub part: Part,
    /// Its id, or a column's name.
    pub id: String,
    /// What became of it.
    pub how: How,
}

/// The sorts of things that a graph is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the plan's own")]
pub enum Part {
    NodeColumn,
    EdgeColumn,
    Node,
    Edge,
    Layer,
}

/// What became of a part of a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It came.
    Added,
    /// It went.
    Removed,
    /// These fields have other values.
    Changed(Vec<FieldChange>),
}

/// A field with another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field, by the name of its column.
    pub field: String,
    /// The value before, as a table would write it; `None` for no value.
    pub before: Option<String>,
    /// The value now.
    pub now: Option<String>,
    /// Whether the values are texts, to be shown in quotes.
    pub is_text: bool,
}

impl Graph {
    /// Returns what is different from an earlier graph, and tells `most` changes of it.
    pub fn difference_from(&self, before: &Graph, most: usize) -> Difference {
        let mut found = Found { difference: Difference::default(), most };
        let node_columns =
            found.columns(Part::NodeColumn, before.node_attributes(), self.node_attributes());
        let edge_columns =
            found.columns(Part::EdgeColumn, before.edge_attributes(), self.edge_attributes());
        merge(
            before.nodes(),
            self.nodes(),
            |before, now| before.id().cmp(now.id()),
            |pair| match pair {
                Pair::Before(node) => found.push(Part::Node, How::Removed, || node.id().to_owned()),
                Pair::Now(node) => found.push(Part::Node, How::Added, || node.id().to_owned()),
                Pair::Both(before, now) => {
                    let id = || now.id().to_owned();
                    found.changed(Part::Node, id, |to| node_fields(before, now, &node_columns, to));
                }
            },
        );
        found.edges(before, self, &edge_columns);
        merge(
            before.layers().iter(),
            self.layers().iter(),
            |before, now| before.id.cmp(&now.id),
            |pair| match pair {
                Pair::Before(layer) => found.push(Part::Layer, How::Removed, || layer.id.clone()),
                Pair::Now(layer) => found.push(Part::Layer, How::Added, || layer.id.clone()),
                Pair::Both(before, now) => {
                    found.changed(
                        Part::Layer,
                        || now.id.clone(),
                        |to| layer_fields(before, now, to),
                    );
                }
            },
        );
        found.difference
    }
}

/// Differences found so far.
struct Found {
    difference: Difference,
    most: usize,
}

impl Found {
    fn push(&mut self, part: Part, how: How, id: impl FnOnce() -> String) {
        match self.difference.changes.len() < self.most {
            true => self.difference.changes.push(Change { part, id: id(), how }),
            false => self.difference.omitted += 1,
        }
    }

    fn changed(
        &mut self,
        part: Part,
        id: impl FnOnce() -> String,
        compare: impl FnOnce(&mut Fields),
    ) {
        let mut fields = Fields(Vec::new());
        compare(&mut fields);
        if !fields.0.is_empty() {
            self.push(part, How::Changed(fields.0), id);
        }
    }

    /// Compares the further columns; returns the names of those that both graphs have. Of the
    /// others nothing more is told, cell by cell.
    fn columns<'a>(
        &mut self,
        part: Part,
        before: &'a [Attribute],
        now: &'a [Attribute],
    ) -> BTreeSet<&'a str> {
        let mut common = BTreeSet::new();
        merge(
            before.iter(),
            now.iter(),
            |before, now| before.name.cmp(&now.name),
            |pair| match pair {
                Pair::Before(column) => self.push(part, How::Removed, || column.name.clone()),
                Pair::Now(column) => self.push(part, How::Added, || column.name.clone()),
                Pair::Both(before, now) => {
                    common.insert(now.name.as_str());
                    self.changed(
                        part,
                        || now.name.clone(),
                        |fields| {
                            let (before, now) = (before.kind().name(), now.kind().name());
                            fields.word("type", Some(before), Some(now));
                        },
                    );
                }
            },
        );
        common
    }

    /// Compares edges. One that has another end stands elsewhere in the order, but has its id.
    fn edges(&mut self, before: &Graph, now: &Graph, columns: &BTreeSet<&str>) {
        let (mut gone, mut new): (Vec<Edge<'_>>, Vec<Edge<'_>>) = (Vec::new(), Vec::new());
        merge(
            before.edges(),
            now.edges(),
            |before, now| place(before).cmp(&place(now)),
            |pair| match pair {
                Pair::Before(edge) => gone.push(edge),
                Pair::Now(edge) => new.push(edge),
                Pair::Both(before, now) => {
                    let id = || now.id().to_owned();
                    self.changed(Part::Edge, id, |to| edge_fields(&before, &now, columns, to));
                }
            },
        );
        gone.sort_by_key(|edge| edge.id());
        new.sort_by_key(|edge| edge.id());
        merge(
            gone.into_iter(),
            new.into_iter(),
            |before, now| before.id().cmp(now.id()),
            |pair| match pair {
                Pair::Before(edge) => self.push(Part::Edge, How::Removed, || edge.id().to_owned()),
                Pair::Now(edge) => self.push(Part::Edge, How::Added, || edge.id().to_owned()),
                Pair::Both(before, now) => self.changed(
                    Part::Edge,
                    || now.id().to_owned(),
                    |to| {
                        edge_fields(&before, &now, columns, to);
                    },
                ),
            },
        );
    }
}

/// Fields with other values, gathered.
struct Fields(Vec<FieldChange>);

impl Fields {
    fn text(&mut self, field: &str, before: &str, now: &str) {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        if before != now {
            self.push(field, some(before), some(now), true);
        }
    }

    fn word(&mut self, field: &str, before: Option<&str>, now: Option<&str>) {
        if before != now {
            self.push(field, before.map(str::to_owned), now.map(str::to_owned), false);
        }
    }

    fn shown<T: PartialEq + ToString>(&mut self, field: &str, before: Option<T>, now: Option<T>) {
        if before != now {
            let text = |value: Option<T>| value.map(|value| value.to_string());
            self.push(field, text(before), text(now), false);
        }
    }

    /// Compares the cells of all columns that both graphs have.
    fn cells<'a>(
        &mut self,
        before: impl Iterator<Item = (&'a str, Value<'a>)>,
        now: impl Iterator<Item = (&'a str, Value<'a>)>,
        columns: &BTreeSet<&str>,
    ) {
        let before = before.filter(|(name, _)| columns.contains(name));
        let now = now.filter(|(name, _)| columns.contains(name));
        for ((name, before), (_, now)) in before.zip(now) {
            let text = |value: Value<'_>| (value != Value::Null).then(|| value.to_string());
            // A column that got another type shows the same value in another form.
            if before != now && text(before) != text(now) {
                let is_text = [before, now].iter().any(|value| matches!(value, Value::Text(_)));
                self.push(name, text(before), text(now), is_text);
            }
        }
    }

    fn push(&mut self, field: &str, before: Option<String>, now: Option<String>, is_text: bool) {
        self.0.push(FieldChange { field: field.to_owned(), before, now, is_text });
    }
}

fn node_fields(before: Node<'_>, now: Node<'_>, columns: &BTreeSet<&str>, to: &mut Fields) {
    to.text("label", before.label(), now.label());
    to.word("layer", layer_name(before.graph, before.layer()), layer_name(now.graph, now.layer()));
    let parent =
        |node: Node<'_>| node.parent().map(|parent| node.graph.node(parent).id().to_owned());
    to.shown("belongs_to", parent(before), parent(now));
    to.shown("is_partition", Some(before.is_partition()), Some(now.is_partition()));
    to.shown("weight", Some(before.weight()), Some(now.weight()));
    to.text("comment", before.comment(), now.comment());
    to.cells(before.attributes(), now.attributes(), columns);
}

fn edge_fields(before: &Edge<'_>, now: &Edge<'_>, columns: &BTreeSet<&str>, to: &mut Fields) {
    to.word("source", Some(before.source().id()), Some(now.source().id()));
    to.word("target", Some(before.target().id()), Some(now.target().id()));
    to.text("label", before.label(), now.label());
    to.word("layer", layer_name(before.graph, before.layer()), layer_name(now.graph, now.layer()));
    to.shown("weight", Some(before.weight()), Some(now.weight()));
    to.text("comment", before.comment(), now.comment());
    to.cells(before.attributes(), now.attributes(), columns);
}

fn layer_fields(before: &Layer, now: &Layer, to: &mut Fields) {
    to.text("label", &before.label, &now.label);
    to.shown("background", before.background, now.background);
    to.shown("text", before.text, now.text);
    to.shown("border", before.border, now.border);
    let names: BTreeSet<&String> = before.attributes.keys().chain(now.attributes.keys()).collect();
    for name in names {
        let value = |layer: &'_ Layer| layer.attributes.get(name).cloned();
        to.shown(name, value(before), value(now));
    }
}

fn layer_name(graph: &Graph, layer: Option<LayerId>) -> Option<&str> {
    layer.map(|layer| graph.layer(layer).id.as_str())
}

/// Returns what edges are ordered by.
fn place<'a>(edge: &Edge<'a>) -> (&'a str, &'a str, &'a str) {
    (edge.source().id(), edge.target().id(), edge.id())
}

/// What stands at one place of two sorted lists.
enum Pair<T> {
    Before(T),
    Now(T),
    Both(T, T),
}

/// Walks along two sorted lists at once.
fn merge<T>(
    before: impl Iterator<Item = T>,
    now: impl Iterator<Item = T>,
    compare: impl Fn(&T, &T) -> Ordering,
    mut found: impl FnMut(Pair<T>),
) {
    let (mut before, mut now) = (before.peekable(), now.peekable());
    loop {
        let order = match (before.peek(), now.peek()) {
            (Some(before), Some(now)) => compare(before, now),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        let old = if order.is_le() { before.next() } else { None };
        let new = if order.is_ge() { now.next() } else { None };
        match (old, new) {
            (Some(old), Some(new)) => found(Pair::Both(old, new)),
            (Some(old), None) => found(Pair::Before(old)),
            (None, Some(new)) => found(Pair::Now(new)),
            (None, None) => return,
        }
    }
}

impl fmt::Display for Change {
    /// Writes it on one line, without anything that a terminal would not show as it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.part, shown(&self.id))?;
        match &self.how {
            How::Added => f.write_str(" is new"),
            How::Removed => f.write_str(" is gone"),
            How::Changed(fields) => {
                for (at, field) in fields.iter().enumerate() {
                    f.write_str(if at == 0 { ": " } else { ", " })?;
                    field.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |value: &Option<String>| match value {
            None => "nothing".to_owned(),
            Some(text) if self.is_text => format!("\"{}\"", shown(text)),
            Some(text) => shown(text),
        };
        write!(f, "{} {} → {}", shown(&self.field), value(&self.before), value(&self.now))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::NodeColumn => "column of nodes",
            Part::EdgeColumn => "column of edges",
            Part::Node => "node",
            Part::Edge => "edge",
            Part::Layer => "layer",
        })
    }
}

/// Cuts a long text, and escapes what would break a line.
fn shown(text: &str) -> String {
    let cut = text.char_indices().nth(LONGEST).map_or(text, |(at, _)| &text[..at]);
    let is_plain = |letter: char| letter == '\'' || letter == '"' || letter == '\\';
    let mut out = String::with_capacity(cut.len());
    for letter in cut.chars() {
        match is_plain(letter) {
            true => out.push(letter),
            false => out.extend(letter.escape_debug()),
        }
    }
    if cut.len() < text.len() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::sketch::{rows, sketch};
    use crate::graph::{GraphBuilder, NodeRow, Values};

    #[track_caller]
    fn check(before: &Graph, now: &Graph, told: &[&str]) {
        let difference = now.difference_from(before, 10);
        let found: Vec<String> = difference.changes.iter().map(ToString::to_string).collect();
        assert_eq!(found, told);
        assert_eq!(difference.omitted, 0);
    }

    #[test]
    fn nodes_come_go_and_change() {
        let before = sketch(&["a", "b =B @x", "d"], &[]);
        let now = sketch(&["a", "b =Bee @y *2", "c", "d in a !why"], &[]);
        check(
            &before,
            &now,
            &[
                "node `a`: is_partition false → true",
                "node `b`: label \"B\" → \"Bee\", layer x → y, weight 1 → 2",
                "node `c` is new",
                "node `d`: belongs_to nothing → a, comment nothing → \"why\"",
                "layer `x` is gone",
                "layer `y` is new",
            ],
        );
        check(&now, &now, &[]);
    }

    #[test]
    fn an_edge_is_known_by_its_id_when_its_ends_change() {
        let before = sketch(&["a", "b", "c"], &["a b x #e", "a c", "b c y"]);
        let now = sketch(&["a", "b", "c"], &["c b x #e", "b a", "b c z"]);
        check(
            &before,
            &now,
            &[
                "edge `b->c`: label \"y\" → \"z\"",
                "edge `a->c` is gone",
                "edge `b->a` is new",
                "edge `e`: source a → c",
            ],
        );
    }

    fn with_column(name: &str, values: Values) -> Graph {
        let mut builder = GraphBuilder::default();
        for id in ["a", "b"] {
            builder.node(NodeRow { id, ..NodeRow::default() });
        }
        let present = [true, true].into_iter().collect();
        builder.node_attribute(Attribute { name: name.to_owned(), values, present });
        builder.finish().graph
    }

    #[test]
    fn a_cell_is_told_and_a_whole_column_once() {
        let before = with_column("port", Values::Integer(vec![80, 81]));
        let now = with_column("port", Values::Text(["80", "8\u{1b}1"].into_iter().collect()));
        check(
            &before,
            &now,
            &[
                "column of nodes `port`: type integer → text",
                "node `b`: port \"81\" → \"8\\u{1b}1\"",
            ],
        );
        let other = with_column("host", Values::Integer(vec![80, 81]));
        check(
            &before,
            &other,
            &["column of nodes `host` is new", "column of nodes `port` is gone"],
        );
    }

    #[test]
    fn past_the_limit_changes_are_counted() {
        let before = sketch(&["a"], &[]);
        let now = sketch(&["a", "b", "c", "d"], &["a b", "b c"]);
        let difference = now.difference_from(&before, 2);
        assert_eq!((difference.changes.len(), difference.omitted), (2, 3));
    }

    proptest::proptest! {
        #[test]
        fn only_equal_graphs_have_no_difference((before, turned) in rows(), (now, _) in rows()) {
            let (before, turned, now) = (before.graph(), turned.graph(), now.graph());
            proptest::prop_assert_eq!(turned.difference_from(&before, 9), Difference::default());
            let is_same = now.difference_from(&before, 0) == Difference::default();
            proptest::prop_assert_eq!(is_same, before == now);
        }
    }
}
