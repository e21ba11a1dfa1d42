use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;

use crate::db::transaction;
use crate::{Db, Result, Timestamp, read, write};

/// Where a text is kept: 128 random bits in hex. Made anew for every text, so no text is ever
/// overwritten and a key tells nothing of the paste.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct BlobKey(String);

impl BlobKey {
    /// Before every key, for a walk that begins.
    pub const FIRST: Self = Self(String::new());

    /// # Errors
    /// The operating system gives no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits)?;
        Ok(Self(hex::encode(bits)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for BlobKey {
    fn from(key: String) -> Self {
        Self(key)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BlobInfo {
    pub key: BlobKey,
    pub created_at: Timestamp,
}

/// What a blob store says that does not do as it is asked.
#[derive(Debug)]
pub struct BlobsError {
    /// As S3 names it, such as `NoSuchBucket`; `None` where there was no answer to speak of.
    pub code: Option<String>,
    pub message: String,
}

impl fmt::Display for BlobsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) if self.message.is_empty() => f.write_str(code),
            Some(code) => core::write!(f, "{code}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// A place that keeps immutable bytes under a key.
#[async_trait]
pub trait BlobStore: fmt::Debug + Send + Sync {
    async fn put(&self, key: &BlobKey, body: Bytes, now: Timestamp) -> Result<()>;

    /// `None` where nothing is kept under the key.
    async fn get(&self, key: &BlobKey) -> Result<Option<Bytes>>;

    /// Removes what is there; a key without a blob is no error, so a batch can be repeated.
    async fn delete(&self, keys: &[BlobKey]) -> Result<()>;

    /// At most `limit` blobs after `after`, in the byte order of their keys; fewer only at the end.
    async fn list(&self, after: &BlobKey, limit: u32) -> Result<Vec<BlobInfo>>;

    /// Whether it answers, and lets us at its texts.
    async fn ping(&self) -> Result<()>;

    /// The database that a text shares with its row, so that one transaction writes both.
    fn database(&self) -> Option<&Db> {
        None
    }
}

/// Texts in a table of the same database.
#[derive(Clone, Debug)]
pub struct TableBlobs {
    db: Db,
}

impl TableBlobs {
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

/// The statement of `put`, for the transaction that writes the paste's row as well.
pub(crate) const INSERT: &str = "insert into blobs (key, body, created_at) values ($1, $2, $3)";

#[async_trait]
impl BlobStore for TableBlobs {
    async fn put(&self, key: &BlobKey, body: Bytes, now: Timestamp) -> Result<()> {
        write!(&self.db, pool => {
            sqlx::query(INSERT).bind(key).bind(&body[..]).bind(now).execute(pool).await.map(drop)
        })?;
        Ok(())
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Bytes>> {
        let body: Option<Vec<u8>> = read!(&self.db, pool => {
            sqlx::query_scalar("select body from blobs where key = $1").bind(key).fetch_optional(pool).await
        })?;
        Ok(body.map(Bytes::from))
    }

    async fn delete(&self, keys: &[BlobKey]) -> Result<()> {
        let mut keys = keys.to_vec();
        // In one order for all: two that remove the same texts at a time wait, they do not deadlock.
        keys.sort_unstable();
        transaction!(self.db, tx => {
            for key in &keys {
                sqlx::query("delete from blobs where key = $1").bind(key).execute(&mut *tx).await?;
            }
        });
        Ok(())
    }

    async fn list(&self, after: &BlobKey, limit: u32) -> Result<Vec<BlobInfo>> {
        Ok(read!(&self.db, pool => {
            sqlx::query_as("select key, created_at from blobs where key > $1 order by key limit $2")
                .bind(after)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await
        })?)
    }

    /// As its database does, which is asked anyway.
    async fn ping(&self) -> Result<()> {
        Ok(())
    }

    fn database(&self) -> Option<&Db> {
        Some(&self.db)
    }
}
