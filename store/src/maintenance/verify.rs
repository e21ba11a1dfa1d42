//! The verification: reads every text and checks it against the hash in its row.

use futures_util::stream::{self, StreamExt as _};

use crate::blobs::BlobKey;
use crate::db::macros::read;
use crate::error::{Error, Result};
use crate::rows::paste::{Paste, columns};
use crate::store::Store;
use crate::types::PasteId;

/// Rows of one query.
const PAGE: usize = 500;

/// Texts that are read at a time.
const CONCURRENT: usize = 8;

/// The findings of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Texts that match their hash.
    pub sound: u64,
    /// The size of those texts in bytes.
    pub bytes: u64,
    /// Pastes whose text is not the one that was saved.
    pub damaged: Vec<PasteId>,
    /// Pastes whose text is missing.
    pub missing: Vec<PasteId>,
}

impl Store {
    /// Reads every text, past all caches, and checks it. Changes nothing; may run beside a site.
    pub async fn verify_texts(&self) -> Result<Verified> {
        let mut verified = Verified::default();
        let mut after = BlobKey::FIRST;
        loop {
            let pastes: Vec<Paste> = read!(&self.db, pool => {
                sqlx::query_as(columns!("where blob_key > $1 and deleted_at is null order by blob_key limit 500"))
                    .bind(&after)
                    .fetch_all(pool)
                    .await
            })?;
            let is_last = pastes.len() < PAGE;
            if let Some(last) = pastes.last() {
                after = last.blob_key.clone();
            }
            let mut checks =
                stream::iter(pastes)
                    .map(|paste| async move {
                        (paste.id.clone(), paste.bytes, self.load_text(paste).await)
                    })
                    .buffer_unordered(CONCURRENT);
            while let Some((id, bytes, outcome)) = checks.next().await {
                verified.count(id, bytes, outcome.map(drop))?;
            }
            if is_last {
                return Ok(verified);
            }
        }
    }
}

impl Verified {
    fn count(&mut self, id: PasteId, bytes: u64, outcome: Result<()>) -> Result<()> {
        match outcome {
            Ok(()) => {
                self.sound += 1;
                self.bytes += bytes;
            }
            Err(Error::TextDamaged(_)) => self.damaged.push(id),
            Err(Error::TextMissing(_)) => self.missing.push(id),
            Err(Error::Gone(_)) => {}
            Err(error) if is_damaged_file(&error) => self.damaged.push(id),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Whether SQLite found damage where the text is stored: `SQLITE_CORRUPT`.
fn is_damaged_file(error: &Error) -> bool {
    match error {
        Error::Database(sqlx::Error::Database(error)) => {
            error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some()
                && error
                    .code()
                    .is_some_and(|code| code.parse().is_ok_and(|code: i32| code & 0xff == 11))
        }
        _ => false,
    }
}
