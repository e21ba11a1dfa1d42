use std::fmt;
use std::sync::Arc;

use crate::types::PasteId;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the id {0} is taken")]
    IdTaken(PasteId),
    #[error("this key has made a paste already")]
    KeyUsed,
    #[error("too much waits to be written")]
    Busy,
    /// Of a statement that several were answered by.
    #[error("{0}")]
    Shared(Arc<Error>),
    #[error("this user has as many access tokens as a user may have")]
    TooManyTokens,
    #[error("this email is registered already")]
    EmailTaken,
    #[error("paste {0} was deleted while it was read")]
    Gone(PasteId),
    #[error("the text of paste {0} is missing from the blob store")]
    TextMissing(PasteId),
    #[error("the text of paste {0} does not match its checksum")]
    TextDamaged(PasteId),
    #[error("the blob store does not do as it is asked: {0}")]
    Blobs(BlobsError),
    #[error("a text could not be compressed: {0}")]
    Compression(std::io::Error),
    #[error(
        "the database has migration {0}, which this program does not know: it is from a newer version"
    )]
    NewerDatabase(i64),
    #[error("the database could not be migrated: {0}")]
    Migration(sqlx::migrate::MigrateError),
}

impl Error {
    /// What it is, for how many it may ever be.
    pub fn root(&self) -> &Self {
        match self {
            Self::Shared(error) => error.root(),
            other => other,
        }
    }

    /// Whether the database or the blob store is at fault, and the same may work in a while.
    pub fn is_outage(&self) -> bool {
        match self.root() {
            Self::Blobs(_) | Self::Busy => true,
            Self::Database(error) => is_database_outage(error),
            _ => false,
        }
    }
}

impl From<Arc<Self>> for Error {
    /// The error itself, where nobody else has it.
    fn from(error: Arc<Self>) -> Self {
        Arc::try_unwrap(error).unwrap_or_else(Self::Shared)
    }
}

fn is_database_outage(error: &sqlx::Error) -> bool {
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    match error {
        Io(_) | Tls(_) | Protocol(_) | PoolTimedOut | PoolClosed | WorkerCrashed => true,
        Database(error) => {
            let code = error.code().unwrap_or_default();
            match error.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
                // Busy, locked, read-only, I/O error, full, cannot open; the rest of a code is detail.
                Some(_) => code
                    .parse()
                    .is_ok_and(|code: i32| [5, 6, 8, 10, 13, 14].contains(&(code & 0xff))),
                // Connection, resources (disk full, too many connections), shutdown, I/O error; a
                // standby that only reads; a deadlock or a conflict that another try may not meet.
                None => {
                    ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class))
                        || ["25006", "40001", "40P01"].contains(&&*code)
                }
            }
        }
        _ => false,
    }
}

/// What a blob store says that does not do as it is asked.
#[derive(Debug)]
pub struct BlobsError {
    /// As S3 names it, such as `NoSuchBucket`; `None` where there was no answer to speak of.
    pub code: Option<String>,
    pub message: String,
}

impl fmt::Display for BlobsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) if self.message.is_empty() => f.write_str(code),
            Some(code) => write!(f, "{code}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
