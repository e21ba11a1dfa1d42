//! The errors of jobs.

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a job failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Ids(#[from] idservice::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the work panicked")]
    Panicked,
}
