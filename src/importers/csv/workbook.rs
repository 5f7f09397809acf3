//! Sheets of workbooks: Office Open XML (`.xlsx`, by `calamine`) and OpenDocument (`.ods`).
//!
//! Formulas are taken for what they last gave. A day is `2024-02-29`, a moment
//! `2024-02-29T12:00:00`.

use std::io::{self, Cursor, Read};

use calamine::{Data, DataRef, Reader, Xlsx};
use zip::ZipArchive;

use super::grid::{Grid, Refused, choose, most_for};
use super::ods;

/// Reads a sheet. `usual` is the name of the one that is meant if there are several and none is
/// named; the first `skip` rows are left out.
pub(super) fn read(
    bytes: &[u8],
    sheet: Option<&str>,
    usual: &str,
    skip: u32,
) -> Result<Grid, Refused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    check_size(&mut archive, most_for(bytes.len()))?;
    if archive.index_for_name("xl/workbook.xml").is_some() {
        return of_xlsx(bytes, sheet, usual, skip);
    }
    let Ok(mut content) = archive.by_name("content.xml") else {
        let message = "it is an archive, and no workbook".to_owned();
        return Err(Refused::new(
            message,
            "a table is a `.csv`, `.xlsx` or `.ods` file".to_owned(),
        ));
    };
    let mut text = String::new();
    content.read_to_string(&mut text).map_err(|error| broken(&error))?;
    ods::read(&text, bytes.len(), sheet, usual, skip)
}

/// Refuses an archive that holds far more than it should.
fn check_size(archive: &mut ZipArchive<Cursor<&[u8]>>, most: usize) -> Result<(), Refused> {
    let mut left = most as u64;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|error| broken(&error))?;
        let size = io::copy(&mut entry.take(left + 1), &mut io::sink());
        let size = size.map_err(|error| broken(&error))?;
        left = left.checked_sub(size).ok_or_else(|| {
            let message = format!("the archive holds more than {most} bytes");
            Refused::new(message, "keep the table alone in a file".to_owned())
        })?;
    }
    Ok(())
}

fn of_xlsx(bytes: &[u8], sheet: Option<&str>, usual: &str, skip: u32) -> Result<Grid, Refused> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let name = choose("sheet", &book.sheet_names(), sheet, usual)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| broken(&error))?;
    let mut grid = Grid::new(&name, bytes.len());
    while let Some(cell) = cells.next_cell().map_err(|error| broken(&error))? {
        let ((row, column), text) = (cell.get_position(), shown(cell.get_value().clone()));
        if row >= skip && !text.is_empty() {
            grid.cell(row, column, &text)?;
        }
    }
    Ok(grid)
}

fn shown(value: DataRef<'_>) -> String {
    match value {
        DataRef::DateTime(moment) if !moment.is_duration() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            match (hour, minute, second) {
                (0, 0, 0) => day,
                _ => format!("{day}T{hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::Bool(is) => is.to_string(),
        value => Data::from(value).to_string(),
    }
}

fn broken(error: &dyn std::fmt::Display) -> Refused {
    let message = format!("the workbook cannot be read: {error}");
    Refused::new(message, "open it in its program and save it anew".to_owned())
}
