//! A timeout for peers that stop sending or reading, or do so too slowly.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Every this many transferred bytes restore one second of the timeout. A modem of 1998
/// is faster; a peer that stays below this rate for long only occupies a slot.
pub const MIN_BYTES_PER_SECOND: u32 = 4 * 1024;

/// A budget of waiting time. Waiting consumes it and transferred bytes restore it, up to its
/// initial value. So silence ends a connection after `limit`, a trickle soon after, and a line
/// that pauses now and then is not cut.
#[derive(Debug)]
pub struct StallTimeout {
    limit: Duration,
    remaining: Duration,
    /// The time of the first poll since the last transferred byte.
    waiting_since: Option<Instant>,
    /// Fires when `remaining` is used up. Allocated on the first wait and reused.
    timer: Option<Pin<Box<Sleep>>>,
}

impl StallTimeout {
    pub const fn new(limit: Duration) -> Self {
        Self { limit, remaining: limit, waiting_since: None, timer: None }
    }

    /// To be polled while the transfer is pending. Ready when the timeout has elapsed.
    pub fn poll_elapsed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let now = Instant::now();
        let deadline = *self.waiting_since.get_or_insert(now) + self.remaining;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx)
    }

    /// Records that `bytes` were transferred.
    pub fn record(&mut self, bytes: usize) {
        if let Some(since) = self.waiting_since.take() {
            self.remaining = self.remaining.saturating_sub(since.elapsed());
        }
        if self.remaining < self.limit {
            let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
            let restored = Duration::from_secs(bytes.into()) / MIN_BYTES_PER_SECOND;
            self.remaining = self.limit.min(self.remaining + restored);
        }
    }
}

/// The clock is paused: time advances by itself when every task waits.
#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::{sleep, timeout};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    /// How long a peer lasts that transfers `bytes` after each `pause`; `None` if it is never cut.
    async fn time_until_cut(bytes: usize, pause: Duration) -> Option<Duration> {
        let mut stall = StallTimeout::new(LIMIT);
        let started = Instant::now();
        while started.elapsed() < 100 * LIMIT {
            if timeout(pause, poll_fn(|cx| stall.poll_elapsed(cx))).await.is_ok() {
                return Some(started.elapsed());
            }
            stall.record(bytes);
        }
        None
    }

    #[tokio::test(start_paused = true)]
    async fn silence_and_a_trickle_time_out_and_a_slow_line_does_not() {
        let silent = time_until_cut(0, Duration::from_hours(1)).await.unwrap();
        assert!((LIMIT..LIMIT + Duration::from_secs(1)).contains(&silent), "{silent:?}");
        for (bytes, seconds) in [(1, 25), (1, 1), (1024, 1), (MIN_BYTES_PER_SECOND as usize, 2)] {
            let trickle = time_until_cut(bytes, Duration::from_secs(seconds)).await.unwrap();
            assert!(trickle < 3 * LIMIT, "{bytes} bytes each {seconds} s: {trickle:?}");
        }
        let enough = MIN_BYTES_PER_SECOND as usize + 1;
        assert_eq!(time_until_cut(enough, Duration::from_secs(1)).await, None);
        assert_eq!(time_until_cut(25 * enough, Duration::from_secs(25)).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn transferred_bytes_never_extend_the_timeout_beyond_its_limit() {
        let mut stall = StallTimeout::new(LIMIT);
        stall.record(1 << 30);
        let started = Instant::now();
        poll_fn(|cx| stall.poll_elapsed(cx)).await;
        assert!(started.elapsed() < 2 * LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn only_time_spent_waiting_counts() {
        let mut stall = StallTimeout::new(LIMIT);
        sleep(3 * LIMIT).await;
        assert!(poll_fn(|cx| Poll::Ready(stall.poll_elapsed(cx))).await.is_pending());
        stall.record(1);
        sleep(3 * LIMIT).await;
        assert!(poll_fn(|cx| Poll::Ready(stall.poll_elapsed(cx))).await.is_pending());
    }
}
