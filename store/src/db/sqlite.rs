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
const ACQUIRE_TIMEOUT: Duration = BUSY_TIMEOUT.saturating_add(Duration::from_secs(5));

/// SQLite lets one connection write at a time, so writers queue for the only one that does
/// instead of meeting in busy loops; readers go on beside it (WAL).
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
            // A file does not go away: to ask each time costs a read a quarter of its time.
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .test_before_acquire(false)
        };
        let mut tries = 0;
        let write = loop {
            match pool(1).connect_with(options.clone()).await {
                // The change to WAL needs the file alone and waits for nobody: another starts now, too.
                Err(sqlx::Error::Database(error))
                    if error.code().is_some_and(|code| code == "5") && tries < 100 =>
                {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                outcome => break outcome?,
            }
        };
        // One at a time: sqlx takes no lock of its own here, and two that start on a new file would clash.
        let mut tx = write.begin_with("begin immediate").await?;
        migrations::translate(migrations::SQLITE.run_direct(&mut *tx).await)?;
        tx.commit().await?;
        let read = pool(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { read, write })
    }

    /// As it is: nothing is made, migrated or written.
    pub(crate) async fn open_read_only(path: &Path) -> Result<Self, sqlx::Error> {
        let options =
            SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
        let pool =
            SqlitePoolOptions::new().max_connections(READERS).acquire_timeout(ACQUIRE_TIMEOUT);
        let read = pool.connect_with(options).await?;
        Ok(Self { write: read.clone(), read })
    }
}

/// Closes the connection where a statement failed. A full disk makes SQLite end the transaction of
/// its own accord; sqlx does not hear of it, and would never begin another on that connection.
pub(crate) fn release<T>(
    mut writer: PoolConnection<sqlx::Sqlite>,
    outcome: Result<T>,
) -> Result<T> {
    if matches!(outcome, Err(Error::Database(_))) {
        writer.close_on_drop();
    }
    outcome
}
