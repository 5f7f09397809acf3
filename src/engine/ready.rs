//! The tasks that wait for a worker: what lies on the longest way to the end comes first, and no
//! pool is exceeded.
//!
//! Knows ranks and pools by what it is told, and no states.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::scheduler::Task;
use crate::dag::{Dag, StepId};

/// The tasks that wait for a worker.
pub(super) struct Ready {
    /// One for each set of pools that steps are in together; the first is for steps in none. There
    /// are few, so that each is looked at for each task, and none has to be moved or woken.
    queues: Vec<Queue>,
    /// The queue that each step's run waits in; empty for the first.
    queue_of: Vec<u32>,
    /// How many more steps may run in each pool.
    room: Vec<usize>,
}

struct Queue {
    pools: Vec<usize>,
    tasks: BinaryHeap<Ranked>,
}

/// The highest rank first, and of equal ones the first in the plan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ranked {
    rank: u64,
    id: Reverse<StepId>,
    task: Task,
}

impl Ready {
    /// Starts with no task, and with room in all pools of the plan.
    pub(super) fn new(dag: &Dag) -> Ready {
        let pools = &dag.plan.pools;
        let mut queues = vec![Queue { pools: Vec::new(), tasks: BinaryHeap::new() }];
        let mut queue_of = Vec::new();
        if !pools.is_empty() {
            let mut numbers = HashMap::from([(Vec::new(), 0)]);
            queue_of.extend(dag.plan.steps.iter().map(|step| {
                let is_in = |at: &usize| pools[*at].holds(&step.work);
                let set: Vec<usize> = (0..pools.len()).filter(is_in).collect();
                *numbers.entry(set).or_insert_with_key(|set| {
                    queues.push(Queue { pools: set.clone(), tasks: BinaryHeap::new() });
                    queues.len() as u32 - 1
                })
            }));
        }
        let room = pools.iter().map(|pool| pool.most).collect();
        Ready { queues, queue_of, room }
    }

    /// Adds a task.
    pub(super) fn push(&mut self, task: Task, rank: u64) {
        let queue = self.queue_of(task);
        self.queues[queue].tasks.push(Ranked { rank, id: Reverse(task.id()), task });
    }

    /// Takes the task to do next; a step that runs takes its place in its pools.
    pub(super) fn pop(&mut self) -> Option<Task> {
        let has_room = |queue: &Queue| queue.pools.iter().all(|pool| self.room[*pool] > 0);
        let best = (0..self.queues.len())
            .filter(|at| has_room(&self.queues[*at]))
            .max_by_key(|at| self.queues[*at].tasks.peek())?;
        let queue = &mut self.queues[best];
        let task = queue.tasks.pop()?.task;
        for pool in &queue.pools {
            self.room[*pool] -= 1;
        }
        Some(task)
    }

    /// A step that ran gives up its place in its pools.
    pub(super) fn ended(&mut self, id: StepId) {
        let queue = self.queue_of(Task::Run(id));
        for pool in &self.queues[queue].pools {
            self.room[*pool] += 1;
        }
    }

    /// Returns how many tasks wait.
    pub(super) fn len(&self) -> usize {
        self.queues.iter().map(|queue| queue.tasks.len()).sum()
    }

    /// Ranks the tasks that wait anew.
    pub(super) fn rank(&mut self, rank: impl Fn(Task) -> u64) {
        for queue in &mut self.queues {
            let tasks = std::mem::take(&mut queue.tasks).into_iter();
            queue.tasks = tasks.map(|old| Ranked { rank: rank(old.task), ..old }).collect();
        }
    }

    /// Only running counts in a pool; what is brought back is not made.
    fn queue_of(&self, task: Task) -> usize {
        match task {
            Task::Run(id) => self.queue_of.get(id.0 as usize).map_or(0, |queue| *queue as usize),
            Task::Load(_) | Task::Restore(_) => 0,
        }
    }
}
