//! Waits for the store: one build per project at a time.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Event, PATIENCE};
use crate::disk::Now;
use crate::store::Store;

/// Locks the store, and says so if that takes waiting; `None` if it is stopped meanwhile.
pub(super) fn lock(
    store: &Store,
    stop: &AtomicBool,
    emit: &mut dyn FnMut(Event),
) -> io::Result<Option<Locked>> {
    let mut was_waited_for = false;
    loop {
        if let Some((now, was_abandoned)) = store.lock()? {
            return Ok(Some(Locked { now, was_abandoned }));
        }
        if !std::mem::replace(&mut was_waited_for, true) {
            emit(Event::Waiting { process: store.holder() });
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        std::thread::sleep(PATIENCE);
    }
}

/// The store, locked.
pub(super) struct Locked {
    pub(super) now: Now,
    /// Whether a build that held it was killed.
    pub(super) was_abandoned: bool,
}
