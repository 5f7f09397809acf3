//! Builds: makes every wanted step of a Dag fresh.
//!
//! A build looks at all files, decides step by step what is stale (its key has no result in the
//! store), and runs that on a pool of threads. Where nothing is stale it takes no lock and writes
//! nothing.

mod build;
mod checking;
mod closing;
mod cone;
mod critical;
mod event;
mod explain;
mod items;
mod job;
mod key;
mod known;
mod lineage;
mod locking;
mod many;
mod output;
mod pointing;
mod program;
mod project_build;
mod reader;
mod ready;
mod reasons;
mod record;
mod restore;
mod scheduler;
mod steps;
mod survey;
mod sweep;
mod teller;
mod through;
mod unreadable;
mod worker;

pub use event::{Activity, Event, Listener, Outcome, StepTime, Summary, event_schema};
pub use explain::{Cause, Explanation, TargetState, explain};
pub use lineage::{Lineage, Origin, lineage};
pub use program::Running;
pub use project_build::{build, build_known, data};
pub use restore::{Earlier, PutBack, RestoreError, find_earlier, restore};
pub use through::{Allowed, Runs};

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::dag::{self, Dag, Reading};
use crate::diagnostic::Diagnostics;
use crate::digest::Digest;
use crate::disk::{Disk, Now};
use crate::graph::Table;
use crate::plan;
use crate::project::Project;
use crate::step::Data;
use crate::store::{FileRecord, Image, Store};
use reader::FileReader;

/// The version of the events' form.
const EVENT_VERSION: u32 = 1;

/// How often a build that waits looks whether what it waits for has ended, or it is to stop.
const PATIENCE: Duration = Duration::from_millis(20);

/// What is asked of a build.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The names of the steps to make fresh, with all they use; empty for every step.
    pub targets: Vec<String>,
    /// How many steps may run at once; 0 for as many as the machine has cores.
    pub jobs: usize,
    /// Whether to go on with what does not depend on a failed step.
    pub keep_going: bool,
    /// Whether to find out what would run, and run and write nothing.
    pub dry_run: bool,
    /// Whether to find out which outputs are not what they should be, running what that takes, and
    /// write nothing. Needs no store: outputs that were made elsewhere are compared.
    pub check: bool,
    /// Whether to leave outputs that somebody else has changed as they are.
    pub keep_edited: bool,
    /// Whether to read every file, whatever its stamp says.
    pub paranoid: bool,
    /// Whether to tell of every step, also of those that nothing has changed for and that have
    /// nothing to say.
    pub every_step: bool,
    /// Whether to tell how long everything takes, by [`Event::Span`].
    pub trace: bool,
    /// Which programs may be run.
    pub runs: Runs,
}

/// Why a build could not even start.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The store could not be locked.
    #[error("`.layercake`, the store of the project, cannot be used")]
    Lock(#[source] io::Error),
    /// The threads could not be started.
    #[error("the threads of the build cannot be started")]
    Threads(#[source] rayon::ThreadPoolBuildError),
    /// A target is not in the plan.
    #[error("the plan has no step `{0}`")]
    UnknownTarget(String),
}

/// Reads a project's plan and finds its steps, files and order.
///
/// Problems are in `diagnostics`, all of them; with an error, the Dag must not be built.
pub fn read_dag(project: &Project, disk: &Arc<dyn Disk>, diagnostics: &mut Diagnostics) -> Dag {
    let mut reading = Reading::start();
    let files = RefCell::new(Vec::new());
    let reader = FileReader::new(project, &**disk);
    let read = |path: &str| {
        // A person named the outermost plan; what it includes must not lead out of the project.
        let file = match path == project.plan {
            true => reader::whole(disk.read(&project.path(path))?, Now::default())
                .ok_or_else(|| io::Error::other("it changes while it is read"))?,
            false => reader.read(path, Now::default())?,
        };
        files.borrow_mut().push((path.to_owned(), file.record));
        Ok(file.bytes.to_vec())
    };
    let plan =
        plan::read_plan(&project.plan, &project.above(), &project.overrides, &read, diagnostics);
    let mut files: Vec<(String, FileRecord)> = files.into_inner();
    files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    files.dedup_by(|a, b| a.0 == b.0);
    reading.files = files;
    let store = Store::new(&project.folder, &project.plan, disk.clone());
    let written = OnceCell::new();
    let was_written = |path: &str| {
        let written = written.get_or_init(|| outputs(&store));
        let is_same = |digest: &Digest| {
            reader.read(path, Now::default()).is_ok_and(|file| file.record.digest == *digest)
        };
        written.get(path).is_some_and(is_same)
    };
    let place = dag::Place { folder: &project.folder, programs: &project.programs };
    Dag::new(plan, reading, place, &**disk, &was_written, diagnostics)
}

/// Returns the outputs of earlier builds, each with the digest of what was written.
fn outputs(store: &Store) -> HashMap<String, Digest> {
    let bytes = store.image();
    let Some(image) = bytes.as_ref().and_then(|(bytes, _)| Image::decode(bytes)) else {
        return HashMap::new();
    };
    let outputs = image.table.outputs();
    let now = outputs.filter_map(|(path, row)| Some((path, row.record.as_ref()?.digest)));
    let gone = image.gone.iter().map(|(path, record)| ((*path).to_owned(), record.digest));
    now.chain(gone).collect()
}

/// Returns a table that a build made, if it was kept.
pub fn kept_table(project: &Project, disk: &Arc<dyn Disk>, digest: Digest) -> Option<Arc<Table>> {
    let store = Store::new(&project.folder, &project.plan, disk.clone());
    Data::from_canonical_bytes(&store.bytes(digest)?).ok()?.table().cloned()
}

/// Returns the files that the steps found out they need when they were last built.
pub fn discovered_files(project: &Project, disk: &Arc<dyn Disk>) -> Vec<String> {
    let bytes = Store::new(&project.folder, &project.plan, disk.clone()).image();
    let image = bytes.as_ref().and_then(|(bytes, _)| Image::decode(bytes));
    let lasts = image.into_iter().flat_map(|image| image.lasts);
    lasts.flat_map(|(_, record)| record.discovered).collect()
}
