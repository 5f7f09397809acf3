//! What outputs were made from: the steps and files as they were when each step was last fresh.
//!
//! Tells what the store has recorded, and looks at no file.

use std::collections::HashMap;
use std::sync::Arc;

use super::known::{Known, NONE, Rows};
use crate::dag::{Dag, StepId};
use crate::digest::Digest;
use crate::disk::Disk;
use crate::project::Project;
use crate::store::{InputKind, Store};

/// What the steps of a plan were made from.
#[derive(Debug, Clone, Default)]
pub struct Lineage {
    /// By step; those that were never built are not here.
    pub steps: HashMap<StepId, Origin>,
}

/// What a step was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The digest of its result.
    pub digest: Digest,
    /// The number of the last build that made this result, if the history tells.
    pub build: Option<u64>,
    /// The files it was made from, in the order it reads them.
    pub files: Vec<(String, Digest)>,
}

/// Finds out what steps were made from; `targets` and all they use.
pub fn lineage(project: &Project, dag: &Dag, targets: &[StepId], disk: &Arc<dyn Disk>) -> Lineage {
    let store = Store::new(&project.folder, &project.plan, disk.clone());
    let kept = store.image();
    let known = kept.as_ref().and_then(|(bytes, _)| Known::of_bytes(bytes, &store, &**disk));
    let wanted = dag.cone(targets);
    let mut steps = HashMap::new();
    if let Some(known) = &known {
        let rows = Rows::of(known);
        for id in dag.order().iter().filter(|id| wanted[id.0 as usize]) {
            let Some(number) = known.whole.find(&dag.step(*id).name) else { continue };
            let digest = known.steps.row(number.0).digest;
            let Some(last) = known.last(number, &rows).filter(|_| digest != NONE) else { continue };
            let inputs = last.manifest.inputs.iter();
            let files = inputs.filter(|input| input.kind == InputKind::File);
            let files = files.map(|input| (input.name.clone(), input.digest)).collect();
            steps.insert(*id, Origin { digest, build: None, files });
        }
    }
    let mut unknown = steps.len();
    let (history, _) = store.history();
    for build in history.newest_first() {
        if unknown == 0 {
            break;
        }
        for end in build.steps.iter().filter(|end| end.outcome == "built") {
            let origin = dag.find(&end.step).and_then(|id| steps.get_mut(&id));
            if let Some(origin) = origin
                && origin.build.is_none()
                && Some(origin.digest) == end.digest
            {
                origin.build = Some(build.number);
                unknown -= 1;
            }
        }
    }
    Lineage { steps }
}
