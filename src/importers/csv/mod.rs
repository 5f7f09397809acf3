//! Reads a graph from tables of comma-separated values: nodes, edges and layers.
//!
//! Each file is decoded and its header understood, each row goes to the graph builder as it is
//! read, and only when something does not fit are places looked for. Reads no file itself.

mod cells;
mod columns;
#[cfg(feature = "sql")]
mod database;
mod fields;
mod form;
mod grid;
mod locate;
#[cfg(feature = "xlsx")]
mod ods;
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
#[cfg(feature = "xlsx")]
mod workbook;

use super::report::Report;
use fields::Field;
use options::{Options, TableFiles};
use problems::{Tables, report_problems};
use read::{read_edges, read_layers, read_nodes};
use table::Table;

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{self, Graph, GraphBuilder};
use crate::origin::{Places, Wanted};
use crate::step::{Data, Importer, InputFile, Shape};

/// The importer of CSV.
pub struct Csv;

impl Importer for Csv {
    const KIND: &'static str = "csv";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Reads nodes, edges and layers from tables";
    const EXTENSIONS: &'static [&'static str] =
        &["csv", "tsv", "tab", "xlsx", "xlsm", "ods", "sqlite", "sqlite3", "db"];
    type Options = Options;

    fn files(options: &Options) -> Vec<String> {
        fn paths<F: Field>(files: &TableFiles<F>) -> impl Iterator<Item = String> {
            files.0.iter().map(|file| file.path.clone())
        }
        let Options { nodes, edges, layers, table, .. } = options;
        if !table.is_empty() {
            return paths(table).collect();
        }
        paths(nodes).chain(paths(edges)).chain(paths(layers)).collect()
    }

    fn makes(options: &Options) -> Shape {
        if options.table.is_empty() { Shape::Graph } else { Shape::Table }
    }

    fn import(
        options: &Options,
        files: &[Vec<InputFile>],
        diagnostics: &mut Diagnostics,
    ) -> Result<Data, Failed> {
        check_tables(options).map_err(|error| diagnostics.fail(*error))?;
        match Csv::makes(options) {
            Shape::Graph => import_graph(options, files, diagnostics).map(Data::from),
            Shape::Table => import_table(options, files, diagnostics).map(Data::from),
        }
    }

    fn locate(options: &Options, files: &[Vec<InputFile>], wanted: &Wanted) -> Places {
        match Csv::makes(options) {
            Shape::Graph => locate::in_graph(options, files, wanted),
            Shape::Table => locate::in_table(options, files, wanted),
        }
    }
}

/// Reads the rows of all files, one after the other.
fn import_table(
    options: &Options,
    files: &[Vec<InputFile>],
    diagnostics: &mut Diagnostics,
) -> Result<graph::Table, Failed> {
    let mut report = Report::new(diagnostics, options.on_error);
    let mut table = Table::default();
    for (settings, files) in options.table.0.iter().zip(files) {
        table.read(settings, files, &mut report, |_, _, _| {});
    }
    let columns = table.take_attributes(&mut report);
    if report.has_failed() {
        return report.finish().and(Err(Failed));
    }
    report.finish()?;
    // Columns are collected by name, each as long as the table.
    graph::Table::new(columns)
        .map_err(|problem| diagnostics.fail(Diagnostic::error("internal", problem.to_string())))
}

fn import_graph(
    options: &Options,
    files: &[Vec<InputFile>],
    diagnostics: &mut Diagnostics,
) -> Result<Graph, Failed> {
    let Options { nodes, edges, layers, on_error, repeated_layers, .. } = options;
    let mut report = Report::new(diagnostics, *on_error);
    let mut builder = GraphBuilder::default();
    let mut tables = Tables::default();
    let [node_files, edge_files, layer_files] = files_of_tables(options, files);
    for (settings, files) in layers.0.iter().zip(layer_files) {
        let table = &mut tables.layers;
        read_layers(table, settings, files, *repeated_layers, &mut builder, &mut report);
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

/// Returns the files of the nodes, of the edges and of the layers.
fn files_of_tables<'f>(
    options: &Options,
    files: &'f [Vec<InputFile>],
) -> [&'f [Vec<InputFile>]; 3] {
    let (nodes, files) = files.split_at(options.nodes.0.len().min(files.len()));
    let (edges, layers) = files.split_at(options.edges.0.len().min(files.len()));
    [nodes, edges, layers]
}

fn check_tables(options: &Options) -> Result<(), Box<Diagnostic>> {
    let Options { nodes, edges, layers, table, .. } = options;
    let has_graph = !(nodes.is_empty() && edges.is_empty() && layers.is_empty());
    if !table.is_empty() {
        let message = "an import makes a graph or a table, not both";
        let error = Diagnostic::error("two-kinds", message)
            .help("read the `table` in an import of its own");
        return if has_graph { Err(Box::new(error)) } else { Ok(()) };
    }
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
    fn the_last_row_may_be_the_layer() {
        let import = Import::new().layers("id,color\nl,red\nm,blue\nl,lime\n");
        import.fails("layers.csv:4:1 the id `l` is taken [l]");
        let graph = import.set("repeated_layers", "\"last\"").graph();
        let colors = graph.layers().iter().map(|layer| layer.background.unwrap().to_string());
        assert_eq!(colors.collect::<Vec<_>>(), ["#00ff00", "#0000ff"]);
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
