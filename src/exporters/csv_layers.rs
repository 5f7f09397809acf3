//! Exports the layers as CSV, in the columns that the CSV import reads.
//!
//! What CSV cannot tell apart is said in `csv_nodes.rs`. A column is written for each style
//! attribute that any layer has.

use super::columns::{layer_attribute_names, layer_attributes};
use super::csv_table::{CsvTable, CsvTableOptions};
use crate::diagnostic::{Diagnostics, Failed};
use crate::step::{Exporter, InputFile, NamedGraph};

const HEADS: [&str; 5] = ["id", "label", "background", "text", "border"];

/// What else an import reads as one of [`HEADS`].
const ALIASES: [&str; 5] = ["layer", "background_color", "color", "text_color", "border_color"];

/// Exports a table of layers.
pub struct CsvLayers;

impl Exporter for CsvLayers {
    const KIND: &'static str = "csv_layers";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Writes the layers as a CSV table, which can be imported again";
    const EXTENSIONS: &'static [&'static str] = &["layers.csv"];
    type Options = CsvTableOptions;
    type From = NamedGraph;

    fn export(
        options: &CsvTableOptions,
        from: &[NamedGraph],
        _files: &[InputFile],
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failed> {
        let Some(NamedGraph { graph, .. }) = from.first() else { return Ok(()) };
        let names = layer_attribute_names(graph);
        let columns = layer_attributes(graph);
        let mut table = CsvTable::of_rows(out, options, &HEADS, &ALIASES, &columns, diagnostics);
        for layer in graph.layers() {
            table.text(&layer.id);
            table.text(&layer.label);
            for color in [layer.background, layer.text, layer.border] {
                table.text(&color.map(|color| color.to_string()).unwrap_or_default());
            }
            for name in &names {
                table.text(layer.attributes.get(*name).map_or("", String::as_str));
            }
            table.end_row();
        }
        table.finish(diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::graph::{Color, GraphBuilder, Layer};

    #[test]
    fn a_layer_is_a_row_with_all_its_styles() {
        let mut builder = GraphBuilder::default();
        let mut ui = Layer { background: Color::parse("teal"), ..Layer::plain("ui") };
        ui.attributes.insert("Color".to_owned(), "x".to_owned());
        builder.layer(ui);
        let mut db = Layer { label: "Data, all".to_owned(), ..Layer::plain("db") };
        db.attributes.insert("shape".to_owned(), "cylinder".to_owned());
        builder.layer(db);
        let (text, problems) = Case::from(builder).export::<CsvLayers>("{}");
        assert_eq!(
            text,
            "id,label,background,text,border,attribute.Color,shape\n\
             db,\"Data, all\",,,,,cylinder\n\
             ui,ui,#008080,,,x,\n"
        );
        assert_eq!(problems.warnings, 1);
    }
}
