//! Ids made ahead of time.
//!
//! A job keeps a pool of ids filled; the site pops them. An id is only a hint: whoever uses one
//! lets the primary key of the pastes decide. Ids are never pushed back and never used again.

mod client;
pub mod health;
mod id;
mod memory;
mod redis;
pub mod service;

pub use client::HttpIds;
pub use id::{BadId, Id};
pub use memory::MemoryPool;
pub use redis::{RedisPool, redis_client};

use std::fmt;

use async_trait::async_trait;

/// The most ids that one pop gives.
pub const MAX_POP: usize = 100;

/// Below this level the pool is refilled …
pub const LOW_WATER: usize = 1_000;

/// … up to this one.
pub const TARGET: usize = 10_000;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the pool of ids is empty")]
    Empty,
    #[error("the address must be http:// or https:// and a host: http://idservice:8081")]
    Address,
    #[error("the operating system gives no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    #[error("Redis does not answer: {0}")]
    Redis(String),
    #[error("the id service does not answer: {0}")]
    Service(#[from] reqwest::Error),
}

/// Where ids come from: a pool in this process, a list in Redis, an id service over HTTP.
#[async_trait]
pub trait Ids: fmt::Debug + Send + Sync {
    /// Takes 1 to `count` ids ([`MAX_POP`] at most) away; nobody else gets them.
    ///
    /// # Errors
    /// [`Error::Empty`] where there are none.
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
