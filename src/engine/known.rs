//! What is known of a project before a build looks at its files: what earlier builds left, in the
//! numbers of the plan as it is now.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::key;
use crate::dag::{self, Compiled, Dag, FileId, StepId};
use crate::digest::Digest;
use crate::disk::{Disk, Now};
use crate::path;
use crate::project::Project;
use crate::registry::{self, Kind};
use crate::store::{
    FileRecord, FileRow, FileTable, Image, Manifest, Paged, Role, StepRecord, StepRow, StepTable,
    Store,
};

/// How long the clock that stamps files may stand still, in nanoseconds.
const TICK: i64 = 20_000_000;

/// Stands for the digest of a result that there is not.
pub(super) const NONE: Digest = Digest::from_bytes([0; 32]);

/// What is known of a project.
pub(super) struct Known<'a> {
    /// The steps and how they hang together.
    pub(super) whole: Arc<Compiled>,
    /// The checksum under which the store has them; `None` if it has not.
    pub(super) kept: Option<u64>,
    /// The files that matter.
    pub(super) table: FileTable<'a>,
    /// By the number of the step.
    pub(super) steps: StepTable<'a>,
    /// See [`Image::lasts`].
    pub(super) lasts: BTreeMap<u32, StepRecord>,
    /// See [`Image::notices`].
    pub(super) notices: BTreeMap<u32, String>,
    /// See [`Image::gone`].
    pub(super) gone: BTreeMap<String, FileRecord>,
    /// See [`Image::grown`].
    pub(super) grown: u64,
    /// Files whose stamps are later than this may have been lost with the power, in nanoseconds
    /// since 1970.
    pub(super) trusted_until: i64,
    /// What was known when the plan was another one.
    before: Option<Box<Known<'a>>>,
}

impl<'a> Known<'a> {
    /// Reads what an image says.
    pub(super) fn of_bytes(bytes: &'a [u8], store: &Store, disk: &dyn Disk) -> Option<Known<'a>> {
        let image = Image::decode(bytes)?;
        let trusted_until = trusted_until(&image, disk);
        Known::of_image(image, trusted_until, store)
    }

    /// Takes over what an image says; the steps are read from the store.
    pub(super) fn of_image(
        image: Image<'a>,
        trusted_until: i64,
        store: &Store,
    ) -> Option<Known<'a>> {
        let whole = Arc::new(Compiled::open(store.dag(image.dag)?)?);
        (whole.step_count() == image.steps.count()).then(|| Known {
            whole,
            kept: Some(image.dag),
            table: image.table,
            steps: image.steps,
            lasts: image.lasts.into_iter().collect(),
            notices: image.notices.into_iter().map(|(at, text)| (at, text.to_owned())).collect(),
            gone: image.gone.into_iter().map(|(at, record)| (at.to_owned(), record)).collect(),
            grown: image.grown,
            trusted_until,
            before: None,
        })
    }

    /// Starts with a plan as it was just read, and what was known of its files and steps before.
    pub(super) fn of_dag(dag: &'a Dag, whole: Arc<Compiled>, before: Option<Known<'a>>) -> Self {
        let mut known = Known {
            whole,
            kept: None,
            table: FileTable::default(),
            steps: StepTable::default(),
            lasts: BTreeMap::new(),
            notices: BTreeMap::new(),
            gone: BTreeMap::new(),
            grown: before.as_ref().map_or(0, |before| before.grown),
            trusted_until: before.as_ref().map_or(i64::MAX, |before| before.trusted_until),
            before: None,
        };
        let (mut inputs, mut outputs) = (HashMap::new(), HashMap::new());
        // The files of fan-outs that still are, with the steps that write them now.
        let mut items: Vec<(&'a str, FileRow<'_>)> = Vec::new();
        if let Some(before) = &before {
            let now = fan_outs_now(dag, &before.whole);
            for ((folder, row), path) in before.table.rows().zip(before.table.paths()) {
                let path = path.0;
                match row.role {
                    Role::Plan => {}
                    Role::Output(step) if now.contains_key(&step) => {
                        items.push((folder, FileRow { role: Role::Output(now[&step].0), ..row }));
                    }
                    Role::Output(_) => drop(outputs.insert(path, row.record)),
                    _ => drop(inputs.insert(path, row.record)),
                }
            }
            for (path, record) in &before.gone {
                outputs.entry(path.clone()).or_insert(Some(*record));
            }
        }
        let steps = dag.ids().map(|id| {
            let last = before
                .as_ref()
                .and_then(|b| Some(b.steps.row(b.whole.find(&dag.step(id).name)?.0)));
            let none = StepRow { is_fresh: false, digest: NONE, microseconds: 0 };
            StepRow { is_fresh: false, ..last.unwrap_or(none) }
        });
        known.steps = steps.collect();
        let mut files = items;
        let input_paths: HashSet<&str> = dag.file_paths().iter().map(String::as_str).collect();
        if let Some(before) = &before {
            let found = before.table.rows().filter(|(folder, row)| {
                row.role == Role::Discovered
                    && !input_paths.contains(&*path::join(folder, row.name))
            });
            files.extend(found);
        }
        let mut add = |path: &'a str, role: Role, record: Option<FileRecord>| {
            let row = FileRow { name: path::file_name(path), role, record };
            files.push((path::folder(path), row));
        };
        for (path, record) in &dag.reading.files {
            add(path, Role::Plan, Some(*record));
        }
        for (path, number) in dag.file_paths().iter().zip(0..) {
            add(path, Role::Input(number), inputs.remove(path.as_str()).flatten());
        }
        let is_single = |id: &StepId| {
            let work = &dag.step(*id).work;
            work.is_export() && work.each().is_none()
        };
        for id in dag.ids().filter(is_single) {
            let path = dag.step(id).name.as_str();
            add(path, Role::Output(id.0), outputs.remove(path).flatten());
        }
        let listings = dag.reading.folders.iter().map(|(path, listing)| (path.as_str(), *listing));
        known.table = FileTable::arrange(files, listings.collect());
        let left = outputs.into_iter().filter_map(|(path, record)| Some((path, record?)));
        known.gone = left.collect();
        known.before = before.map(Box::new);
        known
    }

    /// Marks what was read too recently for its stamp to prove anything; `now` is the file system's
    /// time at some moment before reading began.
    pub(super) fn distrust(&mut self, now: Now) {
        let now = Now { time: now.time - TICK, ..now };
        for at in 0..self.table.count() {
            let row = self.table.row(at);
            if let (Role::Plan, Some(record)) = (row.role, row.record) {
                let is_racy = super::sweep::is_racy(&record.stamp, now);
                self.table.set(at, Some(FileRecord { is_racy, ..record }));
            }
        }
        for listing in self.table.folders.iter_mut().filter_map(|folder| folder.listing.as_mut()) {
            listing.stamp = listing.stamp.filter(|stamp| !super::sweep::is_racy(stamp, now));
        }
    }

    /// Returns a step as it was last built.
    pub(super) fn last(&self, id: StepId, rows: &Rows) -> Option<StepRecord> {
        if let Some(before) = &self.before {
            let id = before.whole.find(&self.whole.name(id)?)?;
            return before.last(id, rows.before.as_deref()?);
        }
        if let Some(record) = self.lasts.get(&id.0) {
            return Some(record.clone());
        }
        if !self.steps.row(id.0).is_fresh {
            return None;
        }
        Some(StepRecord { manifest: self.derived(id, rows)?, discovered: Vec::new() })
    }

    /// Returns what decided the result of a step, as it follows from the files and steps.
    fn derived(&self, id: StepId, rows: &Rows) -> Option<Manifest> {
        let (step, files) = self.whole.step(id)?;
        let digests: Vec<Digest> =
            self.whole.upstream(id).map(|used| self.steps.row(used.0).digest).collect();
        let mut file = |id: &FileId| {
            let record = self.table.row(rows.input(*id)?).record?;
            Some((self.whole.file_path(*id)?.into_owned(), record.digest))
        };
        let files = files.iter().map(|files| files.iter().map(&mut file).collect());
        let files: Option<Vec<Vec<(String, Digest)>>> = files.collect();
        Some(key::manifest(&step, &digests, &files?, &[]))
    }

    /// Returns the files that steps found out about, each with the steps that did.
    pub(super) fn discovered(&self) -> BTreeMap<&str, Vec<StepId>> {
        let mut discovered: BTreeMap<&str, Vec<StepId>> = BTreeMap::new();
        for (step, record) in &self.lasts {
            for path in &record.discovered {
                discovered.entry(path).or_default().push(StepId(*step));
            }
        }
        discovered
    }

    /// Adds to an image what is known beside its files and steps.
    pub(super) fn image<'b>(&'b self, image: Image<'b>) -> Image<'b> {
        Image {
            grown: self.grown,
            lasts: self.lasts.iter().map(|(at, record)| (*at, record.clone())).collect(),
            notices: self.notices.iter().map(|(at, text)| (*at, text.as_str())).collect(),
            gone: self.gone.iter().map(|(path, record)| (path.as_str(), *record)).collect(),
            ..image
        }
    }
}

/// Returns the steps of an earlier plan that wrote many files and still do, by their numbers then.
fn fan_outs_now(dag: &Dag, before: &Compiled) -> HashMap<u32, StepId> {
    let now = dag.ids().filter(|id| dag.step(*id).work.each().is_some());
    now.filter_map(|id| Some((before.find(&dag.step(id).name)?.0, id))).collect()
}

impl dag::Bytes for Paged {
    fn front(&self) -> &[u8] {
        self.front()
    }

    fn get(&self, range: Range<usize>) -> Option<Cow<'_, [u8]>> {
        self.get(range)
    }
}

/// Where the files of a project stand among the rows of [`Known::table`].
pub(super) struct Rows {
    inputs: Vec<u32>,
    /// By the number of the step.
    outputs: Vec<u32>,
    before: Option<Box<Rows>>,
}

impl Rows {
    pub(super) fn of(known: &Known<'_>) -> Rows {
        let mut inputs = vec![u32::MAX; known.whole.file_count()];
        let mut outputs = vec![u32::MAX; known.steps.count()];
        for (row, at) in known.table.files().zip(0..) {
            let place = match row.role {
                Role::Input(id) => inputs.get_mut(id as usize),
                Role::Output(id) => outputs.get_mut(id as usize),
                _ => None,
            };
            place.into_iter().for_each(|place| *place = at);
        }
        let before = known.before.as_ref().map(|before| Box::new(Rows::of(before)));
        Rows { inputs, outputs, before }
    }

    /// Returns the row of an input file.
    pub(super) fn input(&self, id: FileId) -> Option<usize> {
        let at = *self.inputs.get(id.0 as usize)?;
        (at != u32::MAX).then_some(at as usize)
    }

    /// Returns the row of a step's output.
    pub(super) fn output(&self, id: StepId) -> Option<usize> {
        let at = *self.outputs.get(id.0 as usize)?;
        (at != u32::MAX).then_some(at as usize)
    }
}

/// Returns the latest stamp that a power cut since cannot have made a lie, for an image of another
/// start of the machine: what was written before it was safe on the disk.
pub(super) fn trusted_until(image: &Image<'_>, disk: &dyn Disk) -> i64 {
    /// How long a system keeps what was written in memory alone, and a good deal more, in
    /// nanoseconds.
    const LONGEST_UNSAFE: i64 = 120_000_000_000;
    match disk.boot() {
        Some(boot) if boot != image.boot => image.time.saturating_sub(LONGEST_UNSAFE),
        _ => i64::MAX,
    }
}

/// Returns all that decides what a build does beside its files, which `table` lists.
pub(super) fn identity(project: &Project, table: &FileTable<'_>) -> String {
    let importers = registry::importers().iter().map(|kind| &kind.kind);
    let transforms = registry::transforms().iter().map(|kind| &kind.kind);
    let analyses = registry::analyses().iter().map(|kind| &kind.kind);
    let exporters = registry::exporters().iter().map(|kind| &kind.kind);
    let kinds = importers.chain(transforms).chain(analyses).chain(exporters);
    let mut identity = format!("{} {}", env!("CARGO_PKG_VERSION"), project.plan);
    for Kind { name, revision, .. } in kinds {
        identity += &format!(" {name} {revision}");
    }
    for (name, value) in &project.overrides {
        identity += &format!("\n{name:?} {value:?}");
    }
    // Folders of programs were looked into only if a program was looked for.
    let is_outside = |path: &str| Path::new(path).is_absolute();
    if table.folders.iter().any(|row| row.listing.is_some() && is_outside(row.path)) {
        identity += &format!("\n{:?}", project.programs);
    }
    identity
}
