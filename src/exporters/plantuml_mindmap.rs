//! The export kind `plantuml_mindmap`: the hierarchy as a mindmap of PlantUML.
//!
//! Knows the form of this tree only; `plantuml_tree` writes it. Layers color the nodes.

use super::plantuml_tree::{Form, write_tree};
use super::tree::TreeOptions;
use crate::diagnostic::{Diagnostics, Failed};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

const FORM: Form =
    Form { word: "mindmap", style: "mindmapDiagram", is_filled: true, most_leaves: 90 };

/// Writes a PlantUML mindmap.
pub(super) struct PlantUmlMindmap;

impl Exporter for PlantUmlMindmap {
    const KIND: &'static str = "plantuml_mindmap";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes the hierarchy as a PlantUML mindmap";
    const EXTENSIONS: &'static [&'static str] = &["mindmap.puml", "mindmap.plantuml"];
    type Options = TreeOptions;
    type From = NamedGraph;

    fn apply_meta(options: &mut TreeOptions, meta: &Meta) {
        options.apply_meta(meta);
    }

    fn export(
        options: &TreeOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        for graph in from {
            write_tree(&FORM, options, graph, out, diagnostics);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::bare;
    use super::*;
    use crate::graph::{Color, Layer, NodeRow};

    #[test]
    fn a_small_tree_reads_well() {
        let text = bare::<PlantUmlMindmap>(|builder| {
            builder.layer(Layer { background: Color::parse("navy"), ..Layer::plain("db") });
            builder.node(NodeRow::test("shop", "The *shop*", None));
            let orders = NodeRow::test("orders", "Orders\n(v2)", Some("shop"));
            builder.node(NodeRow { layer: Some("db"), ..orders });
        });
        assert_eq!(
            text,
            "@startmindmap\n* The <U+002A>shop<U+002A>\n**[#000080] <color:#ffffff>Orders\\n<color:#ffffff>(v2)\n@endmindmap\n"
        );
    }
}
