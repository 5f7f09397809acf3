//! Which steps a change reaches, and which they need.

use std::collections::BTreeSet;

use super::known::Known;
use super::sweep::{self, Reread};
use crate::dag::{Compiled, FileId, StepId};
use crate::store::{Role, StepRow};

/// Returns, for each step, whether one of `targets` is it or uses it; all are, without targets.
pub(super) fn cone(whole: &Compiled, targets: &[StepId]) -> Vec<bool> {
    if targets.is_empty() {
        return vec![true; whole.step_count()];
    }
    let mut wanted = vec![false; whole.step_count()];
    mark(&mut wanted, targets.to_vec(), |id, rest| rest.extend(whole.upstream(id)));
    wanted
}

/// Returns, for each step, whether its result may not be what it should be.
pub(super) fn stale_steps(known: &Known<'_>, again: &Reread) -> Vec<bool> {
    let whole = &known.whole;
    let is_stale = |(row, step): (StepRow, u32)| (!row.is_fresh).then_some(StepId(step));
    let mut rest: Vec<StepId> = known.steps.rows().zip(0..).filter_map(is_stale).collect();
    let changed = again
        .states
        .iter()
        .filter(|(at, state)| !sweep::is_as_it_was(&known.table.row(**at), state))
        .map(|(at, _)| *at);
    let changed: BTreeSet<usize> = changed.collect();
    for at in &changed {
        match known.table.row(*at).role {
            Role::Input(id) => rest.extend(whole.users(FileId(id))),
            Role::Output(step) => rest.push(StepId(step)),
            Role::Plan | Role::Discovered => {}
        }
    }
    if !known.lasts.is_empty() && !changed.is_empty() {
        let discovered = known.discovered();
        let rows = known.table.paths().zip(0..).filter(|(_, at)| changed.contains(at));
        for ((path, _), _) in rows {
            rest.extend(discovered.get(path.as_str()).into_iter().flatten());
        }
    }
    let mut stale = vec![false; whole.step_count()];
    mark(&mut stale, rest, |id, rest| rest.extend(whole.downstream(id)));
    stale
}

/// Returns steps with all that they use.
pub(super) fn with_upstream(whole: &Compiled, steps: &[bool]) -> Vec<bool> {
    let mut marked = vec![false; steps.len()];
    let rest = steps.iter().zip(0..).filter(|(is, _)| **is).map(|(_, step)| StepId(step));
    mark(&mut marked, rest.collect(), |id, rest| rest.extend(whole.upstream(id)));
    marked
}

/// Marks steps, and those that `next` adds for each.
fn mark(marked: &mut [bool], mut rest: Vec<StepId>, next: impl Fn(StepId, &mut Vec<StepId>)) {
    while let Some(id) = rest.pop() {
        if let Some(mark) = marked.get_mut(id.0 as usize)
            && !std::mem::replace(mark, true)
        {
            next(id, &mut rest);
        }
    }
}
