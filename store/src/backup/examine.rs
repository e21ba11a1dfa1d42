//! Checks that a file is a sound database of Pastebin, and makes it a single file.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::Result;
use super::error::BackupError;
use crate::db::migrations::SQLITE;

/// Checks a file that nobody else uses, applies what was left beside it, and removes its mark, so
/// that no site takes it for its own. Returns the number of pastes.
pub(super) async fn examine(path: &Path) -> Result<u64> {
    let error = |error| no_database(path, error);
    let mut connection = connect(path).await.map_err(error)?;
    if !has_tables(&mut connection).await.map_err(error)? {
        return Err(BackupError::NoPastebin { path: path.to_owned() });
    }
    let applied: Vec<i64> =
        sqlx::query_scalar("select version from _sqlx_migrations order by version")
            .fetch_all(&mut connection)
            .await
            .map_err(error)?;
    if let Some(&migration) = applied.iter().find(|version| !SQLITE.version_exists(**version)) {
        return Err(BackupError::Newer { path: path.to_owned(), migration });
    }
    let found: String = sqlx::query_scalar("pragma integrity_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(error)?;
    if found != "ok" {
        let found = found.replace('\n', " ");
        return Err(BackupError::Damaged { path: path.to_owned(), found });
    }
    for statement in ["pragma journal_mode = delete", "pragma user_version = 0"] {
        sqlx::query(statement).execute(&mut connection).await.map_err(error)?;
    }
    let pastes: i64 = sqlx::query_scalar("select count(*) from pastes where deleted_at is null")
        .fetch_one(&mut connection)
        .await
        .map_err(error)?;
    connection.close().await.map_err(error)?;
    Ok(pastes.unsigned_abs())
}

/// Applies the write-ahead log of a database and removes it. A damaged database is left as it is.
///
/// # Errors
/// Another program has the database open.
pub(super) async fn settle(path: &Path) -> Result<()> {
    let settled = async {
        let mut connection = connect(path).await?;
        sqlx::query("pragma journal_mode = delete").execute(&mut connection).await?;
        connection.close().await
    };
    match settled.await {
        // 5 is SQLITE_BUSY.
        Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| code == "5") => {
            let reason = format!("another program has {} open; stop it first", path.display());
            Err(BackupError::Refused(reason))
        }
        _ => Ok(()),
    }
}

async fn connect(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .synchronous(SqliteSynchronous::Full)
        // A program that has the file open does not close it in a few seconds.
        .busy_timeout(std::time::Duration::from_secs(1));
    options.connect().await
}

async fn has_tables(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let tables: i64 = sqlx::query_scalar(
        "select count(*) from sqlite_master where type = 'table' and name in ('pastes', '_sqlx_migrations')",
    )
    .fetch_one(connection)
    .await?;
    Ok(tables == 2)
}

/// An error of SQLite as that of this file. 26 is `SQLITE_NOTADB`, 11 is `SQLITE_CORRUPT`.
fn no_database(path: &Path, error: sqlx::Error) -> BackupError {
    let code = match &error {
        sqlx::Error::Database(error) => error.code().unwrap_or_default().into_owned(),
        _ => String::new(),
    };
    let path = path.to_owned();
    match code.as_str() {
        "26" => BackupError::NoPastebin { path },
        "11" => BackupError::Damaged { path, found: error.to_string() },
        _ => BackupError::Database { path, error },
    }
}
