//! The intervals of a worker.

use std::time::Duration;

/// The intervals of a worker, measured by the system's clock.
#[derive(Clone, Debug)]
pub struct Config {
    /// How often an idle worker looks for a due task. More than a second would delay the refill,
    /// whose period is 10 seconds, noticeably.
    pub poll: Duration,
    /// How often a running job shows that it is alive. Three heartbeats fit into a lease of 30
    /// seconds.
    pub heartbeat: Duration,
    /// How often the watchdog checks all jobs. It takes two checks to recognise a dead worker.
    pub watchdog: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(1),
            heartbeat: Duration::from_secs(10),
            watchdog: Duration::from_secs(30),
        }
    }
}
