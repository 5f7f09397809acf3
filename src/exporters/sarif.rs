//! Exports what checks find as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format),
//! which GitHub's code scanning and many editors show.
//!
//! A run holds all rules and findings of all checks. A finding is known again by its rule and what
//! it is about (`partialFingerprints`), whatever line it is on; what a baseline accepts is suppressed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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
        let (mut rules, mut results) = (Vec::new(), Vec::new());
        for check in &checks {
            for rows in check.rules() {
                let id = format!("{}/{}", check.name, rows[0].rule);
                results.extend(rows.iter().filter(is_finding).map(|row| {
                    let rule = json!({ "id": id, "index": rules.len() });
                    result(row, &options.folder, &id, rule)
                }));
                rules.push(json!({
                    "id": id,
                    "name": rows[0].kind,
                    "shortDescription": { "text": sentence(&rows[0].description) },
                }));
            }
        }
        let driver = json!({
            "name": "layercake",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        });
        let run = json!({
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "PROJECT": { "description": { "text": "The project." } } },
            "results": results,
        });
        let log = json!({
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [run],
        });
        // A tree of texts and numbers, which JSON can always hold.
        out.extend(serde_json::to_vec_pretty(&log).unwrap_or_default());
        out.push(b'\n');
        Ok(())
    }
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
