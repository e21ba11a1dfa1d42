//! The worker: fang's workers and a watchdog in this process.

use std::time::Duration;

use tokio::sync::watch;
use tracing::warn;

use crate::config::Config;
use crate::context::Context;
use crate::queue::shutdown::ShutdownSignal;
use crate::queue::{Queue, workers};
use crate::watchdog;

/// Runs the periodic jobs, with a watchdog, until it is stopped. Dropping it stops it too, without
/// waiting for the running jobs.
#[derive(Debug)]
pub struct Worker {
    stop: watch::Sender<bool>,
}

impl Worker {
    /// Starts the worker. If the database is unavailable, the worker waits for it.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start(context: Context, config: Config) -> Self {
        let (stop, shutdown) = ShutdownSignal::new();
        let queue = Queue::for_worker(context, config, shutdown.clone());
        tokio::spawn(async move {
            workers::start(&queue).await;
            watchdog::watch(queue, shutdown).await;
        });
        Self { stop }
    }

    /// Starts no more jobs and waits up to `deadline` for the running ones. Returns whether all
    /// finished. The watchdog of the next worker requeues those that did not.
    pub async fn stop(self, deadline: Duration) -> bool {
        self.stop.send_replace(true);
        let finished = tokio::time::timeout(deadline, self.stop.closed()).await.is_ok();
        if !finished {
            warn!("periodic jobs were still running at the shutdown deadline");
        }
        finished
    }
}
