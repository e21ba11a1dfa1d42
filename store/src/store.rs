//! The store: a database, the texts, and the caches in front of them.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::blobs::table::TableBlobs;
use crate::blobs::{BlobKey, BlobStore};
use crate::cache::texts::TextCache;
use crate::db::Db;
use crate::db::batching::Batcher;
use crate::db::macros::write;
use crate::error::{Error, Result};
use crate::rows::insert::{self, Insert};
use crate::rows::lookup::RowLookup;
use crate::time::Clock;

/// The default memory for texts and rows, see [`Store::with_cache`].
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// The data of a site. Cheap to clone; all clones share connections and caches.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) texts: TextCache,
    pub(crate) rows: Arc<RowLookup>,
    pub(crate) inserts: Arc<Batcher<Insert>>,
    cache_bytes: u64,
    /// Whether the last create found the database or the blob store unavailable.
    write_failed: Arc<AtomicBool>,
}

impl Store {
    /// A store with its texts in a table of the same database.
    pub fn new(db: Db) -> Self {
        let blobs = Arc::new(TableBlobs::new(db.clone()));
        Self::with_blobs(db, blobs)
    }

    /// A store with its texts in `blobs`.
    pub fn with_blobs(db: Db, blobs: Arc<dyn BlobStore>) -> Self {
        let (rows, inserts) = (Arc::new(RowLookup::new(&db)), Arc::new(insert::batcher(&db)));
        let texts = TextCache::new(CACHE_BYTES / 4 * 3);
        let write_failed = Arc::default();
        Self { db, blobs, texts, rows, inserts, cache_bytes: CACHE_BYTES, write_failed }
    }

    /// Sets the memory for cached texts (three quarters) and cached rows (one quarter), in bytes.
    /// 32 MiB by default. Rows are only cached after [`Store::exclusive`].
    #[must_use]
    pub fn with_cache(mut self, bytes: u64) -> Self {
        self.texts = TextCache::new(bytes / 4 * 3);
        self.cache_bytes = bytes;
        self
    }

    /// Caches rows. Only for a process that has claimed the database, so that no other one creates
    /// or changes pastes in it. `claim` is the lock; it is held as long as the store.
    #[must_use]
    pub fn exclusive(mut self, claim: File) -> Self {
        self.rows = Arc::new(RowLookup::cached(&self.db, claim, self.cache_bytes / 4));
        self
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn blobs(&self) -> &dyn BlobStore {
        &*self.blobs
    }

    /// Checks that the database and the blob store answer. After a create that failed because one of
    /// them did not, a write to both must succeed as well.
    pub async fn ping(&self) -> Result<()> {
        self.db.ping().await?;
        if !self.write_failed.load(Ordering::Relaxed) {
            return self.blobs.ping().await;
        }
        self.try_to_write().await?;
        self.write_failed.store(false, Ordering::Relaxed);
        Ok(())
    }

    pub(crate) fn remember_write<T>(&self, outcome: &Result<T>) {
        match outcome {
            Err(error) if matches!(error.root(), Error::Busy) || !error.is_outage() => {}
            _ => self.write_failed.store(outcome.is_err(), Ordering::Relaxed),
        }
    }

    async fn try_to_write(&self) -> Result<()> {
        let now = Clock::System.now();
        write!(&self.db, pool => {
            sqlx::query(
                "insert into job_state (name, value) values ('write', $1)
                 on conflict (name) do update set value = excluded.value",
            )
            .bind(now.0.to_string())
            .execute(pool)
            .await
            .map(drop)
        })?;
        // If the delete fails, the sweep removes the text.
        let key = BlobKey::random().map_err(io::Error::other).map_err(sqlx::Error::Io)?;
        self.blobs.put(&key, "x".into(), now).await?;
        self.blobs.delete(&[key]).await
    }
}
