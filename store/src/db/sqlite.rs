//! SQLite: one connection that writes, and a pool of readers.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqlitePool};

use crate::db::database_files::DatabaseFiles;
use crate::db::generation::{Header, Mark};
use crate::db::room::Room;
use crate::db::write_pool::WritePool;
use crate::error::{Error, Result};

/// How long a statement waits for another process that writes to the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
/// The wait for a connection: longer than [`BUSY_TIMEOUT`], which the statement before may take.
const ACQUIRE_TIMEOUT: Duration = BUSY_TIMEOUT.saturating_add(Duration::from_secs(5));

/// By which `file` and other programs may tell what database this is: "pbin".
const APPLICATION_ID: u32 = 0x7062_696e;

/// SQLite lets one connection write at a time. So there is only one that writes: writers queue for
/// it in memory, instead of retrying in SQLite's busy loop. Readers are not blocked (WAL).
#[derive(Clone, Debug)]
pub struct Sqlite {
    pub read: SqlitePool,
    pub write: WritePool,
    files: Arc<DatabaseFiles>,
    pub(crate) room: Arc<Room>,
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
            // In bytes: after a large transaction the log shrinks to this size.
            .pragma("journal_size_limit", "8388608")
            .optimize_on_close(true, None);
        // SQLite needs room for the index of its log.
        let room = Arc::new(Room::new(path));
        room.prepare_write();
        create(path).await?;
        let files = Arc::new(DatabaseFiles::open(path).map_err(sqlx::Error::Io)?);
        let write = connect_writer(&options).await?;
        let read = pool(READERS).connect_with(options.read_only(true)).await?;
        open_all(&read).await?;
        files.watch().map_err(sqlx::Error::Io)?;
        let write = WritePool::new(write, files.clone(), room.clone());
        Ok(Self { read, write, files, room })
    }

    /// Opens an existing file. Nothing is created, migrated or written.
    pub(crate) async fn open_read_only(path: &Path) -> Result<Self, sqlx::Error> {
        let options =
            SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
        let files = Arc::new(DatabaseFiles::open(path)?);
        let read = pool(READERS).connect_with(options).await?;
        let room = Arc::new(Room::new(path));
        let write = WritePool::new(read.clone(), files.clone(), room.clone());
        Ok(Self { read, write, files, room })
    }

    /// Gives the file a new generation, and writes it to `lock`, the lock file that this process
    /// holds. From then on a file that is put in its place is noticed, now and at the next start.
    pub(crate) async fn mark(&self, lock: &File) -> Result<(), sqlx::Error> {
        self.checkpoint().await?;
        let logged: u32 = sqlx::query_scalar("pragma user_version").fetch_one(&self.write).await?;
        let before = self.header()?;
        // SQLite's number is signed.
        let generation = getrandom::u32().map_err(io::Error::other)? >> 1 | 1;
        let mut mark = Mark {
            generations: vec![before.generation, logged, generation],
            changes: before.changes,
        };
        mark.write(lock)?;
        lock.sync_data()?;
        // A pragma takes no parameter.
        let set = format!("pragma user_version = {generation}");
        sqlx::query(&set).execute(&self.write).await?;
        self.checkpoint().await?;
        let after = self.header()?;
        mark.changes = after.changes;
        if after.generation == generation {
            mark.generations = vec![generation];
        }
        mark.write(lock)?;
        Ok(self.files.set_mark(lock.try_clone()?, mark)?)
    }

    /// Moves free pages to the end of the file and cuts them off, until at most a tenth of the pages
    /// are free. A file of an earlier version keeps its free pages.
    pub(crate) async fn shrink(&self) -> Result<(), sqlx::Error> {
        let mut before = i64::MAX;
        loop {
            let free: i64 =
                sqlx::query_scalar("pragma freelist_count").fetch_one(&self.write).await?;
            let all: i64 = sqlx::query_scalar("pragma page_count").fetch_one(&self.write).await?;
            if free <= all / 10 || free >= before {
                break;
            }
            before = free;
            sqlx::query("pragma incremental_vacuum(1000)").fetch_all(&self.write).await?;
        }
        // The file is cut when the log is applied, and the log when it is begun anew.
        sqlx::query("pragma wal_checkpoint(truncate)").execute(&self.write).await.map(drop)
    }

    /// Copies the write-ahead log to the database file, as far as no reader needs it.
    async fn checkpoint(&self) -> Result<(), sqlx::Error> {
        sqlx::query("pragma wal_checkpoint(passive)").execute(&self.write).await.map(drop)
    }

    fn header(&self) -> io::Result<Header> {
        self.files.header()?.ok_or_else(|| io::Error::other("the database has no header"))
    }
}

/// Creates the database where there is no file, or an empty one. It shrinks when pages become free
/// which a database does not learn later without a `vacuum`.
async fn create(path: &Path) -> Result<(), sqlx::Error> {
    if path.metadata().is_ok_and(|file| file.len() > 0) {
        return Ok(());
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(BUSY_TIMEOUT);
    let mut connection = options.connect().await?;
    sqlx::query("pragma auto_vacuum = incremental").execute(&mut connection).await?;
    // Writes the first page. The same in every process, because another one may be as far.
    let id = format!("pragma application_id = {APPLICATION_ID}");
    let written = sqlx::query(&id).execute(&mut connection).await;
    connection.close().await?;
    written.map(drop)
}

/// A pool of at most so many connections. They are never closed for their age: a new one would open
/// whatever file is at the path then. A connection to a file does not break, and testing it before
/// each use takes a quarter of the time of a read.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
}

async fn connect_writer(options: &SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let mut tries = 0;
    loop {
        match pool(1).connect_with(options.clone()).await {
            // The switch to WAL needs the file exclusively and does not wait: another process is
            // starting at the same time. 5 is SQLITE_BUSY.
            Err(sqlx::Error::Database(error))
                if error.code().is_some_and(|code| code == "5") && tries < 100 =>
            {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            outcome => break outcome,
        }
    }
}

/// Opens every connection that the pool may have.
async fn open_all(read: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut opened = Vec::new();
    for _ in 0..READERS {
        opened.push(read.acquire().await?);
    }
    Ok(())
}

impl Sqlite {
    /// Closes the connection if a statement failed. On a full disk SQLite rolls the transaction back
    /// by itself; sqlx does not notice, and could not begin another one on that connection.
    pub(crate) fn release<T>(
        &self,
        mut writer: PoolConnection<sqlx::Sqlite>,
        outcome: Result<T>,
    ) -> Result<T> {
        if let Err(error @ Error::Database(_)) = &outcome {
            writer.close_on_drop();
            if error.is_disk_full() {
                self.room.release();
            }
        }
        outcome
    }
}
