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
    /// It has run; what it made is not in its place yet.
    Made,
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
    /// The step whose value stays in memory.
    kept: Option<StepId>,
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
        Scheduler {
            dag,
            slots,
            decidable,
            ready,
            ranks: Vec::new(),
            released: Vec::new(),
            kept: None,
        }
    }

    /// Brings a step's value into memory, whoever else needs it, and keeps it there.
    pub(super) fn keep(&mut self, id: StepId) {
        self.slot(id).users += 1;
        self.kept = Some(id);
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
        self.task_count() > 0
    }

    /// Returns how many tasks wait for a worker.
    pub(super) fn task_count(&self) -> usize {
        self.ready.len()
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
        if self.kept == Some(id) {
            self.slot(id).state = State::Loading;
            self.push(Task::Load(id));
        }
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

    /// A worker has done its part: whatever comes now, a step that ran is in no pool any more.
    pub(super) fn made(&mut self, id: StepId) {
        if self.slot(id).state == State::Running {
            self.ready.ended(id);
            self.slot(id).state = State::Made;
        }
    }

    /// A step has run; its value is in memory.
    pub(super) fn ran(&mut self, id: StepId) {
        self.made(id);
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
        self.made(id);
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

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, VecDeque};

    use super::*;
    use crate::dag::{self, Reading};
    use crate::diagnostic::Diagnostics;
    use crate::disk::RealDisk;
    use crate::plan::{Plan, PlanStep, Reference, Work, read_plan};
    use crate::source::Span;
    use crate::step::Shape;

    fn dag_of(plan: Plan) -> Dag {
        let mut problems = Diagnostics::default();
        let place = dag::Place { folder: std::path::Path::new("/"), programs: &[] };
        let dag = Dag::new(plan, Reading::start(), place, &RealDisk, &|_| false, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        dag
    }

    fn dag(plan: &str) -> Dag {
        let mut problems = Diagnostics::default();
        let read = |_: &str| Ok(plan.as_bytes().to_vec());
        let plan = read_plan("p.yaml", &[], &[], &read, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        dag_of(plan)
    }

    /// Makes a dag of steps that do nothing, each of which uses others by their numbers.
    fn large(count: u32, from: impl Fn(u32) -> Option<u32>) -> Dag {
        let reference = |id: u32| Reference {
            name: String::new(),
            full_name: id.to_string(),
            span: Span::default(),
            takes: &[Shape::Graph],
        };
        let steps = (0..count).map(|id| PlanStep {
            name: id.to_string(),
            span: Span::default(),
            from: from(id).map(reference).into_iter().collect(),
            files: Vec::new(),
            folder: String::new(),
            work: Work::Transform { ops: Vec::new() },
        });
        dag_of(Plan { steps: steps.collect(), ..Plan::default() })
    }

    /// Builds everything that is wanted with so many workers, of which the one that began first
    /// ends first; returns the order in which the steps began.
    fn drive(
        scheduler: &mut Scheduler<'_>,
        workers: usize,
        mut see: impl FnMut(&VecDeque<Task>),
    ) -> Vec<StepId> {
        let mut order = Vec::new();
        let mut running = VecDeque::new();
        loop {
            while let Some(id) = scheduler.next_to_decide() {
                scheduler.stale(id);
            }
            while running.len() < workers
                && let Some(task) = scheduler.next_task()
            {
                order.push(task.id());
                running.push_back(task);
            }
            see(&running);
            match running.pop_front() {
                Some(Task::Run(id)) => scheduler.ran(id),
                Some(Task::Load(id)) => scheduler.loaded(id),
                Some(Task::Restore(id)) => scheduler.restored(id),
                None => return order,
            }
        }
    }

    fn all(dag: &Dag) -> Scheduler<'_> {
        Scheduler::new(dag, &vec![true; dag.step_count()])
    }

    /// Returns the order in which one worker builds a plan, whose steps last took so long.
    #[track_caller]
    fn check(plan: &str, took: &[(&str, u64)], expected: &[&str]) {
        let dag = dag(plan);
        let took: HashMap<&str, u64> = took.iter().copied().collect();
        let mut scheduler = all(&dag);
        scheduler.rank(|id| took.get(dag.step(id).name.as_str()).copied());
        let order = drive(&mut scheduler, 1, |_| {});
        let names: Vec<&str> = order.iter().map(|id| dag.step(*id).name.as_str()).collect();
        assert_eq!(names, expected);
        assert!(scheduler.unfinished().is_empty());
    }

    const PLAN: &str = "import: { a: { nodes: n.csv }, b: { nodes: n.csv } }\n\
                        transform: { c: { from: b }, d: { from: c } }\n\
                        export: { e.dot: { from: a }, f.dot: { from: d } }";

    #[test]
    fn what_lies_on_the_longest_way_starts_first() {
        check(PLAN, &[], &["b", "c", "a", "d", "e.dot", "f.dot"]);
        let equal = ["a", "b", "c", "d", "e.dot", "f.dot"].map(|name| (name, 7));
        check(PLAN, &equal, &["b", "c", "a", "d", "e.dot", "f.dot"]);
        let slow = [("e.dot", 9000), ("a", 1), ("b", 1), ("c", 1), ("d", 1), ("f.dot", 1)];
        check(PLAN, &slow, &["a", "e.dot", "b", "c", "d", "f.dot"]);
    }

    #[test]
    fn a_step_that_was_never_built_counts_as_the_median() {
        // The way from `b` is `b`, 30 and three times the median of 10, 30 and 50.
        let took = |a| [("a", a), ("e.dot", 10), ("b", 30)];
        check(PLAN, &took(105), &["b", "a", "c", "d", "f.dot", "e.dot"]);
        check(PLAN, &took(115), &["a", "b", "c", "d", "f.dot", "e.dot"]);
    }

    #[test]
    fn pools_are_never_exceeded_and_stop_nothing() {
        let mut plan =
            "pools: { template: 1, dot: 3, labels: 2, invert: 1, transform labels: 1 }\n\
                        import: { g: { nodes: n.csv } }\ntransform:\n"
                .to_owned();
        let label = "labels: { max_length: 3 }";
        let kinds = [label, "invert", "invert, labels: { wrap_at: 9 }", "drop_unconnected"];
        for at in 0..30 {
            let ops = kinds[at % 4];
            plan += &format!("  t{at}: {{ from: g, ops: [{ops}] }}\n");
        }
        plan += "export:\n";
        for at in 0..30 {
            plan += &format!("  {at}.dot: {{ from: t{at} }}\n");
            plan += &format!("  {at}.md: {{ from: g, template: t.tera }}\n");
        }
        let dag = dag(&plan);
        for workers in [1, 2, 4, 9, 100] {
            let mut scheduler = all(&dag);
            scheduler.rank(|_| None);
            let mut most = vec![0; dag.plan.pools.len()];
            let order = drive(&mut scheduler, workers, |running| {
                for (pool, most) in dag.plan.pools.iter().zip(&mut most) {
                    let is_in = |task: &&Task| pool.holds(&dag.step(task.id()).work);
                    let count = running.iter().filter(is_in).count();
                    assert!(count <= pool.most, "{count} in {}", pool.name);
                    *most = count.max(*most);
                }
            });
            assert_eq!(order.len(), dag.step_count());
            assert!(scheduler.unfinished().is_empty());
            if workers > 9 {
                assert_eq!(most, [1, 3, 1, 1, 1], "each is used as far as it can be");
            }
        }
    }

    #[test]
    fn a_step_that_fails_gives_up_its_place_in_its_pools() {
        let dag = dag("pools: { dot: 1 }\nimport: { g: { nodes: n.csv } }\n\
                       export: { a.dot: { from: g }, b.dot: { from: g }, c.dot: { from: g } }");
        let mut scheduler = all(&dag);
        let graph = scheduler.next_to_decide().unwrap();
        scheduler.stale(graph);
        assert_eq!(scheduler.next_task(), Some(Task::Run(graph)));
        scheduler.ran(graph);
        while let Some(id) = scheduler.next_to_decide() {
            // One was there, and need not run: it is in no pool.
            if id.0 == 2 { scheduler.restore(id) } else { scheduler.stale(id) }
        }
        let Some(Task::Run(first)) = scheduler.next_task() else { panic!() };
        assert_eq!(scheduler.next_task(), Some(Task::Restore(StepId(2))));
        assert_eq!(scheduler.next_task(), None);
        assert!(scheduler.has_task());
        // What could not be written back had no place to give up.
        scheduler.failed(StepId(2));
        assert_eq!(scheduler.next_task(), None);
        scheduler.failed(first);
        assert_eq!(scheduler.next_task(), Some(Task::Run(StepId(3))));
    }

    /// A debug build takes ten times as long; `cargo test --release --lib` drives the million.
    const MANY: u32 = if cfg!(debug_assertions) { 200_000 } else { 1_000_000 };

    #[test]
    fn very_many_steps_in_a_chain_overflow_no_stack() {
        let dag = large(MANY, |id| id.checked_sub(1));
        let mut scheduler = all(&dag);
        scheduler.rank(|_| None);
        let order = drive(&mut scheduler, 2, |_| {});
        assert!(order.is_sorted() && order.len() == MANY as usize);
        let mut scheduler = all(&dag);
        assert_eq!(scheduler.next_to_decide(), Some(StepId(0)));
        assert_eq!(scheduler.failed(StepId(0)).len(), MANY as usize - 1);
        assert!(scheduler.unfinished().is_empty());
        assert!(dag.cone(&[StepId(MANY - 1)]).iter().all(|wanted| *wanted));
    }

    #[test]
    fn a_value_that_is_wanted_is_loaded_or_made_again_and_stays() {
        let dag = dag("{ version: 1, import: { a: { nodes: x.csv } }, \
             transform: { b: { from: a, ops: [drop_unconnected] } } }");
        let (a, b) = (dag.find("a").unwrap(), dag.find("b").unwrap());
        let mut scheduler = Scheduler::new(&dag, &[true, true]);
        scheduler.keep(b);
        while let Some(id) = scheduler.next_to_decide() {
            scheduler.fresh(id);
        }
        assert_eq!(scheduler.next_task(), Some(Task::Load(b)));
        // The store does not have it.
        scheduler.stale(b);
        assert_eq!(scheduler.next_task(), Some(Task::Load(a)));
        scheduler.loaded(a);
        assert_eq!(scheduler.next_task(), Some(Task::Run(b)));
        scheduler.ran(b);
        assert_eq!((scheduler.next_task(), scheduler.take_released()), (None, vec![a]));
    }

    #[test]
    fn very_many_steps_in_a_fan_stay_linear() {
        let dag = large(MANY, |id| (id > 0).then_some(0));
        let mut scheduler = all(&dag);
        scheduler.rank(|id| Some(u64::from(id.0 % 7)));
        assert_eq!(drive(&mut scheduler, 8, |_| {}).len(), MANY as usize);
        let mut scheduler = all(&dag);
        assert_eq!(scheduler.failed(StepId(0)).len(), MANY as usize - 1);
    }
}
