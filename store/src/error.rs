//! The errors of the store.

use std::fmt;
use std::sync::Arc;

use crate::types::PasteId;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call of the store failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the id with the hash {} is taken", .0.log_hash())]
    IdTaken(PasteId),
    #[error("this key has made a paste already")]
    KeyUsed,
    /// A queue is full.
    #[error("too much waits to be written")]
    Busy,
    /// The disk of the database has only the room left that deletes and sessions need.
    #[error("the disk is almost full")]
    DiskFull,
    /// The error of work that several callers shared.
    #[error("{0}")]
    Shared(Arc<Error>),
    #[error("this user has as many access tokens as a user may have")]
    TooManyTokens,
    #[error("this email is registered already")]
    EmailTaken,
    #[error("paste #{} was deleted while it was read", .0.log_hash())]
    Gone(PasteId),
    #[error("the text of paste #{} is missing from the blob store", .0.log_hash())]
    TextMissing(PasteId),
    #[error("the text of paste #{} does not match its checksum", .0.log_hash())]
    TextDamaged(PasteId),
    #[error("the blob store failed: {0}")]
    Blobs(BlobsError),
    #[error("a text could not be compressed: {0}")]
    Compression(std::io::Error),
    #[error(
        "the database has migration {0}, which this program does not know: it is from a newer version"
    )]
    NewerDatabase(i64),
    #[error("the database could not be migrated: {0}")]
    Migration(sqlx::migrate::MigrateError),
    #[error(
        "it lacks migrations ({0}) that this user may not run; run `pastebin migrate` as the owner of the tables"
    )]
    MayNotMigrate(String),
    #[error("another process has been migrating it for {} minutes", .0.as_secs() / 60)]
    MigrationBlocked(std::time::Duration),
    /// A connection pooler hands a session to another client without its prepared statements.
    #[error(
        "the connection pooler in front of PostgreSQL loses prepared statements: it needs PgBouncer 1.21 or later with max_prepared_statements above 0, or pool_mode=session"
    )]
    Pooler,
    /// The server shows no certificate, or one that proves nothing.
    #[error(
        "the server does not prove its identity ({0}): name the CA of its certificate with sslrootcert=FILE, or say with sslmode=disable that the network is trusted"
    )]
    Unproven(String),
}

impl Error {
    /// The error itself, without the [`Error::Shared`] around it.
    pub fn root(&self) -> &Self {
        match self {
            Self::Shared(error) => error.root(),
            other => other,
        }
    }

    /// Whether a disk has no room for what was to be written.
    pub fn is_disk_full(&self) -> bool {
        match self.root() {
            Self::DiskFull => true,
            Self::Database(error) => is_disk_full(error),
            _ => false,
        }
    }

    /// Whether the store has logged the error already, once for all calls that fail by it.
    pub fn is_logged(&self) -> bool {
        match self.root() {
            Self::DiskFull => true,
            Self::Database(sqlx::Error::Io(error)) => {
                error.get_ref().and_then(|source| source.downcast_ref::<FileLost>()).is_some()
            }
            _ => false,
        }
    }

    /// Whether the database or the blob store is unavailable, so that the same call may succeed later.
    pub fn is_outage(&self) -> bool {
        match self.root() {
            Self::Blobs(_) | Self::Busy | Self::DiskFull => true,
            Self::Database(error) => is_database_outage(error),
            _ => false,
        }
    }
}

/// The database file that is open is no longer the one at its path. It is inside an
/// [`Error::Database`].
#[derive(Debug, thiserror::Error)]
#[error("{0} was removed or replaced")]
pub(crate) struct FileLost(pub String);

impl From<Arc<Self>> for Error {
    /// Unwraps the error where no other caller holds it.
    fn from(error: Arc<Self>) -> Self {
        Arc::try_unwrap(error).unwrap_or_else(Self::Shared)
    }
}

/// As [`Error::is_disk_full`].
pub(crate) fn is_disk_full(error: &sqlx::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let error = match error {
        sqlx::Error::Database(error) => error,
        sqlx::Error::Io(error) => return matches!(error.kind(), StorageFull | QuotaExceeded),
        _ => return false,
    };
    let code = error.code().unwrap_or_default();
    match error.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
        // Full; a write, the size of the index, or an fsync failed, as a quota makes them.
        Some(_) => ["13", "778", "4874", "1034"].contains(&&*code),
        // disk_full
        None => code == "53100",
    }
}

fn is_database_outage(error: &sqlx::Error) -> bool {
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    match error {
        Io(_) | Tls(_) | Protocol(_) | PoolTimedOut | PoolClosed | WorkerCrashed => true,
        Database(error) => {
            let code = error.code().unwrap_or_default();
            match error.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
                // Busy, locked, read-only, I/O error, full, cannot open: the low byte of an extended code.
                Some(_) => code
                    .parse()
                    .is_ok_and(|code: i32| [5, 6, 8, 10, 13, 14].contains(&(code & 0xff))),
                // Connection, resources (disk full, too many connections), shutdown, I/O error; a
                // read-only standby; a deadlock or a serialization conflict, which a retry may avoid.
                None => {
                    ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class))
                        || ["25006", "40001", "40P01"].contains(&&*code)
                }
            }
        }
        _ => false,
    }
}

/// Why a blob store failed.
#[derive(Debug)]
pub struct BlobsError {
    /// The error code of S3, such as `NoSuchBucket`; `None` where there was no readable answer.
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
