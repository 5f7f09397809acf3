//! The import kind `cytoscape`: the JSON of Cytoscape.js and of Cytoscape.
//!
//! A file is a list of elements, or an object with them: a list, or one each of nodes and edges.
//! The fields of `data` are those of a row; positions and styles are left out. The `parent` of a
//! node is its partition.

use super::graph_file::{Draft, Format, Read, own_name};
use super::json_rows::{
    PREFIX, Value, array, attribute, declare, edge, field, layers, missing, node_field, object,
};
use super::json_text::{Json, Next, NoJson, read_json};
use crate::reserved;

/// Reads the JSON of Cytoscape.js.
pub(super) struct Cytoscape;

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Nodes,
    Edges,
    /// What its fields say.
    Either,
}

impl Format for Cytoscape {
    const KIND: &'static str = "cytoscape";
    const ABOUT: &'static str = "Reads the JSON of Cytoscape.js: compound nodes are partitions";
    const EXTENSIONS: &'static [&'static str] = &["cyjs", "cytoscape.json"];

    fn read(draft: &mut Draft<'_>) -> Read {
        read_json(draft, |json, draft| {
            if json.next()? == Next::Array {
                return elements(json, draft);
            }
            let start = json.place();
            let mut has_elements = false;
            object(json, draft, "a graph", |json, draft, key| match &*key.text {
                "elements" => {
                    has_elements = true;
                    elements(json, draft)
                }
                "data" if json.next()? == Next::Object => {
                    object(json, draft, "`data`", |json, draft, key| match &*key.text {
                        "layers" if json.next()? == Next::Array => layers(json, draft),
                        _ => json.skip().map(drop),
                    })
                }
                _ => json.skip().map(drop),
            })?;
            if !has_elements {
                let message = "the graph has no `elements`";
                let error = draft.error(start as usize, "missing-key", message);
                draft.report.file(*error);
            }
            Ok(())
        })
    }
}

fn elements<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>) -> Result<(), NoJson> {
    if json.next()? == Next::Array {
        return array(json, draft, "`elements`", |json, draft| element(json, draft, Group::Either));
    }
    object(json, draft, "`elements`", |json, draft, key| match &*key.text {
        "nodes" => array(json, draft, "`nodes`", |json, draft| element(json, draft, Group::Nodes)),
        "edges" => array(json, draft, "`edges`", |json, draft| element(json, draft, Group::Edges)),
        _ => json.skip().map(drop),
    })
}

fn element<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>, group: Group) -> Result<(), NoJson> {
    let place = json.place();
    let (mut has_data, mut group) = (false, group);
    if group == Group::Either && json.next()? == Next::Object {
        match look_for(json, draft, "group").as_ref().map(|found| &*found.text) {
            Some("nodes") => group = Group::Nodes,
            Some("edges") => group = Group::Edges,
            _ => {}
        }
    }
    object(json, draft, "an element", |json, draft, key| {
        if key.text != "data" {
            return json.skip().map(drop);
        }
        has_data = true;
        if json.next()? != Next::Object {
            return object(json, draft, "`data`", |_, _, _| Ok(()));
        }
        let is_edge = match group {
            Group::Either => look_for(json, draft, "source").is_some(),
            group => group == Group::Edges,
        };
        if is_edge { read_edge(json, draft) } else { read_node(json, draft) }
    })?;
    if !has_data {
        missing(draft, place, "element", "data");
    }
    Ok(())
}

/// Finds a field of the object that comes next; what is no JSON is told of when it is read.
fn look_for<'t>(json: &Json<'t>, draft: &Draft<'t>, name: &str) -> Option<Value<'t>> {
    field(&mut json.look_ahead(), draft, name).ok().flatten()
}

fn read_node<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>) -> Result<(), NoJson> {
    let row = declare(json, draft, "id", None)?;
    object(json, draft, "`data`", |json, draft, key| {
        if node_field(json, draft, row, &key.text, "parent")? {
            return Ok(());
        }
        match &*key.text {
            "id" => json.skip().map(drop),
            other => {
                let own = own_name(other, PREFIX, reserved::CYTOSCAPE);
                attribute(json, draft, |draft| &mut draft.nodes, own, row)
            }
        }
    })
}

fn read_edge<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>) -> Result<(), NoJson> {
    edge(json, draft, "`data`", |edge, json, draft, key| {
        let own = own_name(&key.text, PREFIX, reserved::CYTOSCAPE);
        attribute(json, draft, |draft| &mut draft.edges, own, edge.row)
    })
}

#[cfg(test)]
mod tests {
    use super::super::graph_file::testing;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        testing::check::<Cytoscape>(text, expected);
    }

    #[test]
    fn elements_come_in_three_forms() {
        let nodes =
            r#"{"data": {"id": "a", "parent": "p"}, "position": {"x": 1}}, {"data": {"id": "p"}}"#;
        let edges = r#"{"data": {"id": "e", "source": "a", "target": "p", "kind": "x"}}"#;
        let expected = r#"a<p p! e{kind="x"}"#;
        check(&format!(r#"{{"elements": {{"nodes": [{nodes}], "edges": [{edges}]}}}}"#), expected);
        check(&format!(r#"{{"elements": [{nodes}, {edges}], "style": []}}"#), expected);
        check(&format!("[{edges}, {nodes}]"), expected);
        check(r#"[{"group": "nodes", "data": {"id": "a", "source": "b"}}]"#, r#"a{source="b"}"#);
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        testing::fails::<Cytoscape>(
            "[{\"data\": {\"label\": \"x\"}},\n{\"data\": 3}, {}, {\"data\": {\"id\": \"a\", \"parent\": \"b\"}}]",
            &[
                "1:11 the node has no `id` [{]",
                "2:10 `data` is an object [3]",
                "2:14 the element has no `data` [{]",
                "2:49 there is no node `b` [\"b\"]",
            ],
        );
    }
}
