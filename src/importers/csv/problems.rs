//! What does not fit into a graph, told where it stands in the files.

use std::collections::BTreeMap;

use super::super::report::Report;
use super::fields::{EdgeField, Field, LayerField, NodeField};
use super::table::Table;
use crate::diagnostic::{Diagnostic, Severity};
use crate::graph::{Graph, GraphProblem};

/// How many members of a cycle are shown.
const MOST_SHOWN: usize = 6;

/// The three tables of an import.
#[derive(Debug, Default)]
pub struct Tables<'a> {
    /// The rows that are nodes.
    pub nodes: Table<'a>,
    /// The rows that are edges.
    pub edges: Table<'a>,
    /// The rows that are layers.
    pub layers: Table<'a>,
}

/// A cell that holds an id: of which table, row and field.
#[derive(Clone, Copy)]
struct IdCell<'t, F> {
    table: &'t Table<'t>,
    row: u32,
    field: F,
}

/// Reports what the builder of `graph` had to leave out.
pub fn report_problems(
    problems: &[GraphProblem],
    graph: &Graph,
    tables: &Tables<'_>,
    report: &mut Report<'_>,
) {
    let node = |row, field| IdCell { table: &tables.nodes, row, field };
    let edge = |row, field| IdCell { table: &tables.edges, row, field };
    let layer = |row| IdCell { table: &tables.layers, row, field: LayerField::Id };
    let mut unknown_layers = UnknownLayers::default();
    let mut unknown_parents = unknown_parents(problems, tables);
    let mut edge_without_source = None;
    for problem in problems {
        match problem {
            GraphProblem::DuplicateLayer { layer: row, first } => {
                report.row(|severity| layer(*row).taken(layer(*first), severity));
            }
            GraphProblem::DuplicateNode { node: row, first } => {
                let first = node(*first, NodeField::Id);
                report.row(|severity| node(*row, NodeField::Id).taken(first, severity));
            }
            GraphProblem::DuplicateEdge { edge: row, first } => {
                let first = edge(*first, EdgeField::Id);
                report.row(|severity| edge(*row, EdgeField::Id).taken(first, severity));
            }
            GraphProblem::EmptyNodeId { node: row } => report.row(|severity| {
                let at = tables.nodes.excerpt(*row, NodeField::Id);
                Diagnostic::new(severity, "missing-value", "the row has no `id`").at(at, "empty")
            }),
            GraphProblem::UnknownParent { node: row } => {
                let parent = node(*row, NodeField::BelongsTo);
                match unknown_parents.remove(&*tables.nodes.text(*row, NodeField::BelongsTo)) {
                    Some(rows) => report.value("the node belongs to none", |severity| {
                        and_more(parent.unknown_node(graph, severity), rows - 1)
                    }),
                    None => report.same_value(),
                }
            }
            GraphProblem::HierarchyCycle { nodes } => report
                .value("they belong to none", |severity| cycle(nodes, &tables.nodes, severity)),
            GraphProblem::UnknownSource { edge: row } => {
                edge_without_source = Some(*row);
                let source = edge(*row, EdgeField::Source);
                report.row(|severity| source.unknown_node(graph, severity));
            }
            GraphProblem::UnknownTarget { edge: row } => {
                let target = edge(*row, EdgeField::Target);
                let describe = |severity| target.unknown_node(graph, severity);
                match edge_without_source == Some(*row) {
                    true => report.same_row(describe),
                    false => report.row(describe),
                }
            }
            GraphProblem::UnknownNodeLayer { node: row } => {
                unknown_layers.add(&node(*row, NodeField::Layer), UnknownLayers::NODES);
            }
            GraphProblem::UnknownEdgeLayer { edge: row } => {
                unknown_layers.add(&edge(*row, EdgeField::Layer), UnknownLayers::EDGES);
            }
            GraphProblem::TooMuchText => report.file(Diagnostic::error(
                "too-long",
                "a column of the graph holds more than 4 GiB of text",
            )),
        }
    }
    unknown_layers.report(tables, report);
}

/// Returns the partitions that are not there, with how many rows name each: it is one problem.
fn unknown_parents(problems: &[GraphProblem], tables: &Tables<'_>) -> BTreeMap<String, usize> {
    let mut parents = BTreeMap::new();
    for problem in problems {
        if let GraphProblem::UnknownParent { node } = problem {
            let parent = tables.nodes.text(*node, NodeField::BelongsTo).into_owned();
            *parents.entry(parent).or_default() += 1;
        }
    }
    parents
}

/// Adds how many other rows have the same problem.
fn and_more(problem: Diagnostic, others: usize) -> Diagnostic {
    match others {
        0 => problem,
        1 => problem.note("1 more row names it"),
        _ => problem.note(format!("{others} more rows name it")),
    }
}

/// The layers that rows name and no layers table has; each is one problem, however many name it.
#[derive(Default)]
struct UnknownLayers(BTreeMap<String, (u8, u32, usize)>);

impl UnknownLayers {
    const NODES: u8 = 0;
    const EDGES: u8 = 1;

    fn add<F: Field>(&mut self, cell: &IdCell<'_, F>, table: u8) {
        let id = cell.table.text(cell.row, cell.field);
        match self.0.get_mut(&*id) {
            Some((_, _, others)) => *others += 1,
            None => {
                self.0.insert(id.into_owned(), (table, cell.row, 0));
            }
        }
    }

    fn report(self, tables: &Tables<'_>, report: &mut Report<'_>) {
        let mut unknown: Vec<_> = self.0.into_iter().collect();
        unknown.sort_by_key(|(_, (table, row, _))| (*table, *row));
        for (id, (table, row, others)) in unknown {
            report.value("the layer is made", |severity| {
                let at = match table {
                    UnknownLayers::NODES => tables.nodes.excerpt(row, NodeField::Layer),
                    _ => tables.edges.excerpt(row, EdgeField::Layer),
                };
                let message = format!("there is no layer `{id}`");
                let problem = Diagnostic::new(severity, "unknown-layer", message)
                    .at(at, "not in a table of layers");
                let known = tables.layers.texts(LayerField::Id);
                let problem = look_for(problem, &id, || known.iter().map(String::as_str));
                and_more(problem, others)
            });
        }
    }
}

impl<F: Field> IdCell<'_, F> {
    fn taken(&self, first: IdCell<'_, F>, severity: Severity) -> Diagnostic {
        let id = self.table.text(self.row, self.field);
        Diagnostic::new(severity, "duplicate-id", format!("the id `{id}` is taken"))
            .at(self.table.excerpt(self.row, self.field), "again")
            .at(first.table.excerpt(first.row, first.field), "the first")
    }

    fn unknown_node(&self, graph: &Graph, severity: Severity) -> Diagnostic {
        let id = self.table.text(self.row, self.field);
        let problem = Diagnostic::new(severity, "unknown-node", format!("there is no node `{id}`"))
            .at(self.table.excerpt(self.row, self.field), format!("its `{}`", self.field.name()));
        if let Some(node) = graph.nodes().find(|node| node.label() == id) {
            return problem.help(format!("`{id}` is the label of `{}`: name its id", node.id()));
        }
        look_for(problem, &id, || graph.nodes().map(|node| node.id()))
    }
}

/// Adds what `id` was probably meant to be.
fn look_for<'a, I: Iterator<Item = &'a str>>(
    problem: Diagnostic,
    id: &str,
    known: impl Fn() -> I,
) -> Diagnostic {
    let spaced = known().find(|known| *known != id && known.trim() == id.trim());
    match spaced {
        Some(known) => problem.help(format!(
            "there is `{known}`, with other spaces around it; `trim: true` leaves them out"
        )),
        None => {
            // A name of quite another length is not what was meant, and there may be many.
            let (len, most) = (id.len(), id.len() / 3 + 1);
            problem.did_you_mean(id, known().filter(|known| known.len().abs_diff(len) <= most))
        }
    }
}

fn cycle(nodes: &[u32], table: &Table<'_>, severity: Severity) -> Diagnostic {
    let name = |row: u32| format!("`{}`", table.text(row, NodeField::Id));
    let mut chain: Vec<String> = nodes.iter().take(MOST_SHOWN).map(|row| name(*row)).collect();
    let message = match nodes {
        [] => "partitions contain each other".to_owned(),
        [_] => format!("{} belongs to itself", chain[0]),
        [first, ..] => {
            if nodes.len() > MOST_SHOWN {
                chain.push(format!("{} more", nodes.len() - MOST_SHOWN));
            }
            chain.push(name(*first));
            format!("partitions belong to each other: {}", chain.join(" → "))
        }
    };
    let shown = nodes.iter().take(MOST_SHOWN);
    shown.fold(Diagnostic::new(severity, "hierarchy-cycle", message), |problem, row| {
        problem.at(table.excerpt(*row, NodeField::BelongsTo), "")
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{EDGES, Import, NODES};

    #[test]
    fn an_id_is_taken_once() {
        let import = Import::new()
            .nodes(&format!("{NODES}a,1,,false,,1,\nb,2,,false,,1,\n"))
            .file("more.csv", "label,id\nx,a\n")
            .set("nodes", r#"["nodes.csv", "more.csv"]"#)
            .edges(&format!("{EDGES}e,a,b,,,,\ne,b,a,,,,\n"))
            .layers("id\nl\nl\n");
        assert_eq!(
            import.problems(),
            [
                "layers.csv:3:1 the id `l` is taken [l]",
                "more.csv:2:3 the id `a` is taken [a]",
                "edges.csv:3:1 the id `e` is taken [e]",
            ]
        );
        let (_, told) = import.run();
        let first = &told.list[1].labels[1].at;
        assert_eq!((&*first.path, first.line, first.column), ("nodes.csv", 2, 1));
    }

    #[test]
    fn edges_join_nodes_that_are_there() {
        let import = Import::new()
            .nodes("id,label\ncheckout,Shop\n")
            .edges(&format!("{EDGES}e1,checkuot,missing,x,,1,\ne2,checkout,Shop,,,1,\n"));
        let (_, told) = import.run();
        let helps: Vec<_> = told.list.iter().map(|one| one.help.join("")).collect();
        assert_eq!(
            import.problems(),
            [
                "edges.csv:2:4 there is no node `checkuot` [checkuot]",
                "edges.csv:2:13 there is no node `missing` [missing]",
                "edges.csv:3:13 there is no node `Shop` [Shop]",
            ]
        );
        let label = "`Shop` is the label of `checkout`: name its id";
        assert_eq!(helps, ["did you mean `checkout`?", "", label]);
        let (_, told) = import.set("on_error", "\"drop\"").run();
        assert!(told.list[0].message.starts_with("2 rows do not fit"));
    }

    #[test]
    fn spaces_that_part_two_ids_are_told() {
        Import::new().nodes("id\na\n").edges("source,target\na, a\n").fails(
            "edges.csv:2:3 there is no node ` a` [ a] \
             help: there is `a`, with other spaces around it; `trim: true` leaves them out",
        );
    }

    #[test]
    fn a_partition_is_a_node_that_is_there() {
        Import::new()
            .nodes(&format!("{NODES}a,a,,false,nowhere,1,\n"))
            .fails("nodes.csv:2:12 there is no node `nowhere` [nowhere]");
    }

    #[test]
    fn a_partition_that_is_not_there_is_one_problem_however_many_name_it() {
        let import = Import::new().nodes("id,parent\na,p\nb,q\nc,p\nd,p\n");
        assert_eq!(
            import.problems(),
            ["nodes.csv:2:3 there is no node `p` [p]", "nodes.csv:3:3 there is no node `q` [q]",]
        );
        assert_eq!(import.run().1.list[0].notes, ["2 more rows name it"]);
        let (_, told) = import.set("on_error", "\"drop\"").run();
        assert_eq!(told.list[0].message, "4 values do not fit and are left out");
    }

    #[test]
    fn partitions_that_contain_each_other_are_named() {
        let nodes = format!("{NODES}a,a,,true,b,1,\nb,b,,true,a,1,\nc,c,,false,c,1,\n");
        let import = Import::new().nodes(&nodes);
        assert_eq!(
            import.problems(),
            [
                "nodes.csv:2:11 partitions belong to each other: `a` → `b` → `a` [b]",
                "nodes.csv:4:12 `c` belongs to itself [c]",
            ]
        );
    }

    #[test]
    fn an_unknown_layer_is_one_problem_however_many_name_it() {
        let import = Import::new()
            .nodes("id,layer\na,bakend\nb,bakend\nc,other\nd,\n")
            .edges(&format!("{EDGES}e,a,b,,bakend,,\n"))
            .layers("id,color\nbackend,red\n");
        assert_eq!(
            import.problems(),
            [
                "nodes.csv:2:3 there is no layer `bakend` [bakend]",
                "nodes.csv:4:3 there is no layer `other` [other]",
            ]
        );
        let (_, told) = import.run();
        assert_eq!(told.list[0].help, ["did you mean `backend`?"]);
        assert_eq!(told.list[0].notes, ["2 more rows name it"]);
        let (graph, _) = import.set("on_error", "\"warn\"").run();
        assert_eq!(graph.unwrap().layers().len(), 3);
    }

    #[test]
    fn without_a_table_of_layers_any_layer_will_do() {
        let graph = Import::new().nodes("id,layer\na,x\n").graph();
        assert_eq!(graph.layers()[0].id, "x");
    }
}
