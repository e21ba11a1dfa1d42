//! Limits how often a recurring event is logged.

use std::time::Duration;

use tokio::time::Instant;

/// Lets one log line through per interval.
#[derive(Debug)]
pub struct LogThrottle {
    interval: Duration,
    last: Option<Instant>,
}

impl LogThrottle {
    pub const fn new(interval: Duration) -> Self {
        Self { interval, last: None }
    }

    /// Whether the event should be logged now. Starts a new interval if so.
    pub fn should_log(&mut self) -> bool {
        let should_log = self.last.is_none_or(|last| last.elapsed() >= self.interval);
        if should_log {
            self.last = Some(Instant::now());
        }
        should_log
    }
}
