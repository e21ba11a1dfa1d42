//! Periodic and queued work on fang.
//!
//! The work itself is plain functions of a [`Context`]: [`refill`], [`reap`], [`purge`], [`sweep`].
//! Each is the link of a [`Chain`]: a fang task that runs, then schedules itself anew. fang 0.11
//! alone would lose chains to a crash and workers to a database that blinks, so it gets its tasks
//! from our own [`Queue`], works under a lease, and is watched: a chain that stopped is healed
//! within two minutes, by whichever [`Worker`] is alive.

mod backends;
mod chain;
mod lease;
mod periodic;
mod queue;
mod status;
mod watchdog;
mod work;
mod worker;

pub use backends::{Backends, DatabaseUrl, Secret};
pub use chain::Chain;
pub use queue::Queue;
pub use status::{ChainStatus, Standing, iso, status};
pub use work::{purge, reap, refill, sweep};
pub use worker::{Config, Worker};

use std::sync::Arc;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the work needs. Cheap to clone; all clones are the same store and the same pool.
#[derive(Clone, Debug)]
pub struct Context {
    pub store: store::Store,
    pub ids: Arc<dyn idservice::Pool>,
    pub clock: store::Clock,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Ids(#[from] idservice::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the work panicked")]
    Panicked,
}
