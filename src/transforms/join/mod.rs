//! `join`: attributes from a table.

mod keys;

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::keys::Keys;
use super::merge::OnConflict;
use super::names::Owner;
use super::parts::keep;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, Severity, TextProblem, nearest};
use crate::graph::{Attribute, Bits, Graph, Table, UnionColumn, Value};
use crate::step::{Material, NamedData, NamedGraph, NamedTable, Shape, Transform};

/// The row that there is none of.
const NO_ROW: u32 = u32::MAX;

/// The transform.
pub(crate) struct Join;

/// Gives nodes, or edges, the values of the row of a table that has their key. Columns of the table
/// become attributes.
///
/// Keys are compared as they are written: the number 7 is the text `7`. A row or node whose key is
/// empty matches nothing. Two rows of one key are an error, since it would not be clear which one
/// is meant.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "JoinOptions")]
pub(crate) struct Options {
    /// The name of an import of a table, or of an analysis.
    pub table: String,
    /// What the key is: a field or attribute that is called as the column of the table is, or a map
    /// of fields and attributes, each with its column. All of a map must be equal.
    pub on: On,
    /// Whose the key is.
    #[serde(default)]
    pub of: Of,
    /// Which columns become attributes: a list of names, or a map of names, each with the name of
    /// its attribute. All that are not part of the key if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Columns>,
    /// What becomes of nodes or edges that no row matches.
    #[serde(default)]
    pub how: How,
    /// What to do about rows that match nothing.
    #[serde(default)]
    pub unmatched: Unmatched,
    /// What to do where there is an attribute of the name already, with another value.
    #[serde(default)]
    pub on_conflict: OnConflict,
}

/// What a key is.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "JoinOn")]
pub(crate) enum On {
    /// One name, on both sides.
    Same(String),
    /// Fields and attributes, each with its column.
    Pairs(BTreeMap<String, String>),
}

/// Which columns become attributes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "JoinColumns")]
pub(crate) enum Columns {
    /// These, under their names.
    Named(Vec<String>),
    /// These, each under the name of an attribute.
    Renamed(BTreeMap<String, String>),
}

/// Whose attributes they become.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "JoinOf")]
pub(crate) enum Of {
    /// Those of nodes.
    #[default]
    Nodes,
    /// Those of edges.
    Edges,
}

/// What becomes of nodes or edges that no row matches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "JoinHow")]
pub(crate) enum How {
    /// They stay, without values.
    #[default]
    Left,
    /// They go; the partitions around nodes that stay, stay too.
    Inner,
}

/// What to do about rows that match nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "JoinUnmatched")]
pub(crate) enum Unmatched {
    /// Nothing.
    #[default]
    Ignore,
    /// Warn of each.
    Warn,
    /// Fail, and tell each.
    Fail,
}

impl Transform for Join {
    const KIND: &'static str = "join";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Gives nodes or edges the values of rows of a table";
    type Options = Options;

    fn others(options: &Options) -> Vec<(String, Shape)> {
        vec![(options.table.clone(), Shape::Table)]
    }

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        others: &[NamedData],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let Some(NamedTable { table, .. }) = others.first().and_then(NamedTable::of) else {
            return Ok(Arc::unwrap_or_clone(graph));
        };
        let owner = match options.of {
            Of::Nodes => Owner::Nodes,
            Of::Edges => Owner::Edges,
        };
        let keys = Keys::of(options, owner, &graph, &table, diagnostics);
        let columns = columns(options, owner, &table, diagnostics);
        // What is wrong with either is told together.
        let (keys, columns) = (keys?, columns?);
        let rows = keys.matched(options, &graph, diagnostics)?;
        let mut result = Arc::unwrap_or_clone(graph);
        for (at, name) in columns {
            let column = Attribute { name, ..table.columns()[at].gather(&rows) };
            let column = settled(options, owner, &result, column, diagnostics);
            result = match owner {
                Owner::Nodes => result.with_node_attribute(column),
                Owner::Edges => result.with_edge_attribute(column),
            };
        }
        if diagnostics.has_errors() {
            return Err(Failed);
        }
        let is_matched: Bits = rows.iter().map(|row| *row != NO_ROW).collect();
        Ok(match (options.how, owner) {
            (How::Left, _) => result,
            (How::Inner, Owner::Nodes) => keep(Arc::new(result), &is_matched),
            (How::Inner, Owner::Edges) => {
                result.select(&Bits::all(result.node_count(), true), &is_matched)
            }
        })
    }
}

/// Returns the columns that become attributes, with the names to have.
fn columns(
    options: &Options,
    owner: Owner,
    table: &Table,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<(usize, String)>, Failed> {
    let keys: Vec<&str> = match &options.on {
        On::Same(name) => vec![name],
        On::Pairs(pairs) => pairs.values().map(String::as_str).collect(),
    };
    let all = table.columns().iter().map(|column| column.name.as_str());
    let wanted: Vec<(&str, &str)> = match &options.columns {
        None => all.filter(|name| !keys.contains(name)).map(|name| (name, name)).collect(),
        Some(Columns::Named(names)) => names.iter().map(|name| (&**name, &**name)).collect(),
        Some(Columns::Renamed(names)) => names.iter().map(|(a, b)| (&**a, &**b)).collect(),
    };
    let mut found = Vec::new();
    let mut is_fine = true;
    for (name, new) in wanted {
        let place = find(table, name, options, diagnostics);
        is_fine &= place.is_ok();
        let Ok(place) = place else { continue };
        if owner.fields().contains(&new) {
            let message = format!("`{new}` is a field of every {}, no attribute", owner.one());
            let help = format!("`columns: {{ {new}: other_name }}` names it; `set` fills fields");
            diagnostics.push(about_table(options, "wrong-name", message).help(help));
            is_fine = false;
        } else if owner.check_new(new, diagnostics).is_err() {
            is_fine = false;
        } else if found.iter().any(|(_, other)| other == new) {
            let message = format!("two columns would become the attribute `{new}`");
            diagnostics.push(about_table(options, "wrong-name", message));
            is_fine = false;
        } else {
            found.push((place, new.to_owned()));
        }
    }
    if is_fine { Ok(found) } else { Err(Failed) }
}

fn find(
    table: &Table,
    name: &str,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Result<usize, Failed> {
    let names = || table.columns().iter().map(|column| column.name.as_str());
    names().position(|known| known == name).ok_or_else(|| {
        let message = format!("the table `{}` has no column `{name}`", options.table);
        let problem =
            Diagnostic::of_text("no-such-column", name, TextProblem::new(0..name.len(), message));
        diagnostics.fail(match nearest(name, names()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.note(format!("its columns: {}", crate::diagnostic::names(names()))),
        })
    })
}

/// Makes a message that is about the table.
fn about_table(options: &Options, code: &'static str, message: String) -> Diagnostic {
    let text = &options.table;
    Diagnostic::of_text(code, text, TextProblem::new(0..text.len(), message))
}

/// Returns the column that holds the values there were and the new ones.
fn settled(
    options: &Options,
    owner: Owner,
    graph: &Graph,
    new: Attribute,
    diagnostics: &mut Diagnostics,
) -> Attribute {
    let old = owner.attributes(graph).iter().find(|column| column.name == new.name);
    let Some(old) = old else { return new };
    let columns = UnionColumn::of(&[std::slice::from_ref(old), std::slice::from_ref(&new)]);
    let Some(union) = columns.first() else { return new };
    union.collect((0..new.len()).map(|row| match (old.get(row), new.get(row)) {
        (value, Value::Null) | (Value::Null, value) => value,
        (before, now) if union.compare(before, now).is_eq() => before,
        (before, now) => match options.on_conflict {
            OnConflict::First => before,
            OnConflict::Last => now,
            OnConflict::Error => {
                diagnostics.push_with(Severity::Error, || {
                    let id = match owner {
                        Owner::Nodes => graph.node(crate::graph::NodeId(row as u32)).id(),
                        Owner::Edges => graph.edge(crate::graph::EdgeId(row as u32)).id(),
                    };
                    let (one, name) = (owner.one(), &new.name);
                    let message = format!(
                        "the {one} `{id}` has `{name}` `{before}`, but `{now}` in the table"
                    );
                    about_table(options, "join-conflict", message).help(
                        "`on_conflict: first` keeps what it has; `columns: { … }` gives another name",
                    )
                });
                before
            }
        },
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, node_words, rows, sketch};
    use crate::transforms::testing::{attributes, run_with, table};

    fn joined(
        options: &str,
        graph: &Graph,
        names: &[&str],
        rows: &[&[&str]],
    ) -> Result<(Graph, Vec<String>), Vec<String>> {
        run_with::<Join>(options, graph, &[("owners", table(names, rows))])
    }

    fn cells(graph: &Graph) -> Vec<String> {
        let cell = |(name, value): (&str, Value<'_>)| format!("{name}={value}");
        let line = |node: crate::graph::Node<'_>| {
            let cells: Vec<String> = node.attributes().map(cell).collect();
            format!("{} {}", node.id(), cells.join(" "))
        };
        graph.nodes().map(line).collect()
    }

    #[test]
    fn rows_give_their_values_to_nodes_of_their_key() {
        let graph = sketch(&["a", "b in p", "c", "p"], &["a c"]);
        let rows: &[&[&str]] = &[&["b", "bo", "2"], &["a", "ann", ""], &["z", "zoe", "3"]];
        let names = ["id", "owner", "pager"];
        let options = r#"{ "table": "owners", "on": "id" }"#;
        let (result, _) = joined(options, &graph, &names, rows).unwrap();
        assert_whole(&result);
        let expected =
            ["a owner=ann pager=", "b owner=bo pager=2", "c owner= pager=", "p owner= pager="];
        assert_eq!(cells(&result), expected);
        let options =
            r#"{ "table": "owners", "on": "id", "how": "inner", "columns": { "owner": "who" } }"#;
        let (result, _) = joined(options, &graph, &names, rows).unwrap();
        assert_eq!(cells(&result), ["a who=ann", "b who=bo", "p who="]);
        assert_eq!(node_words(&result), ["a", "b in p", "p"]);
    }

    #[test]
    fn keys_can_be_attributes_and_several() {
        let graph = attributes(&[("a", "team", "x"), ("b", "team", "x"), ("c", "team", "y")]);
        let options = r#"{ "table": "owners", "on": { "team": "name", "id": "node" } }"#;
        let rows: &[&[&str]] = &[&["x", "a", "1"], &["x", "b", "2"], &["", "c", "3"]];
        let (result, _) = joined(options, &graph, &["name", "node", "n"], rows).unwrap();
        assert_eq!(cells(&result), ["a n=1 team=x", "b n=2 team=x", "c n= team=y"]);
    }

    #[test]
    fn edges_have_keys_too() {
        let graph = sketch(&["a", "b"], &["a b calls", "b a reads"]);
        let options =
            r#"{ "table": "owners", "on": { "label": "kind" }, "of": "edges", "how": "inner" }"#;
        let (result, _) = joined(options, &graph, &["kind", "cost"], &[&["reads", "2"]]).unwrap();
        assert_eq!((result.node_count(), result.edge_count()), (2, 1));
        assert_eq!(result.edge_attributes()[0].get(0), Value::Text("2"));
    }

    #[test]
    fn rows_of_one_key_are_an_error_and_rows_that_match_nothing_if_told() {
        let graph = sketch(&["payments"], &[]);
        let rows: &[&[&str]] = &[&["payments", "1"], &["pyments", "2"], &["payments", "3"]];
        let options = r#"{ "table": "owners", "on": "id" }"#;
        let told = joined(options, &graph, &["id", "n"], rows).unwrap_err();
        assert_eq!(told, ["the rows 1 and 3 have one key: `id` is `payments`"]);
        for (unmatched, fails) in [("ignore", None), ("warn", Some(false)), ("fail", Some(true))] {
            let options =
                format!(r#"{{ "table": "owners", "on": "id", "unmatched": "{unmatched}" }}"#);
            let result = joined(&options, &graph, &["id", "n"], &rows[..2]);
            let message = vec!["row 2 matches no node: `id` is `pyments`".to_owned()];
            match fails {
                None => assert_eq!(result.unwrap().1, Vec::<String>::new()),
                Some(false) => assert_eq!(result.unwrap().1, message),
                Some(true) => assert_eq!(result.unwrap_err(), message),
            }
        }
    }

    #[test]
    fn values_that_differ_are_settled_as_told() {
        let graph = attributes(&[("a", "team", "x"), ("b", "team", "y"), ("c", "size", "1")]);
        let rows: &[&[&str]] = &[&["a", "x"], &["b", "z"], &["c", "w"]];
        let options = r#"{ "table": "owners", "on": "id" }"#;
        let told = joined(options, &graph, &["id", "team"], rows).unwrap_err();
        assert_eq!(told, ["the node `b` has `team` `y`, but `z` in the table"]);
        for (wins, team) in [("first", "y"), ("last", "z")] {
            let options =
                format!(r#"{{ "table": "owners", "on": "id", "on_conflict": "{wins}" }}"#);
            let (result, _) = joined(&options, &graph, &["id", "team"], rows).unwrap();
            let teams: Vec<String> =
                (0..3).map(|row| result.node_attributes()[1].get(row).to_string()).collect();
            assert_eq!(teams, ["x", team, "w"]);
        }
    }

    #[test]
    fn names_that_are_wrong_are_told_all_together() {
        let graph = sketch(&["a"], &[]);
        let options =
            r#"{ "table": "owners", "on": { "teem": "nam" }, "columns": ["label", "ownr"] }"#;
        let told = joined(options, &graph, &["name", "owner", "label"], &[]).unwrap_err();
        let expected = [
            "no node of this graph has an attribute `teem`",
            "the table `owners` has no column `nam`",
            "`label` is a field of every node, no attribute",
            "the table `owners` has no column `ownr`",
        ];
        assert_eq!(told, expected);
    }

    proptest! {
        #[test]
        fn joining_again_changes_nothing((rows, turned) in rows(), inner: bool) {
            let table: &[&[&str]] = &[&["a", "x"], &["é", "y"], &["none", "z"]];
            let how = if inner { "inner" } else { "left" };
            let options = format!(r#"{{ "table": "owners", "on": "id", "how": "{how}" }}"#);
            let joined = |graph: &Graph| joined(&options, graph, &["id", "who"], table).unwrap().0;
            let result = joined(&rows.graph());
            assert_whole(&result);
            prop_assert_eq!(&joined(&turned.graph()), &result);
            prop_assert_eq!(&joined(&result), &result);
        }
    }
}
