//! What is left once all statements are read: clusters and labels.

use super::super::super::graph_file::{COMMENT, Draft, LABEL, Part, PartOf, Read};
use super::super::clusters::SORT;
use super::super::labels::{Names, is_special, shown};
use super::Parser;

impl Parser<'_, '_> {
    pub(super) fn finish(self) -> Read {
        let Parser { draft, clusters, graph_name, is_directed, shape, named, edges, .. } = self;
        drop((named, edges));
        clusters.finish(draft, shape);
        let mut written = 0;
        for column in [LABEL, COMMENT] {
            for node in 0..draft.node_count() as u32 {
                let text = special(&draft.nodes, column, node).map(|label| {
                    let names =
                        Names { graph: &graph_name, node: draft.id_of(node), ..Names::default() };
                    shown(label, &names)
                });
                set(draft, |draft| &mut draft.nodes, (column, node), text, &mut written)?;
            }
            for edge in 0..draft.edge_count() as u32 {
                let text = special(&draft.edges, column, edge).map(|label| {
                    let (source, target) = draft.ends_of(edge);
                    let names = Names {
                        graph: &graph_name,
                        source: draft.id_of(source),
                        target: draft.id_of(target),
                        arrow: if is_directed { "->" } else { "--" },
                        ..Names::default()
                    };
                    shown(label, &names)
                });
                set(draft, |draft| &mut draft.edges, (column, edge), text, &mut written)?;
            }
        }
        Ok(())
    }
}

fn special(part: &Part, column: u32, row: u32) -> Option<&str> {
    part.get(column, row).filter(|text| is_special(text))
}

/// Sets a text, if there is one; refuses to write far more of it than the file holds.
fn set<'t>(
    draft: &mut Draft<'t>,
    part: PartOf<'t>,
    (column, row): (u32, u32),
    text: Option<String>,
    written: &mut u64,
) -> Read {
    let Some(text) = text else { return Ok(()) };
    *written += text.len() as u64;
    if *written > draft.most_text() {
        let message = "the labels of the file make too much text";
        return Err(draft.error(0, "too-much-text", message));
    }
    let part = part(draft);
    let place = part.place(column, row).unwrap_or_default();
    part.set(column, row, &text, SORT, place);
    Ok(())
}
