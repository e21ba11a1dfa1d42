use std::fmt::Display;
use std::time::Duration;

use tracing::{error, warn};

/// Waits between attempts, 1.5 seconds in all: enough for a connection that broke. What takes
/// longer is the watchdog's.
const WAITS: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
];

/// Tries until it works, and gives up with `None` and a line in the log.
pub(crate) async fn retry<T, E: Display, F>(
    what: &'static str,
    attempt: impl Fn() -> F,
) -> Option<T>
where
    F: Future<Output = Result<T, E>>,
{
    for wait in WAITS {
        match attempt().await {
            Ok(value) => return Some(value),
            Err(error) => warn!(%error, "could not {what}; trying again"),
        }
        tokio::time::sleep(wait).await;
    }
    attempt()
        .await
        .inspect_err(|error| error!(%error, "could not {what}; the watchdog will heal it"))
        .ok()
}
