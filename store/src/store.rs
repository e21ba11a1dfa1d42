use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use quick_cache::sync::Cache;

use crate::blobs::table::TableBlobs;
use crate::blobs::{BlobKey, BlobStore};
use crate::cache::cache;
use crate::cache::single_flight::Flights;
use crate::db::Db;
use crate::db::batching::Batches;
use crate::error::Result;
use crate::rows::insert::{self, Create};
use crate::rows::lookup::Rows;

/// Memory for texts and rows together, where nobody says: see [`Store::keeping`].
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// A text larger than this is not worth the room it takes from a thousand small ones.
pub(crate) const TEXT_CACHE_LARGEST: u64 = 2 * 1024 * 1024;

/// The way to everything that is kept. Cheap to clone; all clones share what it has in memory.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) texts: Arc<Cache<BlobKey, Bytes, TextWeight>>,
    pub(crate) unpacked: Arc<Flights<BlobKey, Bytes>>,
    pub(crate) packed: Arc<Flights<BlobKey, Bytes>>,
    pub(crate) rows: Arc<Rows>,
    pub(crate) creates: Arc<Batches<Create>>,
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
        let (rows, creates) = (Arc::new(Rows::new(&db)), Arc::new(insert::batches(&db)));
        let texts = Arc::new(texts(CACHE_BYTES));
        let (unpacked, packed) = (Arc::default(), Arc::default());
        Self { db, blobs, texts, unpacked, packed, rows, creates, cache_bytes: CACHE_BYTES }
    }

    /// With so much memory for what is kept of texts (three quarters) and rows.
    #[must_use]
    pub fn keeping(mut self, bytes: u64) -> Self {
        self.texts = Arc::new(texts(bytes));
        self.cache_bytes = bytes;
        self
    }

    /// For the one process that makes and changes pastes in this database, as it can know of an
    /// embedded one: rows are kept in memory. `claim` is what says so, and is held as long.
    #[must_use]
    pub fn alone(mut self, claim: File) -> Self {
        self.rows = Arc::new(Rows::kept(&self.db, claim, self.cache_bytes / 4));
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

fn texts(cache_bytes: u64) -> Cache<BlobKey, Bytes, TextWeight> {
    cache(cache_bytes / 4 * 3, 10_000, TEXT_CACHE_LARGEST, TextWeight)
}

#[derive(Clone, Debug)]
pub(crate) struct TextWeight;

impl quick_cache::Weighter<BlobKey, Bytes> for TextWeight {
    fn weight(&self, _: &BlobKey, text: &Bytes) -> u64 {
        // The key, the entry and the allocation cost about this much beside the text.
        text.len() as u64 + 256
    }
}
