//! What keeps the store clean: the purge of what is over, and the sweep for what a crash left.

use std::collections::HashMap;
use std::time::Duration;

use sqlx::QueryBuilder;

use crate::blobs::BlobKey;
use crate::{Db, PasteId, Result, Store, Timestamp, read, write};

/// Rows and texts that one step handles: S3 deletes as many in one request. The limits in
/// statements below say the same.
const BATCH: u32 = 1000;

/// A text younger than this may still get its row: no create takes a day.
const ORPHAN_AGE: Duration = Duration::from_hours(24);

/// What one purge removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub expired: u64,
    pub deleted: u64,
    pub sessions: u64,
}

/// What one stretch of the sweep found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub texts_checked: u64,
    pub orphans_removed: u64,
    /// Pastes whose text is gone. Their rows are kept: somebody has to look.
    pub texts_missing: Vec<PasteId>,
    /// Whether the walk has come to the end of the store and begins anew.
    pub finished: bool,
}

impl Swept {
    /// Adds the stretch that came next.
    pub fn add(&mut self, next: Self) {
        self.texts_checked += next.texts_checked;
        self.orphans_removed += next.orphans_removed;
        self.texts_missing.extend(next.texts_missing);
        self.finished = next.finished;
    }
}

#[derive(sqlx::FromRow)]
struct Named {
    blob_key: BlobKey,
    id: String,
    created_at: Timestamp,
    deleted_at: Option<Timestamp>,
}

impl Store {
    /// Removes expired and deleted pastes, texts first, rows last, and sessions that are over.
    /// May be stopped at any point and run again, also by two at a time.
    pub async fn purge(&self, now: Timestamp) -> Result<Purged> {
        let purged = Purged {
            expired: self.mark_expired(now).await?,
            deleted: self.reap().await?,
            sessions: self.remove_sessions(now).await?,
        };
        self.forget_keys(now).await?;
        Ok(purged)
    }

    /// Removes the pastes that are marked deleted, texts first, rows last; answers how many. One
    /// cheap read where there are none. May be stopped and repeated as [`Store::purge`].
    pub async fn reap(&self) -> Result<u64> {
        let mut removed = 0;
        while let Some(gone) = self.remove_deleted().await? {
            removed += gone;
        }
        Ok(removed)
    }

    /// Marks expired pastes deleted: what is marked stays dead, even if the clock goes back.
    async fn mark_expired(&self, now: Timestamp) -> Result<u64> {
        let marked = self
            .in_batches(
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
        self.in_batches(
            "delete from sessions where token_hash in
             (select token_hash from sessions where expires_at <= $1 limit 1000)",
            "with over as (select token_hash from sessions where expires_at <= $1
             limit 1000 for update skip locked)
             delete from sessions using over where sessions.token_hash = over.token_hash",
            now,
        )
        .await
    }

    async fn forget_keys(&self, now: Timestamp) -> Result<u64> {
        self.in_batches(
            "delete from idempotency_keys where key_hash in
             (select key_hash from idempotency_keys where expires_at <= $1 limit 1000)",
            "with over as (select key_hash from idempotency_keys where expires_at <= $1
             limit 1000 for update skip locked)
             delete from idempotency_keys using over where idempotency_keys.key_hash = over.key_hash",
            now,
        )
        .await
    }

    /// Repeats a statement of at most [`BATCH`] rows, each time in a transaction of its own, and
    /// answers how many there were: nobody who writes waits for all of them.
    ///
    /// On PostgreSQL what another purge is at is left to it: two that lock the same rows, each in an
    /// order of its own, would deadlock. The limit is in words: of one that it does not know, the
    /// planner expects a tenth of all rows, and walks the table for them.
    async fn in_batches(&self, sqlite: &str, postgres: &str, now: Timestamp) -> Result<u64> {
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

    /// How many of the next batch went by this hand and not by another's; `None` where none is left.
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
            // In one order for all: two that remove the same rows at a time wait, they do not deadlock.
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

    /// As [`Store::sweep`], over the whole store from its beginning.
    pub async fn sweep_all(&self, now: Timestamp) -> Result<Swept> {
        self.set_sweep_cursor(&BlobKey::FIRST).await?;
        self.sweep(u32::MAX, now).await
    }

    /// Checks the next `pages` pages of 1,000 texts against their rows, from where the last sweep
    /// stopped. A text older than a day without a row is removed; a row without a text is told.
    pub async fn sweep(&self, pages: u32, now: Timestamp) -> Result<Swept> {
        let mut swept = Swept::default();
        let mut after = self.sweep_cursor().await?;
        for _ in 0..pages {
            let last = self.sweep_page(&after, now, &mut swept).await?;
            self.set_sweep_cursor(last.as_ref().unwrap_or(&BlobKey::FIRST)).await?;
            let Some(last) = last else {
                swept.finished = true;
                break;
            };
            after = last;
        }
        Ok(swept)
    }

    /// The last key of the page; `None` where it was the last page.
    async fn sweep_page(
        &self,
        after: &BlobKey,
        now: Timestamp,
        swept: &mut Swept,
    ) -> Result<Option<BlobKey>> {
        let texts = self.blobs.list(after, BATCH).await?;
        let last =
            texts.last().filter(|_| texts.len() == BATCH as usize).map(|text| text.key.clone());
        // "~" is after every hex digit: the last page also takes the rows behind the last text.
        let end = last.clone().unwrap_or_else(|| "~".to_owned().into());
        let rows: Vec<Named> = read!(&self.db, pool => {
            sqlx::query_as(
                "select blob_key, id, created_at, deleted_at from pastes where blob_key > $1 and blob_key <= $2",
            )
            .bind(after)
            .bind(&end)
            .fetch_all(pool)
            .await
        })?;
        let mut rows: HashMap<BlobKey, Named> =
            rows.into_iter().map(|row| (row.blob_key.clone(), row)).collect();

        let young = now.minus(ORPHAN_AGE);
        let mut orphans = Vec::new();
        for text in &texts {
            if rows.remove(&text.key).is_none() && text.created_at < young {
                orphans.push(text.key.clone());
            }
        }
        self.blobs.delete(&orphans).await?;
        swept.texts_checked += texts.len() as u64;
        swept.orphans_removed += orphans.len() as u64;
        // What is left has no text. A young row may have been written after the texts were listed.
        let missing =
            rows.into_values().filter(|row| row.deleted_at.is_none() && row.created_at < young);
        swept.texts_missing.extend(missing.filter_map(|row| row.id.parse().ok()));
        Ok(last)
    }

    async fn sweep_cursor(&self) -> Result<BlobKey> {
        let cursor: Option<BlobKey> = read!(&self.db, pool => {
            sqlx::query_scalar("select value from job_state where name = 'sweep'").fetch_optional(pool).await
        })?;
        Ok(cursor.unwrap_or(BlobKey::FIRST))
    }

    async fn set_sweep_cursor(&self, cursor: &BlobKey) -> Result<()> {
        write!(&self.db, pool => {
            sqlx::query(
                "insert into job_state (name, value) values ('sweep', $1)
                 on conflict (name) do update set value = excluded.value",
            )
            .bind(cursor)
            .execute(pool)
            .await
            .map(drop)
        })?;
        Ok(())
    }
}
