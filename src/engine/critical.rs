//! What decided how long a build took.

use super::StepTime;
use crate::dag::{Dag, StepId};

/// Returns the steps on the longest way through what ran: each uses the one before it, perhaps
/// through steps that did not run. `spent` holds how long each step ran, 0 for not at all.
///
/// Linear, by one pass in the order of the dag (Kelley and Walker, Critical-path planning, 1959).
pub(super) fn critical_path(dag: &Dag, spent: &[u64]) -> Vec<StepTime> {
    // How long the longest way up to the end of each step is, and the step before it on that way.
    let mut lengths = vec![0_u64; spent.len()];
    let mut before: Vec<Option<StepId>> = vec![None; spent.len()];
    let mut last: Option<StepId> = None;
    for id in dag.order() {
        let at = id.0 as usize;
        for used in dag.uses(*id) {
            if lengths[used.0 as usize] > lengths[at] {
                (lengths[at], before[at]) = (lengths[used.0 as usize], Some(*used));
            }
        }
        lengths[at] += spent[at];
        if lengths[at] > last.map_or(0, |last| lengths[last.0 as usize]) {
            last = Some(*id);
        }
    }
    let way = std::iter::successors(last, |id| before[id.0 as usize]);
    let timed = way.map(|id| (id, spent[id.0 as usize])).filter(|(_, time)| *time > 0);
    let mut path: Vec<StepTime> = timed
        .map(|(id, microseconds)| StepTime { step: dag.step(id).name.clone(), microseconds })
        .collect();
    path.reverse();
    path
}
