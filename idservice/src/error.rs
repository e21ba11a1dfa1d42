//! The errors of sources of ids.

use crate::http_client::HttpError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation on a source of ids failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the pool of ids is empty")]
    Empty,
    #[error("the address must be http:// or https:// and a host: http://idservice:8081")]
    Address,
    #[error("the secret may hold only visible ASCII characters, and no spaces")]
    Secret,
    #[error("the id service refuses this site's secret: set ID_SERVICE_SECRET alike for both")]
    Unauthorized,
    #[error("the operating system gives no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// The cause, without the address of the server, which may contain a password.
    #[error("Redis does not answer: {0}")]
    Redis(String),
    #[error("the id service does not answer: {0}")]
    Service(#[from] HttpError),
    #[error("the id service answers something else than ids: {0}")]
    Response(#[from] serde_json::Error),
}
