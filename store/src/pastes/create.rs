use std::io;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::compression::{COMPRESS_INLINE, off_thread, pack};
use crate::blobs::BlobKey;
use crate::db::Db;
use crate::db::macros::transaction;
use crate::error::{Error, Result};
use crate::rows::idempotency::OnceKey;
use crate::rows::insert::{Insert, insert_rows};
use crate::rows::paste::{NewPaste, Paste};
use crate::store::Store;
use crate::time::Timestamp;

impl Store {
    /// Keeps the text, then the row that names it; when this returns, both are on disk.
    ///
    /// # Errors
    /// [`Error::IdTaken`] where the id was given away before; nothing is kept then.
    pub async fn create(&self, new: NewPaste, now: Timestamp) -> Result<Paste> {
        self.insert(new, None, now).await
    }

    /// As [`Store::create`], once for a key: the same step that keeps the row remembers the key.
    ///
    /// # Errors
    /// [`Error::KeyUsed`] where [`Store::made_under`] knows the key; nothing is kept then.
    pub async fn create_once(&self, new: NewPaste, key: OnceKey, now: Timestamp) -> Result<Paste> {
        self.insert(new, Some(key), now).await
    }

    async fn insert(&self, new: NewPaste, key: Option<OnceKey>, now: Timestamp) -> Result<Paste> {
        let (paste, body) = prepare(new, now).await?;
        let in_table = self.blobs.database().is_some();
        if !in_table {
            self.blobs.put(&paste.blob_key, body.clone(), now).await?;
        }
        let insert = Insert { paste, body: Some(body).filter(|_| in_table), key };
        let inserted = match (&insert.key, &self.db) {
            (Some(_), Db::Postgres(_)) => self.insert_once(insert.clone()).await,
            _ => self.inserts.submit(insert.clone()).await,
        };
        let paste = insert.paste;
        // Whoever asked for it before there was one.
        self.rows.forget(&paste.id);
        if !in_table && matches!(inserted, Err(Error::IdTaken(_) | Error::KeyUsed)) {
            // Where this fails as well, the sweep finds the text.
            let _ = self.blobs.delete(std::slice::from_ref(&paste.blob_key)).await;
        }
        inserted.map(|()| paste)
    }

    /// On PostgreSQL, which commits many at once, a create with a key has a transaction of its own:
    /// what one does with two tables, and with a key that may be in use, no one statement can.
    async fn insert_once(&self, insert: Insert) -> Result<()> {
        transaction!(self.db, tx => insert_rows!(std::slice::from_ref(&insert), tx));
        Ok(())
    }
}

async fn prepare(new: NewPaste, now: Timestamp) -> Result<(Paste, Bytes)> {
    let blob_key =
        BlobKey::random().map_err(|error| Error::Compression(io::Error::other(error)))?;
    off_thread((new.text.len() as u64) < COMPRESS_INLINE, move || {
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

/// Lines as an editor counts them: a newline at the end closes the last line, it opens no other.
fn count_lines(text: &[u8]) -> u64 {
    let newlines = memchr::memchr_iter(b'\n', text).count() as u64;
    newlines + u64::from(text.last().is_some_and(|last| *last != b'\n'))
}
