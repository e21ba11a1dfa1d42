//! Watches an HTTP/2 connection for a client that occupies it without need.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::activity::Activity;
use crate::connection::WRITE_STALL;
use crate::stall::MIN_BYTES_PER_SECOND;

/// How long a connection may be without a request. Its client then has as much time to close it.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// How many requests a client may take back before they are answered, beyond those that it lets be
/// answered. A browser whose user leaves a page takes back a few.
const MAX_CANCELLED: usize = 100;

/// Why a connection has to end.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It carries no request.
    Idle,
    Abusive(&'static str),
}

/// The state at the last look.
#[derive(Debug)]
pub struct Http2Watch {
    activity: Arc<Activity>,
    interval: Interval,
    idle_since: Option<Instant>,
    /// How long the client may still go without reading its answers.
    patience: Duration,
    written: usize,
}

impl Http2Watch {
    pub fn new(activity: Arc<Activity>) -> Self {
        let mut interval = interval_at(Instant::now() + PAUSE, PAUSE);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let idle_since = Some(Instant::now());
        Self { activity, interval, idle_since, patience: WRITE_STALL, written: 0 }
    }

    /// Resolves when the connection has to end.
    pub async fn next(&mut self) -> Verdict {
        loop {
            self.interval.tick().await;
            if let Some(verdict) = self.look() {
                return verdict;
            }
        }
    }

    fn look(&mut self) -> Option<Verdict> {
        let (total, cancelled) = (self.activity.total(), self.activity.cancelled());
        let answered = total.saturating_sub(cancelled);
        if cancelled > MAX_CANCELLED + answered {
            return Some(Verdict::Abusive("the client takes its requests back"));
        }
        if self.activity.open() == 0 {
            self.patience = WRITE_STALL;
            let since = *self.idle_since.get_or_insert_with(Instant::now);
            let is_idle = since.elapsed() >= IDLE_TIMEOUT;
            // The client may take its time with the end of the connection, but not for ever.
            return if since.elapsed() >= 2 * IDLE_TIMEOUT {
                Some(Verdict::Abusive("the client does not close its idle connection"))
            } else {
                is_idle.then_some(Verdict::Idle)
            };
        }
        self.idle_since = None;
        self.is_stalled().then_some(Verdict::Abusive("the client does not read its answers"))
    }

    /// The rule of the stall timeout, for answers that wait in the connection's buffers: the system
    /// takes the few bytes of control frames even from a client that allows no answers.
    fn is_stalled(&mut self) -> bool {
        let written = self.activity.written();
        let seconds = (written - self.written) / MIN_BYTES_PER_SECOND as usize;
        self.written = written;
        if self.activity.unsent() == 0 {
            self.patience = WRITE_STALL;
            return false;
        }
        let regained = Duration::from_secs(seconds as u64);
        self.patience = (self.patience.saturating_sub(PAUSE) + regained).min(WRITE_STALL);
        self.patience.is_zero()
    }
}
