pub(crate) mod s3;
pub(crate) mod table;

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;

use crate::db::Db;
use crate::error::Result;
use crate::time::Timestamp;

/// Where a text is kept: 128 random bits in hex. Made anew for every text, so no text is ever
/// overwritten and a key tells nothing of the paste.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct BlobKey(String);

impl BlobKey {
    /// Before every key, for a walk that begins.
    pub const FIRST: Self = Self(String::new());

    /// # Errors
    /// The operating system gives no randomness.
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

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BlobInfo {
    pub key: BlobKey,
    pub created_at: Timestamp,
}

/// A place that keeps immutable bytes under a key.
#[async_trait]
pub trait BlobStore: fmt::Debug + Send + Sync {
    async fn put(&self, key: &BlobKey, body: Bytes, now: Timestamp) -> Result<()>;

    /// `None` where nothing is kept under the key.
    async fn get(&self, key: &BlobKey) -> Result<Option<Bytes>>;

    /// Removes what is there; a key without a blob is no error, so a batch can be repeated.
    async fn delete(&self, keys: &[BlobKey]) -> Result<()>;

    /// At most `limit` blobs after `after`, in the byte order of their keys; fewer only at the end.
    async fn list(&self, after: &BlobKey, limit: u32) -> Result<Vec<BlobInfo>>;

    /// Whether it answers, and lets us at its texts.
    async fn ping(&self) -> Result<()>;

    /// The database that a text shares with its row, so that one transaction writes both.
    fn database(&self) -> Option<&Db> {
        None
    }
}
