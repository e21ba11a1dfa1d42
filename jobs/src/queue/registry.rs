//! fang gives a running task nothing of ours: a task is decoded from the database and gets a
//! `&dyn AsyncQueueable`, which cannot be turned back into our queue. So each queue of this process
//! has a number, writes it into the tasks that it hands out, and is found here again by the run.
//! Two queues in one process, of two tests or two sites, never meet.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::config::Config;
use crate::context::Context;

static NEXT: AtomicU64 = AtomicU64::new(1);
static QUEUES: Mutex<BTreeMap<u64, Weak<Registered>>> = Mutex::new(BTreeMap::new());

/// What all clones of one queue share.
#[derive(Debug)]
pub(super) struct Registered {
    pub(super) number: u64,
    pub(super) context: Context,
    pub(super) config: Config,
}

impl Drop for Registered {
    fn drop(&mut self) {
        queues().remove(&self.number);
    }
}

pub(super) fn register(context: Context, config: Config) -> Arc<Registered> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let queue = Arc::new(Registered { number, context, config });
    queues().insert(number, Arc::downgrade(&queue));
    queue
}

pub(super) fn find(number: u64) -> Option<Arc<Registered>> {
    queues().get(&number)?.upgrade()
}

fn queues() -> MutexGuard<'static, BTreeMap<u64, Weak<Registered>>> {
    // A map is whole after each of its steps, so a panicked holder does no harm.
    QUEUES.lock().unwrap_or_else(PoisonError::into_inner)
}
