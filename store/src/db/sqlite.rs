//! SQLite: one connection that writes, and a pool of readers.

use std::path::Path;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::db::migrations;
use crate::error::{Error, Result};

/// How long a statement waits for another process that writes to the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
/// The wait for a connection: longer than [`BUSY_TIMEOUT`], which the statement before may take.
const ACQUIRE_TIMEOUT: Duration = BUSY_TIMEOUT.saturating_add(Duration::from_secs(5));

/// SQLite lets one connection write at a time. So there is only one that writes: writers queue for
/// it in memory, instead of retrying in SQLite's busy loop. Readers are not blocked (WAL).
#[derive(Clone, Debug)]
pub struct Sqlite {
    pub read: SqlitePool,
    pub write: SqlitePool,
}

impl Sqlite {
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .optimize_on_close(true, None);
        let pool = |connections: u32| {
            // A connection to a file does not break. Testing it before each use takes a quarter of
            // the time of a read.
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .test_before_acquire(false)
        };
        let mut tries = 0;
        let write = loop {
            match pool(1).connect_with(options.clone()).await {
                // The switch to WAL needs the file exclusively and does not wait: another process is
                // starting at the same time. 5 is SQLITE_BUSY.
                Err(sqlx::Error::Database(error))
                    if error.code().is_some_and(|code| code == "5") && tries < 100 =>
                {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                outcome => break outcome?,
            }
        };
        // sqlx takes no lock on SQLite: without this transaction, two processes that start on a new
        // file would both migrate it.
        let mut tx = write.begin_with("begin immediate").await?;
        migrations::translate(migrations::SQLITE.run_direct(&mut *tx).await)?;
        tx.commit().await?;
        let read = pool(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { read, write })
    }

    /// Opens an existing file. Nothing is created, migrated or written.
    pub(crate) async fn open_read_only(path: &Path) -> Result<Self, sqlx::Error> {
        let options =
            SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
        let pool =
            SqlitePoolOptions::new().max_connections(READERS).acquire_timeout(ACQUIRE_TIMEOUT);
        let read = pool.connect_with(options).await?;
        Ok(Self { write: read.clone(), read })
    }
}

/// Closes the connection if a statement failed. On a full disk SQLite rolls the transaction back by
/// itself; sqlx does not notice, and could not begin another one on that connection.
pub(crate) fn release<T>(
    mut writer: PoolConnection<sqlx::Sqlite>,
    outcome: Result<T>,
) -> Result<T> {
    if matches!(outcome, Err(Error::Database(_))) {
        writer.close_on_drop();
    }
    outcome
}
