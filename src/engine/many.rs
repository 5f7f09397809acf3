//! Runs a fan-out: makes the files of those items whose slices have changed, and no others.
//!
//! Each item has a key of its own, made of all that decides its bytes: the export and its options,
//! the digests of what it shows, and of all else that is read. What the last build made under the
//! same key is taken over without a look at the store.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rayon::prelude::*;

use super::items::{ItemList, ItemRow};
use super::key;
use super::output::{self, Many, Place as OutputPlace, Staged};
use super::survey::ItemFile;
use super::sweep::FileState;
use super::through::Through;
use super::worker::{self, Bench, Held};
use crate::dag::StepId;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::digest::{Digest, Digester};
use crate::disk::Now;
use crate::fan_out::{FanOut, Items, Scratch, Slicer};
use crate::graph::Table;
use crate::plan::PlanStep;
use crate::registry::ExporterKind;
use crate::step::{Data, ITEM, InputFile, NamedData};
use crate::store::{Key, ResultRecord};

/// One thread takes at least so many items.
const CHUNK: usize = 16;

/// What came of a fan-out.
pub(super) struct RanMany {
    pub(super) many: Many,
    /// The results that are new, for the store.
    pub(super) results: Vec<(Key, ResultRecord)>,
    /// The keys of results that are not in use any more.
    pub(super) retired: Vec<Key>,
    /// The list's own bytes.
    pub(super) bytes: Vec<u8>,
}

/// A fan-out with all it needs.
pub(super) struct FanOutJob<'j> {
    pub(super) id: StepId,
    pub(super) step: &'j PlanStep,
    pub(super) kind: &'static ExporterKind,
    pub(super) options: &'j str,
    pub(super) each: &'j FanOut,
    pub(super) from: &'j [Held],
    pub(super) files: &'j [InputFile],
    pub(super) file_digests: &'j [(String, Digest)],
    pub(super) through: Option<&'j Through<'j>>,
}

/// What became of an item.
struct Done {
    row: ItemRow,
    staged: Option<Staged>,
    result: Option<ResultRecord>,
    diagnostics: Diagnostics,
    /// Whether somebody else's file is left in its place.
    is_kept: bool,
}

impl Bench<'_> {
    /// Makes the files of a fan-out.
    pub(super) fn run_many(
        &self,
        job: &FanOutJob<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<RanMany, Failed> {
        let FanOutJob { id, each, from, .. } = *job;
        let first = from.first();
        let graph = first.and_then(|held| held.data.graph());
        let items = items(each, from, diagnostics)?;
        for at in 0..items.len() {
            let path = items.path(at);
            if self.dag.is_single_output(path) {
                let message = format!("an item goes to `{path}`, which another export writes");
                let problem = Diagnostic::error("same-path", message)
                    .help("give the items a folder, or a word in their names, of their own");
                diagnostics.push(problem);
            }
        }
        if diagnostics.has_errors() {
            return Err(Failed);
        }
        let surveyed = self.survey.step(id);
        let before = surveyed.before.and_then(|digest| self.store.bytes(digest));
        let before = before.and_then(|bytes| ItemList::decode(&bytes)).unwrap_or_default();
        let before: HashMap<&str, &ItemRow> = before.iter().collect();
        let rows = first.and_then(Held::rows);
        let slicer = match (graph, first, rows) {
            (Some(graph), Some(held), Some(rows)) => {
                Some(Slicer::new(each, graph, held.digest, rows, items.starts()))
            }
            _ => None,
        };
        let shared = self.shared_key(job);
        let make = |scratch: &mut Scratch, at: usize| {
            if let Some(slicer) = &slicer {
                slicer.find(&items.starts()[at], scratch);
            }
            let mut digester = Digester::new("layercake item 1");
            digester.digest(shared);
            items.add_to(&mut digester, at, rows);
            if let Some(slicer) = &slicer {
                digester.digest(slicer.digest(scratch));
            }
            let key = Key(digester.finish());
            self.item(job, &items, at, key, before.get(items.path(at)).copied(), &|| {
                slicer.as_ref()?.graph(scratch)
            })
        };
        let scratch = || Scratch::of(graph.map_or(&Default::default(), |graph| graph));
        let all = (0..items.len()).into_par_iter().with_min_len(CHUNK);
        let done: Vec<Result<Done, Diagnostics>> = all.map_init(scratch, make).collect();
        let mut list = ItemList::default();
        let (mut staged, mut results, mut is_kept) = (Vec::new(), Vec::new(), false);
        for (at, done) in done.into_iter().enumerate() {
            let done = match done {
                Ok(done) => done,
                Err(problems) => {
                    diagnostics.append(problems);
                    continue;
                }
            };
            diagnostics.append(done.diagnostics);
            if list.push(items.path(at), done.row).is_none() {
                let message = "the paths of all items take more than 4 GiB";
                return Err(diagnostics.fail(Diagnostic::error("too-many-files", message)));
            }
            staged.extend(done.staged.map(|staged| (at as u32, staged)));
            results.extend(done.result.map(|result| (done.row.key, result)));
            is_kept |= done.is_kept;
        }
        if diagnostics.has_errors() {
            // What was made is in the store; none of it goes to its place.
            for (_, staged) in staged {
                let _ = staged.temporary().map(|file| self.reader.disk.remove(file));
            }
            return Err(Failed);
        }
        let now: HashMap<&str, Key> = list.iter().map(|(path, row)| (path, row.key)).collect();
        let retired = before.iter().filter(|(path, row)| now.get(*path) != Some(&row.key));
        let retired = retired.map(|(_, row)| row.key).collect();
        let bytes = list.encode();
        Ok(RanMany {
            many: Many { list: Arc::new(list), staged, is_kept },
            results,
            retired,
            bytes,
        })
    }

    /// Puts the files of a fan-out back; `None` if the store does not have all of them.
    pub(super) fn restore_many(&self, id: StepId, digest: Digest) -> Option<io::Result<Many>> {
        let list = ItemList::decode(&self.store.bytes(digest)?)?;
        let rows: Vec<(usize, &str, &ItemRow)> =
            list.iter().enumerate().map(|(at, (path, row))| (at, path, row)).collect();
        let kept = AtomicBool::new(false);
        let put_back = |(at, path, row): &(usize, &str, &ItemRow)| {
            let is_kept = self.keeps_edited && self.is_edited_item(id, path);
            kept.fetch_or(is_kept, Ordering::Relaxed);
            if is_kept || self.is_in_place(id, path, row.digest) {
                return Some(Ok((*at as u32, None)));
            }
            let bytes = self.store.bytes(row.digest)?;
            Some(self.stage_item(id, path, &bytes, row.digest).map(|s| (*at as u32, Some(s))))
        };
        let staged: Option<io::Result<Vec<_>>> =
            rows.par_iter().with_min_len(CHUNK).map(put_back).collect();
        let staged = match staged? {
            Ok(staged) => staged,
            Err(error) => return Some(Err(error)),
        };
        let staged = staged.into_iter().filter_map(|(at, staged)| Some((at, staged?))).collect();
        Some(Ok(Many { list: Arc::new(list), staged, is_kept: kept.into_inner() }))
    }

    /// Returns the digest of all that decides the bytes of every item, but for what it shows.
    fn shared_key(&self, job: &FanOutJob<'_>) -> Digest {
        let (kind, options) = key::head(&job.step.work);
        let mut digester = Digester::new("layercake items 1");
        digester.bytes(kind.as_bytes()).bytes(options.as_bytes());
        for (reference, held) in self.whole_inputs(job) {
            digester.bytes(reference.as_bytes()).digest(held.digest);
        }
        for (path, digest) in job.file_digests {
            digester.bytes(path.as_bytes()).digest(*digest);
        }
        digester.finish()
    }

    /// Returns what every item gets whole: all but the graph that is sliced and the table of items.
    fn whole_inputs<'j>(&self, job: &FanOutJob<'j>) -> impl Iterator<Item = (&'j str, &'j Held)> {
        let last = match job.each.table() {
            Some(_) => job.from.len() - 1,
            None => job.from.len(),
        };
        let names = job.step.from.iter().map(|reference| reference.name.as_str());
        let all = names.zip(job.from).take(last);
        let is_table_of_items = job.each.table();
        all.enumerate()
            .filter(move |(at, (name, held))| match (at, held.data.graph()) {
                (0, Some(_)) => false,
                // A table of which each item is a row is not shown whole.
                (0, None) => Some(*name) != is_table_of_items,
                _ => true,
            })
            .map(|(_, input)| input)
    }

    /// Makes the file of one item, unless it is there.
    fn item(
        &self,
        job: &FanOutJob<'_>,
        items: &Items<'_>,
        at: usize,
        key: Key,
        before: Option<&ItemRow>,
        slice: &dyn Fn() -> Option<crate::graph::Graph>,
    ) -> Result<Done, Diagnostics> {
        let path = items.path(at);
        let mut diagnostics = Diagnostics::default();
        let is_kept = self.keeps_edited && self.is_edited_item(job.id, path);
        let same = before.filter(|row| row.key == key);
        let known = match same {
            // A warning is told again.
            Some(row) if !row.warns => Some((*row, String::new())),
            _ => self.store.result(key).map(|record| {
                let warns = !record.warnings.is_empty();
                (ItemRow { key, digest: record.digest, warns }, record.warnings)
            }),
        };
        if let Some((row, warnings)) = known {
            if let Ok(warnings) = serde_json::from_str::<Diagnostics>(&warnings) {
                diagnostics.append(warnings);
            }
            let done = |staged| Done {
                row,
                staged,
                result: None,
                diagnostics: diagnostics.clone(),
                is_kept,
            };
            if is_kept || self.is_in_place(job.id, path, row.digest) {
                return Ok(done(None));
            }
            if let Some(bytes) = self.store.bytes(row.digest) {
                let staged = self.stage_item(job.id, path, &bytes, row.digest);
                return match staged {
                    Ok(staged) => Ok(done(Some(staged))),
                    Err(error) => Err(unwritable(path, &error)),
                };
            }
            diagnostics = Diagnostics::default();
        }
        let started = Instant::now();
        let mut from: Vec<NamedData> = Vec::new();
        if let (Some(reference), Some(Data::Graph(graph))) =
            (job.step.from.first(), job.from.first().map(|held| &held.data))
        {
            let data = slice().map_or_else(|| Data::Graph(graph.clone()), Data::from);
            from.push(NamedData { name: reference.name.as_str().into(), data });
        }
        from.extend(
            self.whole_inputs(job)
                .map(|(name, held)| NamedData { name: name.into(), data: held.data.clone() }),
        );
        if job.kind.from_many || from.is_empty() {
            let table: Table = items.table(&[at]);
            from.push(NamedData { name: ITEM.into(), data: table.into() });
        }
        let options = options_of(job.options, items, at);
        let mut out = Vec::new();
        let made = (job.kind.export)(&options, &from, job.files, &mut out, &mut diagnostics);
        let made = made.and_then(|()| match job.through {
            Some(through) => {
                let text = std::mem::take(&mut out);
                through.pass(text, self.reader, self.stop, &mut diagnostics).map(|text| out = text)
            }
            None => Ok(()),
        });
        for problem in &mut diagnostics.list {
            problem.notes.insert(0, format!("in the file of one item: `{path}`"));
        }
        if made.is_err() {
            return Err(diagnostics);
        }
        let digest = Digest::of(&out);
        let microseconds = started.elapsed().as_micros() as u64;
        let place = match self.is_recorded {
            true => match self.store.keep(digest, &out) {
                Ok(place) => place,
                Err(error) => {
                    diagnostics.push(worker::store_warning(&error));
                    None
                }
            },
            false => None,
        };
        let warnings = match diagnostics.is_empty() {
            true => String::new(),
            false => serde_json::to_string(&diagnostics).unwrap_or_default(),
        };
        let row = ItemRow { key, digest, warns: !warnings.is_empty() };
        let result = ResultRecord { digest, microseconds, used: self.now.time, place, warnings };
        let staged = match is_kept || self.is_in_place(job.id, path, digest) {
            true => None,
            false => match self.stage_item(job.id, path, &out, digest) {
                Ok(staged) => Some(staged),
                Err(error) => return Err(unwritable(path, &error)),
            },
        };
        Ok(Done { row, staged, result: Some(result), diagnostics, is_kept })
    }

    fn item_file(&self, id: StepId, path: &str) -> Option<&ItemFile> {
        self.survey.step(id).items.as_ref()?.get(path)
    }

    /// Returns whether an item's file is there and holds this.
    fn is_in_place(&self, id: StepId, path: &str, digest: Digest) -> bool {
        let state = self.item_file(id, path).map(|file| &file.state);
        matches!(state, Some(FileState::Known(record)) if record.digest == digest)
    }

    /// Returns whether an item's file is there and is not what layercake has written.
    fn is_edited_item(&self, id: StepId, path: &str) -> bool {
        match self.item_file(id, path) {
            Some(ItemFile { state: FileState::Known(file), ours }) => {
                *ours != Some(file.digest) && !self.store.has(file.digest)
            }
            _ => false,
        }
    }

    fn stage_item(
        &self,
        id: StepId,
        path: &str,
        bytes: &[u8],
        digest: Digest,
    ) -> io::Result<Staged> {
        let file = self.item_file(id, path);
        let read;
        let before = match file {
            Some(file) => Some(&file.state),
            // Nothing is known of a new item's file.
            None if self.check => {
                read = match self.reader.read(path, Now::default()) {
                    Ok(file) => FileState::Known(file.record),
                    Err(_) => FileState::Missing,
                };
                Some(&read)
            }
            None => None,
        };
        if self.check {
            return output::compare(before, digest).map(Staged::Done);
        }
        let place = OutputPlace { path, before, ours: file.and_then(|file| file.ours) };
        // There may be many: they are made safe from a power cut all together.
        output::stage(self.reader, self.store, &place, bytes, digest, false)
    }
}

/// Finds the items of a fan-out in what the step uses: the graph first, a table of items last.
pub(super) fn items<'h>(
    each: &FanOut,
    from: &'h [Held],
    diagnostics: &mut Diagnostics,
) -> Result<Items<'h>, Failed> {
    let graph = from.first().and_then(|held| held.data.graph());
    let table = each.table().and_then(|_| from.last()?.data.table());
    Items::find(each, graph.map(|graph| &**graph), table.map(|table| &**table), diagnostics)
}

fn unwritable(path: &str, error: &io::Error) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(worker::unwritable(path, error));
    diagnostics
}

/// Returns options in which names in braces, in the title and the description, are values of the
/// item.
fn options_of(options: &str, items: &Items<'_>, at: usize) -> String {
    const TEXTS: [&str; 2] = ["title", "description"];
    let Ok(mut value) = serde_json::from_str::<serde_json::Value>(options) else {
        return options.to_owned();
    };
    for name in TEXTS {
        if let Some(serde_json::Value::String(text)) = value.get_mut(name) {
            *text = filled(text, items, at);
        }
    }
    value.to_string()
}

/// Puts the values of an item into a text, where it has their names in braces.
fn filled(text: &str, items: &Items<'_>, at: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else { break };
        let name = &rest[start + 1..start + length];
        out.push_str(&rest[..start]);
        match items.has(name.trim()) {
            true => out.push_str(&items.cell(at, name.trim()).to_string()),
            false => out.push_str(&rest[start..=start + length]),
        }
        rest = &rest[start + length + 1..];
    }
    out + rest
}
