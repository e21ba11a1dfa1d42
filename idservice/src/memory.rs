//! A pool of ids in memory.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::error::{Error, Result};
use crate::id::Id;
use crate::pool::{Ids, MAX_POP, Pool};

/// The pool of a single-process site: a queue in memory.
#[derive(Debug, Default)]
pub struct MemoryPool {
    ids: Mutex<VecDeque<Id>>,
}

impl MemoryPool {
    fn ids(&self) -> MutexGuard<'_, VecDeque<Id>> {
        // No operation below can leave the queue half-changed, so a poisoned lock is safe to use.
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Ids for MemoryPool {
    async fn pop(&self, count: usize) -> Result<Vec<Id>> {
        let mut ids = self.ids();
        let count = count.clamp(1, MAX_POP).min(ids.len());
        if count == 0 { Err(Error::Empty) } else { Ok(ids.drain(..count).collect()) }
    }
}

#[async_trait]
impl Pool for MemoryPool {
    async fn level(&self) -> Result<usize> {
        Ok(self.ids().len())
    }

    async fn push(&self, ids: Vec<Id>) -> Result<()> {
        self.ids().extend(ids);
        Ok(())
    }
}
