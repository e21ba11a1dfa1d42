//! What may happen a thousand times a second, and is logged once in a while.

use std::time::Duration;

use tokio::time::Instant;

#[derive(Debug)]
pub struct News {
    every: Duration,
    last: Option<Instant>,
}

impl News {
    pub const fn new(every: Duration) -> Self {
        Self { every, last: None }
    }

    pub fn is_due(&mut self) -> bool {
        let is_due = self.last.is_none_or(|last| last.elapsed() >= self.every);
        if is_due {
            self.last = Some(Instant::now());
        }
        is_due
    }
}
