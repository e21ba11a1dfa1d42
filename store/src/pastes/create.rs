//! Creates a paste: the text first, then the row that names it.

use std::io;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::compression::{COMPRESS_INLINE, pack, run_blocking};
use crate::blobs::BlobKey;
use crate::db::Db;
use crate::db::macros::transaction;
use crate::error::{Error, Result};
use crate::rows::idempotency::IdempotencyKey;
use crate::rows::insert::{Insert, insert_rows};
use crate::rows::paste::{NewPaste, Paste};
use crate::store::Store;
use crate::time::Timestamp;

impl Store {
    /// Stores a paste. When this returns, its text and its row are on disk.
    ///
    /// # Errors
    /// [`Error::IdTaken`] if the id is in use; nothing is stored then.
    pub async fn create(&self, new: NewPaste, now: Timestamp) -> Result<Paste> {
        self.insert(new, None, now).await
    }

    /// As [`Store::create`], at most once for each key. The transaction that inserts the row also
    /// records the key.
    ///
    /// # Errors
    /// [`Error::KeyUsed`] if the key was used within a day, see [`Store::recorded_create`]; nothing is stored
    /// then.
    pub async fn create_with_key(
        &self,
        new: NewPaste,
        key: IdempotencyKey,
        now: Timestamp,
    ) -> Result<Paste> {
        self.insert(new, Some(key), now).await
    }

    async fn insert(
        &self,
        new: NewPaste,
        key: Option<IdempotencyKey>,
        now: Timestamp,
    ) -> Result<Paste> {
        let (paste, body) = prepare(new, now).await?;
        self.db.check_room(body.len() as u64)?;
        let outcome = self.insert_prepared(paste, body, key, now).await;
        self.remember_write(&outcome);
        outcome
    }

    async fn insert_prepared(
        &self,
        paste: Paste,
        body: Bytes,
        key: Option<IdempotencyKey>,
        now: Timestamp,
    ) -> Result<Paste> {
        let in_table = self.blobs.database().is_some();
        if !in_table {
            self.blobs.put(&paste.blob_key, body.clone(), now).await?;
        }
        let insert = Insert { paste, body: Some(body).filter(|_| in_table), key };
        let inserted = match (&insert.key, &self.db) {
            (Some(_), Db::Postgres(_)) => self.insert_with_key(insert.clone()).await,
            _ => self.inserts.submit(insert.clone()).await,
        };
        let paste = insert.paste;
        // A lookup that began before the insert may have found no row.
        self.rows.forget(&paste.id);
        if !in_table && matches!(inserted, Err(Error::IdTaken(_) | Error::KeyUsed)) {
            // If this fails too, the sweep removes the text.
            let _ = self.blobs.delete(std::slice::from_ref(&paste.blob_key)).await;
        }
        inserted.map(|()| paste)
    }

    /// On PostgreSQL a create with a key has a transaction of its own, because one statement cannot
    /// write both tables and stop if the key is in use. PostgreSQL commits many transactions at once.
    async fn insert_with_key(&self, insert: Insert) -> Result<()> {
        transaction!(self.db, tx => insert_rows!(std::slice::from_ref(&insert), tx));
        Ok(())
    }
}

/// The row, and the compressed text.
async fn prepare(new: NewPaste, now: Timestamp) -> Result<(Paste, Bytes)> {
    let blob_key =
        BlobKey::random().map_err(|error| Error::Compression(io::Error::other(error)))?;
    run_blocking((new.text.len() as u64) < COMPRESS_INLINE, move || {
        let body = pack(&new.text).map_err(Error::Compression)?;
        let paste = Paste {
            id: new.id,
            owner: new.owner,
            title: new.title,
            syntax: new.syntax,
            syntax_guessed: new.syntax_guessed,
            visibility: new.visibility,
            bytes: new.text.len() as u64,
            lines: count_lines(&new.text),
            created_at: now,
            expires_at: new.expires_at,
            delete_token_hash: new.delete_token_hash,
            sha256: Sha256::digest(&new.text).to_vec(),
            blob_key,
        };
        Ok((paste, Bytes::from(body)))
    })
    .await
}

/// Counts lines as an editor does: a newline at the end does not begin another line.
fn count_lines(text: &[u8]) -> u64 {
    let newlines = memchr::memchr_iter(b'\n', text).count() as u64;
    newlines + u64::from(text.last().is_some_and(|last| *last != b'\n'))
}
