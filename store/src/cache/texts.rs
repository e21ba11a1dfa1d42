//! Texts in memory, and the loads of those that are not.

use std::sync::Arc;

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::blobs::BlobKey;
use crate::cache::cache;
use crate::cache::single_flight::SingleFlight;
use crate::error::{Error, Result};

/// In bytes. A larger text is not cached: it would take as much memory as a thousand small ones.
const MAX_CACHED_TEXT: u64 = 2 * 1024 * 1024;

/// Cheap to clone; all clones share their memory.
#[derive(Clone, Debug)]
pub(crate) struct TextCache {
    texts: Arc<Cache<BlobKey, Bytes, TextWeight>>,
    loads: Arc<SingleFlight<BlobKey, Bytes, Error>>,
    packed_loads: Arc<SingleFlight<BlobKey, Bytes, Error>>,
}

#[derive(Clone, Debug)]
struct TextWeight;

impl Weighter<BlobKey, Bytes> for TextWeight {
    fn weight(&self, _: &BlobKey, text: &Bytes) -> u64 {
        // The key, the entry and the allocation cost about this much beside the text.
        text.len() as u64 + 256
    }
}

impl TextCache {
    /// A cache of at most `bytes`.
    pub(crate) fn new(bytes: u64) -> Self {
        let texts = cache(bytes, 10_000, MAX_CACHED_TEXT, TextWeight);
        Self { texts: Arc::new(texts), loads: Arc::default(), packed_loads: Arc::default() }
    }

    pub(crate) fn get(&self, key: &BlobKey) -> Option<Bytes> {
        self.texts.get(key)
    }

    /// The text that `load` gives, which is cached from then on.
    pub(crate) async fn load(
        &self,
        key: &BlobKey,
        load: impl Future<Output = Result<Bytes>> + Send + 'static,
    ) -> Result<Bytes> {
        let keep = |text: &Bytes| {
            if text.len() as u64 <= MAX_CACHED_TEXT {
                self.texts.insert(key.clone(), text.clone());
            }
        };
        Ok(self.loads.run(key, load, keep).await?)
    }

    /// The compressed text that `load` gives. It is not cached.
    pub(crate) async fn load_packed(
        &self,
        key: &BlobKey,
        load: impl Future<Output = Result<Bytes>> + Send + 'static,
    ) -> Result<Bytes> {
        Ok(self.packed_loads.run(key, load, |_| ()).await?)
    }
}
