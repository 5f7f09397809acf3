//! The sheets of an OpenDocument spreadsheet (OASIS OpenDocument 1.3, part 3, chapter 9), out of
//! its `content.xml`.

use std::ops::Range;

use super::super::xml_text::{Step, Tag, Xml};
use super::grid::{Grid, Refused, choose};

/// The columns and the rows that a sheet may have (LibreOffice 24).
const MOST_COLUMNS: u32 = 16_384;
const MOST_ROWS: u32 = 1_048_576;

/// Reads a sheet; see [`super::workbook::read`].
pub(super) fn read(
    text: &str,
    size: usize,
    sheet: Option<&str>,
    usual: &str,
    skip: u32,
) -> Result<Grid, Refused> {
    let mut xml = Xml::new(text);
    let mut names = Vec::new();
    // What is wrong with a sheet matters only if that is the one that is chosen.
    let mut grid = Ok(Grid::new(usual, size));
    let (mut is_read, mut is_named) = (false, false);
    let mut row = 0_u32;
    loop {
        match next(&mut xml)? {
            Step::End => return choose("sheet", &names, sheet, usual).and(grid),
            Step::Open(tag) if tag.name() == "table" => {
                is_read = false;
                let Some(name) = attribute(&tag, "name")? else { continue };
                // It is the one that is meant, or may turn out to be the only one.
                let is_meant = !is_named && name.eq_ignore_ascii_case(sheet.unwrap_or(usual));
                if is_meant || sheet.is_none() && names.is_empty() {
                    grid = Ok(Grid::new(&name, size));
                    row = 0;
                    (is_read, is_named) = (true, is_meant);
                }
                names.push(name);
            }
            Step::Open(tag) if is_read && tag.name() == "table-row" => {
                let times = repeats(&tag, "number-rows-repeated", MOST_ROWS)?;
                let cells = cells(&mut xml)?;
                // The rows after the last are told of as one that is repeated.
                let rows = if cells.is_empty() { 0..0 } else { row..row + times };
                if let Ok(grid_so_far) = &mut grid
                    && let Err(refused) = fill(grid_so_far, rows.start.max(skip)..rows.end, &cells)
                {
                    grid = Err(refused);
                }
                row = row.saturating_add(times).min(MOST_ROWS);
            }
            _ => {}
        }
    }
}

/// Gives every one of these rows the same cells.
fn fill(grid: &mut Grid, rows: Range<u32>, cells: &[(u32, String)]) -> Result<(), Refused> {
    for row in rows {
        for (column, text) in cells {
            grid.cell(row, *column, text)?;
        }
    }
    Ok(())
}

/// Reads the cells of a row that has just begun, but for empty ones.
fn cells(xml: &mut Xml<'_>) -> Result<Vec<(u32, String)>, Refused> {
    let mut cells = Vec::new();
    let mut column = 0_u32;
    loop {
        match next(xml)? {
            Step::Close | Step::End => return Ok(cells),
            Step::Open(tag) => {
                let times = repeats(&tag, "number-columns-repeated", MOST_COLUMNS)?;
                let value = value(&tag)?;
                let text = paragraphs(xml)?;
                let text = value.unwrap_or(text);
                if !text.is_empty() {
                    let last = column.saturating_add(times).min(MOST_COLUMNS);
                    cells.extend((column..last).map(|column| (column, text.clone())));
                }
                column = column.saturating_add(times).min(MOST_COLUMNS);
            }
            Step::Text(..) => {}
        }
    }
}

/// Returns what a cell holds, unless that is a text.
fn value(tag: &Tag<'_>) -> Result<Option<String>, Refused> {
    let names = ["value", "date-value", "boolean-value", "time-value", "string-value"];
    for name in names {
        if let Some(value) = attribute(tag, name)? {
            let day = value.strip_suffix("T00:00:00").unwrap_or(&value);
            return Ok(Some(if name == "date-value" { day.to_owned() } else { value }));
        }
    }
    Ok(None)
}

/// Reads the paragraphs of a cell that has just begun, to its end, a line each.
fn paragraphs(xml: &mut Xml<'_>) -> Result<String, Refused> {
    let mut text = String::new();
    // Names of the elements that are open; what is in a note is not in the cell.
    let mut open: Vec<String> = Vec::new();
    let mut count = 0;
    loop {
        let is_note = open.iter().any(|name| name == "annotation");
        match next(xml)? {
            Step::End => return Ok(text),
            Step::Close if open.pop().is_none() => return Ok(text),
            Step::Close => {}
            Step::Text(part, _) if !is_note && open.iter().any(|name| name == "p") => {
                text.push_str(&part);
            }
            Step::Text(..) => {}
            Step::Open(tag) => {
                match tag.name() {
                    _ if is_note => {}
                    "p" => {
                        text.push_str(if count > 0 { "\n" } else { "" });
                        count += 1;
                    }
                    "tab" => text.push('\t'),
                    "line-break" => text.push('\n'),
                    "s" => {
                        let spaces = repeats(&tag, "c", MOST_COLUMNS)?;
                        text.extend(std::iter::repeat_n(' ', spaces as usize));
                    }
                    _ => {}
                }
                open.push(tag.name().to_owned());
            }
        }
    }
}

fn repeats(tag: &Tag<'_>, name: &str, most: u32) -> Result<u32, Refused> {
    let Some(times) = attribute(tag, name)? else { return Ok(1) };
    let count = times.parse::<u64>().ok().filter(|count| *count > 0);
    let count = count.ok_or_else(|| broken(&format!("`{times}` is no count (`{name}`)")))?;
    Ok(u32::try_from(count).unwrap_or(most).min(most))
}

fn attribute(tag: &Tag<'_>, name: &str) -> Result<Option<String>, Refused> {
    let mut value = None;
    tag.each_attribute(|attribute| {
        if attribute.name == name {
            value = Some(attribute.value.into_owned());
        }
    })
    .map_err(|message| broken(&message))?;
    Ok(value)
}

fn next<'t>(xml: &mut Xml<'t>) -> Result<Step<'t>, Refused> {
    xml.next_step().map_err(|message| broken(&message))
}

fn broken(message: &str) -> Refused {
    let message = format!("the sheets cannot be read: {message}");
    Refused::new(message, "open it in its program and save it anew".to_owned())
}
