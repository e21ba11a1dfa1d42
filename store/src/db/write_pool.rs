//! The pool of the one SQLite connection that writes. It refuses to write to a lost file, and makes
//! room on a full disk.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteQueryResult, SqliteRow, SqliteStatement, SqliteTypeInfo};
use sqlx::{Describe, Either, Execute, Executor, SqlitePool};

use super::database_files::DatabaseFiles;
use super::room::Room;
use crate::error::is_disk_full;

/// Used as a pool of sqlx is.
#[derive(Clone, Debug)]
pub struct WritePool {
    pool: SqlitePool,
    files: Arc<DatabaseFiles>,
    room: Arc<Room>,
}

impl WritePool {
    pub(crate) fn new(pool: SqlitePool, files: Arc<DatabaseFiles>, room: Arc<Room>) -> Self {
        Self { pool, files, room }
    }

    pub(crate) fn check(&self) -> Result<(), sqlx::Error> {
        self.files.check()?;
        self.room.prepare_write();
        Ok(())
    }

    pub(crate) async fn acquire(&self) -> Result<PoolConnection<sqlx::Sqlite>, sqlx::Error> {
        self.check()?;
        self.pool.acquire().await
    }

    /// Waits for the running statement, then closes the connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl<'p> Executor<'p> for &'p WritePool {
    type Database = sqlx::Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, sqlx::Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, sqlx::Sqlite>,
    {
        match self.check() {
            Ok(()) => {
                let rows = (&self.pool).fetch_many(query);
                rows.inspect_err(|error| release_if_full(&self.room, error)).boxed()
            }
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<SqliteRow>, sqlx::Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, sqlx::Sqlite>,
    {
        match self.check() {
            Ok(()) => {
                let row = (&self.pool).fetch_optional(query);
                row.map(|row| row.inspect_err(|error| release_if_full(&self.room, error))).boxed()
            }
            Err(error) => async { Err(error) }.boxed(),
        }
    }

    fn prepare_with<'e, 'q: 'e>(
        self,
        sql: &'q str,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement<'q>, sqlx::Error>>
    where
        'p: 'e,
    {
        (&self.pool).prepare_with(sql, parameters)
    }

    fn describe<'e, 'q: 'e>(
        self,
        sql: &'q str,
    ) -> BoxFuture<'e, Result<Describe<sqlx::Sqlite>, sqlx::Error>>
    where
        'p: 'e,
    {
        (&self.pool).describe(sql)
    }
}

fn release_if_full(room: &Room, error: &sqlx::Error) {
    if is_disk_full(error) {
        room.release();
    }
}
