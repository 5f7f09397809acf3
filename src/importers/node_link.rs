//! The import kind `node_link`: the node-link JSON of networkx and D3.
//!
//! A field of a row that is nothing else is an attribute; an object or a list is kept as it is
//! written. A node without an id, as in older files for D3, is named by its number, which is how
//! links name it there.

use super::graph_file::{Draft, Format, LABEL, Read, own_name};
use super::json_rows::{
    PREFIX, array, attribute, declare, edge, layers, node_field, object, value,
};
use super::json_text::{Json, Next, NoJson, read_json};
use crate::reserved;

/// Reads node-link JSON.
pub(super) struct NodeLink;

impl Format for NodeLink {
    const KIND: &'static str = "node_link";
    const ABOUT: &'static str = "Reads node-link JSON, as networkx and D3 have it";
    const EXTENSIONS: &'static [&'static str] = &["node-link.json"];

    fn read(draft: &mut Draft<'_>) -> Read {
        read_json(draft, |json, draft| {
            let start = json.place();
            let mut has_nodes = false;
            object(json, draft, "a graph", |json, draft, key| match &*key.text {
                "graph" if json.next()? == Next::Object => {
                    object(json, draft, "`graph`", |json, draft, key| match &*key.text {
                        "layers" if json.next()? == Next::Array => layers(json, draft),
                        _ => json.skip().map(drop),
                    })
                }
                "nodes" => {
                    has_nodes = true;
                    let mut number = 0;
                    array(json, draft, "`nodes`", |json, draft| {
                        read_node(json, draft, number)?;
                        number += 1;
                        Ok(())
                    })
                }
                "edges" | "links" => array(json, draft, "the list of edges", read_edge),
                _ => json.skip().map(drop),
            })?;
            if !has_nodes {
                let error = draft.error(start as usize, "missing-key", "the graph has no `nodes`");
                draft.report.file(*error);
            }
            Ok(())
        })
    }
}

fn read_node<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>, number: u32) -> Result<(), NoJson> {
    let row = declare(json, draft, "id", Some(&number.to_string()))?;
    let mut has_id = false;
    let mut name = None;
    object(json, draft, "a node", |json, draft, key| {
        if node_field(json, draft, row, &key.text, "belongs_to")? {
            return Ok(());
        }
        match &*key.text {
            "id" => {
                has_id = true;
                json.skip().map(drop)
            }
            "name" => {
                let mut ahead = json.look_ahead();
                name = value(&mut ahead, draft).ok().flatten();
                attribute(json, draft, |draft| &mut draft.nodes, "name", row)
            }
            other => {
                let own = own_name(other, PREFIX, reserved::NODE_LINK);
                attribute(json, draft, |draft| &mut draft.nodes, own, row)
            }
        }
    })?;
    if let (false, Some(name), None) = (has_id, name, draft.nodes.get(LABEL, row)) {
        draft.nodes.set(LABEL, row, &name.text, name.sort, name.place);
    }
    Ok(())
}

fn read_edge<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>) -> Result<(), NoJson> {
    edge(json, draft, "an edge", |edge, json, draft, key| {
        let own = own_name(&key.text, PREFIX, reserved::NODE_LINK);
        attribute(json, draft, |draft| &mut draft.edges, own, edge.row)
    })
}

#[cfg(test)]
mod tests {
    use super::super::graph_file::testing;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        testing::check::<NodeLink>(text, expected);
    }

    #[test]
    fn networkx_and_d3_are_read() {
        check(
            r#"{"directed": true, "multigraph": false, "graph": {"name": "x"},
                "nodes": [{"color": "red", "id": 1}, {"id": 2, "size": 2.5, "tags": ["a", "b"]}],
                "edges": [{"weight": 3, "source": 1, "target": 2, "kind": null}]}"#,
            r#"1{color="red"} 2{size=2.5,tags="[\"a\", \"b\"]"} 1->2*3"#,
        );
        check(
            r#"{"nodes": [{"name": "Myriel"}, {"name": "Napoleon", "group": 1}],
                "links": [{"source": 1, "target": 0, "value": 1}]}"#,
            r#"0(Myriel){name="Myriel"} 1(Napoleon){group=1,name="Napoleon"} 1->0{value=1}"#,
        );
    }

    #[test]
    fn attributes_get_their_own_names_back() {
        check(
            r#"{"nodes": [{"id": "a", "attribute.id": "x", "attribute.": 1, "attribute.x": 2}]}"#,
            r#"a{=1,attribute.x=2,id="x"}"#,
        );
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        testing::fails::<NodeLink>(
            "{\"nodes\": [{\"id\": \"a\"}, {\"id\": \"a\"}, 3],\n\"links\": [{\"source\": \"a\", \"target\": \"b\"}, {}]}",
            &[
                "1:32 the id `a` is taken [\"a\"]",
                "1:38 a node is an object [3]",
                "2:43 the edge has no `source` [{]",
                "2:43 the edge has no `target` [{]",
                "2:37 there is no node `b` [\"b\"]",
            ],
        );
        testing::fails::<NodeLink>("{\"links\": []}", &["1:1 the graph has no `nodes` [{]"]);
        testing::fails::<NodeLink>("", &["1:1 the file ends where a value should stand []"]);
    }
}
