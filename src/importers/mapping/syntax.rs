//! What a file is written in, and who reads that.

use super::super::decode::Encoding;
use super::super::graph_file::{Draft, Read};
use super::super::xml_text::declared_encoding;
use super::data::Data;
use super::options::{Preset, Syntax};
use super::{deb822, json, sql, toml, xml, yaml};
use crate::diagnostic::Diagnostic;
use crate::source::Excerpt;
use crate::step::InputFile;

/// The ends of file names by syntax.
const ENDS: &[(&str, Syntax)] = &[
    ("json", Syntax::Json),
    ("ndjson", Syntax::Ndjson),
    ("jsonl", Syntax::Ndjson),
    ("yaml", Syntax::Yaml),
    ("yml", Syntax::Yaml),
    ("xml", Syntax::Xml),
    ("toml", Syntax::Toml),
    ("sql", Syntax::Sql),
];

/// Returns what a file is written in.
pub fn of(rules: &Preset, file: &InputFile) -> Result<Syntax, Box<Diagnostic>> {
    let end = file.path.rsplit_once('.').map_or("", |(_, end)| end).to_ascii_lowercase();
    let known = ENDS.iter().find(|(known, _)| *known == end).map(|(_, syntax)| *syntax);
    rules.syntax.or(known).ok_or_else(|| {
        let message = "the name of the file does not tell what it is written in";
        let error = Diagnostic::error("unknown-syntax", message)
            .at(Excerpt::whole_file(file.path.clone()), "")
            .help("say what it is: `syntax: json`, `ndjson`, `yaml`, `xml`, `toml`, `deb822` or `sql`");
        Box::new(error)
    })
}

/// Returns the encoding that a file names itself.
pub fn encoding(syntax: Syntax, bytes: &[u8]) -> Option<Encoding> {
    if syntax == Syntax::Xml { declared_encoding(bytes) } else { None }
}

/// Reads the text of the draft.
pub fn read(syntax: Syntax, draft: &Draft<'_>, data: &mut Data) -> Read {
    match syntax {
        Syntax::Json => json::read(draft, data, false),
        Syntax::Ndjson => json::read(draft, data, true),
        Syntax::Yaml => yaml::read(draft, data),
        Syntax::Xml => xml::read(draft, data),
        Syntax::Toml => toml::read(draft, data),
        Syntax::Deb822 => deb822::read(draft, data),
        Syntax::Sql => sql::read(draft, data),
    }
}
