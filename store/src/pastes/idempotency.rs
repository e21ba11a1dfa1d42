//! Finds the paste of an Idempotency-Key, for a client that sends a create again.

use crate::db::macros::read;
use crate::error::Result;
use crate::store::Store;
use crate::time::Timestamp;
use crate::types::PasteId;

/// The create that used a key.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RecordedCreate {
    pub request_hash: Vec<u8>,
    #[sqlx(try_from = "String")]
    pub paste_id: PasteId,
    pub salt: Vec<u8>,
}

impl Store {
    /// The create that used this key within the last day.
    pub async fn recorded_create(
        &self,
        key_hash: &[u8],
        now: Timestamp,
    ) -> Result<Option<RecordedCreate>> {
        Ok(read!(&self.db, pool => {
            sqlx::query_as(
                "select request_hash, paste_id, salt from idempotency_keys where key_hash = $1 and expires_at > $2",
            )
            .bind(key_hash)
            .bind(now)
            .fetch_optional(pool)
            .await
        })?)
    }
}
