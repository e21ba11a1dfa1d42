//! Periodic jobs on the task queue of fang.
//!
//! The jobs themselves are plain functions of a [`Context`]: [`refill`], [`reap`], [`purge`],
//! [`sweep`]. [`PeriodicJob`] gives each a schedule. A [`Worker`] runs them as fang tasks, each of
//! which is scheduled again after its run.
//!
//! fang 0.11 alone loses tasks in a crash and workers in a database outage. So its workers use our
//! own [`Queue`], a job runs under a lease, and every worker has a watchdog. The watchdog of any live
//! worker restores a job that a dead worker held within two minutes.

mod backends;
mod config;
mod context;
mod error;
mod job;
mod lease;
mod queue;
mod schedule;
mod status;
mod tasks;
mod watchdog;
mod worker;

pub use backends::{Backends, DatabaseUrl};
pub use config::Config;
pub use context::Context;
pub use error::{Error, Result};
pub use job::PeriodicJob;
pub use queue::Queue;
pub use status::{JobState, JobStatus, status};
pub use tasks::{purge, purge_by_trusted_time, reap, refill, sweep};
pub use worker::Worker;
