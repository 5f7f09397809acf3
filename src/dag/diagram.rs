//! A Dag as a graph, so that our own exporters can draw plans.

use super::{Dag, StepId};
use crate::graph::{Color, EdgeRow, Graph, GraphBuilder, Layer, NodeRow};

/// The layers of the drawing: what a box stands for, its fill and its border.
const LAYERS: [(&str, [u8; 3], [u8; 3]); 4] = [
    ("file", [0xf4, 0xf4, 0xf2], [0x8a, 0x8a, 0x84]),
    ("import", [0xdc, 0xeb, 0xf7], [0x3b, 0x74, 0xa6]),
    ("transform", [0xe6, 0xf1, 0xde], [0x57, 0x8a, 0x3a]),
    ("export", [0xfb, 0xeb, 0xd3], [0xb0, 0x72, 0x1c]),
];

impl Dag {
    /// Returns the graph of the wanted steps and the files they read.
    pub fn to_graph(&self, wanted: &[bool]) -> Graph {
        let mut builder = GraphBuilder::default();
        for (id, background, border) in LAYERS {
            let color = |[red, green, blue]: [u8; 3]| Some(Color::new(red, green, blue, 255));
            builder.layer(Layer {
                background: color(background),
                text: color([0x22, 0x22, 0x20]),
                border: color(border),
                ..Layer::plain(id)
            });
        }
        let steps: Vec<StepId> =
            self.order().iter().copied().filter(|id| wanted[id.0 as usize]).collect();
        // A file and a step may have the same name.
        let file_id = |path: &str| format!("file {path}");
        let mut is_read = vec![false; self.file_paths().len()];
        for file in steps.iter().flat_map(|id| self.files(*id)).flatten() {
            is_read[file.0 as usize] = true;
        }
        for (path, _) in self.file_paths().iter().zip(is_read).filter(|(_, is_read)| *is_read) {
            builder.node(NodeRow {
                id: &file_id(path),
                label: Some(path),
                layer: Some("file"),
                ..NodeRow::default()
            });
        }
        for id in &steps {
            let step = self.step(*id);
            builder.node(NodeRow {
                id: &step.name,
                layer: Some(step.work.section()),
                comment: &step.work.describe(),
                ..NodeRow::default()
            });
        }
        for id in &steps {
            let target = self.step(*id).name.as_str();
            for used in self.upstream(*id) {
                let source = self.step(*used).name.as_str();
                builder.edge(EdgeRow { source, target, ..EdgeRow::default() });
            }
            for file in self.files(*id).iter().flatten() {
                let source = file_id(self.file_path(*file));
                builder.edge(EdgeRow { source: &source, target, ..EdgeRow::default() });
            }
        }
        builder.finish().graph
    }
}
