//! The database engines, and the macros that run one statement on either.

pub(crate) mod address;
pub(crate) mod batching;
pub(crate) mod database_files;
pub(crate) mod generation;
pub(crate) mod macros;
pub(crate) mod migrations;
pub(crate) mod postgres;
pub(crate) mod room;
pub(crate) mod sqlite;
pub(crate) mod uninterrupted;
pub(crate) mod write_pool;

use std::fs::File;
use std::path::Path;

use tracing::warn;

use crate::db::macros::read;
use crate::db::postgres::Postgres;
use crate::db::sqlite::Sqlite;
use crate::error::{Error, Result, is_disk_full};

/// A database on either engine. Cheap to clone; all clones share the connections.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Db {
    /// Opens the file, or creates it, and migrates it. Commits are durable (`synchronous=FULL`).
    ///
    /// # Errors
    /// [`Error::NewerDatabase`](crate::error::Error::NewerDatabase), and a migration that fails.
    pub async fn sqlite(path: &Path) -> Result<Self> {
        Self::sqlite_migrated(path).await.map(|(db, _)| db)
    }

    /// As [`Db::sqlite`], with the names of the migrations that this call has run.
    pub(crate) async fn sqlite_migrated(path: &Path) -> Result<(Self, Vec<String>)> {
        Self::Sqlite(Sqlite::open(path).await?).migrated().await
    }

    /// Connects to a PostgreSQL server (14 or later) and migrates the database.
    ///
    /// # Errors
    /// As [`Db::sqlite`]; [`Error::Unproven`](crate::error::Error::Unproven) and
    /// [`Error::Pooler`](crate::error::Error::Pooler).
    pub async fn postgres(url: &str) -> Result<Self> {
        Self::postgres_migrated(url).await.map(|(db, _)| db)
    }

    /// As [`Db::postgres`], with the names of the migrations that this call has run.
    pub(crate) async fn postgres_migrated(url: &str) -> Result<(Self, Vec<String>)> {
        Self::Postgres(Postgres::connect(url, "pastebin").await?).migrated().await
    }

    async fn migrated(self) -> Result<(Self, Vec<String>)> {
        let ran = self.migrate().await?;
        Ok((self, ran))
    }

    /// Marks a database file as that of the holder of `claim`, its lock file, so that a file that is
    /// put in its place is noticed, and begins to keep room on its disk. Does nothing for PostgreSQL.
    pub async fn mark(&self, claim: &File) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => {
                sqlite.room.keep();
                match sqlite.mark(claim).await {
                    // The site must start, for its purge makes room.
                    Err(error) if is_disk_full(&error) => {
                        warn!(%error, "the disk is full: the database could not be marked");
                        Ok(())
                    }
                    outcome => Ok(outcome?),
                }
            }
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Checks that the database answers, that its file is still in its place, and that there is room
    /// on the disk.
    pub async fn ping(&self) -> Result<()> {
        if let Self::Sqlite(sqlite) = self {
            sqlite.write.check()?;
        }
        self.check_room(0)?;
        read!(self, pool => sqlx::query("select 1").execute(pool).await.map(drop))?;
        Ok(())
    }

    /// Checks that there is room for a new paste of so many bytes. PostgreSQL looks after its own disk.
    ///
    /// # Errors
    /// [`Error::DiskFull`].
    pub(crate) fn check_room(&self, bytes: u64) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) if !sqlite.room.allows(bytes) => Err(Error::DiskFull),
            _ => Ok(()),
        }
    }

    /// Gives room that became free back to the disk. PostgreSQL reuses it by itself.
    pub(crate) async fn shrink(&self) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => Ok(sqlite.shrink().await?),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// The engine and its version: `SQLite 3.51.3`, `PostgreSQL 17.2`.
    pub async fn engine(&self) -> Result<String> {
        Ok(match self {
            Self::Sqlite(sqlite) => {
                sqlx::query_scalar("select 'SQLite ' || sqlite_version()")
                    .fetch_one(&sqlite.read)
                    .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_scalar("select 'PostgreSQL ' || current_setting('server_version')")
                    .fetch_one(pool)
                    .await?
            }
        })
    }

    /// Waits for running statements, then closes every connection.
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
