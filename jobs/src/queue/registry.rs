//! The queues of this process, by number.
//!
//! fang decodes a task from the database and passes it a `&dyn AsyncQueueable`, which cannot be cast
//! back to our queue. So every queue has a number and writes it into the tasks that it hands out, and
//! a running task looks its queue up here. Each of several queues in one process thus runs its tasks
//! with its own [`Context`].

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use store::{Clock, Db};

use crate::config::Config;
use crate::context::Context;
use crate::queue::shutdown::ShutdownSignal;

static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);
static QUEUES: Mutex<BTreeMap<u64, Weak<Shared>>> = Mutex::new(BTreeMap::new());

/// The data that all clones of one queue share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) number: u64,
    pub(super) context: Context,
    pub(super) config: Config,
    /// Only a worker's queue has one.
    pub(super) shutdown: Option<ShutdownSignal>,
}

impl Shared {
    pub(super) fn db(&self) -> &Db {
        self.context.store.db()
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.context.clock
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        queues().remove(&self.number);
    }
}

pub(super) fn register(
    context: Context,
    config: Config,
    shutdown: Option<ShutdownSignal>,
) -> Arc<Shared> {
    let number = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
    let shared = Arc::new(Shared { number, context, config, shutdown });
    queues().insert(number, Arc::downgrade(&shared));
    shared
}

pub(super) fn find(number: u64) -> Option<Arc<Shared>> {
    queues().get(&number)?.upgrade()
}

fn queues() -> MutexGuard<'static, BTreeMap<u64, Weak<Shared>>> {
    // No operation leaves the map half-changed, so a poisoned lock is safe to use.
    QUEUES.lock().unwrap_or_else(PoisonError::into_inner)
}
