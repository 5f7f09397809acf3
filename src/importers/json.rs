//! The import kind `json`: what the export of that name writes, and `layercake schema graph`
//! describes.

use super::graph_file::{Draft, Format, Read};
use super::json_rows::{
    array, attribute, declare, edge, layers, node_field, object, unknown_key, value,
};
use super::json_text::{Json as Reader, Next, NoJson, Text, read_json};

/// The form that is read.
const VERSION: &str = "1";

/// Reads layercake's own JSON.
pub(super) struct Json;

impl Format for Json {
    const KIND: &'static str = "json";
    const ABOUT: &'static str = "Reads the JSON that layercake writes";
    const EXTENSIONS: &'static [&'static str] = &["json"];

    fn read(draft: &mut Draft<'_>) -> Read {
        if let Some(other) = other_format(draft.text) {
            let error =
                draft.error(0, "other-format", "this is not the JSON that layercake writes");
            return Err(Box::new(error.help(format!("it looks like `format: {other}`"))));
        }
        read_json(draft, |json, draft| {
            let mut has_nodes = false;
            let start = json.place();
            object(json, draft, "a graph", |json, draft, key| match &*key.text {
                "version" => version(json, draft),
                "title" => json.skip().map(drop),
                "layers" => layers(json, draft),
                "nodes" => {
                    has_nodes = true;
                    array(json, draft, "`nodes`", read_node)
                }
                "edges" => array(json, draft, "`edges`", read_edge),
                _ => {
                    const KNOWN: &[&str] = &["version", "title", "layers", "nodes", "edges"];
                    unknown_key(json, draft, key, "a graph", KNOWN)
                }
            })?;
            if !has_nodes {
                let error = draft.error(start as usize, "missing-key", "the graph has no `nodes`");
                draft.report.file(*error);
            }
            Ok(())
        })
    }
}

fn version<'t>(json: &mut Reader<'t>, draft: &mut Draft<'t>) -> Result<(), NoJson> {
    if let Some(found) = value(json, draft)?
        && found.text != VERSION
    {
        let message = format!("the version `{}` of this form is not known", found.text);
        let error = draft.error(found.place as usize, "unknown-version", message);
        draft.report.file(error.help("a newer layercake may read it"));
    }
    Ok(())
}

fn read_node<'t>(json: &mut Reader<'t>, draft: &mut Draft<'t>) -> Result<(), NoJson> {
    let row = declare(json, draft, "id", None)?;
    object(json, draft, "a node", |json, draft, key| {
        if node_field(json, draft, row, &key.text, "belongs_to")? {
            return Ok(());
        }
        match &*key.text {
            "id" => json.skip().map(drop),
            "attributes" => object(json, draft, "`attributes`", |json, draft, key| {
                attribute(json, draft, |draft| &mut draft.nodes, &key.text, row)
            }),
            _ => unknown_field(json, draft, key, "a node", NODE_FIELDS),
        }
    })
}

fn read_edge<'t>(json: &mut Reader<'t>, draft: &mut Draft<'t>) -> Result<(), NoJson> {
    edge(json, draft, "an edge", |edge, json, draft, key| match &*key.text {
        "attributes" => object(json, draft, "`attributes`", |json, draft, key| {
            attribute(json, draft, |draft| &mut draft.edges, &key.text, edge.row)
        }),
        _ => unknown_field(json, draft, key, "an edge", EDGE_FIELDS),
    })
}

const NODE_FIELDS: &[&str] =
    &["id", "label", "layer", "belongs_to", "is_partition", "weight", "comment", "attributes"];
const EDGE_FIELDS: &[&str] =
    &["id", "source", "target", "label", "layer", "weight", "comment", "attributes"];

fn unknown_field<'t>(
    json: &mut Reader<'t>,
    draft: &mut Draft<'t>,
    key: &Text<'t>,
    owner: &str,
    known: &[&'static str],
) -> Result<(), NoJson> {
    unknown_key(json, draft, key, owner, known)
}

/// Returns the format that another program's JSON seems to be in, by its outermost keys.
fn other_format(text: &str) -> Option<&'static str> {
    let mut json = Reader::new(text);
    let mut found = None;
    let mut look = || {
        if json.next()? == Next::Array {
            return Ok(());
        }
        json.begin_object()?;
        while let Some(key) = json.key()? {
            let kind = json.next()?;
            match (&*key.text, kind) {
                ("version" | "layers", _) => return Ok(()),
                ("elements", _) => found = Some("cytoscape"),
                ("graphs", Next::Array) => found = Some("json_graph"),
                ("graph", Next::Object) if found.is_none() => found = Some("json_graph"),
                ("directed" | "multigraph" | "links", _) => found = Some("node_link"),
                _ => {}
            }
            json.skip()?;
        }
        Ok::<(), NoJson>(())
    };
    look().ok().and(found)
}

#[cfg(test)]
mod tests {
    use super::super::graph_file::testing;
    use super::*;

    #[test]
    fn a_key_that_is_given_twice_is_an_error() {
        let many: String = (0..40).map(|at| format!("\"x{at}\": 1, ")).collect();
        super::super::graph_file::testing::fails::<Json>(
            &format!(
                "{{\"nodes\": [\n{{\"id\": \"a\", \"id\": \"b\"}},\n\
                 {{\"id\": \"c\", \"attributes\": {{{many}\n\"x30\": 2}}}}]}}"
            ),
            &[
                "2:13 the key `id` is given twice [\"id\"]",
                "4:1 the key `x30` is given twice [\"x30\"]",
            ],
        );
    }

    #[test]
    fn the_whole_form_is_read() {
        testing::check::<Json>(
            r##"{"version": 1, "title": "x",
              "edges": [{"id": "e", "source": "a", "target": "p", "label": "up", "layer": "l",
                         "weight": 2.5, "comment": "c", "attributes": {"n": 1}},
                        {"id": "p->p", "source": "p", "target": "p", "attributes": {"n": 1.5}}],
              "layers": [{"id": "l", "label": "L", "background": "#002a41",
                          "attributes": {"shape": "box"}}],
              "nodes": [{"id": "a", "label": "A \u00e9\ud83d\ude00\n", "layer": "l",
                         "belongs_to": "p", "weight": 0.5, "comment": "why",
                         "attributes": {"day": "2024-02-29", "yes": true, "note": "",
                                        "big": 12345678901234567890}},
                        {"id": "p", "is_partition": true, "attributes": {"yes": false}}]}"##,
            "a(A \u{e9}\u{1f600}\n)<p/l*0.5~why\
             {big=\"12345678901234567890\",day=2024-02-29,note=\"\",yes=true} \
             p!{yes=false} a->p(up) p->p{n=1.5} /l:L#002a41"
                .replace("a->p(up)", "e(up)/l*2.5~c{n=1}")
                .as_str(),
        );
    }

    #[test]
    fn every_problem_is_told_with_its_place() {
        testing::fails::<Json>(
            r#"{"version": 2,
"nodes": [{"id": "a", "lable": 1, "belongs_to": "a", "is_partition": 1},
{"label": "x"}, {"id": ""}]}"#,
            &[
                "1:13 the version `2` of this form is not known [2]",
                "2:23 a node has no key `lable` [\"lable\"]",
                "2:70 `1` is neither true nor false [1]",
                "3:1 the node has no `id` [{]",
                "3:24 the node has an empty id [\"\"]",
            ],
        );
        testing::fails::<Json>(
            r#"{"nodes": [{"id": "a", "belongs_to": "a", "layer": "m", "weight": "x"},
{"id": "checkout"}], "layers": [{"id": "l"}],
"edges": [{"id": "e", "source": "checkuot", "target": "a"},
{"id": "f", "source": "a", "target": "a"}, {"id": "f", "source": "a", "target": "checkuot"},
{"id": "f", "source": "a", "target": "a"}]}"#,
            &[
                "3:33 there is no node `checkuot` [\"checkuot\"]",
                "1:67 `x` is no number [\"x\"]",
                "1:19 `a` belongs to itself [\"a\"]",
                "5:8 the id `f` is taken [\"f\"]",
                "1:52 there is no layer `m` [\"m\"]",
            ],
        );
    }

    #[test]
    fn what_is_no_json_is_shown_where_it_stops() {
        for (text, expected) in [
            (r#"{"nodes": [}"#, "1:12 expected a value, found `}` [}]"),
            (r#"{"nodes": [,]"#, "1:12 expected a value, found `,` [,]"),
            (r#"{"nodes": [], }"#, "1:15 expected another one after `,`, found `}` [}]"),
            (r#"{"nodes" []}"#, "1:10 expected `:`, found `[` [[]"),
            (r#"{"nodes": [tru]}"#, "1:12 `tru` is no value of JSON [tru]"),
            (r#"{"nodes": [01]}"#, "1:12 `01` is no value of JSON [01]"),
            (r#"{"nodes": []} x"#, "1:15 expected the end of the file, found `x` [x]"),
            (r#"{"nodes": [{"id": "a}]}"#, "1:19 the text is never closed [\"]"),
            (r#"{"nodes": [{"id": "\x"}]}"#, "1:20 there is no such escape in JSON [\\x]"),
            (r#"{"nodes": [{"id": "\ud800"}]}"#, "1:20 there is no such escape in JSON [\\u]"),
            (r#"{"nodes": ["#, "1:12 the file ends where `,` or `]` should stand []"),
            (r#"{"nodes": [] "edges": []}"#, "1:14 expected `,` or `}`, found `\"` [\"]"),
        ] {
            let found = testing::problems::<Json>(text);
            assert_eq!(found.last().map(String::as_str), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_json_of_another_program_is_recognized() {
        for (text, kind) in [
            (r#"{"directed": true, "nodes": [], "links": []}"#, "node_link"),
            (r#"{"elements": []}"#, "cytoscape"),
            (r#"{"graph": {"nodes": {}}}"#, "json_graph"),
        ] {
            let (_, told) = testing::read::<Json>(text.as_bytes(), Default::default());
            assert_eq!(told.list[0].help, [format!("it looks like `format: {kind}`")]);
        }
    }

    #[test]
    fn nesting_costs_no_stack() {
        let open = |count| {
            format!(r#"{{"nodes": [{{"id": "a", "attributes": {{"x": {}"#, "[".repeat(count))
        };
        let text = open(100_000) + &"]".repeat(100_000) + "}}]}";
        assert_eq!(testing::graph::<Json>(&text).node_count(), 1);
        assert_eq!(testing::problems::<Json>(&open(100_000)).len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn it_takes_and_refuses_what_serde_json_does(
            text in r#"[\[\]{},:"\\ \n/bfu0-9aeE+.-]{0,12}|(true|false|null|"a"|1|[\[\]{},: ]){0,8}"#,
        ) {
            let mut json = Reader::new(&text);
            let ours = json.skip().and_then(|_| json.end());
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{text:?} {theirs:?}");
        }
    }
}
