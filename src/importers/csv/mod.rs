//! Reads a graph from tables of comma-separated values: nodes, edges and layers.
//!
//! Each file is decoded and its header understood, each row goes to the graph builder as it is
//! read, and only when something does not fit are places looked for. Reads no file itself.

mod cells;
mod columns;
mod fields;
mod form;
mod options;
mod problems;
mod read;
mod rows;
mod sheet;
mod sniff;
mod table;
mod table_file;
#[cfg(test)]
pub(super) mod testing;
pub(super) mod values;

use super::report::Report;
use fields::Field;
use options::{Options, TableFiles};
use problems::{Tables, report_problems};
use read::{read_edges, read_layers, read_nodes};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, GraphBuilder};
use crate::step::{Importer, InputFile};

/// The importer of CSV.
pub struct Csv;

impl Importer for Csv {
    const KIND: &'static str = "csv";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Reads nodes, edges and layers from tables";
    const EXTENSIONS: &'static [&'static str] = &["csv", "tsv", "tab"];
    type Options = Options;

    fn files(options: &Options) -> Vec<String> {
        fn paths<F: Field>(files: &TableFiles<F>) -> impl Iterator<Item = String> {
            files.0.iter().map(|file| file.path.clone())
        }
        let Options { nodes, edges, layers, .. } = options;
        paths(nodes).chain(paths(edges)).chain(paths(layers)).collect()
    }

    fn import(
        options: &Options,
        files: &[Vec<InputFile>],
        diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let Options { nodes, edges, layers, on_error } = options;
        check_tables(options).map_err(|error| diagnostics.fail(*error))?;
        let mut report = Report::new(diagnostics, *on_error);
        let mut builder = GraphBuilder::default();
        let mut tables = Tables::default();
        let (node_files, files) = files.split_at(nodes.0.len().min(files.len()));
        let (edge_files, layer_files) = files.split_at(edges.0.len().min(files.len()));
        for (settings, files) in layers.0.iter().zip(layer_files) {
            read_layers(&mut tables.layers, settings, files, &mut builder, &mut report);
        }
        for (settings, files) in nodes.0.iter().zip(node_files) {
            read_nodes(&mut tables.nodes, settings, files, &mut builder, &mut report);
        }
        for (settings, files) in edges.0.iter().zip(edge_files) {
            read_edges(&mut tables.edges, settings, files, &mut builder, &mut report);
        }
        for attribute in tables.nodes.take_attributes(&mut report) {
            builder.node_attribute(attribute);
        }
        for attribute in tables.edges.take_attributes(&mut report) {
            builder.edge_attribute(attribute);
        }
        if report.has_failed() {
            // Without a file's rows, what names them would be called unknown.
            return report.finish().and(Err(Failed));
        }
        let built = builder.finish();
        report_problems(&built.problems, &built.graph, &tables, &mut report);
        report.finish()?;
        Ok(built.graph)
    }
}

fn check_tables(options: &Options) -> Result<(), Box<Diagnostic>> {
    let Options { nodes, edges, layers, .. } = options;
    if !nodes.0.is_empty() || (edges.0.is_empty() && !layers.0.is_empty()) {
        return Ok(());
    }
    let message = match edges.0.is_empty() {
        true => "the import names no table",
        false => "the import has edges and no nodes to join",
    };
    let error = Diagnostic::error("no-table", message).help("`nodes` names a table of nodes");
    Err(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::testing::Import;

    #[test]
    fn a_graph_is_read_from_three_tables() {
        let graph = Import::new()
            .nodes("id,label,layer,is_partition,belongs_to,weight,comment,team\np,P,l,yes,,,,\na,A,l,,p,2,why,x\n")
            .edges("from,to,label,kind\na,p,up,call\n")
            .layers("id,label\nl,L\n")
            .graph();
        let node = graph.nodes().next().unwrap();
        assert_eq!((node.id(), node.label(), node.comment()), ("a", "A", "why"));
        assert_eq!((node.weight(), node.parent().map(|id| graph.node(id).id())), (2.0, Some("p")));
        assert_eq!(node.layer().map(|id| graph.layer(id).label.as_str()), Some("L"));
        assert_eq!(
            node.attributes().map(|(_, value)| value.to_string()).collect::<Vec<_>>(),
            ["x"]
        );
        let edge = graph.edges().next().unwrap();
        assert_eq!((edge.source().id(), edge.target().id(), edge.label()), ("a", "p", "up"));
    }

    #[test]
    fn an_import_names_what_it_reads() {
        Import::new().fails(" the import names no table");
        Import::new().edges("from,to\na,b\n").fails(" the import has edges and no nodes to join");
        assert_eq!(Import::new().layers("id\nl\n").graph().layers().len(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_read_hides_no_problem_of_another() {
        let import = Import::new()
            .nodes("name\na\n")
            .edges("from,to,weight\na,b,x\n")
            .layers("id,color\nl,blurple\n");
        assert_eq!(
            import.problems(),
            [
                "layers.csv:2:3 `blurple` is no color [blurple]",
                "nodes.csv:1:1 the column `id` is missing [name]",
                "edges.csv:2:5 `x` is no number [x]",
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(
            nodes in "((id|label|weight|parent|x|a|b|1)?[,;\t\"\n\r ])*",
            edges in "((from|to|id|layer|a|b)?[,\n])*",
            on_error in 0..3usize,
        ) {
            let on_error = ["\"fail\"", "\"warn\"", "\"drop\""][on_error];
            let edges = format!("from,to\n{edges}");
            Import::new().nodes(&nodes).edges(&edges).layers("id\nl\n").set("on_error", on_error).problems();
            let nodes = format!("id,label,parent,weight,x\n{nodes}");
            Import::new().nodes(&nodes).edges(&edges).set("on_error", on_error).problems();
        }
    }
}
