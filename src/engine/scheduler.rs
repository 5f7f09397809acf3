//! States and the ready queues: decides what is to be done next.
//!
//! Knows keys and states only by what it is told: it reads no file and runs no step. A step goes
//! from `Waiting` (for the results of those it uses) through `Deciding` to `Fresh` or `Stale`. A
//! stale step asks those it uses for their values, runs, and is `Done`. A fresh step's value is
//! not in memory; when someone asks for it, it is loaded, or made again where it was not kept.

use std::collections::VecDeque;

use crate::dag::{Dag, StepId};

/// What a worker is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    ready: VecDeque<Task>,
    released: Vec<StepId>,
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
        Scheduler { dag, slots, decidable, ready: VecDeque::new(), released: Vec::new() }
    }

    /// Returns the next step to decide on, which costs little.
    pub(super) fn next_to_decide(&mut self) -> Option<StepId> {
        self.decidable.pop_front()
    }

    /// Returns the next task for a worker.
    pub(super) fn next_task(&mut self) -> Option<Task> {
        self.ready.pop_front()
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
        self.ready.push_back(Task::Restore(id));
    }

    /// A step must run; those it uses are asked for their values.
    pub(super) fn stale(&mut self, id: StepId) {
        self.slot(id).state = State::Stale;
        self.begin_again(id);
        let mut missing = 0;
        for used in self.dag.uses(id) {
            let slot = &mut self.slots[used.0 as usize];
            match slot.state {
                State::Done => continue,
                State::Fresh => {
                    slot.state = State::Loading;
                    self.ready.push_back(Task::Load(*used));
                }
                _ => {}
            }
            slot.waiting.push(id);
            missing += 1;
        }
        self.slot(id).missing = missing;
        if missing == 0 {
            self.run(id);
        }
    }

    /// A step has run; its value is in memory.
    pub(super) fn ran(&mut self, id: StepId) {
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
        self.slot(id).state = State::Running;
        self.ready.push_back(Task::Run(id));
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
