//! The end of a build: what it learned becomes what is known, and the image of it is written.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::time::{Duration, Instant};

use super::build::{Ended, EndedItems};
use super::known::{self, Known, Rows};
use super::survey::{ItemFile, Survey};
use super::sweep::{self, FileState, Reread};
use crate::dag::{Dag, StepId};
use crate::disk::{Disk, Now};
use crate::path;
use crate::project::Project;
use crate::store::{
    FileRecord, FileRow, FileTable, Image, Limits, Role, StepRecord, StepRow, Store,
};

/// How long the clock that stamps files is waited for; most stand still for 4 ms.
const LONGEST_TICK: Duration = Duration::from_millis(20);

/// How much the store grows before it is collected, in bytes.
const WORTH_COLLECTING: u64 = 256 << 20;

/// A build whose steps have come to an end.
pub(super) struct Closing<'c, 'a> {
    pub(super) project: &'c Project,
    pub(super) store: &'c Store,
    pub(super) disk: &'c dyn Disk,
    pub(super) dag: &'c Dag,
    pub(super) known: &'c mut Known<'a>,
    pub(super) rows: &'c Rows,
    pub(super) survey: &'c Survey,
    /// The file system's time at the start.
    pub(super) now: Now,
    /// Fan-outs that have come to write other files, by their numbers: the files of each now.
    pub(super) moved: HashMap<u32, Vec<(String, Option<FileRecord>)>>,
}

impl Closing<'_, '_> {
    /// Writes what the build learned: results, and what is known of the project now. `stale` are
    /// the steps, by their number in the whole, whose results might not have been what they should
    /// be, `ended` those of the build's [`Dag`] that could be done.
    pub(super) fn close(
        mut self,
        again: &Reread,
        stale: &[bool],
        ended: Vec<Option<Ended>>,
    ) -> io::Result<()> {
        self.store.flush(true)?;
        let written = ended.iter().flatten().filter(|ended| ended.is_written);
        let stamps = written.filter_map(|ended| Some(ended.output?.stamp));
        if let Some(latest) = stamps.map(|stamp| stamp.modified.max(stamp.changed)).max() {
            self.now = settled(self.store, latest)?;
        }
        self.forget(stale);
        self.files(again);
        let mut found = HashMap::new();
        let mut ended = ended;
        for id in self.dag.order().to_vec() {
            if stale[self.dag.number(id).0 as usize]
                && let Some(ended) = ended[id.0 as usize].take()
            {
                self.step(id, ended, &mut found);
            }
        }
        self.listings();
        self.keep(&found)
    }

    /// Takes all steps that were stale for stale still, with what is known of them from before.
    fn forget(&mut self, stale: &[bool]) {
        let mut lasts: Vec<(u32, Option<StepRecord>)> = Vec::new();
        let mut is_in_part = vec![false; stale.len()];
        for id in self.dag.ids() {
            let number = self.dag.number(id);
            is_in_part[number.0 as usize] = true;
            if stale[number.0 as usize] {
                // A step that nobody wants is not looked into.
                let last = &self.survey.step(id).last;
                let last = last.clone().or_else(|| self.known.last(number, self.rows));
                lasts.push((number.0, last));
            }
        }
        for (step, _) in stale.iter().enumerate().filter(|(at, is)| **is && !is_in_part[*at]) {
            let id = StepId(step as u32);
            lasts.push((id.0, self.known.last(id, self.rows)));
        }
        for (step, last) in lasts {
            let row = self.known.steps.row(step);
            self.known.steps.set(step, StepRow { is_fresh: false, ..row });
            match last {
                Some(last) => drop(self.known.lasts.insert(step, last)),
                None => drop(self.known.lasts.remove(&step)),
            }
        }
    }

    /// Takes files for what they were when they were read.
    fn files(&mut self, again: &Reread) {
        for (at, state) in &again.states {
            let row = self.known.table.row(*at);
            // Only what we wrote is ours; a plan that has changed is to be read again.
            let is_ours = matches!(row.role, Role::Output(_) | Role::Plan);
            if !is_ours || sweep::is_as_it_was(&row, state) {
                let record = match state {
                    FileState::Known(record) => Some(*record),
                    _ => None,
                };
                self.known.table.set(*at, record);
            }
        }
    }

    /// Takes a step for fresh, if what is known of files and steps is what it was made from: a
    /// file that changed while the build went on may have been read before or after that.
    fn step(&mut self, id: StepId, ended: Ended, found: &mut HashMap<String, FileRecord>) {
        let number = self.dag.number(id).0;
        if let (Some(record), Some(at)) = (ended.output, self.rows.output(StepId(number))) {
            let is_racy = match ended.is_written {
                true => sweep::is_racy(&record.stamp, self.now),
                false => record.is_racy,
            };
            self.known.table.set(at, Some(FileRecord { is_racy, ..record }));
        }
        if let Some(items) = &ended.items {
            self.items(id, items);
        }
        for (path, record) in &ended.discovered {
            if let Some(record) = record {
                found.entry(path.clone()).or_insert(*record);
            }
        }
        match &ended.notice {
            Some(notice) => drop(self.known.notices.insert(number, notice.clone())),
            None => drop(self.known.notices.remove(&number)),
        }
        let is_consistent = ended.is_whole && self.is_consistent(id, &ended, found);
        let (digest, microseconds) = (ended.digest, ended.microseconds);
        self.known.steps.set(number, StepRow { is_fresh: is_consistent, digest, microseconds });
        if is_consistent && ended.discovered.is_empty() {
            self.known.lasts.remove(&number);
        } else {
            let discovered = ended.discovered.into_iter().map(|(path, _)| path).collect();
            let record = StepRecord { manifest: ended.manifest, discovered };
            self.known.lasts.insert(number, record);
        }
    }

    /// Takes the files of a fan-out for what they are.
    fn items(&mut self, id: StepId, ended: &EndedItems) {
        let number = self.dag.number(id).0;
        let EndedItems { list, news } = ended;
        let now = self.now;
        let settled = move |(at, record, is_written): &(u32, FileRecord, bool)| {
            let is_racy = match is_written {
                true => sweep::is_racy(&record.stamp, now),
                false => record.is_racy,
            };
            (*at, FileRecord { is_racy, ..*record })
        };
        let mut news: HashMap<u32, FileRecord> = news.iter().map(settled).collect();
        let known = self.survey.step(id).items.as_ref();
        // A file that was found to hold what it should, and is not known to, is news as well.
        for ((path, row), item) in list.iter().zip(0..) {
            if let Some(ItemFile { state: FileState::Known(record), ours }) =
                known.and_then(|known| known.get(path))
                && record.digest == row.digest
                && *ours != Some(row.digest)
            {
                news.entry(item).or_insert(*record);
            }
        }
        let is_known = |path: &str| known.is_some_and(|known| known.contains_key(path));
        let is_same = known.is_some_and(|known| known.len() == list.len())
            && list.iter().all(|(path, _)| is_known(path));
        if is_same && news.is_empty() {
            return;
        }
        // The places of its files in the table, by their paths.
        let rows = self.known.table.paths().zip(0..);
        let own = rows.filter(|((_, row), _)| row.role == Role::Output(number));
        let own: HashMap<String, usize> = own.map(|((path, _), at)| (path, at)).collect();
        if is_same {
            for (item, record) in news {
                if let Some(at) = own.get(list.path(item as usize)) {
                    self.known.table.set(*at, Some(record));
                }
            }
            return;
        }
        let files = list.iter().zip(0..).map(|((path, _), item)| {
            let before = || self.known.table.row(*own.get(path)?).record;
            (path.to_owned(), news.get(&item).copied().or_else(before))
        });
        let files: Vec<(String, Option<FileRecord>)> = files.collect();
        for (path, record) in
            own.iter().filter_map(|(path, at)| Some((path, self.known.table.row(*at).record?)))
        {
            self.known.gone.insert(path.clone(), record);
        }
        for (path, _) in &files {
            self.known.gone.remove(path);
        }
        self.moved.insert(number, files);
    }

    fn is_consistent(
        &self,
        id: StepId,
        ended: &Ended,
        found: &HashMap<String, FileRecord>,
    ) -> bool {
        let mut digests = ended.manifest.inputs.iter().map(|input| Some(input.digest));
        let mut is_next = |digest| digests.next() == Some(digest);
        self.dag.upstream(id).iter().all(|used| {
            let row = self.known.steps.row(self.dag.number(*used).0);
            row.is_fresh && is_next(Some(row.digest))
        }) && self.dag.files(id).iter().flatten().all(|file| {
            let at = self.rows.input(self.dag.file_number(*file));
            is_next(at.and_then(|at| Some(self.known.table.row(at).record?.digest)))
        }) && ended.discovered.iter().all(|(path, _)| {
            let before = match self.survey.discovered(path) {
                Some(FileState::Known(record)) => Some(record),
                _ => None,
            };
            is_next(before.or(found.get(path)).map(|record| record.digest))
        })
    }

    /// Takes folders for what they are where the same names are in them: our own outputs and
    /// temporary files move their stamps.
    fn listings(&mut self) {
        for at in 0..self.known.table.folders.len() {
            let Some(before) = self.known.table.folders[at].listing else { continue };
            let path = self.project.path(self.known.table.folders[at].path);
            if before.stamp.is_none() || self.disk.look_at_folder(&path).ok() != before.stamp {
                let listing = sweep::list_again(self.project, self.known, at, self.disk);
                if let Some(mut listing) = listing {
                    listing.stamp = listing.stamp.filter(|stamp| !sweep::is_racy(stamp, self.now));
                    self.known.table.folders[at].listing = Some(listing);
                }
            }
        }
    }

    /// Writes the image; `found` are files that steps found out about just now.
    fn keep(self, found: &HashMap<String, FileRecord>) -> io::Result<()> {
        let Closing { project, store, disk, known, moved, .. } = self;
        let check = match known.kept {
            Some(check) => check,
            None => {
                let (front, rest) = known.whole.bytes().unwrap_or_default();
                store.keep_dag(front, &rest)?
            }
        };
        let mut table = std::mem::take(&mut known.table);
        let steps = std::mem::take(&mut known.steps);
        let known = &*known;
        let mut missing: BTreeMap<&str, Option<FileRecord>> =
            known.discovered().keys().map(|path| (*path, found.get(*path).copied())).collect();
        if !moved.is_empty() {
            let is_of_moved = |row: &FileRow<'_>| matches!(row.role, Role::Output(step) if moved.contains_key(&step));
            let mut kept: Vec<(&str, FileRow<'_>)> =
                table.rows().filter(|(_, row)| !is_of_moved(row)).collect();
            for (step, files) in &moved {
                kept.extend(files.iter().map(|(at, record)| {
                    let (name, role) = (path::file_name(at), Role::Output(*step));
                    (path::folder(at), FileRow { name, role, record: *record })
                }));
            }
            let listed = table.folders.iter().filter_map(|row| Some((row.path, row.listing?)));
            table = FileTable::arrange(kept, listed.collect());
        }
        if !missing.is_empty() || table.files().any(|row| row.role == Role::Discovered) {
            let mut kept: Vec<(&str, FileRow<'_>)> = Vec::with_capacity(table.count());
            for (folder, row) in table.rows() {
                let is_input = matches!(row.role, Role::Input(_) | Role::Discovered);
                let is_found = is_input && missing.remove(&*path::join(folder, row.name)).is_some();
                if is_found || row.role != Role::Discovered {
                    kept.push((folder, row));
                }
            }
            if kept.len() < table.count() || !missing.is_empty() {
                kept.extend(missing.iter().map(|(at, record)| {
                    let name = path::file_name(at);
                    (path::folder(at), FileRow { name, role: Role::Discovered, record: *record })
                }));
                let listed = table.folders.iter().filter_map(|row| Some((row.path, row.listing?)));
                table = FileTable::arrange(kept, listed.collect());
            }
        }
        let boot = disk.boot().unwrap_or_default();
        let identity = known::identity(project, &table);
        let (plan, time) = (&*project.plan, self.now.time);
        let image = Image {
            identity: &identity,
            plan,
            boot: &boot,
            time,
            table,
            steps,
            dag: check,
            ..Image::default()
        };
        let mut image = known.image(image);
        image.grown += store.grown();
        store.keep_image(&image)?;
        if image.grown > WORTH_COLLECTING {
            store.collect(Limits::default(), time, false)?;
            image.grown = 0;
            store.keep_image(&image)?;
        }
        Ok(())
    }
}

/// Waits, some milliseconds at most, until the file system's clock has moved past a stamp, so that
/// whatever changes the file from now on changes its stamp.
fn settled(store: &Store, latest: i64) -> io::Result<Now> {
    let started = Instant::now();
    loop {
        let now = store.now()?;
        if now.time > latest || started.elapsed() > LONGEST_TICK {
            return Ok(now);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
