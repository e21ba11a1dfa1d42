//! Opens the source of a copy, and checks both databases.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::error::CopyError;
use crate::db::Db;
use crate::db::macros::read;
use crate::db::migrations::Schema;
use crate::db::postgres::Postgres;
use crate::db::sqlite::Sqlite;
use crate::error::Result;

impl Db {
    /// Opens the database file of a site to read it. Nothing is created, migrated or written.
    ///
    /// # Errors
    /// [`CopyError::NoPastebin`], or the database is of another version.
    pub async fn sqlite_to_read(path: &Path) -> Result<Self, CopyError> {
        Self::Sqlite(Sqlite::open_read_only(path).await?).of_this_version().await
    }

    /// As [`Db::sqlite_to_read`], for PostgreSQL.
    pub async fn postgres_to_read(url: &str) -> Result<Self, CopyError> {
        let postgres = Postgres::connect(url, "pastebin copy").await?;
        Self::Postgres(postgres).of_this_version().await
    }

    async fn of_this_version(self) -> Result<Self, CopyError> {
        match self.schema().await? {
            Schema::Current => Ok(self),
            Schema::Older => Err(CopyError::OlderDatabase),
            Schema::Absent => Err(CopyError::NoPastebin),
        }
    }

    /// Whether texts are in a table of this database; `None` if it has no pastes.
    pub async fn has_texts_in_table(&self) -> Result<Option<bool>> {
        if has(self, "select key from blobs limit 1").await? {
            return Ok(Some(true));
        }
        Ok(has(self, "select id from pastes limit 1").await?.then_some(false))
    }
}

/// Whether a site has run on this database. Every site has a worker, which leaves rows in these
/// tables.
pub(super) async fn in_use(db: &Db) -> Result<bool> {
    has(db, "select name from job_leases union all select id from fang_tasks limit 1").await
}

pub(super) async fn is_empty(db: &Db) -> Result<bool> {
    Ok(!has(db, "select id from pastes limit 1").await?)
}

async fn has(db: &Db, query: &'static str) -> Result<bool> {
    let first: Option<String> =
        read!(db, pool => sqlx::query_scalar(query).fetch_optional(pool).await)?;
    Ok(first.is_some())
}

pub(super) async fn same_database(from: &Db, to: &Db) -> Result<bool> {
    match (from, to) {
        (Db::Sqlite(from), Db::Sqlite(to)) => Ok(file(from)? == file(to)?),
        // Compared by a lock, because two addresses may lead to one database.
        (Db::Postgres(from), Db::Postgres(to)) => {
            let key = getrandom::u64().map_err(io::Error::other).map_err(sqlx::Error::Io)?;
            let (mut from, mut to) = (from.begin().await?, to.begin().await?);
            let lock = "select pg_advisory_xact_lock($1)";
            sqlx::query(lock).bind(key.cast_signed()).execute(&mut *from).await?;
            let lock = "select pg_try_advisory_xact_lock($1)";
            let free: bool =
                sqlx::query_scalar(lock).bind(key.cast_signed()).fetch_one(&mut *to).await?;
            Ok(!free)
        }
        _ => Ok(false),
    }
}

/// Device and inode, because two paths may lead to one file.
fn file(db: &Sqlite) -> Result<(u64, u64)> {
    let options = db.read.connect_options();
    let file = std::fs::metadata(options.get_filename()).map_err(sqlx::Error::Io)?;
    Ok((file.dev(), file.ino()))
}
