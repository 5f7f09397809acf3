//! States and the ready queues: decides what is to be done next.
//!
//! Knows keys and states only by what it is told: it reads no file and runs no step. A step goes
//! from `Waiting` (for the results of those it uses) through `Deciding` to `Fresh` or `Stale`. A
//! stale step asks those it uses for their values, runs, and is `Done`. A fresh step's value is
//! not in memory; when someone asks for it, it is loaded, or made again where it was not kept.
//!
//! Of the tasks that are ready, the one on the longest way to the end is handed out first (Graham,
//! Bounds on multiprocessing timing anomalies, 1969), and of equal ones the first in the plan.

use std::collections::VecDeque;

use super::ready::Ready;
use crate::dag::{Dag, StepId};

/// What a step counts as, in microseconds, when no step has been built yet.
const UNKNOWN: u64 = 1_000;

/// What a worker is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// Bring a fresh step's value into memory.
    Load(StepId),
    /// Put a fresh step's output back.
    Restore(StepId),
    /// Run a step.
    Run(StepId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody asked for it.
    Unwanted,
    /// Some results that it uses are not known.
    Waiting,
    /// All results that it uses are known.
    Deciding,
    /// Its result is known; its value is not in memory.
    Fresh,
    /// Its value is on its way into memory.
    Loading,
    /// Its output is being put back.
    Restoring,
    /// It must run, and waits for the values that it uses.
    Stale,
    /// It must run, and waits for a worker.
    Ready,
    /// It is running.
    Running,
    /// Its result is known; its value is in memory.
    Done,
    /// It could not be done, or something it uses could not.
    Failed,
}

struct Slot {
    state: State,
    /// How many results that it uses are not known.
    unknown: u32,
    /// How many values that it uses are not in memory.
    missing: u32,
    /// Whether those that use it have been told its result.
    is_told: bool,
    /// Whether it has come to an end, and let go of what it used.
    has_ended: bool,
    /// Who waits for its value.
    waiting: Vec<StepId>,
    /// How many steps that use it have not come to an end.
    users: u32,
}

/// The states of all steps of a build.
pub(super) struct Scheduler<'a> {
    dag: &'a Dag,
    slots: Vec<Slot>,
    decidable: VecDeque<StepId>,
    ready: Ready,
    /// How long the way from the start of each step to the end of all is; empty while not known.
    ranks: Vec<u64>,
    released: Vec<StepId>,
}

impl Task {
    /// Returns the step that it is about.
    pub(super) fn id(self) -> StepId {
        match self {
            Task::Load(id) | Task::Restore(id) | Task::Run(id) => id,
        }
    }
}

impl<'a> Scheduler<'a> {
    /// Starts with nothing known of the wanted steps.
    pub(super) fn new(dag: &'a Dag, wanted: &[bool]) -> Scheduler<'a> {
        let mut decidable = VecDeque::new();
        let mut slots: Vec<Slot> = (0..dag.step_count() as u32)
            .map(StepId)
            .map(|id| Slot {
                state: if wanted[id.0 as usize] { State::Waiting } else { State::Unwanted },
                unknown: dag.uses(id).len() as u32,
                missing: 0,
                is_told: false,
                has_ended: false,
                waiting: Vec::new(),
                users: dag.downstream(id).iter().filter(|user| wanted[user.0 as usize]).count()
                    as u32,
            })
            .collect();
        for id in dag.order() {
            let slot = &mut slots[id.0 as usize];
            if slot.state == State::Waiting && slot.unknown == 0 {
                slot.state = State::Deciding;
                decidable.push_back(*id);
            }
        }
        let ready = Ready::new(dag);
        Scheduler { dag, slots, decidable, ready, ranks: Vec::new(), released: Vec::new() }
    }

    /// Ranks the steps that have not come to an end by the longest way from each to the end, one
    /// backward pass over the dag. `last` says how many microseconds a step took when it last ran;
    /// one that never did counts as the median of the others.
    pub(super) fn rank(&mut self, last: impl Fn(StepId) -> Option<u64>) {
        let is_open = |slot: &Slot| slot.state != State::Unwanted && !slot.has_ended;
        let ids = (0..self.slots.len() as u32).map(StepId).zip(&self.slots);
        let took: Vec<Option<u64>> =
            ids.map(|(id, slot)| if is_open(slot) { last(id) } else { None }).collect();
        let mut known: Vec<u64> = took.iter().flatten().copied().collect();
        let middle = known.len() / 2;
        let usual = match known.is_empty() {
            true => UNKNOWN,
            false => *known.select_nth_unstable(middle).1,
        };
        self.ranks = vec![0; self.slots.len()];
        for id in self.dag.order().iter().rev() {
            let at = id.0 as usize;
            if is_open(&self.slots[at]) {
                // Not even a step that took no time is for nothing: what it leads to waits for it.
                self.ranks[at] += took[at].unwrap_or(usual).max(1);
            }
            let rank = self.ranks[at];
            for used in self.dag.uses(*id) {
                let longest = &mut self.ranks[used.0 as usize];
                *longest = rank.max(*longest);
            }
        }
        let ranks = &self.ranks;
        self.ready.rank(|task| rank_of(ranks, task));
    }

    /// Returns the next step to decide on, which costs little.
    pub(super) fn next_to_decide(&mut self) -> Option<StepId> {
        self.decidable.pop_front()
    }

    /// Returns the next task for a worker; `None` if there is none as yet, or only such as must
    /// wait for others of their pools to end.
    pub(super) fn next_task(&mut self) -> Option<Task> {
        let task = self.ready.pop()?;
        if let Task::Run(id) = task {
            self.slot(id).state = State::Running;
        }
        Some(task)
    }

    /// Returns whether some task waits for a worker.
    pub(super) fn has_task(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Returns the steps whose values nobody needs any more.
    pub(super) fn take_released(&mut self) -> Vec<StepId> {
        std::mem::take(&mut self.released)
    }

    /// A step's result is known, and nothing is to be done for it.
    pub(super) fn fresh(&mut self, id: StepId) {
        self.slot(id).state = State::Fresh;
        self.tell(id);
        self.end(id);
    }

    /// A step's result is known, and its output must be put back.
    pub(super) fn restore(&mut self, id: StepId) {
        self.slot(id).state = State::Restoring;
        self.push(Task::Restore(id));
    }

    /// A step must run; those it uses are asked for their values.
    pub(super) fn stale(&mut self, id: StepId) {
        self.slot(id).state = State::Stale;
        self.begin_again(id);
        let mut missing = 0;
        for used in self.dag.uses(id) {
            match self.slot(*used).state {
                State::Done => continue,
                State::Fresh => {
                    self.slot(*used).state = State::Loading;
                    self.push(Task::Load(*used));
                }
                _ => {}
            }
            self.slot(*used).waiting.push(id);
            missing += 1;
        }
        self.slot(id).missing = missing;
        if missing == 0 {
            self.run(id);
        }
    }

    /// A step has run; its value is in memory.
    pub(super) fn ran(&mut self, id: StepId) {
        self.leave_pools(id);
        self.arrived(id);
        self.tell(id);
        self.end(id);
    }

    /// A fresh step's value is in memory.
    pub(super) fn loaded(&mut self, id: StepId) {
        self.arrived(id);
    }

    /// A step's output is back.
    pub(super) fn restored(&mut self, id: StepId) {
        self.fresh(id);
    }

    /// A step could not be done; returns those that cannot be either, because they use it.
    pub(super) fn failed(&mut self, id: StepId) -> Vec<StepId> {
        self.leave_pools(id);
        self.slot(id).state = State::Failed;
        self.end(id);
        let mut skipped = Vec::new();
        let mut rest = vec![id];
        while let Some(id) = rest.pop() {
            for user in self.dag.downstream(id) {
                if matches!(self.slot(*user).state, State::Waiting | State::Stale) {
                    self.slot(*user).state = State::Failed;
                    self.end(*user);
                    skipped.push(*user);
                    rest.push(*user);
                }
            }
        }
        skipped.sort_unstable();
        skipped
    }

    /// Returns the wanted steps that have not come to an end.
    pub(super) fn unfinished(&self) -> Vec<StepId> {
        let ids = (0..self.slots.len() as u32).map(StepId);
        ids.filter(|id| {
            let slot = &self.slots[id.0 as usize];
            !slot.is_told && !matches!(slot.state, State::Unwanted | State::Failed)
        })
        .collect()
    }

    fn run(&mut self, id: StepId) {
        self.slot(id).state = State::Ready;
        self.push(Task::Run(id));
    }

    fn push(&mut self, task: Task) {
        self.ready.push(task, rank_of(&self.ranks, task));
    }

    fn leave_pools(&mut self, id: StepId) {
        if self.slot(id).state == State::Running {
            self.ready.ended(id);
        }
    }

    /// Tells those that use a step that its result is known.
    fn tell(&mut self, id: StepId) {
        if std::mem::replace(&mut self.slot(id).is_told, true) {
            return;
        }
        for user in self.dag.downstream(id) {
            let slot = &mut self.slots[user.0 as usize];
            slot.unknown = slot.unknown.saturating_sub(1);
            if slot.state == State::Waiting && slot.unknown == 0 {
                slot.state = State::Deciding;
                self.decidable.push_back(*user);
            }
        }
    }

    /// Gives a value to those that wait for it.
    fn arrived(&mut self, id: StepId) {
        let slot = self.slot(id);
        slot.state = State::Done;
        for user in std::mem::take(&mut slot.waiting) {
            let slot = self.slot(user);
            slot.missing = slot.missing.saturating_sub(1);
            if slot.missing == 0 && slot.state == State::Stale {
                self.run(user);
            }
        }
        if self.slot(id).users == 0 {
            self.release(id);
        }
    }

    /// Lays hold of the values that a step uses, where it had let go of them: it was fresh, and is
    /// made again because its own value was not kept.
    fn begin_again(&mut self, id: StepId) {
        if !std::mem::replace(&mut self.slot(id).has_ended, false) {
            return;
        }
        for used in self.dag.uses(id) {
            self.slots[used.0 as usize].users += 1;
        }
    }

    /// Lets go of the values that a step used, where it was the last to use them.
    fn end(&mut self, id: StepId) {
        if std::mem::replace(&mut self.slot(id).has_ended, true) {
            return;
        }
        for used in self.dag.uses(id) {
            let slot = &mut self.slots[used.0 as usize];
            slot.users = slot.users.saturating_sub(1);
            if slot.users == 0 && slot.state == State::Done && slot.waiting.is_empty() {
                self.release(*used);
            }
        }
    }

    fn release(&mut self, id: StepId) {
        self.slot(id).state = State::Fresh;
        self.released.push(id);
    }

    fn slot(&mut self, id: StepId) -> &mut Slot {
        &mut self.slots[id.0 as usize]
    }
}

/// Putting an output back takes little, and nothing waits for it.
fn rank_of(ranks: &[u64], task: Task) -> u64 {
    match task {
        Task::Restore(_) => 0,
        Task::Load(id) | Task::Run(id) => ranks.get(id.0 as usize).copied().unwrap_or(0),
    }
}
