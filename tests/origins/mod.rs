//! Where nodes, edges and rows of imports came from: they are found again in the files.

mod cases;
mod random;
mod written;

use layercake::diagnostic::Diagnostics;
use layercake::origin::{EdgeName, Places, Wanted};
use layercake::registry::{self, ImporterKind};
use layercake::source::Excerpt;
use layercake::step::{Data, InputFile};

/// Returns the kind of import of this name.
fn kind(name: &str) -> &'static ImporterKind {
    registry::importers().iter().find(|kind| kind.kind.name == name).unwrap()
}

/// Returns the name of an edge.
fn edge_name(id: &str, source: &str, target: &str) -> EdgeName {
    EdgeName { id: id.to_owned(), source: source.to_owned(), target: target.to_owned() }
}

/// Returns the names of all that data holds.
pub fn everything_in(data: &Data) -> Wanted {
    match data {
        Data::Graph(graph) => Wanted {
            nodes: graph.nodes().map(|node| node.id().to_owned()).collect(),
            edges: graph
                .edges()
                .map(|edge| edge_name(edge.id(), edge.source().id(), edge.target().id()))
                .collect(),
            rows: Vec::new(),
        },
        Data::Table(table) => {
            Wanted { rows: (0..table.row_count() as u32).collect(), ..Wanted::default() }
        }
    }
}

/// An import, by its kind, its options and its files.
struct Import<'i> {
    kind: &'static ImporterKind,
    options: String,
    files: Vec<(&'i str, Vec<u8>)>,
}

impl<'i> Import<'i> {
    /// Makes one; options leave out what they need not say, as in a plan that is JSON.
    fn new(name: &str, options: &str, files: Vec<(&'i str, Vec<u8>)>) -> Import<'i> {
        Import { kind: kind(name), options: options.to_owned(), files }
    }

    /// Returns the files of each pattern; these are paths.
    fn inputs(&self) -> Vec<Vec<InputFile>> {
        let matching = |pattern: &String| -> Vec<InputFile> {
            let files = self.files.iter().filter(|(path, _)| path == pattern);
            let input = |(path, bytes): &(&str, Vec<u8>)| InputFile {
                path: (*path).into(),
                bytes: bytes.as_slice().into(),
            };
            files.map(input).collect()
        };
        (self.kind.files)(&self.options).iter().map(matching).collect()
    }

    fn data(&self) -> Data {
        let mut diagnostics = Diagnostics::default();
        let data = (self.kind.import)(&self.options, &self.inputs(), &mut diagnostics);
        data.unwrap_or_else(|_| panic!("{}: {diagnostics:#?}", self.kind.kind.name))
    }

    fn locate(&self, wanted: &Wanted) -> Places {
        (self.kind.locate)(&self.options, &self.inputs(), wanted)
    }

    /// Returns a line for each place of all that is imported.
    fn shown(&self) -> Vec<String> {
        let wanted = everything_in(&self.data());
        let Places { nodes, edges, rows } = self.locate(&wanted);
        let nodes = wanted.nodes.iter().cloned().zip(&nodes);
        let edges = wanted.edges.iter().map(|edge| edge.id.clone()).zip(&edges);
        let rows = wanted.rows.iter().map(u32::to_string).zip(&rows);
        nodes.chain(edges).chain(rows).map(|(name, at)| format!("{name} {}", place(at))).collect()
    }
}

/// Writes a place as messages do, with what is marked there.
fn place(place: &Option<Excerpt>) -> String {
    match place {
        Some(Excerpt { path, line, column, text, range }) => {
            format!("{path}:{line}:{column} [{}]", &text[range.clone()])
        }
        None => "nowhere".to_owned(),
    }
}
