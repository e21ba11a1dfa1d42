//! The purge: removes expired and deleted pastes, and expired sessions and keys.

use sqlx::QueryBuilder;
use tracing::warn;

use crate::blobs::BlobKey;
use crate::db::Db;
use crate::db::macros::read;
use crate::error::Result;
use crate::store::Store;
use crate::time::Timestamp;

/// Rows and texts of one step: S3 deletes as many objects in one request. The statements below have
/// the same limit.
const BATCH: u32 = 1000;

/// The numbers of removed pastes and sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Pastes that had expired and were marked deleted by this purge.
    pub expired: u64,
    /// Pastes that were removed. Includes the expired ones.
    pub deleted: u64,
    pub sessions: u64,
}

impl Store {
    /// Removes expired and deleted pastes (texts first, rows last), and expired sessions and keys, and
    /// gives their room back to the disk. It may be interrupted at any point and run again, and several may run at the same time.
    pub async fn purge(&self, now: Timestamp) -> Result<Purged> {
        match self.purge_once(now).await {
            // The reserve of the disk was removed meanwhile.
            Err(error) if error.is_disk_full() => self.purge_once(now).await,
            outcome => outcome,
        }
    }

    async fn purge_once(&self, now: Timestamp) -> Result<Purged> {
        let purged = Purged {
            expired: self.mark_expired(now).await?,
            deleted: self.reap().await?,
            sessions: self.remove_sessions(now).await?,
        };
        self.remove_idempotency_keys(now).await?;
        // The data is gone in any case.
        if let Err(error) = self.db.shrink().await {
            warn!(%error, "the database file could not be made smaller");
        }
        Ok(purged)
    }

    /// Removes the pastes that are marked deleted, texts first, rows last, and returns their number.
    /// Costs one cheap query if there are none. May be interrupted as [`Store::purge`] may.
    pub async fn reap(&self) -> Result<u64> {
        let mut removed = 0;
        while let Some(count) = self.remove_deleted().await? {
            removed += count;
        }
        Ok(removed)
    }

    /// Marks expired pastes deleted, so that they stay deleted even if the clock goes back.
    async fn mark_expired(&self, now: Timestamp) -> Result<u64> {
        let marked = self
            .run_in_batches(
                "update pastes set deleted_at = $1 where deleted_at is null and id in
                 (select id from pastes where deleted_at is null and expires_at <= $1 limit 1000)",
                "with over as (select id from pastes where deleted_at is null and expires_at <= $1
                 limit 1000 for update skip locked)
                 update pastes set deleted_at = $1 from over where pastes.id = over.id",
                now,
            )
            .await?;
        if marked > 0 {
            self.rows.forget_all();
        }
        Ok(marked)
    }

    async fn remove_sessions(&self, now: Timestamp) -> Result<u64> {
        self.run_in_batches(
            "delete from sessions where token_hash in
             (select token_hash from sessions where expires_at <= $1 limit 1000)",
            "with over as (select token_hash from sessions where expires_at <= $1
             limit 1000 for update skip locked)
             delete from sessions using over where sessions.token_hash = over.token_hash",
            now,
        )
        .await
    }

    async fn remove_idempotency_keys(&self, now: Timestamp) -> Result<u64> {
        self.run_in_batches(
            "delete from idempotency_keys where key_hash in
             (select key_hash from idempotency_keys where expires_at <= $1 limit 1000)",
            "with over as (select key_hash from idempotency_keys where expires_at <= $1
             limit 1000 for update skip locked)
             delete from idempotency_keys using over where idempotency_keys.key_hash = over.key_hash",
            now,
        )
        .await
    }

    /// Repeats a statement of at most [`BATCH`] rows until it affects fewer, and returns the number of
    /// all rows. Each run is a transaction of its own, so that other writers do not wait for long.
    ///
    /// On PostgreSQL it skips rows that another purge has locked: two that lock the same rows in
    /// different orders would deadlock. The limit is a literal, because for a parameter the planner
    /// expects a tenth of all rows, and scans the table.
    async fn run_in_batches(&self, sqlite: &str, postgres: &str, now: Timestamp) -> Result<u64> {
        let mut all = 0;
        loop {
            let batch = match &self.db {
                Db::Sqlite(pools) => {
                    sqlx::query(sqlite).bind(now).execute(&pools.write).await?.rows_affected()
                }
                Db::Postgres(pool) => {
                    sqlx::query(postgres).bind(now).execute(pool).await?.rows_affected()
                }
            };
            all += batch;
            if batch < u64::from(BATCH) {
                return Ok(all);
            }
        }
    }

    /// Removes the next batch. Returns how many rows this call removed, not counting those that another
    /// purge removed at the same time; `None` if there was no row left.
    async fn remove_deleted(&self) -> Result<Option<u64>> {
        let dead: Vec<(String, BlobKey)> = read!(&self.db, pool => {
            sqlx::query_as("select id, blob_key from pastes where deleted_at is not null order by deleted_at limit $1")
                .bind(i64::from(BATCH))
                .fetch_all(pool)
                .await
        })?;
        if dead.is_empty() {
            return Ok(None);
        }
        let (ids, keys): (Vec<String>, Vec<BlobKey>) = dead.into_iter().unzip();
        self.blobs.delete(&keys).await?;
        self.remove_rows(&ids).await.map(Some)
    }

    async fn remove_rows(&self, ids: &[String]) -> Result<u64> {
        Ok(match &self.db {
            Db::Sqlite(pools) => {
                let mut delete = QueryBuilder::new("delete from pastes where id in (");
                let mut list = delete.separated(", ");
                for id in ids {
                    list.push_bind(id);
                }
                delete.push(")");
                delete.build().persistent(false).execute(&pools.write).await?.rows_affected()
            }
            // In the same order for every caller: two that delete the same rows wait and do not deadlock.
            Db::Postgres(pool) => sqlx::query(
                "with dead as (select id from pastes where id = any($1) order by id for update)
                 delete from pastes using dead where pastes.id = dead.id",
            )
            .bind(ids)
            .execute(pool)
            .await?
            .rows_affected(),
        })
    }
}
