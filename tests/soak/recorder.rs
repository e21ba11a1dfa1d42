//! Records every request and every failure.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::operation::Operation;

/// The number of failures whose messages are kept; all are counted.
const MAX_MESSAGES: usize = 40;

#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// When the request was sent, since the start.
    pub sent_after: Duration,
    pub took: Duration,
    pub operation: Operation,
    /// `None` if no answer came.
    pub status: Option<u16>,
}

#[derive(Clone, Debug, Default)]
pub struct Failures {
    pub count: usize,
    /// The first [`MAX_MESSAGES`].
    pub messages: Vec<String>,
}

#[derive(Debug)]
pub struct Recorder {
    pub started: Instant,
    samples: Mutex<Vec<Sample>>,
    failures: Mutex<Failures>,
    bad_pastes: Mutex<BTreeSet<String>>,
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Recorder {
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            samples: Mutex::default(),
            failures: Mutex::default(),
            bad_pastes: Mutex::default(),
        }
    }

    /// Prints a line with the time since the start.
    pub fn log(&self, event: &str) {
        println!("{:7.1} s  {event}", self.started.elapsed().as_secs_f64());
    }

    pub fn request(
        &self,
        operation: Operation,
        sent_at: Instant,
        took: Duration,
        status: Option<u16>,
    ) {
        let sent_after = sent_at.duration_since(self.started);
        lock(&self.samples).push(Sample { sent_after, took, operation, status });
    }

    /// Records a violation of what the soak requires.
    pub fn fail(&self, message: &str) {
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let message = format!("{:7.1} s  {message}", self.started.elapsed().as_secs_f64());
        let mut failures = lock(&self.failures);
        failures.count += 1;
        if failures.messages.len() < MAX_MESSAGES {
            println!("FAILED {message}");
            failures.messages.push(message);
        }
    }

    /// Like [`Recorder::fail`], for an acknowledged paste or delete that did not hold.
    pub fn fail_paste(&self, id: &str, what: &str) {
        lock(&self.bad_pastes).insert(id.to_owned());
        self.fail(&format!("{id} {what}"));
    }

    /// The number of pastes that were lost, changed, or served after their expiry or deletion.
    pub fn bad_pastes(&self) -> usize {
        lock(&self.bad_pastes).len()
    }

    pub fn failures(&self) -> Failures {
        lock(&self.failures).clone()
    }

    pub fn samples(&self) -> Vec<Sample> {
        lock(&self.samples).clone()
    }
}
