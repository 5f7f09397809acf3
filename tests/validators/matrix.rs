//! The matrix of what consumers read back: formats by places of a graph that hold text.
//!
//! Every validator notes each hostile text in each place it looked at, and ends by handing in its
//! row. When the last row is in, the matrix is printed and left in the folder of the tests.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;

use layercake::registry;
use layercake::step::Shape;

use super::hostile;

/// The rows there are: the kinds of export that one file or one set of files is of, and who reads it.
const ROWS: &[(&str, &str)] = &[
    ("csv_matrix", "Python's csv"),
    ("csv_nodes csv_edges csv_layers", "Python's csv"),
    ("cypher", "Kuzu"),
    ("cytoscape", "Cytoscape.js"),
    ("d2", "D2"),
    ("dot", "Graphviz"),
    ("drawio", "xmllint"),
    ("gexf", "networkx"),
    ("gml", "igraph"),
    ("gml", "networkx"),
    ("graphml", "igraph"),
    ("graphml", "networkx"),
    ("json", "Python's json, schema"),
    ("json_graph", "serde_json, schema"),
    ("mermaid", "Mermaid"),
    ("mermaid_class", "Mermaid"),
    ("mermaid_er", "Mermaid"),
    ("mermaid_mindmap", "Mermaid"),
    ("mermaid_sequence", "Mermaid"),
    ("mermaid_treemap", "Mermaid"),
    ("node_link", "networkx"),
    ("pajek", "networkx"),
    ("plantuml", "PlantUML"),
    ("plantuml_mindmap", "PlantUML"),
    ("plantuml_sequence", "PlantUML"),
    ("plantuml_wbs", "PlantUML"),
    ("sqlite", "SQLite"),
    ("structurizr", "rules of its DSL"),
    ("svg", "rules of XML"),
    ("turtle", "rdflib"),
    ("xlsx", "LibreOffice"),
    ("xlsx", "openpyxl"),
];

/// What writes whatever its template says.
const TEMPLATES: [&str; 2] = ["template", "handlebars"];

/// In these a text is a drawing; `pictures.rs` and `viewer.rs` look at them.
const DRAWINGS: [&str; 3] = ["html", "pdf", "png"];

/// A place of a graph that holds text; in a picture, an id or a layer is what it does: what an edge
/// ends at, what colors a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Label,
    Id,
    Layer,
    /// Attributes and their names, and comments.
    Attribute,
}

const PLACES: [(Place, &str); 4] = [
    (Place::Label, "label"),
    (Place::Id, "id"),
    (Place::Layer, "layer"),
    (Place::Attribute, "attribute"),
];

/// What a consumer reads for a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    AsGiven,
    BySubstitute,
    Wrong,
}

/// What one consumer reads of one format.
pub struct Row {
    name: (&'static str, &'static str),
    /// The worst that became of a text in a place.
    cells: BTreeMap<(Place, String), Outcome>,
    wrong: Vec<String>,
}

/// How many cells of a place had each outcome; nothing for a row whose consumer is not needed and
/// not there.
type Counts = Option<BTreeMap<Place, [usize; 3]>>;

static DONE: Mutex<BTreeMap<(&str, &str), Counts>> = Mutex::new(BTreeMap::new());

impl Row {
    /// Begins the row of some kinds of export and their reader.
    pub fn new(kinds: &'static str, reader: &'static str) -> Row {
        assert!(ROWS.contains(&(kinds, reader)), "{kinds} has no row for {reader}");
        Row { name: (kinds, reader), cells: BTreeMap::new(), wrong: Vec::new() }
    }

    /// Notes what became of `text` in a place: whether what was to be read is the text itself or a
    /// substitute, and what was read if it is neither.
    pub fn note(&mut self, place: Place, text: &str, is_as_given: bool, wrong: Option<String>) {
        let outcome = match &wrong {
            Some(_) => Outcome::Wrong,
            None if is_as_given => Outcome::AsGiven,
            None => Outcome::BySubstitute,
        };
        let worst = self.cells.entry((place, text.to_owned())).or_insert(outcome);
        *worst = outcome.max(*worst);
        let cut = |text: &str| text.chars().take(300).collect::<String>();
        self.wrong.extend(wrong.map(|wrong| format!("{:?}: {}", cut(text), cut(&wrong))));
    }

    /// Notes whether a text does in a place what it should, such as to color a node.
    pub fn expect(&mut self, place: Place, text: &str, is_so: bool, problem: &str) {
        self.note(place, text, true, (!is_so).then(|| problem.to_owned()));
    }

    /// Hands in the row.
    ///
    /// # Panics
    ///
    /// If anything is wrong, or a text is missing in a place where others are.
    #[track_caller]
    pub fn finish(self) {
        let mut counts = BTreeMap::new();
        for ((place, _), outcome) in &self.cells {
            counts.entry(*place).or_insert([0; 3])[*outcome as usize] += 1;
        }
        hand_in(self.name, Some(counts.clone()));
        let ((kinds, reader), wrong) = (self.name, &self.wrong);
        assert!(wrong.is_empty(), "{kinds}, {reader}: {} wrong\n{}", wrong.len(), wrong.join("\n"));
        let count = hostile::TEXTS.len();
        let is_whole = |cells: &[usize; 3]| cells.iter().sum::<usize>() == count;
        assert!(!counts.is_empty() && counts.values().all(is_whole), "{kinds}: {counts:?}");
    }
}

/// Hands in a row without cells, whose consumer is too large to be asked for.
pub fn leave_out(kinds: &'static str, reader: &'static str) {
    hand_in((kinds, reader), None);
}

/// Takes a row; the last one prints the matrix, past what catches the output of tests.
fn hand_in(name: (&'static str, &'static str), counts: Counts) {
    let mut done = DONE.lock().unwrap();
    done.insert(name, counts);
    if !ROWS.iter().all(|row| done.contains_key(row)) {
        return;
    }
    let table = table(&done);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("matrix.txt");
    std::fs::write(path, &table).unwrap();
    // A line of the test runner may be open.
    std::io::stdout().write_all(format!("\n{table}\n").as_bytes()).unwrap();
}

fn table(rows: &BTreeMap<(&str, &str), Counts>) -> String {
    let mut table = format!("{:58}", "hostile texts read back: right/by substitute/wrong");
    PLACES.iter().for_each(|(_, name)| _ = write!(table, "{name:>12}"));
    let mut sums = [0; 3];
    for ((kinds, reader), counts) in rows {
        let _ = write!(table, "\n{kinds:34}{reader:24}");
        let Some(counts) = counts else {
            table.push_str("   not installed");
            continue;
        };
        for (place, _) in PLACES {
            let cell = match counts.get(&place) {
                Some([given, substituted, wrong]) => format!("{given}/{substituted}/{wrong}"),
                None => "-".to_owned(),
            };
            let _ = write!(table, "{cell:>12}");
            let counts = counts.get(&place).into_iter().flatten();
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
    let [given, substituted, wrong] = sums;
    let cells = given + substituted + wrong;
    let texts = hostile::TEXTS.len();
    let _ = writeln!(
        table,
        "\n{cells} cells of {texts} texts: {given} right as given, {substituted} right by the \
         documented substitute, {wrong} wrong"
    );
    table
}

#[test]
fn every_format_has_a_row() {
    // What is of tables alone is written cell by cell as tables of nodes are, which have a row.
    let graphs = registry::exporters().iter().filter(|row| row.takes.contains(&Shape::Graph));
    let kinds = graphs.map(|row| row.kind.name);
    let others = [&TEMPLATES[..], &DRAWINGS].concat();
    for kind in kinds.filter(|kind| !others.contains(kind)) {
        let has_row = ROWS.iter().any(|(kinds, _)| kinds.split(' ').any(|own| own == kind));
        assert!(has_row, "nobody reads what `{kind}` writes");
    }
}

#[test]
fn a_table_tells_every_count_and_their_sums() {
    let counts = |label| Some(BTreeMap::from([(Place::Label, label), (Place::Id, [3, 0, 0])]));
    let rows = BTreeMap::from([(("a", "A"), counts([1, 2, 0])), (("b", "B"), None)]);
    let table = table(&rows);
    let lines: Vec<Vec<&str>> =
        table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[1], ["a", "A", "1/2/0", "3/0/0", "-", "-"]);
    assert_eq!(lines[2], ["b", "B", "not", "installed"]);
    assert!(lines[3].join(" ").starts_with("6 cells of "), "{table}");
    assert!(table.ends_with("4 right as given, 2 right by the documented substitute, 0 wrong\n"));
}
