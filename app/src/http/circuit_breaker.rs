//! A circuit breaker: a dependency that fails is not called for a while.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Closed, it lets every call through. The first failure opens it. While it is open, one call per
/// pause is let through as a probe, and a probe that succeeds closes it.
#[derive(Debug)]
pub struct CircuitBreaker {
    first_pause: Duration,
    max_pause: Duration,
    open: Mutex<Option<Open>>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    next_probe: Instant,
    pause: Duration,
}

impl CircuitBreaker {
    /// The pause doubles with each failed probe, from `first_pause` up to `max_pause`.
    pub const fn new(first_pause: Duration, max_pause: Duration) -> Self {
        Self { first_pause, max_pause, open: Mutex::new(None) }
    }

    /// Whether the dependency may be called now.
    pub fn allows(&self) -> bool {
        self.state(|open| match open {
            None => true,
            Some(Open { next_probe, .. }) if Instant::now() < *next_probe => false,
            Some(Open { next_probe, pause }) => {
                *next_probe = Instant::now() + *pause;
                true
            }
        })
    }

    /// Records a successful call. True if it closed the breaker: the recovery should be logged.
    pub fn succeeded(&self) -> bool {
        self.state(Option::take).is_some()
    }

    /// Records a failed call. True if it opened the breaker: the failure should be logged.
    pub fn failed(&self) -> bool {
        self.state(|open| {
            let pause = open.map_or(self.first_pause, |open| (open.pause * 2).min(self.max_pause));
            open.replace(Open { next_probe: Instant::now() + pause, pause }).is_none()
        })
    }

    fn state<T>(&self, change: impl FnOnce(&mut Option<Open>) -> T) -> T {
        change(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const FIRST: Duration = Duration::from_secs(1);
    const MAX: Duration = Duration::from_secs(4);

    #[tokio::test(start_paused = true)]
    async fn one_probe_is_let_through_per_pause() {
        let breaker = CircuitBreaker::new(FIRST, MAX);
        assert!(breaker.allows() && breaker.allows());
        assert!(breaker.failed());
        assert!(!breaker.allows());
        advance(FIRST).await;
        assert!(breaker.allows());
        assert!(!breaker.allows(), "a second probe in the same pause");
        assert!(breaker.succeeded());
        assert!(breaker.allows() && breaker.allows());
        assert!(!breaker.succeeded());
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_doubles_up_to_its_maximum() {
        let breaker = CircuitBreaker::new(FIRST, MAX);
        for pause in [FIRST, 2 * FIRST, MAX, MAX] {
            breaker.failed();
            advance(pause.checked_sub(Duration::from_millis(1)).unwrap()).await;
            assert!(!breaker.allows(), "{pause:?}");
            advance(Duration::from_millis(1)).await;
            assert!(breaker.allows(), "{pause:?}");
        }
    }
}
