//! Periodic and queued work on fang.
//!
//! The work itself is plain functions of a [`Context`]: [`refill`], [`reap`], [`purge`], [`sweep`].
//! Each is the link of a [`PeriodicJob`]: a fang task that runs, then schedules itself anew. fang 0.11
//! alone would lose jobs to a crash and workers to a database that blinks, so it gets its tasks
//! from our own [`Queue`], works under a lease, and is watched: a job that stopped is healed
//! within two minutes, by whichever [`Worker`] is alive.

mod backends;
mod config;
mod context;
mod error;
mod job;
mod lease;
mod periodic;
mod queue;
mod schedule;
mod status;
mod tasks;
mod watchdog;
mod worker;

pub use backends::{Backends, DatabaseUrl, Secret};
pub use config::Config;
pub use context::Context;
pub use error::{Error, Result};
pub use job::PeriodicJob;
pub use queue::Queue;
pub use status::{JobState, JobStatus, iso, status};
pub use tasks::{purge, reap, refill, sweep};
pub use worker::Worker;
