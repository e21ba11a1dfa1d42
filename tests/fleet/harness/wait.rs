//! Waits for an event, with a timeout.

use std::time::{Duration, Instant};

/// How long a test waits for an event. Only a broken program takes this long.
pub const TIMEOUT: Duration = Duration::from_mins(1);

const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Polls `condition` until it gives a value. `event` describes it in the failure message.
///
/// # Panics
/// It gives none within [`TIMEOUT`].
pub async fn wait_until<T>(event: &str, condition: impl AsyncFnMut() -> Option<T>) -> T {
    wait_until_within(TIMEOUT, event, condition).await
}

/// Like [`wait_until`], with another timeout.
///
/// # Panics
/// It gives no value within `timeout`.
pub async fn wait_until_within<T>(
    timeout: Duration,
    event: &str,
    mut condition: impl AsyncFnMut() -> Option<T>,
) -> T {
    let deadline = Instant::now() + timeout;
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(Instant::now() < deadline, "timed out waiting: {event}");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
