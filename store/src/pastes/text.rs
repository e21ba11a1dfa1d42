//! Reads the text of a paste.

use bytes::Bytes;

use super::compression::{COMPRESS_INLINE, max_packed, run_blocking, unpack};
use crate::db::macros::read;
use crate::error::{Error, Result};
use crate::rows::paste::Paste;
use crate::store::Store;

impl Store {
    /// The text, byte for byte as it was created.
    ///
    /// # Errors
    /// [`Error::Gone`] if the paste was deleted and purged since it was found. [`Error::TextMissing`]
    /// and [`Error::TextDamaged`] if the blob store has lost or changed the text.
    pub async fn text(&self, paste: &Paste) -> Result<Bytes> {
        if let Some(text) = self.texts.get(&paste.blob_key) {
            return Ok(text);
        }
        let (store, paste) = (self.clone(), paste.clone());
        let key = paste.blob_key.clone();
        self.texts.load(&key, async move { store.load_text(paste).await }).await
    }

    pub(crate) async fn load_text(&self, paste: Paste) -> Result<Bytes> {
        let body = self.body(&paste).await?;
        run_blocking(paste.bytes < COMPRESS_INLINE, move || unpack(&paste, &body)).await
    }

    /// The text as it is stored: one zstd frame, checked as in [`Store::text`].
    ///
    /// # Errors
    /// As [`Store::text`].
    pub async fn packed_text(&self, paste: &Paste) -> Result<Bytes> {
        let (store, paste) = (self.clone(), paste.clone());
        let key = paste.blob_key.clone();
        let load = async move {
            let body = store.body(&paste).await?;
            let packed = body.clone();
            run_blocking(paste.bytes < COMPRESS_INLINE, move || unpack(&paste, &packed)).await?;
            Ok(body)
        };
        self.texts.load_packed(&key, load).await
    }

    async fn body(&self, paste: &Paste) -> Result<Bytes> {
        let max = max_packed(paste.bytes);
        match self.blobs.get(&paste.blob_key, max).await? {
            Some(body) if body.len() > max => return Err(Error::TextDamaged(paste.id.clone())),
            Some(body) => return Ok(body),
            None => {}
        }
        let missing = if self.has_row(paste).await? { Error::TextMissing } else { Error::Gone };
        Err(missing(paste.id.clone()))
    }

    /// Whether there is still a row that names this text.
    async fn has_row(&self, paste: &Paste) -> Result<bool> {
        let id: Option<String> = read!(&self.db, pool => {
            sqlx::query_scalar("select id from pastes where blob_key = $1 and deleted_at is null")
                .bind(&paste.blob_key)
                .fetch_optional(pool)
                .await
        })?;
        Ok(id.is_some())
    }
}
