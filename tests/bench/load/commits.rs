//! The reference for creates: the rows of a create, inserted by one connection with one commit after
//! another.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, Executor, PgConnection, SqliteConnection};
use store::Db;

use crate::samples::{KIB, rust_files};
use crate::unit::as_f64;

const DURATION: Duration = Duration::from_secs(3);
/// The level at which the store compresses texts.
const ZSTD_LEVEL: i32 = 3;

const INSERT_TEXT: &str = "insert into blobs (key, body, created_at) values ($1, $2, $3)";
const INSERT_PASTE: &str = "insert into pastes (id, title, syntax, visibility, bytes, lines, sha256, blob_key, created_at, expires_at)
    values ($1, '', 'rust', 'unlisted', 3072, 90, $2, $3, $4, $4 + 604800000)";

/// Commits per second in a new database in `folder`, with WAL and `synchronous=FULL`.
pub async fn sqlite(folder: &Path) -> Result<f64> {
    let file = folder.join("commits.db");
    Db::sqlite(&file).await?.close().await;
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let body = compressed_text()?;
    let started = Instant::now();
    let mut commits = 0;
    while started.elapsed() < DURATION {
        let mut tx = connection.begin().await?;
        let key = format!("key-{commits}");
        sqlx::query(INSERT_TEXT).bind(&key).bind(&body).bind(1).execute(&mut *tx).await?;
        let row = sqlx::query(INSERT_PASTE).bind(id(commits)).bind(&body[..32]).bind(&key).bind(1);
        row.execute(&mut *tx).await?;
        tx.commit().await?;
        commits += 1;
    }
    let rate = rate(commits, started);
    connection.close().await?;
    Ok(rate)
}

/// Commits per second in a new database on the server of `url`. The texts of a fleet are in a bucket,
/// so a commit has no second row.
pub async fn postgres(url: &str) -> Result<f64> {
    let (server, _) = url.rsplit_once('/').context("the URL has no database")?;
    let mut admin = PgConnection::connect(url).await?;
    admin.execute("drop database if exists commits").await?;
    admin.execute("create database commits").await?;
    let url = format!("{server}/commits");
    Db::postgres(&url).await?.close().await;
    let mut connection = PgConnection::connect(&url).await?;
    let hash = compressed_text()?[..32].to_vec();
    let started = Instant::now();
    let mut commits = 0;
    while started.elapsed() < DURATION {
        let key = format!("key-{commits}");
        let row = sqlx::query(INSERT_PASTE).bind(id(commits)).bind(&hash).bind(&key).bind(1_i64);
        row.execute(&mut connection).await?;
        commits += 1;
    }
    let rate = rate(commits, started);
    connection.close().await?;
    admin.execute("drop database commits").await?;
    Ok(rate)
}

/// A text of 3 KB as it is stored.
fn compressed_text() -> Result<Vec<u8>> {
    Ok(zstd::bulk::compress(rust_files(1, 3 * KIB)?[0].as_bytes(), ZSTD_LEVEL)?)
}

/// Ids in no order, like those of the site.
fn id(number: usize) -> String {
    format!("{:012x}", (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16)
}

fn rate(commits: usize, started: Instant) -> f64 {
    as_f64(commits) / started.elapsed().as_secs_f64()
}
