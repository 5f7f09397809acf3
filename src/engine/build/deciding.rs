//! Decides, step by step, what is fresh, what is to be restored, and what has to run.

use super::super::Outcome;
use super::super::key;
use super::super::reasons;
use super::super::scheduler::Scheduler;
use super::super::sweep::FileState;
use super::super::teller::{End, notice};
use super::{Build, Ended};
use crate::dag::{Dag, StepId};
use crate::diagnostic::Diagnostics;
use crate::digest::Digest;
use crate::store::{FileRecord, Manifest, ResultRecord};

impl Build<'_> {
    /// Decides on every step that can be decided on now.
    pub(super) fn decide_all(&mut self, scheduler: &mut Scheduler<'_>) {
        while let Some(id) = scheduler.next_to_decide() {
            self.decide(id, scheduler);
        }
    }

    fn decide(&mut self, id: StepId, scheduler: &mut Scheduler<'_>) {
        let surveyed = self.survey.step(id);
        if let Some(digest) = surveyed.fresh {
            self.digests[id.0 as usize] = Some(digest);
            self.tell_fresh(id);
            return scheduler.fresh(id);
        }
        let last = surveyed.last.as_ref();
        let upstream = digests_of(self.dag, id, &self.digests).unwrap_or_default();
        let discovered = last.map_or(&[][..], |last| &last.discovered);
        let expected = key::expected(self.dag, id, self.survey, discovered, &upstream);
        if last.map(|last| &last.manifest) != expected.as_ref() {
            self.before[id.0 as usize] = surveyed.before;
        }
        let Some(manifest) = expected else {
            // The worker says what is wrong with the files; perhaps they are not needed any more.
            self.whys[id.0 as usize] = vec!["some of its files cannot be read".to_owned()];
            return scheduler.stale(id);
        };
        let record = self.store.result(manifest.key());
        if self.request.keep_edited
            && self.is_edited(id)
            && !record.as_ref().is_some_and(|record| self.survey.has_output(id, record.digest))
        {
            self.finished(id, End::kept(&self.dag.step(id).name));
            return scheduler.fresh(id);
        }
        let Some(record) = record else {
            self.whys[id.0 as usize] = reasons::why(last, &manifest);
            return scheduler.stale(id);
        };
        let ResultRecord { digest, microseconds, warnings, .. } = record;
        self.digests[id.0 as usize] = Some(digest);
        let warnings = match warnings.as_str() {
            "" => Diagnostics::default(),
            warnings => serde_json::from_str(warnings).unwrap_or_default(),
        };
        let is_whole = self.survey.has_output(id, digest);
        let why = match (is_whole, self.before(id)) {
            (true, None) => Vec::new(),
            (true, Some(_)) => reasons::why(last, &manifest),
            (false, _) if surveyed.items.is_some() => {
                let wrong = self.survey.wrong_items(id);
                reasons::why_restored_many(last, &manifest, wrong)
            }
            (false, _) => {
                let output = surveyed.output.as_ref();
                reasons::why_restored(last, &manifest, output, surveyed.ours)
            }
        };
        let discovered = discovered.iter().map(|path| (path.clone(), None)).collect();
        self.ended(id, digest, microseconds, manifest, discovered);
        if is_whole {
            self.adopt(id);
            self.finished(id, End { why, diagnostics: warnings, ..End::new(Outcome::Reused) });
            return scheduler.fresh(id);
        }
        self.kept_warnings[id.0 as usize] = warnings;
        if self.request.check {
            self.finished(id, End { why, ..End::new(Outcome::Stale) });
            return scheduler.fresh(id);
        }
        self.whys[id.0 as usize] = why;
        scheduler.restore(id);
    }

    /// Says what would become of a step that is not fresh, as far as that is known; where the
    /// store is new, no step has a result.
    pub(super) fn would(&self, id: StepId, is_new: bool) -> (Outcome, Vec<String>) {
        let mut why = self.whys[id.0 as usize].clone();
        let has_result = self.digests[id.0 as usize].is_some();
        if has_result {
            why.push("its result is in the store: it would be restored".to_owned());
        } else if why.is_empty() && is_new {
            why.push("it was never built".to_owned());
        } else if why.is_empty() {
            let uses = self.dag.uses(id).iter();
            let unknown = uses.filter(|used| self.digests[used.0 as usize].is_none());
            // The first in the plan, whatever the order in which it uses them.
            let used = unknown.min().map_or("", |used| self.dag.step(*used).name.as_str());
            why.push(format!("`{used}` would be built first, and may come to the same result"));
            return (Outcome::Unsure, why);
        }
        (Outcome::Stale, why)
    }

    /// Returns the digest of a step's result before, if that was another than now.
    pub(super) fn before(&self, id: StepId) -> Option<Digest> {
        let now = self.digests[id.0 as usize]?;
        self.before[id.0 as usize].filter(|before| *before != now)
    }

    /// Returns whether a step has an output that was there and is not what layercake has written.
    fn is_edited(&self, id: StepId) -> bool {
        let step = self.survey.step(id);
        match &step.output {
            Some(FileState::Known(file)) => {
                step.ours != Some(file.digest) && !self.store.has(file.digest)
            }
            _ => false,
        }
    }

    /// Tells of a step that nothing has changed for.
    fn tell_fresh(&mut self, id: StepId) {
        if let Some(event) = self.survey.step(id).notice.as_deref().and_then(notice) {
            self.teller.summary.count(Outcome::Reused);
            let (warnings, findings) = event.0;
            self.teller.summary.warnings += warnings;
            self.teller.summary.findings += findings;
            return self.teller.tell(event.1);
        }
        if self.request.every_step {
            self.finished(id, End::new(Outcome::Reused));
        } else {
            self.teller.summary.count(Outcome::Reused);
        }
    }

    /// Notes what decided a step's result; an earlier result of it is out of use.
    pub(super) fn ended(
        &mut self,
        id: StepId,
        digest: Digest,
        microseconds: u64,
        manifest: Manifest,
        discovered: Vec<(String, Option<FileRecord>)>,
    ) {
        if self.is_recorded
            && let Some(last) = &self.survey.step(id).last
            && last.manifest != manifest
        {
            self.store.retire(last.manifest.key(), self.now);
        }
        let is_whole = !self.dag.step(id).work.is_export();
        let (output, is_written, items, notice) = (None, false, None, None);
        self.ended[id.0 as usize] = Some(Ended {
            digest,
            microseconds,
            manifest,
            discovered,
            output,
            is_written,
            items,
            is_whole,
            notice,
        });
    }

    /// Takes an output that is there, with the right bytes, for what it is.
    fn adopt(&mut self, id: StepId) {
        if let (Some(ended), Some(FileState::Known(file))) =
            (&mut self.ended[id.0 as usize], &self.survey.step(id).output)
        {
            (ended.output, ended.is_whole) = (Some(*file), true);
        }
        if let (Some(ended), Some(_)) =
            (&mut self.ended[id.0 as usize], &self.survey.step(id).items)
        {
            ended.is_whole = true;
        }
    }
}

fn digests_of(dag: &Dag, id: StepId, digests: &[Option<Digest>]) -> Option<Vec<Digest>> {
    dag.upstream(id).iter().map(|used| digests[used.0 as usize]).collect()
}
