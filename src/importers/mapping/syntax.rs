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

#[cfg(test)]
mod tests {
    use super::super::data::{Data, Kind};
    use super::super::tests::{check, fails, read};

    #[test]
    fn deep_nesting_ends_in_a_graph_or_in_an_error() {
        const DEEP: usize = 100_000;
        let rules = "nodes: [{each: '$..x', id: '@'}]";
        let json = format!("{}{{\"x\": \"a\"}}{}", "[".repeat(DEEP), "]".repeat(DEEP));
        check(rules, "a.json", &json, "a");
        let json = format!("{}\"a\"{}", "{\"x\":".repeat(DEEP), "}".repeat(DEEP));
        let (graph, diagnostics) = read(rules, &[("a.json", &json)]);
        assert!(graph.is_err() && diagnostics.list[0].message.contains("a map"));
        let xml = format!("{}<x>a</x>{}", "<y>".repeat(DEEP), "</y>".repeat(DEEP));
        check(rules, "a.xml", &xml, "a");
        for (path, text, message) in [
            ("a.yaml", "[".repeat(DEEP), "lists and maps nest deeper than 256"),
            ("a.yaml", "- ".repeat(DEEP), "lists and maps nest deeper than 256"),
            ("a.toml", format!("x = {}", "[".repeat(DEEP)), "this is no TOML"),
            (
                "a.sql",
                format!("CREATE TABLE a (b int CHECK ({}1", "(".repeat(DEEP)),
                "cannot be read",
            ),
            (
                "a.sql",
                format!("CREATE TABLE a (b {}int)", "ARRAY<".repeat(90)),
                "it nests too deep",
            ),
            (
                "a.sql",
                format!("CREATE TABLE a (b int DEFAULT 1{})", " + 1".repeat(DEEP)),
                "too many words",
            ),
        ] {
            let (_, diagnostics) = read(rules, &[(path, &text)]);
            let found = &diagnostics.list[0].message;
            assert!(found.contains(message), "{path}: {found}");
        }
    }

    #[test]
    fn expressions_in_tables_are_read_past() {
        let rules = "nodes: [{each: '$.tables[*]', id: name, attributes: {c: 'columns[*].name?'}}]";
        let text =
            "create table a (b int check ((b > 0) and (b < (1 + 2))), c numeric(10, 2) default ((1)),
            d text default lower(upper('x')), e int generated always as (b * (c + 1)) stored);
            create temporary table t as select 1, 2 from a;";
        check(rules, "a.sql", text, "a{c=\"b, c, d, e\"} t");
    }

    #[test]
    fn no_file_grows_as_it_is_read() {
        let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for at in 1..9 {
            let refs = vec![format!("*a{}", at - 1); 9].join(",");
            laughs += &format!("a{at}: &a{at} [{refs}]\n");
        }
        let rules = "nodes: [{each: $.x, id: '@'}]";
        let problem = |path: &str, text: &str| {
            let (_, diagnostics) = read(rules, &[(path, text)]);
            diagnostics.list[0].message.clone()
        };
        assert_eq!(problem("a.yaml", &laughs), "aliases repeat too much");
        let text =
            format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 20_000].join(","));
        assert_eq!(problem("a.yaml", &text), "`$.x` finds nothing", "a copy shares its text");
        let entities = "<!DOCTYPE g [<!ENTITY a \"ha\"> <!ENTITY b \"&a;&a;\">]><x>&b;</x>";
        assert_eq!(problem("a.xml", entities), "the file defines an entity, which is refused");
        let merged = "a: &a {x: 1, y: {z: 2}}\nb: {<<: *a, x: 3}\nc: {<<: [*a, *a]}\nd: *a\n";
        check(
            "nodes: [{each: '$.*', id: '{@~} {x} {y.z}'}]".replace('\'', "\"").as_str(),
            "a.yaml",
            merged,
            "a 1 2 b 3 2 c 1 2 d 1 2",
        );
        assert_eq!(problem("a.yaml", "a: &a [*a]\n"), "an alias stands inside its own anchor");
        assert_eq!(problem("a.yaml", "a: 1\na: 2\n"), "the key `a` is given twice");
        let mut data = Data::new(0, 0);
        data.open(Kind::List, 0);
        (0..5 << 20).for_each(|place| data.scalar(Kind::Null, "", place));
        assert_eq!((data.len(), data.overflow), (4 << 20, Some((4 << 20) - 1)));
    }

    #[test]
    fn paths_that_look_at_everything_for_everything_are_stopped() {
        let text = format!("[{}1]", "1,".repeat(4_000));
        let rules = "nodes: [{each: '$[?$..[?@ == 2]]', id: '@'}]";
        let (_, diagnostics) = read(rules, &[("a.json", &text)]);
        let messages: Vec<&str> = diagnostics.list.iter().map(|one| one.message.as_str()).collect();
        assert!(
            messages.contains(&"the paths look at too many values of this file"),
            "{messages:?}"
        );
    }

    #[test]
    fn keys_of_wide_maps_are_found_at_once() {
        let entries: Vec<String> =
            (0..3000).map(|at| format!("\"k{at}\": {{\"to\": \"k{}\"}}", at / 2)).collect();
        let text = format!("{{{}}}", entries.join(","));
        let rules =
            "nodes: [{each: '$.*', id: '@~'}]\nedges: [{each: '$.*', source: '@~', target: to}]";
        let (graph, _) = read(rules, &[("a.json", &text)]);
        assert_eq!(
            (graph.as_ref().unwrap().node_count(), graph.unwrap().edge_count()),
            (3000, 3000)
        );
        check("nodes: [{each: $.k2999, id: to}]", "a.json", &text, "k1499");
        fails(
            "nodes: [{each: $.k3000, id: to}]",
            "a.json",
            &text,
            &[
                "a.json:1:1 [{] `$.k3000` finds nothing; keys here: `k0`, `k1`, `k2`, `k3`, `k4`, `k5`, `k6`, `k7`, \
             `k8`, `k9`, `k10`, `k11` and 188 more; `optional: true` in a rule says that this is fine; \
             help: did you mean `k30`?",
            ],
        );
    }
}
