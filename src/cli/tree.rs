//! Steps as trees: each with what it is made from below it.

use std::collections::VecDeque;

use layercake::dag::{Dag, StepId};

use super::Context;

/// How deep a tree is drawn before it goes on in a tree of its own.
const DEEPEST: usize = 32;

/// How the steps of a plan are printed.
pub struct Tree<'a> {
    pub context: &'a Context,
    pub dag: &'a Dag,
    /// Returns the line of a step.
    pub step: &'a dyn Fn(StepId) -> String,
    /// Returns the lines of the files that a step reads.
    pub files: &'a dyn Fn(StepId) -> Vec<String>,
}

impl Tree<'_> {
    /// Prints each target, or each step that no other uses, with what it is made from below it.
    /// What was shown before is not shown again but marked `(*)`; what is too deep is marked `…`
    /// and has a tree of its own further down.
    pub fn print(&self, targets: &[StepId]) {
        let Tree { context, dag, .. } = self;
        let all = || (0..dag.step_count() as u32).map(StepId);
        let roots: Vec<StepId> = match targets {
            [] => all().filter(|id| dag.downstream(*id).is_empty()).collect(),
            targets => targets.to_vec(),
        };
        let mut shown = vec![false; dag.step_count()];
        // A step to print, with the rails before it and whether it is its parent's last.
        let mut rest: Vec<(StepId, String, Option<bool>)> =
            roots.iter().rev().map(|id| (*id, String::new(), None)).collect();
        let mut deep = VecDeque::new();
        loop {
            let Some((id, rails, is_last)) = rest.pop().or_else(|| {
                let next = std::iter::from_fn(|| deep.pop_front());
                let id = next.into_iter().find(|id: &StepId| !shown[id.0 as usize])?;
                Some((id, String::new(), None))
            }) else {
                return;
            };
            let branch = match is_last {
                None => "",
                Some(true) => "└── ",
                Some(false) => "├── ",
            };
            let below = dag.upstream(id);
            if rails.chars().count() >= 4 * DEEPEST && !below.is_empty() && !shown[id.0 as usize] {
                context.terminal.line(&format!("{rails}{branch}{} …", dag.step(id).name));
                deep.push_back(id);
                continue;
            }
            let is_again = std::mem::replace(&mut shown[id.0 as usize], true);
            let files = (self.files)(id);
            let mark =
                if is_again && (!below.is_empty() || !files.is_empty()) { " (*)" } else { "" };
            context.terminal.line(&format!("{rails}{branch}{}{mark}", (self.step)(id)));
            if is_again {
                continue;
            }
            let rails = match is_last {
                None => rails,
                Some(true) => rails + "    ",
                Some(false) => rails + "│   ",
            };
            for (at, file) in files.iter().enumerate() {
                let is_last = below.is_empty() && at + 1 == files.len();
                let branch = if is_last { "└── " } else { "├── " };
                context.terminal.line(&format!("{rails}{branch}{file}"));
            }
            let count = below.len();
            let children = below.iter().enumerate().rev();
            rest.extend(children.map(|(at, id)| (*id, rails.clone(), Some(at + 1 == count))));
        }
    }
}
