//! Work that goes on when its caller is cancelled.

use std::io;

use tokio::task::JoinError;

/// Runs the work to its end, even if the returned future is dropped before.
pub(crate) async fn run_to_completion<T, E>(
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<sqlx::Error> + Send + 'static,
{
    tokio::spawn(work).await.unwrap_or_else(|error| Err(sqlx::Error::Io(ended(&error)).into()))
}

/// The error of work that did not end by itself. That of tokio has the panic's message, which may
/// quote a user's text.
pub(crate) fn ended(error: &JoinError) -> io::Error {
    io::Error::other(if error.is_panic() { "the work panicked" } else { "the work was cancelled" })
}
