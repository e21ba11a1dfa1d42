//! Paste ids, generated ahead of time.
//!
//! A periodic job keeps a pool of ids filled, and the site pops ids from it. A popped id is not
//! guaranteed to be free: the primary key of the pastes table decides, and on a conflict the caller
//! takes the next id. Ids are never pushed back into the pool and never reused.

mod client;
mod error;
mod http_client;
mod id;
mod memory;
mod pool;
mod redis;
mod secret;
pub mod service;

pub use client::HttpIds;
pub use error::{Error, Result};
pub use http_client::HttpError;
pub use id::{BadId, Id};
pub use memory::MemoryPool;
pub use pool::{Ids, LOW_WATER, MAX_POP, Pool, TARGET, refill};
pub use redis::{RedisPool, redis_client};
pub use secret::Secret;
