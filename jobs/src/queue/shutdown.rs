//! The signal that stops workers and the watchdog.

use std::time::Duration;

use tokio::sync::watch;

/// Tells the workers and the watchdog to stop. A shutdown is requested when the sender sends `true`,
/// and when the sender is dropped. [`watch::Sender::closed`] resolves when the last clone of the
/// signal is dropped, that is, when all of them have stopped.
#[derive(Clone, Debug)]
pub(crate) struct ShutdownSignal {
    requested: watch::Receiver<bool>,
}

impl ShutdownSignal {
    pub(crate) fn new() -> (watch::Sender<bool>, Self) {
        let (sender, requested) = watch::channel(false);
        (sender, Self { requested })
    }

    pub(crate) fn is_requested(&self) -> bool {
        *self.requested.borrow() || self.requested.has_changed().is_err()
    }

    /// Sleeps for `period`, or until a shutdown is requested.
    pub(crate) async fn sleep(&self, period: Duration) {
        let mut requested = self.requested.clone();
        tokio::select! {
            _ = requested.wait_for(|requested| *requested) => {}
            () = tokio::time::sleep(period) => {}
        }
    }
}
