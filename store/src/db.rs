use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::postgres::Postgres;
use crate::{Error, Result};

pub(crate) static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// How long a statement waits for another process that writes to the same file.
pub(crate) const BUSY: Duration = Duration::from_secs(10);
pub(crate) const READERS: u32 = 4;
pub(crate) const ACQUIRE: Duration = Duration::from_secs(5);

/// The database, on either engine.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// SQLite lets one connection write at a time, so writers queue for the only one that does
/// instead of meeting in busy loops; readers go on beside it (WAL).
#[derive(Clone, Debug)]
pub struct Sqlite {
    pub read: SqlitePool,
    pub write: SqlitePool,
}

/// Runs one expression on the pool of either engine. The expression is expanded for each, and
/// sqlx infers its driver from the pool: `read!(db, pool => query("…").fetch_one(pool).await)`.
#[macro_export]
macro_rules! read {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::Db::Sqlite(sqlite) => {
                let $pool = &sqlite.read;
                $body
            }
            $crate::Db::Postgres($pool) => $body,
        }
    };
}

/// As [`read!`], for statements that change something.
#[macro_export]
macro_rules! write {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::Db::Sqlite(sqlite) => {
                let $pool = &sqlite.write;
                $body
            }
            $crate::Db::Postgres($pool) => $body,
        }
    };
}

/// Runs one block in a transaction and commits where it ends; `?` and `return` inside roll back.
///
/// The block owns what it uses, for it runs to its end even where whoever waits for it goes away:
/// a `begin` of sqlx that is given up may leave its connection in a transaction that nobody ends,
/// and whatever is written there later is acknowledged and never committed.
macro_rules! transaction {
    ($db:expr, $tx:ident => $body:expr) => {{
        let db = $db.clone();
        $crate::db::to_the_end(async move {
            match db {
                $crate::Db::Sqlite(sqlite) => {
                    let mut writer = sqlite.write.acquire().await?;
                    let work = async {
                        // Immediate: one that starts as a reader cannot wait to become a writer.
                        let mut $tx =
                            sqlx::Connection::begin_with(&mut *writer, "begin immediate").await?;
                        let value = $body;
                        $tx.commit().await?;
                        Ok(value)
                    };
                    let outcome = work.await;
                    $crate::db::give_back(writer, outcome)
                }
                $crate::Db::Postgres(pool) => {
                    let mut lent = pool.lend().await?;
                    let work = async {
                        let mut $tx = sqlx::Connection::begin(&mut *lent).await?;
                        let value = $body;
                        $tx.commit().await?;
                        Ok(value)
                    };
                    let outcome = tokio::time::timeout($crate::postgres::TRANSACTION, work).await;
                    lent.ends(outcome)
                }
            }
        })
        .await?
    }};
}

pub(crate) use transaction;

/// Closes the connection where a statement failed. A full disk makes SQLite end the transaction of
/// its own accord; sqlx does not hear of it, and would never begin another on that connection.
pub(crate) fn give_back<T>(
    mut writer: PoolConnection<sqlx::Sqlite>,
    outcome: Result<T>,
) -> Result<T> {
    if matches!(outcome, Err(Error::Database(_))) {
        writer.close_on_drop();
    }
    outcome
}

/// Finishes the work even where the future that this gives is dropped.
pub(crate) async fn to_the_end<T, E>(
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

impl Db {
    /// Opens or makes the file, durable to the last commit (`synchronous=FULL`), and migrates it.
    pub async fn sqlite(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .optimize_on_close(true, None);
        let pool = |connections: u32| {
            // A file does not go away: to ask each time costs a read a quarter of its time.
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(BUSY + ACQUIRE)
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
        migrate(SQLITE.run_direct(&mut *tx).await)?;
        tx.commit().await?;
        let read = pool(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite(Sqlite { read, write }))
    }

    /// Connects to a PostgreSQL server (14 or later) and migrates the database.
    pub async fn postgres(url: &str) -> Result<Self> {
        let postgres = Postgres::connect(url, "pastebin").await?;
        migrate(POSTGRES.run(&*postgres).await)?;
        Ok(Self::Postgres(postgres))
    }

    pub async fn ping(&self) -> Result<()> {
        read!(self, pool => sqlx::query("select 1").execute(pool).await.map(drop))?;
        Ok(())
    }

    /// Waits for the statements under way, then closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => {
                sqlite.read.close().await;
                sqlite.write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

fn migrate(outcome: Result<(), MigrateError>) -> Result<()> {
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(version) => Error::NewerDatabase(version),
        other => Error::Migration(other),
    })
}

pub(crate) fn is_outage(error: &sqlx::Error) -> bool {
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
