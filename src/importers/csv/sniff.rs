//! Which character parts the cells of a file, found out from its header line.

use super::cells::Dialect;
use super::fields::Field;
use super::table_file::TableFile;

/// What may part cells if a plan does not say; the first is taken if nothing speaks for any.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Returns the form of a file whose header line starts at `header`.
///
/// That delimiter is taken under which the header names most fields; then the one that the
/// extension stands for; then the one that makes most cells.
pub fn dialect<F: Field>(
    settings: &TableFile<F>,
    path: &str,
    text: &str,
    header: usize,
) -> Dialect {
    let quote = settings.quote.byte();
    if let Some(delimiter) = settings.delimiter {
        return Dialect { delimiter: delimiter.byte(), quote };
    }
    let by_extension = extension_delimiter(path);
    let mut best = Dialect { delimiter: by_extension.unwrap_or(CANDIDATES[0]), quote };
    let mut best_score = (0, false, 1);
    for delimiter in CANDIDATES.into_iter().filter(|delimiter| *delimiter != quote) {
        let dialect = Dialect { delimiter, quote };
        let cells = dialect.cells(text, header);
        let known = cells
            .iter()
            .filter(|cell| names_field(settings, dialect.unquoted(&text[(*cell).clone()]).trim()))
            .count();
        let score = (known, Some(delimiter) == by_extension && cells.len() > 1, cells.len());
        let parts_something = cells.len() > 1;
        if parts_something && score > best_score {
            (best, best_score) = (dialect, score);
        }
    }
    best
}

fn names_field<F: Field>(settings: &TableFile<F>, header: &str) -> bool {
    F::of_header(header).is_some()
        || settings.columns.values().any(|named| named.trim().eq_ignore_ascii_case(header))
}

fn extension_delimiter(path: &str) -> Option<u8> {
    let (_, extension) = path.rsplit_once('.')?;
    let is_tab = ["tsv", "tab"].iter().any(|tab| extension.eq_ignore_ascii_case(tab));
    is_tab.then_some(b'\t')
}

#[cfg(test)]
mod tests {
    use super::super::fields::NodeField;
    use super::*;

    #[track_caller]
    fn check(path: &str, header: &str, delimiter: char) {
        let found = dialect(&TableFile::<NodeField>::at(path), path, header, 0).delimiter;
        assert_eq!(char::from(found), delimiter, "{header:?}");
    }

    #[test]
    fn the_delimiter_is_the_one_that_names_most_fields() {
        check("a.csv", "id,label\n", ',');
        check("a.csv", "id;label;a,b,c,d\n", ';');
        check("a.csv", "id\tlabel, long\tlayer\n", '\t');
        check("a.csv", "\"id\"|\"label;x;y\"|weight\r\n", '|');
        check("a.csv", "id\n", ',');
        check("a.csv", "x;y;z\n", ';');
        check("a.csv", "one column; of text", ';');
        check("a.csv", "", ',');
    }

    #[test]
    fn an_extension_speaks_for_tabs() {
        check("a.tsv", "id\n", '\t');
        check("a.TSV", "key,a,b\tc\n", '\t');
        check("a.tsv", "id,label\n", ',');
    }

    #[test]
    fn headers_that_a_plan_maps_count_as_known() {
        let mut settings = TableFile::<NodeField>::at("a.csv");
        settings.columns.insert(NodeField::Id, "Key".to_owned());
        assert_eq!(dialect(&settings, "a.csv", "key;a,b,c", 0).delimiter, b';');
    }
}
