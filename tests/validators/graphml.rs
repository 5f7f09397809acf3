//! GraphML, given to networkx, igraph and, with its schema, to xmllint.

use std::fs;
use std::process::Command;

use serde_json::json;

use super::consume;
use super::data::{Form, check, files, prefixed, python};
use super::matrix::Row;
use super::pictured;
use crate::support::{repository, skip};

fn form() -> Form {
    let text = |text: &str| pictured(text, &['\n', '\t', '\r', '\u{7f}']);
    Form {
        id: text,
        text,
        name: |name| prefixed(pictured(name, &['\n', '\t', '\r', '\u{7f}']), &[], "attribute."),
        ..Form::default()
    }
}

#[test]
fn networkx_reads_every_text_as_given() {
    let files = files("graphml", &json!({}));
    let Some(results) = python("networkx graphml", &files) else { return };
    check(Row::new("graphml", "networkx"), &results, &form());
}

/// It leaves `&` in attributes of XML, such as ids, as `&#38;`; strict files have data instead.
#[test]
fn igraph_reads_every_text_of_strict_files_as_given() {
    let files = files("graphml", &json!({ "strict": true }));
    let Some(results) = python("igraph graphml", &files) else { return };
    check(Row::new("graphml", "igraph"), &results, &Form { name: token, ..form() });
}

#[test]
fn strict_files_obey_the_schema() {
    let schemas = repository("tests/validators/node_modules/graphml-moddle/resources/graphml/xsd");
    if !schemas.is_dir() {
        skip::<()>("graphml schema", "`npm ci` was not run in tests/validators");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["", "-attributes", "-structure", "-parseinfo"] {
        let name = format!("graphml{name}.xsd");
        let schema = fs::read_to_string(schemas.join(&name)).unwrap();
        let local = schema
            .replace("http://graphml.graphdrawing.org/xmlns/1.1/", "")
            .replace("http://www.w3.org/1999/xlink.xsd", "xlink.xsd");
        fs::write(folder.path().join(name), local).unwrap();
    }
    fs::write(folder.path().join("xlink.xsd"), XLINK).unwrap();
    let mut command = Command::new("xmllint");
    command.args(["--noout", "--nonet", "--schema"]).arg(folder.path().join("graphml.xsd"));
    for (number, file) in files("graphml", &json!({ "strict": true })).into_iter().enumerate() {
        let path = folder.path().join(format!("{number}.graphml"));
        fs::write(&path, file).unwrap();
        command.arg(path);
    }
    consume("xmllint", &mut command, "");
}

#[test]
fn strict_files_still_hold_every_id() {
    let files = files("graphml", &json!({ "strict": true }));
    let Some(results) = python("networkx graphml", &files) else { return };
    for ((text, graph), result) in super::data::GRAPHS.iter().zip(results) {
        for (number, node) in graph.nodes().enumerate() {
            let id = pictured(node.id(), &['\n', '\t', '\r', '\u{7f}']);
            assert_eq!(result["nodes"][format!("n{number}")]["id"], id, "{text:?}");
        }
    }
}

/// Returns the word that stands for a name in strict files.
fn token(name: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    let token: String = name.chars().map(|c| if is_word(c) { c } else { '_' }).collect();
    if token.is_empty() { "_".to_owned() } else { token }
}

/// What GraphML asks of XLink.
const XLINK: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
    targetNamespace="http://www.w3.org/1999/xlink">
  <xs:attribute name="href" type="xs:anyURI"/>
  <xs:attribute name="type" type="xs:string"/>
</xs:schema>"#;
