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

/// Memory for texts and rows together, where nobody says: see [`Store::keeping`].
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// The way to everything that is kept. Cheap to clone; all clones share what it has in memory.
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
    /// A store whose texts are in a table of the same database.
    pub fn new(db: Db) -> Self {
        let blobs = Arc::new(TableBlobs::new(db.clone()));
        Self::with_blobs(db, blobs)
    }

    /// A store whose texts are elsewhere.
    pub fn with_blobs(db: Db, blobs: Arc<dyn BlobStore>) -> Self {
        let (rows, inserts) = (Arc::new(RowLookup::new(&db)), Arc::new(insert::batcher(&db)));
        let texts = TextCache::new(CACHE_BYTES / 4 * 3);
        Self { db, blobs, texts, rows, inserts, cache_bytes: CACHE_BYTES }
    }

    /// With so much memory for what is kept of texts (three quarters) and rows.
    #[must_use]
    pub fn keeping(mut self, bytes: u64) -> Self {
        self.texts = TextCache::new(bytes / 4 * 3);
        self.cache_bytes = bytes;
        self
    }

    /// For the one process that makes and changes pastes in this database, as it can know of an
    /// embedded one: rows are kept in memory. `claim` is what says so, and is held as long.
    #[must_use]
    pub fn alone(mut self, claim: File) -> Self {
        self.rows = Arc::new(RowLookup::cached(&self.db, claim, self.cache_bytes / 4));
        self
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn blobs(&self) -> &dyn BlobStore {
        &*self.blobs
    }

    /// Whether database and blob store answer.
    pub async fn ping(&self) -> Result<()> {
        self.db.ping().await?;
        self.blobs.ping().await
    }
}
