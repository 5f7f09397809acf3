//! The import kind `json_graph`: JSON Graph Format, versions 1 and 2 (jsongraphformat.info).
//!
//! What is in `metadata` are fields and attributes of the row, and what is in `attributes` there,
//! as layercake writes it. The graphs of one file become one. Hyperedges are left out.

use super::graph_file::{Draft, Format, Read};
use super::json_rows::{array, attribute, declare, edge, entries, layers, node_field, object};
use super::json_text::{Json, Next, NoJson, Text, read_json};

/// Reads JSON Graph Format.
pub(super) struct JsonGraph;

impl Format for JsonGraph {
    const KIND: &'static str = "json_graph";
    const ABOUT: &'static str = "Reads JSON Graph Format, versions 1 and 2";
    const EXTENSIONS: &'static [&'static str] = &["jgf", "jgf.json"];

    fn read(draft: &mut Draft<'_>) -> Read {
        read_json(draft, |json, draft| {
            let start = json.place();
            let mut has_graph = false;
            object(json, draft, "a file of graphs", |json, draft, key| match &*key.text {
                "graph" => {
                    has_graph = true;
                    read_graph(json, draft)
                }
                "graphs" => {
                    has_graph = true;
                    array(json, draft, "`graphs`", read_graph)
                }
                _ => json.skip().map(drop),
            })?;
            if !has_graph {
                let error = draft.error(start as usize, "missing-key", "the file has no `graph`");
                draft.report.file(*error);
            }
            Ok(())
        })
    }
}

fn read_graph<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>) -> Result<(), NoJson> {
    object(json, draft, "a graph", |json, draft, key| match &*key.text {
        "metadata" => object(json, draft, "`metadata`", |json, draft, key| match &*key.text {
            "layers" if json.next()? == Next::Array => layers(json, draft),
            _ => json.skip().map(drop),
        }),
        "nodes" if json.next()? == Next::Array => array(json, draft, "`nodes`", |json, draft| {
            let row = declare(json, draft, "id", None)?;
            read_node(json, draft, row)
        }),
        "nodes" => entries(json, draft, "`nodes`", |json, draft, key| {
            let row = draft.declare(&key.text, key.place);
            read_node(json, draft, row)
        }),
        "edges" => array(json, draft, "`edges`", read_edge),
        "hyperedges" => {
            draft.warn(key.place, "hyperedges", "edges of more than two ends are left out");
            json.skip().map(drop)
        }
        _ => json.skip().map(drop),
    })
}

fn read_node<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>, row: u32) -> Result<(), NoJson> {
    object(json, draft, "a node", |json, draft, key| match &*key.text {
        "id" => json.skip().map(drop),
        "label" => node_field(json, draft, row, "label", "belongs_to").map(drop),
        "metadata" => object(json, draft, "`metadata`", |json, draft, key| {
            if key.text != "label" && node_field(json, draft, row, &key.text, "belongs_to")? {
                return Ok(());
            }
            attributes(json, draft, key, |json, draft, name| {
                attribute(json, draft, |draft| &mut draft.nodes, name, row)
            })
        }),
        other => attribute(json, draft, |draft| &mut draft.nodes, other, row),
    })
}

fn read_edge<'t>(json: &mut Json<'t>, draft: &mut Draft<'t>) -> Result<(), NoJson> {
    edge(json, draft, "an edge", |edge, json, draft, key| match &*key.text {
        // All edges go one way here.
        "directed" => json.skip().map(drop),
        "metadata" => object(json, draft, "`metadata`", |json, draft, key| {
            const FIELDS: &[&str] = &["layer", "weight", "comment"];
            if FIELDS.contains(&&*key.text) {
                return edge.field(json, draft, &key.text).map(drop);
            }
            attributes(json, draft, key, |json, draft, name| {
                attribute(json, draft, |draft| &mut draft.edges, name, edge.row)
            })
        }),
        name => attribute(json, draft, |draft| &mut draft.edges, name, edge.row),
    })
}

/// Reads a field of the metadata: one attribute, or all that layercake put into one object.
fn attributes<'t>(
    json: &mut Json<'t>,
    draft: &mut Draft<'t>,
    key: &Text<'t>,
    mut read: impl FnMut(&mut Json<'t>, &mut Draft<'t>, &str) -> Result<(), NoJson>,
) -> Result<(), NoJson> {
    match key.text == "attributes" && json.next()? == Next::Object {
        true => {
            object(json, draft, "`attributes`", |json, draft, key| read(json, draft, &key.text))
        }
        false => read(json, draft, &key.text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph_file::testing;
    use super::*;

    #[test]
    fn both_versions_are_read() {
        let edges = r#""edges": [{"source": "a", "relation": "calls", "target": "b",
            "metadata": {"weight": 2, "since": "2024-02-29"}}]"#;
        let expected = r#"a(A){x=1} b a->b*2{relation="calls",since=2024-02-29}"#;
        let graph = format!(
            r#"{{"directed": true, "nodes": {{"a": {{"label": "A", "metadata": {{"x": 1}}}}, "b": {{}}}}, {edges}}}"#
        );
        testing::check::<JsonGraph>(&format!(r#"{{"graph": {graph}}}"#), expected);
        testing::check::<JsonGraph>(&format!(r#"{{"graphs": [{graph}]}}"#), expected);
        let graph = format!(
            r#"{{"nodes": [{{"id": "b"}}, {{"id": "a", "label": "A", "metadata": {{"attributes": {{"x": 1}}}}}}], {edges}}}"#
        );
        testing::check::<JsonGraph>(&format!(r#"{{"graph": {graph}}}"#), expected);
    }

    #[test]
    fn hyperedges_are_told_of() {
        testing::fails::<JsonGraph>(
            r#"{"graph": {"nodes": {"a": {}, "a": {}}, "hyperedges": [{"nodes": ["a"]}]}}"#,
            &[
                "1:31 the id `a` is taken [\"a\"]",
                "1:41 edges of more than two ends are left out [\"hyperedges\"]",
            ],
        );
    }
}
