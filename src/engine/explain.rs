//! Why outputs would be built now, or were built last time: the chain of steps from what changed
//! down to the output, with the rows that are different.
//!
//! Looks and evaluates in memory; writes nothing and waits for nobody.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::project_build::build_and_show;
use super::record::step_end;
use super::{BuildError, Event, Outcome, Request, Runs, reasons};
use crate::dag::{Dag, StepId};
use crate::diagnostic::{Diagnostic, Severity};
use crate::digest::Digest;
use crate::disk::Disk;
use crate::graph::{Difference, Graph};
use crate::project::Project;
use crate::store::{BuildRecord, StepEnd, Store};

/// How many differences of one graph are told.
const MOST_TOLD: usize = 10;

/// A step that has run, as a build shows it.
pub(super) struct Made<'a> {
    pub(super) step: StepId,
    /// Why it ran.
    pub(super) why: &'a [String],
    /// The digest of its result before, if that was another.
    pub(super) before: Option<Digest>,
    /// The graph, unless it is an export.
    pub(super) graph: Option<&'a Graph>,
}

/// Is shown the steps of a build that have run.
pub(super) type Look<'a> = &'a mut dyn FnMut(Made<'_>);

/// Why a step would be built, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The step.
    pub target: String,
    /// How it is.
    pub state: TargetState,
    /// The digest of its result as a build would make it now, if that is known.
    pub digest: Option<Digest>,
    /// For a fresh step, the last build that made it: its number, and when, in nanoseconds since
    /// 1970. `None` when the history does not tell.
    pub build: Option<(u64, i64)>,
    /// What makes it stale, or made that build make it: from what changed down to the step itself.
    pub causes: Vec<Cause>,
    /// For a fresh step, what a build would run again all the same, to no effect on it.
    pub reruns: Vec<Cause>,
}

/// How a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetState {
    /// It is what a build would make.
    Fresh,
    /// A build would make it.
    Stale,
    /// A build could not make it.
    Failing,
}

/// A step whose result is another, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The step.
    pub step: String,
    /// What it does, such as `export dot`.
    pub kind: String,
    /// How it ended, such as `built`.
    pub outcome: String,
    /// Why it ran, most telling first.
    pub why: Vec<String>,
    /// What is different in the graph of an import, while both graphs are known.
    pub difference: Option<Difference>,
}

/// Finds out why steps would be built now; for those that are fresh, why they were last time.
///
/// Returns this for each target, and what is wrong with steps that fail and with the store.
///
/// # Errors
///
/// The reasons in [`BuildError`].
pub fn explain(
    project: &Project,
    dag: &Dag,
    targets: &[String],
    runs: &Runs,
    disk: &Arc<dyn Disk>,
    stop: &AtomicBool,
) -> Result<(Vec<Explanation>, Vec<Diagnostic>), BuildError> {
    let store = Store::new(&project.folder, &project.plan, disk.clone());
    let mut made: HashMap<StepId, (Vec<String>, Option<Difference>)> = HashMap::new();
    let mut look = |shown: Made<'_>| {
        let graphs = dag.step(shown.step).work.is_import().then(|| shown.graph.zip(shown.before));
        let difference = graphs.flatten().and_then(|(now, before)| {
            Some(now.difference_from(&graph(&store, before)?, MOST_TOLD))
        });
        made.insert(shown.step, (shown.why.to_vec(), difference));
    };
    let mut ends = Ends::default();
    let mut problems = Vec::new();
    let mut emit = |event| {
        step_end(&event).into_iter().for_each(|end| ends.add(dag, end));
        match event {
            Event::StepFinished { diagnostics, .. } => {
                let is_error = |problem: &Diagnostic| problem.severity == Severity::Error;
                problems.extend(diagnostics.into_iter().filter(is_error));
            }
            Event::Notice { diagnostic } => problems.push(diagnostic),
            _ => {}
        }
    };
    let request = Request {
        targets: targets.to_vec(),
        keep_going: true,
        check: true,
        runs: runs.clone(),
        ..Request::default()
    };
    build_and_show(project, dag, &request, disk, stop, &mut emit, &mut look)?;
    for (step, (why, difference)) in made {
        ends.explain_better(step, why, difference);
    }
    let mut explanations = Vec::new();
    for target in targets {
        let id = dag.find(target).ok_or_else(|| BuildError::UnknownTarget(target.clone()))?;
        explanations.push(now(dag, &store, id, &ends));
    }
    add_last_builds(dag, &store, &mut explanations);
    Ok((explanations, problems))
}

/// Says how a step is now, and why.
fn now(dag: &Dag, store: &Store, target: StepId, ends: &Ends) -> Explanation {
    let state = match ends.outcome(target) {
        Some(word) if word == Outcome::Reused.word() => TargetState::Fresh,
        Some(word) if [Outcome::Failed, Outcome::Skipped].iter().any(|how| how.word() == word) => {
            TargetState::Failing
        }
        _ => TargetState::Stale,
    };
    let (causes, reruns) = match state {
        TargetState::Fresh => (Vec::new(), ends.reruns(dag, target)),
        _ => (ends.causes(dag, store, target), Vec::new()),
    };
    let digest = ends.0.get(&target).and_then(|(end, _)| end.digest);
    let target = dag.step(target).name.clone();
    Explanation { target, state, digest, build: None, causes, reruns }
}

/// Fills in, for fresh steps, what the history knows of the last build that made them.
fn add_last_builds(dag: &Dag, store: &Store, explanations: &mut [Explanation]) {
    let mut rest: Vec<&mut Explanation> =
        explanations.iter_mut().filter(|one| one.state == TargetState::Fresh).collect();
    if rest.is_empty() {
        return;
    }
    let (history, _) = store.history();
    for BuildRecord { number, time, steps, .. } in history.newest_first() {
        let made: HashMap<&str, Option<Digest>> = steps
            .iter()
            .filter(|end| end.is_made())
            .map(|end| (end.step.as_str(), end.digest))
            .collect();
        let (mut found, others): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|one| made.contains_key(one.target.as_str()));
        rest = others;
        // A build that was killed may have made another since.
        found.retain(|one| made.get(one.target.as_str()) == Some(&one.digest));
        if !found.is_empty() {
            let mut ends = Ends::default();
            steps.into_iter().for_each(|end| ends.add(dag, end));
            for one in found {
                one.build = Some((number, time));
                if let Some(id) = dag.find(&one.target) {
                    one.causes = ends.causes(dag, store, id);
                }
            }
        }
        if rest.is_empty() {
            return;
        }
    }
}

/// How the steps of one build ended.
#[derive(Default)]
struct Ends(HashMap<StepId, (StepEnd, Option<Difference>)>);

impl Ends {
    /// Adds a step, if the plan still has it.
    fn add(&mut self, dag: &Dag, end: StepEnd) {
        if let Some(id) = dag.find(&end.step) {
            self.0.insert(id, (end, None));
        }
    }

    /// Says of a step that has run why it did, rather than what a check found.
    fn explain_better(&mut self, id: StepId, why: Vec<String>, difference: Option<Difference>) {
        if let Some((end, known)) = self.0.get_mut(&id) {
            if !reasons::is_missing(&end.why) {
                end.why.clear();
            }
            end.why.extend(why);
            *known = difference;
        }
    }

    fn outcome(&self, id: StepId) -> Option<&str> {
        self.0.get(&id).map(|(end, _)| end.outcome.as_str())
    }

    /// Returns the steps that decide over a step: those it is made from whose results became
    /// others, or could not be made, and itself.
    fn causes(&self, dag: &Dag, store: &Store, target: StepId) -> Vec<Cause> {
        let has_moved = |id: &StepId| {
            self.0.get(id).is_some_and(|(end, _)| match end.digest {
                Some(_) => end.before.is_some() || reasons::is_new(&end.why),
                // It failed, or something that it is made from did.
                None => true,
            })
        };
        let mut found = HashSet::from([target]);
        let mut rest = vec![target];
        while let Some(id) = rest.pop() {
            let moved = dag.uses(id).iter().copied().filter(has_moved);
            rest.extend(moved.filter(|used| found.insert(*used)));
        }
        let causes = by_depth(dag, &found).into_iter();
        causes.filter_map(|id| self.cause(dag, store, id)).collect()
    }

    /// Returns the steps that a step is made from which ran, to the same results.
    fn reruns(&self, dag: &Dag, target: StepId) -> Vec<Cause> {
        let cone = dag.cone(&[target]);
        let ran = dag.order().iter().filter(|id| cone[id.0 as usize]);
        let ran = ran.filter_map(|id| self.0.get(id));
        // An output that was made again and is as it was counts as reused, but has its reasons.
        let has_run = |end: &StepEnd| {
            end.outcome == Outcome::Built.word() || end.before.is_none() && !end.why.is_empty()
        };
        let ran = ran.filter(|(end, _)| has_run(end));
        ran.map(|(end, difference)| cause(end, difference.clone())).collect()
    }

    fn cause(&self, dag: &Dag, store: &Store, id: StepId) -> Option<Cause> {
        let (end, known) = self.0.get(&id)?;
        let difference = known.clone().or_else(|| {
            let (before, now) = end.before.zip(end.digest)?;
            let is_import = dag.step(id).work.is_import();
            let (before, now) =
                is_import.then(|| graph(store, before).zip(graph(store, now)))??;
            Some(now.difference_from(&before, MOST_TOLD))
        });
        Some(cause(end, difference))
    }
}

/// Orders steps by the longest way to them from one that uses none of the others.
fn by_depth(dag: &Dag, steps: &HashSet<StepId>) -> Vec<StepId> {
    let mut depths: HashMap<StepId, usize> = HashMap::new();
    let mut ordered: Vec<(usize, StepId)> = Vec::with_capacity(steps.len());
    for id in dag.order().iter().filter(|id| steps.contains(id)) {
        let above = dag.uses(*id).iter().filter_map(|used| depths.get(used));
        let depth = above.max().map_or(0, |depth| depth + 1);
        depths.insert(*id, depth);
        ordered.push((depth, *id));
    }
    ordered.sort_unstable();
    ordered.into_iter().map(|(_, id)| id).collect()
}

fn cause(end: &StepEnd, difference: Option<Difference>) -> Cause {
    let StepEnd { step, kind, outcome, why, .. } = end.clone();
    Cause { step, kind, outcome, why, difference }
}

fn graph(store: &Store, digest: Digest) -> Option<Graph> {
    Graph::from_canonical_bytes(&store.bytes(digest)?).ok()
}
