//! Retries a database operation that must not fail.

use std::fmt::Display;
use std::time::Duration;

use tracing::{error, warn};

/// Delays between attempts: 1.5 seconds in total, enough to replace a broken database connection.
/// After a longer outage the watchdog restores the tasks.
const DELAYS: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
];

/// Calls `attempt` until it succeeds, five times at most. `None` after the last failure, which is
/// logged. `action` completes the log line "could not …".
pub(crate) async fn retry<T, E: Display, F>(
    action: &'static str,
    attempt: impl Fn() -> F,
) -> Option<T>
where
    F: Future<Output = Result<T, E>>,
{
    for delay in DELAYS {
        match attempt().await {
            Ok(value) => return Some(value),
            Err(error) => warn!(%error, "could not {action}; trying again"),
        }
        tokio::time::sleep(delay).await;
    }
    attempt()
        .await
        .inspect_err(|error| error!(%error, "could not {action}; left to the watchdog"))
        .ok()
}
