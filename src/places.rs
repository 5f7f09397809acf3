//! Places of a picture in a file beside the plan, so that small changes of a graph move little of it.
//!
//! A CSV with the columns `id`, `x` and `y` (the middle of each node and partition, in pixels) and
//! `pinned`, in which a person may write `true`.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::graph::{Graph, Node};
use crate::layout::layered::{self, Earlier};
use crate::layout::{Layout, Point, Rect};
use crate::source::Excerpt;
use crate::step::InputFile;

/// Where everything is in a picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places {
    entries: Vec<(String, Earlier)>,
}

impl Places {
    /// Reads places; without a file there are none.
    ///
    /// # Errors
    ///
    /// It is no such file; all that is wrong is in `diagnostics`.
    pub fn read(file: Option<&InputFile>, diagnostics: &mut Diagnostics) -> Result<Places, Failed> {
        let Some(file) = file else { return Ok(Places::default()) };
        let mut told = Diagnostics::default();
        let entries = entries(file, &mut told);
        let has_failed = told.has_errors();
        diagnostics.append(told);
        if has_failed { Err(Failed) } else { Ok(Places { entries }) }
    }

    /// Returns the places in a layout of a graph; what was pinned stays so.
    pub fn of(graph: &Graph, layout: &Layout, before: &Places) -> Places {
        let pinned = before.entries.iter().filter(|(_, place)| place.is_pinned);
        let pinned: HashSet<&str> = pinned.map(|(id, _)| id.as_str()).collect();
        let place = |(node, rect): (Node<'_>, &Rect)| {
            let is_pinned = pinned.contains(node.id());
            (node.id().to_owned(), Earlier { middle: rect.middle(), is_pinned })
        };
        Places { entries: graph.nodes().zip(&layout.nodes).map(place).collect() }
    }

    /// Returns the place of each node of a graph; nothing for one that is new.
    pub fn in_graph(&self, graph: &Graph) -> Vec<Option<Earlier>> {
        let mut earlier = vec![None; graph.node_count()];
        for (id, place) in &self.entries {
            if let Some(node) = graph.find_node(id) {
                earlier[node.index().0 as usize] = Some(*place);
            }
        }
        earlier
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether both know the same, wherever it is.
    pub fn has_same(&self, other: &Places) -> bool {
        let ids = |places: &Places| -> HashSet<String> {
            places.entries.iter().map(|(id, _)| id.clone()).collect()
        };
        ids(self) == ids(other)
    }

    /// Returns how far what both know is from where it was, on average and at most, in pixels, but
    /// for what is common to all; nothing if they know nothing in common.
    pub fn movement(&self, now: &Places) -> Option<(f64, f64)> {
        let before: HashMap<&str, Point> =
            self.entries.iter().map(|(id, place)| (id.as_str(), place.middle)).collect();
        let pair =
            |(id, place): &(String, Earlier)| Some((*before.get(id.as_str())?, place.middle));
        layered::distances(now.entries.iter().filter_map(pair))
    }

    /// Writes them as they stand in a file.
    pub fn write(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // A writer into memory does not fail.
        let mut put = |cells: [&str; 4]| drop(writer.write_record(cells));
        put(["id", "x", "y", "pinned"]);
        for (id, Earlier { middle, is_pinned }) in &self.entries {
            let pinned = if *is_pinned { "true" } else { "" };
            put([id, &tenth(middle.x), &tenth(middle.y), pinned]);
        }
        writer.into_inner().unwrap_or_default()
    }
}

/// Reads all lines, and tells what is wrong with them.
fn entries(file: &InputFile, diagnostics: &mut Diagnostics) -> Vec<(String, Earlier)> {
    let mut wrong = |message: String, at: Excerpt| {
        let error = Diagnostic::error("bad-lock", message).at(at, "");
        diagnostics.push(error.help("`layercake lock` writes such files"));
    };
    let whole = || Excerpt::whole_file(file.path.clone());
    let Ok(text) = std::str::from_utf8(&file.bytes) else {
        wrong("the file of places is no text in UTF-8".to_owned(), whole());
        return Vec::new();
    };
    let at = |line: usize| {
        let text = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        Excerpt::of_line(file.path.clone(), line, text, 0..text.len())
    };
    if text.trim().is_empty() {
        return Vec::new();
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(error) => {
            wrong(format!("the places cannot be read: {error}"), whole());
            return Vec::new();
        }
    };
    let column = |name: &str| header.iter().position(|column| column == name);
    let (Some(id), Some(x), Some(y)) = (column("id"), column("x"), column("y")) else {
        wrong("a file of places has the columns `id`, `x` and `y`".to_owned(), at(1));
        return Vec::new();
    };
    let pinned = column("pinned");
    let mut entries = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                wrong(format!("the places cannot be read: {error}"), whole());
                break;
            }
        };
        let line = record.position().map_or(0, |at| at.line() as usize);
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let number = |column: usize| cell(column).parse::<f64>().ok().filter(|it| it.is_finite());
        let is_pinned = match pinned.map_or("", cell) {
            "true" => Some(true),
            "" | "false" => Some(false),
            _ => None,
        };
        match (number(x), number(y), is_pinned) {
            (Some(x), Some(y), Some(is_pinned)) => {
                let middle = Point { x, y };
                entries.push((cell(id).to_owned(), Earlier { middle, is_pinned }));
            }
            (_, _, None) => wrong("`pinned` is `true`, `false` or nothing".to_owned(), at(line)),
            _ => wrong(format!("the place of `{}` is no two numbers", cell(id)), at(line)),
        }
    }
    entries
}

/// A number to a tenth of a pixel.
fn tenth(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    format!("{}", rounded + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Places, Vec<String>> {
        let file = InputFile { path: "shop.lock.csv".into(), bytes: text.as_bytes().into() };
        let mut told = Diagnostics::default();
        let places = Places::read(Some(&file), &mut told);
        places.map_err(|_| told.list.iter().map(|one| one.message.clone()).collect())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = "id,x,y,pinned\n\"a, b\",0.1,-20,true\nc,3,4.5,\n";
        let places = read(text).unwrap();
        assert_eq!(String::from_utf8(places.write()).unwrap(), text);
        assert_eq!(places.len(), 2);
        assert_eq!(read("y,why,id,x\n1,because,a,2\n").unwrap().len(), 1);
        assert!(read("").unwrap().is_empty());
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        let wrong = read("id,x,y,pinned\na,1,,\nb,1,2,yes\nc,1,inf,\n").unwrap_err();
        assert_eq!(wrong.len(), 3);
        assert_eq!(wrong[0], "the place of `a` is no two numbers");
        assert_eq!(wrong[1], "`pinned` is `true`, `false` or nothing");
        assert_eq!(read("a,b\n1,2\n").unwrap_err().len(), 1);
    }

    #[test]
    fn what_all_have_in_common_is_no_movement() {
        let before = read("id,x,y\na,0,0\nb,10,0\nc,20,0\n").unwrap();
        let after = read("id,x,y\na,5,5\nb,15,5\nc,25,9\nd,1,1\n").unwrap();
        let (mean, most) = before.movement(&after).unwrap();
        assert!((mean - 4.0 / 3.0).abs() < 1e-9 && (most - 4.0).abs() < 1e-9);
        assert!(before.movement(&Places::default()).is_none());
    }
}
