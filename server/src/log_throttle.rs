//! Limits how often a recurring event is logged.

use std::time::Duration;

use tokio::time::Instant;

/// Lets one log line through per interval.
#[derive(Debug)]
pub struct LogThrottle {
    interval: Duration,
    last: Option<Instant>,
    skipped: u64,
}

impl LogThrottle {
    pub const fn new(interval: Duration) -> Self {
        Self { interval, last: None, skipped: 0 }
    }

    /// Whether the event should be logged now. Starts a new interval if so.
    pub fn should_log(&mut self) -> bool {
        self.admit().is_some()
    }

    /// As [`LogThrottle::should_log`]: the number of events that were not logged since the last one
    /// that was; `None` if this one should not be logged either.
    pub fn admit(&mut self) -> Option<u64> {
        if self.last.is_some_and(|last| last.elapsed() < self.interval) {
            self.skipped += 1;
            return None;
        }
        self.last = Some(Instant::now());
        Some(std::mem::take(&mut self.skipped))
    }
}
