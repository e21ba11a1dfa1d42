//! Periodic and queued work on fang.
//!
//! The work itself is plain functions of a [`Context`]: [`refill`], [`reap`], [`purge`], [`sweep`].
//! Each is the link of a [`Chain`]: a fang task that runs, then schedules itself anew. fang 0.11
//! alone would lose chains to a crash and workers to a database that blinks, so it gets its tasks
//! from our own [`Queue`], works under a lease, and is watched: a chain that stopped is healed
//! within two minutes, by whichever [`Worker`] is alive.

mod backends;
mod chain;
mod config;
mod context;
mod error;
mod lease;
mod periodic;
mod queue;
mod schedule;
mod status;
mod watchdog;
mod work;
mod worker;

pub use backends::{Backends, DatabaseUrl, Secret};
pub use chain::Chain;
pub use config::Config;
pub use context::Context;
pub use error::{Error, Result};
pub use queue::Queue;
pub use status::{ChainStatus, Standing, iso, status};
pub use work::{purge, reap, refill, sweep};
pub use worker::Worker;
