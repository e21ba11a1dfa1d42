//! Work that goes on when its caller is cancelled.

use std::io;

/// Runs the work to its end, even if the returned future is dropped before.
pub(crate) async fn run_to_completion<T, E>(
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<sqlx::Error> + Send + 'static,
{
    tokio::spawn(work)
        .await
        .unwrap_or_else(|error| Err(sqlx::Error::Io(io::Error::other(error)).into()))
}
