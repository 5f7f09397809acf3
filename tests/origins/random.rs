//! Random tables: what is found is where the test wrote it.

use layercake::origin::{Places, Wanted};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{Import, edge_name};
use crate::support::rounds;

const TEXTS: [&str; 10] = ["a", "b b", "c,d", "e\nf", "say \"g\"", "é🎂", "\r\n", "\"", " ", "x;y"];

/// A file that is written cell by cell, and knows where each is.
struct Written {
    text: String,
    line: usize,
    column: usize,
    line_break: &'static str,
}

impl Written {
    fn new(line_break: &'static str) -> Written {
        Written { text: String::new(), line: 1, column: 1, line_break }
    }

    /// Writes a row; returns the line and the column of each cell.
    fn row(&mut self, cells: &[&str], quote_all: bool) -> Vec<(usize, usize)> {
        let mut places = Vec::new();
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.put(",");
            }
            places.push((self.line, self.column));
            match quote_all || cell.contains([',', '"', '\n', '\r']) {
                true => self.put(&format!("\"{}\"", cell.replace('"', "\"\""))),
                false => self.put(cell),
            }
        }
        self.put(self.line_break);
        places
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        for c in text.replace("\r\n", "\n").chars() {
            match c {
                '\n' => (self.line, self.column) = (self.line + 1, 1),
                _ => self.column += 1,
            }
        }
    }
}

/// An edge: its id or none, and its ends among the nodes.
type Edge = (Option<u8>, Index, Index);

proptest! {
    #![proptest_config(ProptestConfig {
        cases: rounds(64, 4000) as u32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn cells_are_found_where_they_were_written(
        ids in vec((select(&TEXTS[..]), 0..4_u8), 1..40),
        edges in vec((any::<Option<u8>>(), any::<Index>(), any::<Index>()), 0..40),
        line_break in select(&["\n", "\r\n"][..]),
        blank in any::<Index>(),
        quote_all in any::<bool>(),
        utf16 in any::<bool>(),
    ) {
        let edges: Vec<Edge> = edges;
        let mut seen = std::collections::BTreeSet::new();
        let ids: Vec<String> = ids.iter().map(|(text, number)| format!("{text}{number}")).collect();
        let ids: Vec<&String> = ids.iter().filter(|id| seen.insert(id.as_str())).collect();
        let half = ids.len() / 2;
        let mut wanted = Wanted::default();
        let mut expected = Vec::new();
        let mut files = Vec::new();
        for (path, ids) in [("n.csv", &ids[..half]), ("m.csv", &ids[half..])] {
            let mut file = Written::new(line_break);
            file.row(&["label", "id"], false);
            for (at, id) in ids.iter().enumerate() {
                if at == blank.index(ids.len()) {
                    file.put(line_break);
                }
                let places = file.row(&[TEXTS[at % TEXTS.len()], id], quote_all);
                wanted.nodes.push((*id).clone());
                expected.push((path, places[1]));
            }
            files.push((path, file.text));
        }
        let mut file = Written::new(line_break);
        file.row(&["id", "target", "source"], false);
        let mut first = std::collections::BTreeMap::new();
        let mut taken = std::collections::BTreeSet::new();
        for (id, source, target) in &edges {
            let id = id.filter(|id| taken.insert(*id));
            let (source, target) = (*source.get(&ids), *target.get(&ids));
            let id = id.map(|id| format!("e{id}")).unwrap_or_default();
            let place = file.row(&[&id, target, source], quote_all)[2];
            // Those without an id are found by their ends, the first of them.
            let made = format!("{source}->{target}");
            let (id, place) = match id.as_str() {
                "" => (made.clone(), *first.entry(made).or_insert(place)),
                id => (id.to_owned(), place),
            };
            wanted.edges.push(edge_name(&id, source, target));
            expected.push(("e.csv", place));
        }
        files.push(("e.csv", file.text));
        wanted.nodes.push("nobody".to_owned());
        let bytes = |text: String| match utf16 {
            true => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
            false => text.into_bytes(),
        };
        let files = files.into_iter().map(|(path, text)| (path, bytes(text))).collect();
        let import = Import::new("csv", r#"{"nodes": ["n.csv", "m.csv"], "edges": ["e.csv"]}"#, files);
        let Places { nodes, edges, .. } = import.locate(&wanted);
        prop_assert_eq!(&nodes[nodes.len() - 1], &None);
        let found: Vec<_> = nodes[..nodes.len() - 1].iter().chain(&edges).map(|place| {
            let place = place.as_ref().unwrap();
            (&*place.path, (place.line, place.column))
        }).collect();
        prop_assert_eq!(found, expected);
    }
}
