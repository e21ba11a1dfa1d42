//! Texts in a table of the database.

use async_trait::async_trait;
use bytes::Bytes;

use crate::blobs::{BlobInfo, BlobKey, BlobStore};
use crate::db::Db;
use crate::db::macros::{read, transaction, write};
use crate::error::Result;
use crate::time::Timestamp;

/// Texts in a table of the database that has the rows.
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

    async fn get(&self, key: &BlobKey, _: usize) -> Result<Option<Bytes>> {
        let body: Option<Vec<u8>> = read!(&self.db, pool => {
            sqlx::query_scalar("select body from blobs where key = $1").bind(key).fetch_optional(pool).await
        })?;
        Ok(body.map(Bytes::from))
    }

    async fn delete(&self, keys: &[BlobKey]) -> Result<()> {
        let mut keys = keys.to_vec();
        // In the same order for every caller: two that delete the same texts wait and do not deadlock.
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

    /// Nothing to check: the caller pings the database as well.
    async fn ping(&self) -> Result<()> {
        Ok(())
    }

    fn database(&self) -> Option<&Db> {
        Some(&self.db)
    }
}
