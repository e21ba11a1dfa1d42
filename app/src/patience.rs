//! How long somebody slow is waited for.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// So many bytes buy a second of waiting. A modem of 1998 brings more; who brings less than that
/// over a long time is not slow, but holds a place.
pub const PACE: u32 = 4 * 1024;

/// Waiting uses it up and bytes give it back, never more than there was at first. So silence ends
/// a connection after this time and a trickle not much later, while a line that falters and goes
/// on is forgiven.
#[derive(Debug)]
pub struct Patience {
    most: Duration,
    left: Duration,
    /// Since when nothing has moved, and when that is too long.
    waiting: Option<Instant>,
    over: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    pub const fn new(most: Duration) -> Self {
        Self { most, left: most, waiting: None, over: None }
    }

    /// Nothing moves: ready where that has been so for too long.
    pub fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let now = Instant::now();
        let end = *self.waiting.get_or_insert(now) + self.left;
        let over = self.over.get_or_insert_with(|| Box::pin(sleep_until(end)));
        if over.deadline() != end {
            over.as_mut().reset(end);
        }
        over.as_mut().poll(cx)
    }

    /// So much has moved.
    pub fn moved(&mut self, bytes: usize) {
        if let Some(since) = self.waiting.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
        if self.left < self.most {
            let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
            self.left = self.most.min(self.left + Duration::from_secs(bytes.into()) / PACE);
        }
    }
}

/// Time passes by itself here whenever everybody waits.
#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::{sleep, timeout};

    use super::*;

    const MOST: Duration = Duration::from_secs(30);

    /// After how long somebody is given up who moves so many bytes after each pause.
    async fn given_up(bytes: usize, pause: Duration) -> Option<Duration> {
        let mut patience = Patience::new(MOST);
        let started = Instant::now();
        while started.elapsed() < 100 * MOST {
            if timeout(pause, poll_fn(|cx| patience.poll_over(cx))).await.is_ok() {
                return Some(started.elapsed());
            }
            patience.moved(bytes);
        }
        None
    }

    #[tokio::test(start_paused = true)]
    async fn silence_and_a_trickle_are_given_up_and_a_slow_line_is_not() {
        let silent = given_up(0, Duration::from_hours(1)).await.unwrap();
        assert!((MOST..MOST + Duration::from_secs(1)).contains(&silent), "{silent:?}");
        for (bytes, seconds) in [(1, 25), (1, 1), (1024, 1), (PACE as usize, 2)] {
            let trickle = given_up(bytes, Duration::from_secs(seconds)).await.unwrap();
            assert!(trickle < 3 * MOST, "{bytes} bytes each {seconds} s: {trickle:?}");
        }
        let pace = PACE as usize + 1;
        assert_eq!(given_up(pace, Duration::from_secs(1)).await, None);
        assert_eq!(given_up(25 * pace, Duration::from_secs(25)).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_in_time_buys_no_more_than_there_was_at_first() {
        let mut patience = Patience::new(MOST);
        patience.moved(1 << 30);
        let started = Instant::now();
        poll_fn(|cx| patience.poll_over(cx)).await;
        assert!(started.elapsed() < 2 * MOST);
    }

    #[tokio::test(start_paused = true)]
    async fn only_waiting_counts() {
        let mut patience = Patience::new(MOST);
        sleep(3 * MOST).await;
        assert!(poll_fn(|cx| Poll::Ready(patience.poll_over(cx))).await.is_pending());
        patience.moved(1);
        sleep(3 * MOST).await;
        assert!(poll_fn(|cx| Poll::Ready(patience.poll_over(cx))).await.is_pending());
    }
}
