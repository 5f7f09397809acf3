//! A small import for tests: files and options by name, and what came of them.

use super::Csv;
use super::options::Options;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::Graph;
use crate::source::Span;
use crate::step::{Importer, InputFile};
use crate::tree::{Key, Tree, TreeNode};

/// The header of a table of nodes with every field.
pub const NODES: &str = "id,label,layer,is_partition,belongs_to,weight,comment\n";
/// The header of a table of edges with every field.
pub const EDGES: &str = "id,source,target,label,layer,weight,comment\n";

/// An import that can be run.
#[derive(Clone, Default)]
pub struct Import {
    files: Vec<InputFile>,
    options: serde_json::Map<String, serde_json::Value>,
}

impl Import {
    pub fn new() -> Import {
        Import::default()
    }

    pub fn nodes(self, text: &str) -> Import {
        self.file("nodes.csv", text).set("nodes", "\"nodes.csv\"")
    }

    pub fn edges(self, text: &str) -> Import {
        self.file("edges.csv", text).set("edges", "\"edges.csv\"")
    }

    pub fn layers(self, text: &str) -> Import {
        self.file("layers.csv", text).set("layers", "\"layers.csv\"")
    }

    pub fn file(mut self, path: &str, text: &str) -> Import {
        self.files.push(InputFile { path: path.into(), bytes: text.as_bytes().into() });
        self
    }

    pub fn set(&self, key: &str, json: &str) -> Import {
        let mut import = self.clone();
        import.options.insert(key.to_owned(), serde_json::from_str(json).unwrap());
        import
    }

    pub fn run(&self) -> (Result<Graph, Failed>, Diagnostics) {
        let options: Options =
            serde_json::from_value(serde_json::Value::Object(self.options.clone())).unwrap();
        let matching = |pattern: &String| -> Vec<InputFile> {
            self.files.iter().filter(|file| *file.path == **pattern).cloned().collect()
        };
        let files: Vec<Vec<InputFile>> = Csv::files(&options).iter().map(matching).collect();
        let mut diagnostics = Diagnostics::default();
        let graph = Csv::import(&options, &files, &mut diagnostics);
        assert_eq!(graph.is_err(), diagnostics.has_errors(), "{diagnostics:#?}");
        (graph.map(|data| data.into_graph().unwrap()), diagnostics)
    }

    pub fn graph(&self) -> Graph {
        let (graph, diagnostics) = self.run();
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        graph.unwrap()
    }

    /// Checks the nodes, each an id and its label if that is another, and the ids of edges.
    #[track_caller]
    pub fn check(&self, nodes: &str, edges: &str) {
        let graph = self.graph();
        let shown = |node: crate::graph::Node<'_>| match node.label() {
            label if label == node.id() => node.id().to_owned(),
            label => format!("{}({label})", node.id()),
        };
        let found: Vec<String> = graph.nodes().map(shown).collect();
        assert_eq!(found.join(" "), nodes);
        let found: Vec<&str> = graph.edges().map(|edge| edge.id()).collect();
        assert_eq!(found.join(" "), edges);
    }

    /// Checks that there is one problem, and how its place, message and help begin.
    #[track_caller]
    pub fn fails(&self, expected: &str) {
        let (_, told) = self.run();
        let [problem] = &told.list[..] else { panic!("{told:#?}") };
        let mut said = summary(problem);
        if !problem.help.is_empty() {
            said.push_str(&format!(" help: {}", problem.help.join("; ")));
        }
        assert!(said.starts_with(expected), "\n     said {said:?}\n expected {expected:?}");
    }

    /// Returns the place, the message and the marked text of every problem.
    pub fn problems(&self) -> Vec<String> {
        self.run().1.list.iter().map(summary).collect()
    }
}

fn summary(problem: &Diagnostic) -> String {
    match problem.labels.first() {
        Some(label) => {
            let (at, marked) = (&label.at, &label.at.text[label.at.range.clone()]);
            format!("{}:{}:{} {} [{marked}]", at.path, at.line, at.column, problem.message)
        }
        None => format!(" {}", problem.message),
    }
}

/// Reads options from a map of plain scalars, as a plan holds them.
pub fn options(entries: &[(&str, &str)]) -> Result<Options, Vec<crate::tree::TreeError>> {
    let entry = |((key, text), at): (&(&str, &str), u32)| {
        let span = Span { source: 0, start: at, end: at + 1 };
        let node = TreeNode::Scalar { text: (*text).to_owned(), quoted: false };
        (Key { text: (*key).to_owned(), span }, Tree { span, node })
    };
    let entries = entries.iter().zip(0..).map(entry).collect();
    Tree { span: Span::default(), node: TreeNode::Map(entries) }.read()
}
