//! The sweep: compares all texts with the rows that name them.

use std::collections::HashMap;
use std::time::Duration;

use crate::blobs::BlobKey;
use crate::db::macros::{read, write};
use crate::error::Result;
use crate::store::Store;
use crate::time::Timestamp;
use crate::types::PasteId;

/// The number of texts in a page.
const PAGE: u32 = 1000;

/// A younger text may still get its row: no create takes a day.
const ORPHAN_AGE: Duration = Duration::from_hours(24);

/// The findings of one sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub texts_found: u64,
    pub orphans_removed: u64,
    /// Pastes whose text is missing. Their rows are not removed: the operator has to look at them.
    pub texts_missing: Vec<PasteId>,
    /// Whether the sweep has reached the end of the store. The next one starts at the beginning.
    pub finished: bool,
}

impl Swept {
    /// Adds the findings of the next sweep.
    pub fn add(&mut self, next: Self) {
        self.texts_found += next.texts_found;
        self.orphans_removed += next.orphans_removed;
        self.texts_missing.extend(next.texts_missing);
        self.finished = next.finished;
    }
}

#[derive(sqlx::FromRow)]
struct TextOwner {
    blob_key: BlobKey,
    id: String,
    created_at: Timestamp,
    deleted_at: Option<Timestamp>,
}

impl Store {
    /// The size in bytes of all texts that rows name, as they were saved. Reads every row.
    pub async fn total_bytes(&self) -> Result<u64> {
        let bytes: i64 = read!(&self.db, pool => {
            sqlx::query_scalar("select cast(coalesce(sum(bytes), 0) as bigint) from pastes").fetch_one(pool).await
        })?;
        Ok(bytes.unsigned_abs())
    }

    /// As [`Store::sweep`], for the whole store, from the beginning.
    pub async fn sweep_all(&self, now: Timestamp) -> Result<Swept> {
        self.set_sweep_cursor(&BlobKey::FIRST).await?;
        self.sweep(u32::MAX, now).await
    }

    /// Checks the next `pages` pages of 1,000 texts, from where the last sweep stopped. Removes texts
    /// that have no row and are older than a day, and reports rows that have no text.
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

    /// Returns the last key of the page; `None` for the last page.
    async fn sweep_page(
        &self,
        after: &BlobKey,
        now: Timestamp,
        swept: &mut Swept,
    ) -> Result<Option<BlobKey>> {
        let texts = self.blobs.list(after, PAGE).await?;
        let last =
            texts.last().filter(|_| texts.len() == PAGE as usize).map(|text| text.key.clone());
        // "~" sorts after every hex digit: the last page includes the rows after the last text.
        let end = last.clone().unwrap_or_else(|| "~".to_owned().into());
        let rows: Vec<TextOwner> = read!(&self.db, pool => {
            sqlx::query_as(
                "select blob_key, id, created_at, deleted_at from pastes where blob_key > $1 and blob_key <= $2",
            )
            .bind(after)
            .bind(&end)
            .fetch_all(pool)
            .await
        })?;
        let mut rows: HashMap<BlobKey, TextOwner> =
            rows.into_iter().map(|row| (row.blob_key.clone(), row)).collect();

        let young_since = now.minus(ORPHAN_AGE);
        let mut orphans = Vec::new();
        for text in &texts {
            if rows.remove(&text.key).is_none() && text.created_at < young_since {
                orphans.push(text.key.clone());
            }
        }
        self.blobs.delete(&orphans).await?;
        swept.texts_found += texts.len() as u64;
        swept.orphans_removed += orphans.len() as u64;
        // The remaining rows have no text. Young ones may be newer than the list of texts.
        let missing = rows
            .into_values()
            .filter(|row| row.deleted_at.is_none() && row.created_at < young_since);
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
