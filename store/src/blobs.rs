//! The texts, compressed, each under a key of its own.

pub(crate) mod s3;
pub(crate) mod table;

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;

use crate::db::Db;
use crate::error::Result;
use crate::time::Timestamp;

/// The key of a text: 128 random bits in hex. Every text gets a new one, so no text is overwritten
/// and a key reveals nothing about its paste.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct BlobKey(String);

impl BlobKey {
    /// Sorts before every key, for the start of a listing.
    pub const FIRST: Self = Self(String::new());

    /// A new random key.
    ///
    /// # Errors
    /// The operating system has no randomness.
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

/// A blob in a listing.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BlobInfo {
    pub key: BlobKey,
    pub created_at: Timestamp,
}

/// Stores immutable bytes under a key.
#[async_trait]
pub trait BlobStore: fmt::Debug + Send + Sync {
    /// Stores `body` under a new key. When this returns, it is on disk.
    async fn put(&self, key: &BlobKey, body: Bytes, now: Timestamp) -> Result<()>;

    /// The bytes under the key; `None` if the key does not exist. Of a blob that is longer than `max`
    /// bytes, a part may be returned that is longer than `max` too.
    async fn get(&self, key: &BlobKey, max: usize) -> Result<Option<Bytes>>;

    /// Deletes the blobs. A key that does not exist is no error, so a batch can be repeated.
    async fn delete(&self, keys: &[BlobKey]) -> Result<()>;

    /// Up to `limit` blobs after the key `after`, in the byte order of their keys. Fewer only at the end.
    async fn list(&self, after: &BlobKey, limit: u32) -> Result<Vec<BlobInfo>>;

    /// Checks that the store answers and that we may read it.
    async fn ping(&self) -> Result<()>;

    /// The database, if texts are in the same one as the rows, so that one transaction writes both.
    fn database(&self) -> Option<&Db> {
        None
    }
}
