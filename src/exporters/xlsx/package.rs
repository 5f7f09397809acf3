//! The file around the sheets of a workbook (ECMA-376): a ZIP archive with parts that name each
//! other.
//!
//! Nothing in it has a time, so that equal sheets make equal files. Knows no graph.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// How hard to compress: more makes a file that is a little smaller, in twice the time.
const LEVEL: i64 = 3;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// The looks of cells, by number: 0 is plain, 1 a head, 2 a day.
const STYLES: &str = "<numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>\
<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>\
<font><b/><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts>\
<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
<cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>\
<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>\
<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>";

/// A workbook that is being written.
pub(super) struct Package<'a> {
    archive: ZipWriter<Cursor<&'a mut Vec<u8>>>,
    /// How many sheets are begun.
    begun: usize,
}

/// Why a workbook could not be written.
pub(super) type PackageError = zip::result::ZipError;

impl<'a> Package<'a> {
    /// Begins a workbook in `out`, which is empty; `title` is as XML has it.
    pub(super) fn new(
        out: &'a mut Vec<u8>,
        sheets: &[&str],
        title: &str,
    ) -> Result<Package<'a>, PackageError> {
        let mut package = Package { archive: ZipWriter::new(Cursor::new(out)), begun: 0 };
        let numbered = || sheets.iter().enumerate().map(|(at, name)| (at + 1, name));
        let parts: String = numbered()
            .map(|(n, _)| part(&format!("xl/worksheets/sheet{n}.xml"), "worksheet"))
            .collect();
        let types = format!(
            "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
             ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default \
             Extension=\"xml\" ContentType=\"application/xml\"/>{}{}{parts}<Override \
             PartName=\"/docProps/core.xml\" ContentType=\
             \"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>",
            part("xl/workbook.xml", "sheet.main"),
            part("xl/styles.xml", "styles"),
        );
        // Programs that tell files by how they begin look for this name.
        package.begin("[Content_Types].xml", &types)?;
        let links = format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
             Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/><Relationship \
             Id=\"rId2\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" \
             Target=\"docProps/core.xml\"/></Relationships>"
        );
        package.begin("_rels/.rels", &links)?;
        let core = format!(
            "<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{title}</dc:title>\
             </cp:coreProperties>"
        );
        package.begin("docProps/core.xml", &core)?;
        let list: String = numbered()
            .map(|(n, name)| format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>"))
            .collect();
        let workbook = format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><bookViews><workbookView/>\
             </bookViews><sheets>{list}</sheets></workbook>"
        );
        package.begin("xl/workbook.xml", &workbook)?;
        let links = numbered().map(|(n, _)| (n, "worksheet", format!("worksheets/sheet{n}.xml")));
        let styles = (sheets.len() + 1, "styles", "styles.xml".to_owned());
        package.begin("xl/_rels/workbook.xml.rels", &relations(links.chain([styles])))?;
        let styles = format!("<styleSheet xmlns=\"{MAIN}\">{STYLES}</styleSheet>");
        package.begin("xl/styles.xml", &styles)?;
        Ok(package)
    }

    /// Begins the next sheet, which has so many columns.
    pub(super) fn begin_sheet(&mut self, columns: usize) -> Result<(), PackageError> {
        self.begun += 1;
        let path = format!("xl/worksheets/sheet{}.xml", self.begun);
        let head = format!(
            "<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\"><pane \
             ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>\
             </sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols><col \
             min=\"1\" max=\"{columns}\" width=\"18\" customWidth=\"1\"/></cols><sheetData>\n"
        );
        self.begin(&path, &head)
    }

    /// Writes rows of the sheet.
    pub(super) fn rows(&mut self, rows: &[u8]) -> Result<(), PackageError> {
        Ok(self.archive.write_all(rows)?)
    }

    /// Ends the sheet.
    pub(super) fn end_sheet(&mut self) -> Result<(), PackageError> {
        self.rows(b"</sheetData></worksheet>")
    }

    /// Ends the workbook.
    pub(super) fn finish(self) -> Result<(), PackageError> {
        self.archive.finish()?;
        Ok(())
    }

    /// Begins a part of XML.
    fn begin(&mut self, path: &str, text: &str) -> Result<(), PackageError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        self.archive.start_file(path, options)?;
        self.archive.write_all(HEAD.as_bytes())?;
        self.rows(text.as_bytes())
    }
}

/// Says of what type a part is.
fn part(path: &str, kind: &str) -> String {
    format!("<Override PartName=\"/{path}\" ContentType=\"{TYPES}.{kind}+xml\"/>")
}

fn relations(links: impl Iterator<Item = (usize, &'static str, String)>) -> String {
    let links = links.map(|(n, kind, to)| {
        format!("<Relationship Id=\"rId{n}\" Type=\"{RELATIONS}/{kind}\" Target=\"{to}\"/>")
    });
    let links: String = links.collect();
    format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{links}</Relationships>")
}
