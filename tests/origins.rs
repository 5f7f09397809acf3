//! Where nodes, edges and rows of imports came from: found again in the files of every case.

use std::sync::Arc;

use layercake::diagnostic::Diagnostics;
use layercake::disk::{Disk, RealDisk};
use layercake::engine;
use layercake::origin::{EdgeName, Places, Wanted};
use layercake::plan::Work;
use layercake::project::Project as Found;
use layercake::source::Excerpt;
use layercake::step::{Data, InputFile};

use crate::golden::cases;
use crate::support::{Project, repository};

/// Returns everything that data holds.
pub fn everything_in(data: &Data) -> Wanted {
    match data {
        Data::Graph(graph) => Wanted {
            nodes: graph.nodes().map(|node| node.id().to_owned()).collect(),
            edges: graph
                .edges()
                .map(|edge| EdgeName {
                    id: edge.id().to_owned(),
                    source: edge.source().id().to_owned(),
                    target: edge.target().id().to_owned(),
                })
                .collect(),
            rows: Vec::new(),
        },
        Data::Table(table) => {
            Wanted { rows: (0..table.row_count() as u32).collect(), ..Wanted::default() }
        }
    }
}

#[test]
fn everything_that_a_case_imports_is_found_in_its_files() {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    for case in cases().iter().filter(|case| case.starts_with(repository("tests/importers"))) {
        let project = Project::copy_of(case, |path| path.starts_with("expected/"));
        let found = Found::find(&project.path(""), None, Vec::new(), &*disk).unwrap();
        let mut problems = Diagnostics::default();
        let dag = engine::read_dag(&found, &disk, &mut problems);
        if problems.has_errors() {
            continue;
        }
        for id in dag.ids() {
            let Work::Import { kind, options } = &dag.step(id).work else { continue };
            let file = |id: &layercake::dag::FileId| {
                let path = &dag.file_paths()[id.0 as usize];
                let bytes = project.bytes(path).unwrap_or_default();
                InputFile { path: path.as_str().into(), bytes: bytes.into() }
            };
            let files: Vec<Vec<InputFile>> =
                dag.files(id).iter().map(|files| files.iter().map(file).collect()).collect();
            let Ok(data) = (kind.import)(options, &files, &mut Diagnostics::default()) else {
                continue;
            };
            let wanted = everything_in(&data);
            let places = (kind.locate)(options, &files, &wanted);
            let name = format!("{}", case.display());
            let check = |what: &str, place: &Option<Excerpt>| {
                let Some(place) = place else {
                    println!("NONE {name} {what}");
                    return;
                };
                let marked = &place.text[place.range.clone()];
                if marked != what && marked.trim_matches('"') != what {
                    println!(
                        "{} {what:?} [{marked}] {}:{} {}",
                        kind.kind.name, place.path, place.line, place.text
                    );
                } else {
                    println!("ok")
                }
            };
            let Places { nodes, edges, rows } = places;
            for (node, place) in wanted.nodes.iter().zip(&nodes) {
                check(node, place)
            }
            for (edge, place) in wanted.edges.iter().zip(&edges) {
                check(&edge.source, place)
            }
            for (_, place) in wanted.rows.iter().zip(&rows) {
                check("ROW", place)
            }
        }
    }
}
