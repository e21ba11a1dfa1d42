use std::fmt;

use async_trait::async_trait;

use crate::error::Result;
use crate::id::Id;

/// The most ids that one pop gives.
pub const MAX_POP: usize = 100;

/// Below this level the pool is refilled …
pub const LOW_WATER: usize = 1_000;

/// … up to this one.
pub const TARGET: usize = 10_000;

/// Where ids come from: a pool in this process, a list in Redis, an id service over HTTP.
#[async_trait]
pub trait Ids: fmt::Debug + Send + Sync {
    /// Takes 1 to `count` ids ([`MAX_POP`] at most) away; nobody else gets them.
    ///
    /// # Errors
    /// [`Error::Empty`](crate::error::Error::Empty) where there are none.
    async fn pop(&self, count: usize) -> Result<Vec<Id>>;
}

/// A source of ids that this process keeps filled.
#[async_trait]
pub trait Pool: Ids {
    /// How many ids are waiting.
    async fn level(&self) -> Result<usize>;

    async fn push(&self, ids: Vec<Id>) -> Result<()>;
}

/// Fills the pool to [`TARGET`] where it is below [`LOW_WATER`]; answers how many ids it made.
pub async fn refill(pool: &dyn Pool) -> Result<usize> {
    let level = pool.level().await?;
    if level >= LOW_WATER {
        return Ok(0);
    }
    let made = TARGET - level;
    pool.push(Id::batch(made)?).await?;
    Ok(made)
}
