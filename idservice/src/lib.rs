//! Ids made ahead of time.
//!
//! A job keeps a pool of ids filled; the site pops them. An id is only a hint: whoever uses one
//! lets the primary key of the pastes decide. Ids are never pushed back and never used again.

mod client;
mod error;
pub mod health;
mod id;
mod memory;
mod pool;
mod redis;
pub mod service;

pub use client::HttpIds;
pub use error::{Error, Result};
pub use id::{BadId, Id};
pub use memory::MemoryPool;
pub use pool::{Ids, LOW_WATER, MAX_POP, Pool, TARGET, refill};
pub use redis::{RedisPool, redis_client};
