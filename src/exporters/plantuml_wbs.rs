//! The export kind `plantuml_wbs`: the hierarchy as a work breakdown structure of PlantUML.
//!
//! Knows the form of this tree only; `plantuml_tree` writes it. Versions of 2020 cannot color its nodes,
//! so layers color their texts.

use super::plantuml_tree::{Form, write_tree};
use super::tree::TreeOptions;
use crate::diagnostic::{Diagnostics, Failed};
use crate::step::{Exporter, InputFile, Meta, NamedGraph};

const FORM: Form = Form { word: "wbs", style: "wbsDiagram", is_filled: false, most_leaves: 90 };

/// Writes a PlantUML work breakdown structure.
pub(super) struct PlantUmlWbs;

impl Exporter for PlantUmlWbs {
    const KIND: &'static str = "plantuml_wbs";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes the hierarchy as a PlantUML work breakdown structure";
    const EXTENSIONS: &'static [&'static str] = &["wbs.puml", "wbs.plantuml"];
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
        let text = bare::<PlantUmlWbs>(|builder| {
            builder.layer(Layer { background: Color::parse("navy"), ..Layer::plain("db") });
            builder.node(NodeRow::test("shop", "The *shop*", None));
            let orders = NodeRow::test("orders", "Orders\n(v2)", Some("shop"));
            builder.node(NodeRow { layer: Some("db"), ..orders });
        });
        assert_eq!(
            text,
            "@startwbs\n* The <U+002A>shop<U+002A>\n** <back:#000080><color:#ffffff>Orders\\n<back:#000080><color:#ffffff>(v2)\n@endwbs\n"
        );
    }
}
