//! Outputs on the way to their places: several are made safe from a power cut together.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::super::items::ItemList;
use super::super::job::Done;
use super::super::output::{self, Many, Outputs, Staged, Written};
use super::super::reasons;
use super::super::scheduler::Scheduler;
use super::super::teller::End;
use super::super::worker::{self, Bench};
use super::super::{Outcome, PATIENCE};
use super::{Build, EndedItems};
use crate::dag::StepId;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::disk::Disk;
use crate::store::FileRecord;

/// How long an output waits for others, to be made safe from a power cut together with them.
const LONGEST_STAGED: Duration = Duration::from_millis(200);

/// What is to be done next.
pub(super) enum Next {
    /// Take in what a worker has done.
    Reports(Done),
    /// Move what is staged to its place.
    Publish,
    /// Look around, and wait on.
    Patience,
}

/// What became of the outputs of a step.
enum Wrote {
    One(Written),
    Many {
        list: Arc<ItemList>,
        /// By their place in the list.
        files: Vec<(u32, Written)>,
        /// Whether files that somebody else has changed are left in the places of some.
        is_kept: bool,
    },
}

impl Wrote {
    fn has_changed(&self) -> bool {
        match self {
            Wrote::One(written) => written.has_changed,
            Wrote::Many { files, .. } => files.iter().any(|(_, written)| written.has_changed),
        }
    }
}

impl Build<'_> {
    /// Waits for a report, or until it is time to publish what is staged; not for long, since now
    /// and then it is looked whether the build is to stop.
    pub(super) fn wait(&self, reports: &mpsc::Receiver<Done>) -> Next {
        let most = match self.staged_since {
            None => PATIENCE,
            Some(_) if self.is_urgent => Duration::ZERO,
            Some(since) => match LONGEST_STAGED.checked_sub(since.elapsed()) {
                Some(rest) => rest.min(PATIENCE),
                None => return Next::Publish,
            },
        };
        match reports.recv_timeout(most) {
            Ok(done) => Next::Reports(done),
            Err(RecvTimeoutError::Timeout) if !self.is_urgent || self.staged_since.is_none() => {
                Next::Patience
            }
            Err(_) => Next::Publish,
        }
    }

    /// Moves all outputs that are staged to their places.
    pub(super) fn publish(&mut self, bench: &Bench<'_>, scheduler: &mut Scheduler<'_>) {
        // Whatever is found there later is known to be ours.
        if self.is_recorded
            && let Err(error) = self.store.flush(true)
        {
            self.store_failed(&error);
        }
        let staged = std::mem::take(&mut self.staged);
        self.staged_since = None;
        let disk = bench.reader.disk;
        if staged.iter().flat_map(|(_, outputs)| outputs.staged()).any(Staged::is_unsafe)
            && let Err(error) = sync(disk, &bench.reader.project.folder, &staged)
        {
            for (id, outputs) in staged {
                // It is swept by a later build where it cannot be removed now.
                let temporary = outputs.staged().filter_map(Staged::temporary);
                temporary.for_each(|temporary| drop(disk.remove(temporary)));
                self.unwritable(id, &error, scheduler);
            }
            return;
        }
        for (id, outputs) in staged {
            match outputs {
                Outputs::One(staged) => match output::publish(disk, staged) {
                    Ok(written) => self.written(id, Wrote::One(written), scheduler),
                    Err(error) => self.unwritable(id, &error, scheduler),
                },
                Outputs::Many(many) => self.publish_many(id, many, disk, scheduler),
            }
        }
    }

    /// Moves the files of a fan-out to their places; one that cannot be moved stops no other.
    fn publish_many(
        &mut self,
        id: StepId,
        many: Many,
        disk: &dyn Disk,
        scheduler: &mut Scheduler<'_>,
    ) {
        let Many { list, staged, is_kept } = many;
        let mut files = Vec::with_capacity(staged.len());
        let mut diagnostics = Diagnostics::default();
        for (at, staged) in staged {
            match output::publish(disk, staged) {
                Ok(written) => files.push((at, written)),
                Err(error) => {
                    diagnostics.push(worker::unwritable(list.path(at as usize), &error));
                }
            }
        }
        match diagnostics.is_empty() {
            true => self.written(id, Wrote::Many { list, files, is_kept }, scheduler),
            false => self.fail(id, diagnostics, scheduler),
        }
    }

    pub(super) fn unwritable(
        &mut self,
        id: StepId,
        error: &io::Error,
        scheduler: &mut Scheduler<'_>,
    ) {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(worker::unwritable(&self.dag.step(id).name, error));
        self.fail(id, diagnostics, scheduler);
    }

    pub(super) fn stage(&mut self, id: StepId, outputs: Outputs) {
        self.is_urgent = !outputs.staged().any(Staged::is_unsafe);
        self.staged_since.get_or_insert_with(Instant::now);
        self.staged.push((id, outputs));
    }

    /// A step's outputs are in their places, or, in a check, compared.
    fn written(&mut self, id: StepId, written: Wrote, scheduler: &mut Scheduler<'_>) {
        let has_changed = written.has_changed();
        let ran = self.ran[id.0 as usize].take();
        if let (true, Some((microseconds, diagnostics))) = (self.request.check, &ran) {
            let why = match &written {
                Wrote::One(_) => {
                    reasons::why_checked(self.survey.step(id).output.as_ref(), has_changed)
                }
                Wrote::Many { list, files, .. } => {
                    let changed = files.iter().filter(|(_, file)| file.has_changed);
                    reasons::why_checked_many(changed.map(|(at, _)| list.path(*at as usize)))
                }
            };
            let outcome = if has_changed { Outcome::Stale } else { Outcome::Reused };
            let (microseconds, diagnostics) = (*microseconds, diagnostics.clone());
            self.finished(id, End { why, microseconds, diagnostics, ..End::new(outcome) });
            return scheduler.ran(id);
        }
        let why = std::mem::take(&mut self.whys[id.0 as usize]);
        match ran {
            Some((microseconds, mut diagnostics)) => {
                self.wrote(id, written, &mut diagnostics);
                let end = End { why, microseconds, diagnostics, ..End::new(Outcome::Built) };
                self.finished(id, End { wrote: has_changed, ..end });
                scheduler.ran(id);
            }
            None => {
                let mut diagnostics = std::mem::take(&mut self.kept_warnings[id.0 as usize]);
                self.wrote(id, written, &mut diagnostics);
                let end = End { why, diagnostics, ..End::new(Outcome::Restored) };
                self.finished(id, End { wrote: has_changed, ..end });
                scheduler.restored(id);
            }
        }
    }

    fn wrote(&mut self, id: StepId, written: Wrote, diagnostics: &mut Diagnostics) {
        let mut tell = |path: &str, written: &Written| {
            if let Some(replaced) = &written.replaced {
                let message = format!("`{path}` held something that layercake had not written");
                let note = format!("it is replaced; what was there is kept as `{replaced}`");
                diagnostics.push(Diagnostic::warning(output::REPLACED, message).note(note));
            }
        };
        match &written {
            Wrote::One(written) => tell(&self.dag.step(id).name, written),
            Wrote::Many { list, files, .. } => {
                files.iter().for_each(|(at, written)| tell(list.path(*at as usize), written));
            }
        }
        let Some(ended) = &mut self.ended[id.0 as usize] else { return };
        match written {
            Wrote::One(Written { stamp, is_racy, has_changed, .. }) => {
                ended.output = Some(FileRecord { stamp, digest: ended.digest, is_racy });
                (ended.is_written, ended.is_whole) = (has_changed, true);
            }
            Wrote::Many { list, files, is_kept } => {
                let news = files.into_iter().map(|(at, written)| {
                    let Written { stamp, is_racy, has_changed, .. } = written;
                    let digest = list.row(at as usize).digest;
                    (at, FileRecord { stamp, digest, is_racy }, has_changed)
                });
                let news = news.collect();
                ended.items = Some(EndedItems { list, news });
                ended.is_whole = !is_kept;
            }
        }
    }
}

/// Makes all that is staged safe from a power cut.
fn sync(disk: &dyn Disk, folder: &Path, staged: &[(StepId, Outputs)]) -> io::Result<()> {
    match disk.sync_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            let staged = staged.iter().flat_map(|(_, outputs)| outputs.staged());
            let unsafe_ones = staged.filter(|staged| staged.is_unsafe());
            let mut files = unsafe_ones.filter_map(|staged| staged.temporary());
            files.try_for_each(|file| disk.sync(file))
        }
        synced => synced,
    }
}
