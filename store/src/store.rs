//! The store: a database, the texts, and the caches in front of them.

use std::fs::File;
use std::sync::Arc;

use crate::blobs::BlobStore;
use crate::blobs::table::TableBlobs;
use crate::cache::texts::TextCache;
use crate::db::Db;
use crate::db::batching::Batcher;
use crate::error::Result;
use crate::rows::insert::{self, Insert};
use crate::rows::lookup::RowLookup;

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
        Self { db, blobs, texts, rows, inserts, cache_bytes: CACHE_BYTES }
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

    /// Checks that the database and the blob store answer.
    pub async fn ping(&self) -> Result<()> {
        self.db.ping().await?;
        self.blobs.ping().await
    }
}
