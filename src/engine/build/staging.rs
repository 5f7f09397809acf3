//! Outputs on the way to their places: several are made safe from a power cut together.

use std::io;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::super::job::Done;
use super::super::output::{self, Staged, Written};
use super::super::reasons;
use super::super::scheduler::Scheduler;
use super::super::teller::End;
use super::super::worker::{self, Bench};
use super::super::{Outcome, PATIENCE};
use super::Build;
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
        if staged.iter().any(|(_, staged)| staged.is_unsafe())
            && let Err(error) = sync(disk, &bench.reader.project.folder, &staged)
        {
            for (id, staged) in staged {
                // It is swept by a later build where it cannot be removed now.
                let _ = staged.temporary().map(|temporary| disk.remove(temporary));
                self.unwritable(id, &error, scheduler);
            }
            return;
        }
        for (id, staged) in staged {
            match output::publish(disk, staged) {
                Ok(written) => self.written(id, &written, scheduler),
                Err(error) => self.unwritable(id, &error, scheduler),
            }
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

    pub(super) fn stage(&mut self, id: StepId, staged: Staged) {
        self.is_urgent = !staged.is_unsafe();
        self.staged_since.get_or_insert_with(Instant::now);
        self.staged.push((id, staged));
    }

    /// An output is in its place, or, in a check, compared.
    pub(super) fn written(&mut self, id: StepId, written: &Written, scheduler: &mut Scheduler<'_>) {
        let has_changed = written.has_changed;
        let ran = self.ran[id.0 as usize].take();
        if let (true, Some((microseconds, diagnostics))) = (self.request.check, &ran) {
            let why = reasons::why_checked(self.survey.step(id).output.as_ref(), has_changed);
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

    pub(super) fn wrote(&mut self, id: StepId, written: &Written, diagnostics: &mut Diagnostics) {
        if let Some(replaced) = &written.replaced {
            let path = &self.dag.step(id).name;
            diagnostics.push(
                Diagnostic::warning(
                    output::REPLACED,
                    format!("`{path}` held something that layercake had not written"),
                )
                .note(format!("it is replaced; what was there is kept as `{replaced}`")),
            );
        }
        if let Some(ended) = &mut self.ended[id.0 as usize] {
            let Written { stamp, is_racy, has_changed, .. } = *written;
            ended.output = Some(FileRecord { stamp, digest: ended.digest, is_racy });
            (ended.is_written, ended.is_whole) = (has_changed, true);
        }
    }
}

/// Makes all that is staged safe from a power cut.
fn sync(disk: &dyn Disk, folder: &Path, staged: &[(StepId, Staged)]) -> io::Result<()> {
    match disk.sync_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            let unsafe_ones = staged.iter().filter(|(_, staged)| staged.is_unsafe());
            let mut files = unsafe_ones.filter_map(|(_, staged)| staged.temporary());
            files.try_for_each(|file| disk.sync(file))
        }
        synced => synced,
    }
}
