//! What the files of the steps of a build are now, and what was known of them and of the steps.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::known::{Known, NONE, Rows};
use super::reader::ReadFile;
use super::sweep::{FileState, Reread};
use crate::dag::{Dag, FileId, StepId};
use crate::digest::Digest;
use crate::path;
use crate::store::{Role, StepRecord};

/// What is known of the files and steps of a build; all by their numbers in the build's [`Dag`].
pub(super) struct Survey {
    /// Input files; those that steps found out about come after those of patterns.
    files: Vec<FileState>,
    bytes: Vec<Mutex<Option<Arc<[u8]>>>>,
    discovered: HashMap<String, usize>,
    steps: Vec<Surveyed>,
}

/// What is known of a step.
#[derive(Default)]
pub(super) struct Surveyed {
    /// Its result, if nothing that decides it has changed since it was made.
    pub(super) fresh: Option<Digest>,
    /// The step as it was last built.
    pub(super) last: Option<StepRecord>,
    /// The digest of its result then.
    pub(super) before: Option<Digest>,
    /// What it had to say then.
    pub(super) notice: Option<String>,
    /// How long it took then, in microseconds.
    pub(super) microseconds: u64,
    /// What its output is, if it has one.
    pub(super) output: Option<FileState>,
    /// The digest of what was written there last.
    pub(super) ours: Option<Digest>,
    /// What the files of a fan-out are, by their paths.
    pub(super) items: Option<HashMap<String, ItemFile>>,
}

/// The file of an item of a fan-out.
pub(super) struct ItemFile {
    /// What it is.
    pub(super) state: FileState,
    /// The digest of what was written there last.
    pub(super) ours: Option<Digest>,
}

impl Survey {
    /// Gathers what the steps of `dag` need; `stale` are the numbers in the whole of those whose
    /// results may not be what they should be.
    pub(super) fn new(
        dag: &Dag,
        known: &Known<'_>,
        rows: &Rows,
        stale: &[bool],
        again: &mut Reread,
    ) -> Survey {
        let state =
            |again: &Reread, at: usize| match (again.states.get(&at), known.table.row(at).record) {
                (Some(state), _) => state.clone(),
                (None, Some(record)) => FileState::Known(record),
                (None, None) => FileState::Missing,
            };
        let mut files = Vec::with_capacity(dag.file_paths().len());
        let mut bytes = Vec::with_capacity(dag.file_paths().len());
        let mut discovered = HashMap::new();
        for number in 0..dag.file_paths().len() as u32 {
            let id = FileId(number);
            match rows.input(dag.file_number(id)) {
                Some(at) => {
                    files.push(state(again, at));
                    bytes.push(Mutex::new(again.bytes.remove(&at)));
                }
                None => {
                    files.push(FileState::Missing);
                    bytes.push(Mutex::new(None));
                }
            }
        }
        let mut items = items(dag, known, again, stale, &state);
        let steps: Vec<Surveyed> = dag
            .ids()
            .map(|id| {
                let number = dag.number(id);
                let at = number.0 as usize;
                let row = known.steps.row(number.0);
                let output = rows.output(number);
                let is_stale = stale[at];
                Surveyed {
                    fresh: (!is_stale).then_some(row.digest),
                    last: if is_stale { known.last(number, rows) } else { None },
                    before: (row.digest != NONE).then_some(row.digest),
                    notice: known.notices.get(&number.0).cloned(),
                    microseconds: row.microseconds,
                    output: output.map(|at| state(again, at)),
                    ours: output.and_then(|at| Some(known.table.row(at).record?.digest)),
                    items: items.remove(&number),
                }
            })
            .collect();
        let found = steps.iter().filter_map(|step| step.last.as_ref());
        if found.clone().any(|last| !last.discovered.is_empty()) {
            let mut places: HashMap<String, usize> = HashMap::new();
            for ((path, row), at) in known.table.paths().zip(0..) {
                if matches!(row.role, Role::Input(_) | Role::Discovered) {
                    places.insert(path, at);
                }
            }
            for path in found.flat_map(|last| &last.discovered) {
                if let (false, Some(at)) = (discovered.contains_key(path), places.get(path)) {
                    discovered.insert(path.clone(), files.len());
                    files.push(state(again, *at));
                    bytes.push(Mutex::new(again.bytes.remove(at)));
                }
            }
        }
        Survey { files, bytes, discovered, steps }
    }

    /// Returns what an input file is.
    pub(super) fn file(&self, id: FileId) -> &FileState {
        &self.files[id.0 as usize]
    }

    /// Returns what a file is that a step found out about when it was last built.
    pub(super) fn discovered(&self, path: &str) -> Option<&FileState> {
        self.discovered.get(path).map(|at| &self.files[*at])
    }

    /// Returns what is known of a step.
    pub(super) fn step(&self, id: StepId) -> &Surveyed {
        &self.steps[id.0 as usize]
    }

    /// Returns whether a step's result with this digest is where it belongs; a graph belongs nowhere.
    pub(super) fn has_output(&self, id: StepId, digest: Digest) -> bool {
        if self.step(id).items.is_some() {
            return self.step(id).before == Some(digest) && self.wrong_items(id) == 0;
        }
        match &self.step(id).output {
            Some(FileState::Known(file)) => file.digest == digest,
            Some(_) => false,
            None => true,
        }
    }

    /// Returns how many files of a fan-out do not hold what was written there.
    pub(super) fn wrong_items(&self, id: StepId) -> usize {
        let is_wrong = |item: &&ItemFile| match &item.state {
            FileState::Known(record) => Some(record.digest) != item.ours,
            _ => true,
        };
        self.step(id).items.iter().flat_map(|items| items.values()).filter(is_wrong).count()
    }

    /// Returns the bytes of an input that was read already; only once, to free the memory.
    pub(super) fn take(&self, id: FileId) -> Option<ReadFile> {
        self.take_at(id.0 as usize)
    }

    /// Returns the bytes of a file that a step found out about, if it was read already.
    pub(super) fn take_discovered(&self, path: &str) -> Option<ReadFile> {
        self.take_at(*self.discovered.get(path)?)
    }

    fn take_at(&self, at: usize) -> Option<ReadFile> {
        let FileState::Known(record) = &self.files[at] else { return None };
        let bytes = self.bytes[at].lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some(ReadFile { bytes, record: *record })
    }
}

/// Returns the files of the fan-outs that are stale, by their numbers in the whole.
fn items(
    dag: &Dag,
    known: &Known<'_>,
    again: &Reread,
    stale: &[bool],
    state: &dyn Fn(&Reread, usize) -> FileState,
) -> HashMap<StepId, HashMap<String, ItemFile>> {
    let fan_outs = dag.ids().filter(|id| dag.step(*id).work.each().is_some());
    let numbers = fan_outs.map(|id| dag.number(id)).filter(|number| stale[number.0 as usize]);
    let mut items: HashMap<StepId, HashMap<String, ItemFile>> =
        numbers.map(|number| (number, HashMap::new())).collect();
    if !items.is_empty() {
        for ((folder, row), at) in known.table.rows().zip(0..) {
            if let Role::Output(step) = row.role
                && let Some(items) = items.get_mut(&StepId(step))
            {
                let ours = row.record.map(|record| record.digest);
                let item = ItemFile { state: state(again, at), ours };
                items.insert(path::join(folder, row.name), item);
            }
        }
    }
    items
}
