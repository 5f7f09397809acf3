//! Where nodes, edges and rows stand in tables.
//!
//! Files are read by what reads them for an import, and only their ids are looked at.

use super::super::lookup::{At, Lookup, Thing};
use super::super::report::Report;
use super::fields::{EdgeField, Field, NodeField};
use super::files_of_tables;
use super::options::{Options, TableFiles};
use super::rows::Row;
use super::sheet::{Sheet, SheetLines};
use super::table::each_row;
use crate::diagnostic::Diagnostics;
use crate::origin::{Places, Wanted};
use crate::step::InputFile;

/// A row: its sheet, and where in its text it starts.
type Place = (u32, usize);

/// Finds nodes and edges.
pub(super) fn in_graph(options: &Options, files: &[Vec<InputFile>], wanted: &Wanted) -> Places {
    let [node_files, edge_files, _] = files_of_tables(options, files);
    let mut lookup = Lookup::new(wanted);
    let mut sheets = Vec::new();
    if !wanted.nodes.is_empty() {
        read(options, &options.nodes, node_files, &mut sheets, |sheet, row, place| {
            lookup.node(row.cell(sheet.columns.cell(NodeField::Id)), place);
        });
    }
    if !wanted.edges.is_empty() {
        read(options, &options.edges, edge_files, &mut sheets, |sheet, row, place| {
            let cell = |field: EdgeField| sheet.columns.cell(field);
            let id = row.some(cell(EdgeField::Id));
            let (source, target) = (row.cell(cell(EdgeField::Source)), cell(EdgeField::Target));
            lookup.edge(id, source, row.cell(target), place);
        });
    }
    finish(lookup, &sheets)
}

/// Finds rows.
pub(super) fn in_table(options: &Options, files: &[Vec<InputFile>], wanted: &Wanted) -> Places {
    let mut lookup = Lookup::new(wanted);
    let mut sheets = Vec::new();
    let mut number = 0;
    if !wanted.rows.is_empty() {
        read(options, &options.table, files, &mut sheets, |_, _, place| {
            lookup.row(number, place);
            number += 1;
        });
    }
    finish(lookup, &sheets)
}

/// Reads the rows of files, and keeps their sheets; a file that is no table has none.
fn read<'a, F: Field>(
    options: &Options,
    settings: &TableFiles<F>,
    files: &'a [Vec<InputFile>],
    sheets: &mut Vec<Sheet<'a>>,
    mut each: impl FnMut(&Sheet<'a>, &Row<'_>, Place),
) {
    let mut diagnostics = Diagnostics::default();
    let mut report = Report::new(&mut diagnostics, options.on_error);
    for (settings, files) in settings.0.iter().zip(files) {
        for sheet in files.iter().filter_map(|file| Sheet::open(file, settings).ok()) {
            let number = sheets.len() as u32;
            each_row::<F>(&sheet, &mut report, |row, _| each(&sheet, row, (number, row.start)));
            sheets.push(sheet);
        }
    }
}

fn finish(lookup: Lookup<'_, Place>, sheets: &[Sheet<'_>]) -> Places {
    let mark = |(number, start): Place, thing: Thing<'_>| -> At {
        let sheet = &sheets[number as usize];
        let range = match thing {
            Thing::Node(_) => sheet.cell_range(start, sheet.columns.cell(NodeField::Id)),
            Thing::Edge(_) => sheet.cell_range(start, sheet.columns.cell(EdgeField::Source)),
            Thing::Row => match sheet.cell_range(start, Some(0)) {
                first if first.is_empty() => sheet.cell_range(start, None),
                first => first,
            },
        };
        (number as usize, range)
    };
    let mut lines: Option<(usize, SheetLines<'_>)> = None;
    lookup.finish(mark, |number, range| {
        let same = lines.take().filter(|(known, _)| *known == number);
        let (_, lines) = lines.insert(same.unwrap_or_else(|| (number, sheets[number].lines())));
        lines.excerpt(range)
    })
}
