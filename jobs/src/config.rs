use std::time::Duration;

/// How often a worker does what it does beside its work. All by the system's clock.
#[derive(Clone, Debug)]
pub struct Config {
    /// How long an idle worker waits before it looks for a task again. At most a second, or the
    /// refill's period of ten is not kept.
    pub poll: Duration,
    /// How often a busy worker tells that it is alive. Three fit into its lease of 30 seconds.
    pub heartbeat: Duration,
    /// How often the jobs are looked after. Two looks are needed to see that a worker is dead.
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
