//! Creates that may be sent twice and happen once: a client names each by an Idempotency-Key.

use crate::db::macros::read;
use crate::error::Result;
use crate::store::Store;
use crate::time::Timestamp;
use crate::types::PasteId;

/// What a key has made.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Once {
    pub request_hash: Vec<u8>,
    #[sqlx(try_from = "String")]
    pub paste_id: PasteId,
    pub salt: Vec<u8>,
}

impl Store {
    /// What was made under this key within the last day.
    pub async fn made_under(&self, key_hash: &[u8], now: Timestamp) -> Result<Option<Once>> {
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
