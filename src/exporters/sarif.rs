//! Exports what checks find as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format),
//! which GitHub's code scanning and many editors show.
//!
//! A run holds all rules and findings of all checks. A finding is known again by its rule and what
//! it is about (`partialFingerprints`), whatever line it is on; what a baseline accepts is suppressed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use super::findings::{CheckRows, is_finding};
use crate::diagnostic::{Diagnostics, Failed};
use crate::digest::Digest;
use crate::finding::{Status, Told};
use crate::path;
use crate::step::{Exporter, InputFile, NamedTable};

/// Exports findings.
pub struct Sarif;

/// Settings of the `sarif` export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SarifOptions {
    /// The folder of the plan in its repository, such as `services/shop`: it stands before the paths
    /// of files, which tools take for those of the repository.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub folder: String,
}

impl Exporter for Sarif {
    const KIND: &'static str = "sarif";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes what checks find as SARIF 2.1.0";
    const EXTENSIONS: &'static [&'static str] = &["sarif", "sarif.json"];
    const FROM_MANY: bool = true;
    type Options = SarifOptions;
    type From = NamedTable;

    fn export(
        options: &SarifOptions,
        from: &[NamedTable],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let checks = CheckRows::read(Self::KIND, from, diagnostics)?;
        let log = Log {
            schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            version: "2.1.0",
            runs: [Run {
                tool: json!({ "driver": {
                    "name": "layercake",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": each_rule(&checks).map(|(id, rows)| rule(&id, rows)).collect::<Vec<_>>(),
                } }),
                column_kind: "unicodeCodePoints",
                original_uri_base_ids: json!({
                    "PROJECT": { "description": { "text": "The project." } },
                }),
                results: Results { checks: &checks, folder: &options.folder },
            }],
        };
        // A tree of texts and numbers, which JSON can always hold; writing to a list does not fail.
        let _ = serde_json::to_writer_pretty(&mut *out, &log);
        out.push(b'\n');
        Ok(())
    }
}

/// The whole file.
#[derive(Serialize)]
struct Log<'c> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'c>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'c> {
    tool: Value,
    column_kind: &'static str,
    original_uri_base_ids: Value,
    results: Results<'c>,
}

/// The findings, of which there may be many: each is made when it is written.
struct Results<'c> {
    checks: &'c [CheckRows],
    folder: &'c str,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(each_rule(self.checks).enumerate().flat_map(
            |(index, (id, rows))| {
                rows.iter().filter(is_finding).map(move |row| {
                    let rule = json!({ "id": id, "index": index });
                    result(row, self.folder, &id, rule)
                })
            },
        ))
    }
}

/// Returns every rule of every check, by what it is known by in the file, with its rows.
fn each_rule(checks: &[CheckRows]) -> impl Iterator<Item = (String, &[Told])> {
    checks.iter().flat_map(|check| {
        check.rules().map(|rows| (format!("{}/{}", check.name, rows[0].rule), rows))
    })
}

fn rule(id: &str, rows: &[Told]) -> Value {
    json!({
        "id": id,
        "name": rows[0].kind,
        "shortDescription": { "text": sentence(&rows[0].description) },
    })
}

fn result(row: &Told, folder: &str, id: &str, rule: Value) -> Value {
    let level = match row.status {
        Status::Warning => "warning",
        Status::Passed | Status::Error | Status::Known => "error",
    };
    let fingerprint = Digest::of(format!("{id}\n{}", row.about).as_bytes());
    let mut result = json!({
        "ruleId": id,
        "rule": rule,
        "level": level,
        "message": { "text": row.message },
        "partialFingerprints": { "finding/v1": fingerprint.to_string() },
    });
    if !row.file.is_empty() {
        // What the text of a path does not say, such as on another drive, is left as it is.
        let file = path::resolve(folder, &row.file, &[]).unwrap_or_else(|_| row.file.clone());
        let mut place = json!({
            "artifactLocation": { "uri": uri(&file), "uriBaseId": "PROJECT" },
        });
        if row.line > 0 {
            place["region"] = json!({ "startLine": row.line });
            if row.column > 0 {
                place["region"]["startColumn"] = json!(row.column);
            }
        }
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    if row.status == Status::Known {
        let why = "the baseline accepts it";
        result["suppressions"] = json!([{ "kind": "external", "justification": why }]);
    }
    result
}

/// Writes a path as a relative reference (RFC 3986).
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match is_plain(byte) {
            true => uri.push(char::from(byte)),
            false => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

/// Makes a sentence of a phrase.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map_or_else(String::new, |letter| letter.to_uppercase().collect());
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::findings::testing::exported;
    use super::*;

    #[test]
    fn it_is_valid_and_holds_every_finding() {
        let text = exported::<Sarif>();
        let log: Value = serde_json::from_str(&text).unwrap();
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: Vec<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["one/ui", "one/other", "two/ui", "two/other"]);
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), 6);
        for result in results {
            let index = result["rule"]["index"].as_u64().unwrap() as usize;
            assert_eq!(result["ruleId"], ids[index]);
        }
        let place = &results[0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "data/my%20edges.csv");
        assert_eq!(place["region"], json!({ "startLine": 3, "startColumn": 3 }));
        assert_eq!(results[1]["suppressions"][0]["kind"], "external");
        assert_eq!(results[2]["level"], "warning");
        assert!(results[2]["locations"].is_null());
        assert_eq!(rules[0]["shortDescription"]["text"], "The <UI> asks services.");
        let prints = results.iter().map(|one| one["partialFingerprints"]["finding/v1"].clone());
        let prints: std::collections::BTreeSet<_> = prints.map(|one| one.to_string()).collect();
        assert_eq!(prints.len(), 6);
    }

    #[test]
    fn paths_begin_where_the_repository_does() {
        let uri = |folder: &str, file: &str| {
            let row = Told { file: file.to_owned(), ..passed() };
            let result = result(&row, folder, "c/r", Value::Null);
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone()
        };
        assert_eq!(uri("", "data/e.csv"), "data/e.csv");
        assert_eq!(uri("shop/plans", "data/e.csv"), "shop/plans/data/e.csv");
        assert_eq!(uri("shop/plans/", "../e.csv"), "shop/e.csv");
        assert_eq!(uri("shop", "../../e.csv"), "../../e.csv");
    }

    fn passed() -> Told {
        let text = String::new;
        Told {
            rule: text(),
            kind: text(),
            description: text(),
            status: Status::Passed,
            message: text(),
            about: text(),
            file: text(),
            line: 0,
            column: 0,
        }
    }
}
