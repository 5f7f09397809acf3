//! A header line to columns: which cell holds which field, and which ones are attributes.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::fields::Field;
use super::table_file::TableFile;
use crate::diagnostic::{Diagnostic, is_misspelled, names, nearest};
use crate::source::Excerpt;

/// How many columns of one name, and how many that are nearly fields, are told of one by one.
const MOST_TOLD: usize = 100;

/// What the cells of each row of a file are.
#[derive(Debug, Default)]
pub struct Columns {
    /// The headers, without the spaces around them.
    pub headers: Vec<String>,
    /// For each field, the cell that holds it.
    fields: Vec<Option<usize>>,
    /// The cells that hold attributes.
    pub attributes: Vec<usize>,
    /// The cells without a header.
    pub unnamed: Vec<usize>,
    /// What is probably not meant, and yet no error.
    pub warnings: Vec<Diagnostic>,
}

/// Where headers stand: a cell of the header line, or all of it.
pub type HeaderPlace<'a> = &'a dyn Fn(Option<usize>) -> Excerpt;

impl Columns {
    /// Finds out what the columns are.
    ///
    /// # Errors
    ///
    /// Returns every problem of the header line.
    pub fn find<F: Field>(
        headers: Vec<String>,
        settings: &TableFile<F>,
        place: HeaderPlace<'_>,
    ) -> Result<Columns, Vec<Diagnostic>> {
        let mut errors = Vec::new();
        let mut columns =
            Columns { headers, fields: vec![None; F::ALL.len()], ..Columns::default() };
        let mapped = columns.map(settings, place, &mut errors);
        let mut by_name: HashMap<&str, usize, FixedState> = HashMap::default();
        let (mut again, mut first_told) = (0, 0);
        for (cell, header) in columns.headers.iter().enumerate() {
            if header.is_empty() {
                columns.unnamed.push(cell);
                continue;
            }
            if let Some(first) = by_name.get(header.as_str()) {
                again += 1;
                if again == 1 {
                    first_told = errors.len();
                }
                if again <= MOST_TOLD {
                    errors.push(twice(header, cell, *first, place));
                }
                continue;
            }
            by_name.insert(header, cell);
            if mapped.contains(&cell) {
                continue;
            }
            let Some(field) = F::of_header(header) else {
                columns.attributes.push(cell);
                continue;
            };
            if settings.columns.contains_key(&field) {
                // Another header stands for the field, so this column is one like any other.
                columns.attributes.push(cell);
                continue;
            }
            match columns.fields[field.index()] {
                Some(first) => {
                    let first_header = &columns.headers[first];
                    errors.push(both(field, (header, cell), (first_header, first), place));
                }
                None => columns.fields[field.index()] = Some(cell),
            }
        }
        drop(by_name);
        if again > MOST_TOLD {
            let note = format!("in all {again} columns have the name of another one");
            errors[first_told].notes.push(note);
        }
        for field in F::REQUIRED {
            if columns.cell(*field).is_none() && !settings.columns.contains_key(field) {
                errors.push(missing(*field, &columns.headers, place));
            }
        }
        columns.warnings = columns.near(settings, place);
        if errors.is_empty() { Ok(columns) } else { Err(errors) }
    }

    /// Warns of attributes that are nearly the header of a field which the file does not have.
    ///
    /// One that has a type in the plan is an attribute for sure.
    fn near<F: Field>(&self, settings: &TableFile<F>, place: HeaderPlace<'_>) -> Vec<Diagnostic> {
        let absent = F::ALL.iter().filter(|(field, _)| self.cell(*field).is_none());
        let absent: Vec<&str> = absent.flat_map(|(_, names)| *names).copied().collect();
        let near = self.attributes.iter().filter_map(|cell| {
            let header = &self.headers[*cell];
            let field = absent.iter().find(|name| is_misspelled(header, name))?;
            let message = format!("the column `{header}` is read as an attribute");
            let problem = Diagnostic::warning("near-header", message)
                .at(place(Some(*cell)), "")
                .help(format!("did you mean `{field}`? if not, name it in `types:`"));
            (!settings.types.contains_key(header)).then_some(problem)
        });
        near.take(MOST_TOLD).collect()
    }

    /// Returns the cell that holds a field.
    pub fn cell<F: Field>(&self, field: F) -> Option<usize> {
        self.fields.get(field.index()).copied().flatten()
    }

    /// Finds the headers that the plan names, and returns their cells.
    fn map<F: Field>(
        &mut self,
        settings: &TableFile<F>,
        place: HeaderPlace<'_>,
        errors: &mut Vec<Diagnostic>,
    ) -> Vec<usize> {
        let mut mapped = Vec::new();
        for (field, wanted) in &settings.columns {
            let wanted = wanted.trim();
            let same = self.headers.iter().position(|header| header == wanted);
            let alike =
                || self.headers.iter().position(|header| header.eq_ignore_ascii_case(wanted));
            match same.or_else(alike) {
                Some(cell) => {
                    self.fields[field.index()] = Some(cell);
                    mapped.push(cell);
                }
                None => errors.push(
                    Diagnostic::error("unknown-column", format!("there is no column `{wanted}`"))
                        .at(place(None), format!("`columns` takes `{}` from it", field.name()))
                        .did_you_mean(wanted, self.headers.iter().map(String::as_str)),
                ),
            }
        }
        mapped
    }
}

fn missing<F: Field>(field: F, headers: &[String], place: HeaderPlace<'_>) -> Diagnostic {
    let name = field.name();
    let known = || headers.iter().map(String::as_str).filter(|header| !header.is_empty());
    let near = field.headers().iter().find_map(|alias| nearest(alias, known()));
    let error = Diagnostic::error("missing-column", format!("the column `{name}` is missing"))
        .at(place(None), format!("each row of {} needs it", F::TABLE));
    let error = match field.headers() {
        [] | [_] => error,
        [_, others @ ..] => {
            error.note(format!("{} would do as well", names(others.iter().copied())))
        }
    };
    match near {
        Some(near) => error.help(format!("if `{near}` is it, say `columns: {{ {name}: {near} }}`")),
        None => error.help(format!("say which one it is: `columns: {{ {name}: … }}`")),
    }
}

fn twice(header: &str, cell: usize, first: usize, place: HeaderPlace<'_>) -> Diagnostic {
    Diagnostic::error("duplicate-column", format!("two columns are called `{header}`"))
        .at(place(Some(cell)), "again")
        .at(place(Some(first)), "the first")
        .help("give each column a name of its own")
}

fn both<F: Field>(
    field: F,
    (header, cell): (&str, usize),
    (first_header, first): (&str, usize),
    place: HeaderPlace<'_>,
) -> Diagnostic {
    let name = field.name();
    let message = format!("`{first_header}` and `{header}` both stand for `{name}`");
    Diagnostic::error("duplicate-column", message)
        .at(place(Some(cell)), "again")
        .at(place(Some(first)), "the first")
        .help(format!("say which one it is: `columns: {{ {name}: {first_header} }}`"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Import;

    #[test]
    fn columns_come_in_any_order_and_case() {
        let import = Import::new()
            .nodes("Weight, LABEL ,Id,team\n2,A,a,x\n1,B,b,y\n")
            .edges("TO,label,From\nb,x,a\n");
        import.check("a(A) b(B)", "a->b");
    }

    #[test]
    fn a_missing_column_is_looked_for_among_the_others() {
        Import::new().nodes("Idd,label\na,b\n").fails(
            "nodes.csv:1:1 the column `id` is missing [Idd,label] \
             help: if `Idd` is it, say `columns: { id: Idd }`",
        );
        Import::new().nodes("id\na\n").edges("source,where\na,a\n").fails(
            "edges.csv:1:1 the column `target` is missing [source,where] \
             help: say which one it is: `columns: { target: … }`",
        );
        Import::new()
            .nodes("label,layer\na,b\n")
            .fails("nodes.csv:1:1 the column `id` is missing [label,layer] help: say which one");
    }

    #[test]
    fn a_header_that_is_nearly_a_field_is_warned_of() {
        let import = Import::new().nodes("id,lable,wieght,layr,belong_to,height\na,A,2,l,,3\n");
        let told = import.problems();
        assert_eq!(told.len(), 4, "{told:?}");
        assert_eq!(told[0], "nodes.csv:1:4 the column `lable` is read as an attribute [lable]");
        assert_eq!(import.run().1.warnings, 4);
        Import::new()
            .nodes("id,layr\na,l\n")
            .fails("nodes.csv:1:4 the column `layr` is read as an attribute [layr] help: did you mean `layer`?");
        assert!(Import::new().nodes("id,layr,layer\na,l,l\n").problems().is_empty());
        let types = r#"{"path": "nodes.csv", "types": {"layr": "text"}}"#;
        assert!(Import::new().nodes("id,layr\na,l\n").set("nodes", types).problems().is_empty());
    }

    #[test]
    fn a_plan_says_which_header_is_meant() {
        Import::new()
            .nodes("id\na\nb\n")
            .edges("Caller, Callee,source\na,b,git\n")
            .set(
                "edges",
                r#"{"path": "edges.csv", "columns": {"source": "Caller", "target": "callee"}}"#,
            )
            .check("a b", "a->b");
    }

    #[test]
    fn a_header_that_a_plan_names_must_be_there() {
        Import::new()
            .nodes("key,label\na,b\n")
            .set("nodes", r#"{"path": "nodes.csv", "columns": {"id": "keey"}}"#)
            .fails("nodes.csv:1:1 there is no column `keey` [key,label] help: did you mean `key`?");
    }

    #[test]
    fn a_column_comes_once() {
        Import::new()
            .nodes("id,label,label\na,b,c\n")
            .fails("nodes.csv:1:10 two columns are called `label` [label]");
        Import::new().nodes("id\na\n").edges("source,to,from\na,a,a\n").fails(
            "edges.csv:1:11 `source` and `from` both stand for `source` [from] \
             help: say which one it is: `columns: { source: source }`",
        );
    }

    #[test]
    fn columns_of_one_name_are_told_of_a_hundred_times() {
        let header = format!("id{}\n", ",x".repeat(251));
        let (_, told) = Import::new().nodes(&header).run();
        assert_eq!((told.errors, &*told.list[0].message), (100, "two columns are called `x`"));
        let notes = &told.list[0].notes;
        assert!(notes.iter().any(|note| note.starts_with("in all 250 columns")), "{notes:?}");
    }

    #[test]
    fn a_column_without_a_header_must_be_empty() {
        Import::new().nodes("id,,\na,,\nb,,\n").check("a b", "");
        Import::new()
            .nodes("id,,label\na,,x\nb,2,x\n")
            .fails("nodes.csv:3:3 the column has no header [2]");
    }
}
