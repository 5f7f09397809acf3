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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dag::{self, Reading};
    use crate::diagnostic::Diagnostics;
    use crate::disk::RealDisk;
    use crate::plan::read_plan;

    const PLAN: &str = "import: { a: { nodes: n.csv }, b: { nodes: n.csv } }\n\
                        transform: { c: { from: [a, b] }, d: { from: c } }\n\
                        export: { e.dot: { from: b }, f.dot: { from: d } }";

    #[track_caller]
    fn check(spent: [u64; 6], expected: &[(&str, u64)]) {
        let mut problems = Diagnostics::default();
        let plan = read_plan("p", &[], &[], &|_| Ok(PLAN.as_bytes().to_vec()), &mut problems);
        let place = dag::Place { folder: std::path::Path::new("/"), programs: &[] };
        let dag = Dag::new(plan, Reading::start(), place, &RealDisk, &|_| false, &mut problems);
        let path = critical_path(&dag, &spent);
        let path: Vec<_> = path.iter().map(|at| (at.step.as_str(), at.microseconds)).collect();
        assert_eq!(path, expected);
    }

    #[test]
    fn the_longest_way_by_time_is_found() {
        check([1, 2, 3, 4, 5, 6], &[("b", 2), ("c", 3), ("d", 4), ("f.dot", 6)]);
        check([1, 2, 3, 4, 50, 6], &[("b", 2), ("e.dot", 50)]);
        check([9, 2, 3, 4, 5, 6], &[("a", 9), ("c", 3), ("d", 4), ("f.dot", 6)]);
    }

    #[test]
    fn a_way_leads_through_steps_that_did_not_run() {
        check([0, 7, 0, 0, 0, 6], &[("b", 7), ("f.dot", 6)]);
        check([0, 0, 0, 8, 0, 0], &[("d", 8)]);
        check([0; 6], &[]);
    }
}
