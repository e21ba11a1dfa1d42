//! A connection to the database of a site, past the site.

use std::path::Path;

use anyhow::Result;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};

#[derive(Debug)]
pub enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    pub async fn sqlite(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(file);
        Ok(Self::Sqlite(SqliteConnection::connect_with(&options).await?))
    }

    pub async fn postgres(url: &str) -> Result<Self> {
        Ok(Self::Postgres(PgConnection::connect(url).await?))
    }

    /// Runs statements. A running site may still have the old rows in its caches.
    pub async fn execute(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop)?,
            Self::Postgres(connection) => connection.execute(sql).await.map(drop)?,
        }
        Ok(())
    }

    /// The first column of every row, as text.
    async fn first_column(&mut self, sql: &str) -> Result<Vec<String>> {
        Ok(match self {
            Self::Sqlite(connection) => sqlx::query_scalar(sql).fetch_all(connection).await?,
            Self::Postgres(connection) => sqlx::query_scalar(sql).fetch_all(connection).await?,
        })
    }

    /// The ids of the newest pastes, newest first.
    pub async fn newest_ids(&mut self, max: usize) -> Result<Vec<String>> {
        self.first_column(&format!(
            "select id from pastes order by created_at desc, id limit {max}"
        ))
        .await
    }
}
