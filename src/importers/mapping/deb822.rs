//! Paragraphs of fields, as the control files of Debian have them, to data: a list of maps.
//!
//! Fields that name packages are lists of alternatives, each with its parts.

use super::super::graph_file::{Draft, Read, Sort};
use super::data::{Data, Kind};

/// The fields that are lists of packages.
const RELATIONS: &[&str] = &[
    "Pre-Depends",
    "Depends",
    "Recommends",
    "Suggests",
    "Enhances",
    "Breaks",
    "Conflicts",
    "Replaces",
    "Provides",
    "Built-Using",
    "Build-Depends",
    "Build-Depends-Indep",
    "Build-Depends-Arch",
];

/// Reads the text of the draft.
pub fn read(draft: &Draft<'_>, data: &mut Data) -> Read {
    data.open(Kind::List, 0);
    let mut field: Option<Field> = None;
    let mut is_open = false;
    let mut at = 0;
    for line in draft.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        if line.starts_with('#') {
            continue;
        }
        if line.starts_with([' ', '\t']) && !line.is_empty() {
            match &mut field {
                Some(field) => field.go_on(line),
                None => {
                    let message = "a line that goes on has no field before it";
                    return Err(error(draft, start, message));
                }
            }
            continue;
        }
        field.take().into_iter().for_each(|field| field.add(draft.text, data));
        if line.is_empty() {
            if is_open {
                data.close();
                is_open = false;
            }
            continue;
        }
        let Some((name, value)) = line.split_once(':').filter(|(name, _)| is_name(name)) else {
            return Err(error(draft, start, "a field is a name, `:` and a value"));
        };
        if !is_open {
            data.open(Kind::Map, start as u32);
            is_open = true;
        }
        let space = value.len() - value.trim_start().len();
        let place = (start + name.len() + 1 + space) as u32;
        field = Some(Field { name: name.to_owned(), text: value.trim().to_owned(), place });
    }
    field.into_iter().for_each(|field| field.add(draft.text, data));
    if is_open {
        data.close();
    }
    data.close();
    Ok(())
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
}

fn error(draft: &Draft<'_>, place: usize, message: &str) -> Box<crate::diagnostic::Diagnostic> {
    draft.error(draft.base as usize + place, "bad-deb822", message)
}

struct Field {
    name: String,
    text: String,
    place: u32,
}

impl Field {
    fn go_on(&mut self, line: &str) {
        self.text.push('\n');
        self.text.push_str(line.trim());
    }

    fn add(self, text: &str, data: &mut Data) {
        data.key(&self.name);
        if !RELATIONS.contains(&self.name.as_str()) {
            data.scalar(Kind::Scalar(Sort::Untyped), self.text.trim(), self.place);
            return;
        }
        data.open(Kind::List, self.place);
        let mut cursor = self.place as usize;
        for (number, relation) in self.text.split(',').enumerate() {
            for (alternative, written) in relation.split('|').enumerate() {
                let written = written.trim();
                if written.is_empty() {
                    continue;
                }
                let place = place_of(written, text, &mut cursor).unwrap_or(self.place);
                let end = written.find(['(', '[', '<', ' ', ':', '\n']).unwrap_or(written.len());
                let within = |open: char, close: char| {
                    let (_, rest) = written.split_once(open)?;
                    rest.split_once(close).map(|(within, _)| within.trim())
                };
                let parts = [
                    ("package", Some(&written[..end])),
                    ("version", within('(', ')')),
                    ("architecture", within('[', ']')),
                ];
                data.open(Kind::Map, place);
                for (name, text) in parts {
                    if let Some(text) = text {
                        data.key(name);
                        data.scalar(Kind::Scalar(Sort::Text), text, place);
                    }
                }
                for (name, count) in [("relation", number), ("alternative", alternative)] {
                    data.key(name);
                    data.scalar(Kind::Scalar(Sort::Integer), &count.to_string(), place);
                }
                data.close();
            }
        }
        data.close();
    }
}

/// Returns where an alternative stands, which is what comes next from `cursor` on, but for signs and
/// blanks; and moves that to its end.
fn place_of(written: &str, text: &str, cursor: &mut usize) -> Option<u32> {
    let mut place = None;
    for line in written.lines() {
        let rest = text.get(*cursor..)?.trim_start_matches([' ', '\t', '\r', '\n', ',', '|']);
        let after = rest.strip_prefix(line.trim())?;
        place.get_or_insert((text.len() - rest.len()) as u32);
        *cursor = text.len() - after.len();
    }
    place
}
