//! Texts and the rows that name them, in batches: texts side by side, rows in one transaction.

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::error::{CopyError, Problem};
use super::walk::Walk;
use crate::db::Db;
use crate::db::macros::transaction;
use crate::error::{Error, Result};
use crate::rows::paste::{Paste, insert_into};
use crate::store::Store;
use crate::time::Timestamp;

/// Texts of one batch together, in bytes: with their packed form, what a copy takes of memory.
const BATCH_BYTES: u64 = 32 * 1024 * 1024;

/// Texts on the way at a time.
const MAX_CONCURRENT_TEXTS: usize = 16;

/// What became of a text on its way.
enum TextOutcome {
    /// Whole, packed as it was.
    Intact(Paste, Bytes),
    /// Its paste was deleted and purged at the source meanwhile.
    Gone,
    Problem(Problem),
}

impl Walk<'_> {
    /// Texts first, then rows, as a create does: no row without its text.
    pub(super) async fn copy_pastes(&mut self, pastes: Vec<Paste>) -> Result<(), CopyError> {
        for batch in batches(pastes) {
            let count = batch.len() as u64;
            let whole = self.transfer_texts(batch).await?;
            self.insert_pastes(whole).await?;
            self.report(count);
        }
        Ok(())
    }

    /// Brings the texts anew that are not whole at the destination, though their rows are there.
    pub(super) async fn repair_texts(&mut self, pastes: Vec<Paste>) -> Result<(), CopyError> {
        for batch in batches(pastes) {
            let read = stream::iter(batch).map(|paste| damaged(&self.copier.to, paste));
            let read: Vec<_> = read.buffer_unordered(MAX_CONCURRENT_TEXTS).try_collect().await?;
            let broken: Vec<Paste> = read.into_iter().flatten().collect();
            self.found.pastes.there -= broken.len() as u64;
            let mended = self.transfer_texts(broken).await?;
            self.found.pastes.copied += mended.len() as u64;
            self.found.bytes += mended.iter().map(|(paste, _)| paste.bytes).sum::<u64>();
            if self.copier.has_texts_in_table() {
                put(self.copier.to.db(), mended, self.copier.clock.now()).await?;
            }
        }
        Ok(())
    }

    /// The texts that are whole at the source. In a bucket they are at the destination then;
    /// where a table keeps them, they go with their rows.
    async fn transfer_texts(
        &mut self,
        pastes: Vec<Paste>,
    ) -> Result<Vec<(Paste, Bytes)>, CopyError> {
        let copier = self.copier;
        let transfers = stream::iter(pastes).map(|paste| async move {
            let outcomes = read(&copier.from, paste).await?;
            if let TextOutcome::Intact(paste, body) = &outcomes
                && !copier.shares_bucket()
                && !copier.has_texts_in_table()
            {
                let now = copier.clock.now();
                copier.to.blobs.put(&paste.blob_key, body.clone(), now).await?;
            }
            Ok::<_, Error>(outcomes)
        });
        let outcomes: Vec<TextOutcome> =
            transfers.buffered(MAX_CONCURRENT_TEXTS).try_collect().await?;
        let mut whole = Vec::new();
        for text in outcomes {
            match text {
                TextOutcome::Intact(paste, body) => whole.push((paste, body)),
                TextOutcome::Gone => {}
                TextOutcome::Problem(problem) => self.found.problems.push(problem),
            }
        }
        Ok(whole)
    }

    async fn insert_pastes(&mut self, whole: Vec<(Paste, Bytes)>) -> Result<(), CopyError> {
        let count = whole.len() as u64;
        let with_text = self.copier.has_texts_in_table();
        let now = self.copier.clock.now();
        let (copied, bytes) = insert(self.copier.to.db(), whole, with_text, now).await?;
        self.found.pastes.copied += copied;
        self.found.bytes += bytes;
        self.progress.bytes += bytes;
        self.deferred += count - copied;
        Ok(())
    }
}

/// At most [`BATCH_BYTES`] of text each, or one text that is longer.
fn batches(pastes: Vec<Paste>) -> Vec<Vec<Paste>> {
    let mut batches: Vec<Vec<Paste>> = Vec::new();
    let mut room = 0;
    for paste in pastes {
        match batches.last_mut() {
            Some(batch) if paste.bytes <= room => {
                room -= paste.bytes;
                batch.push(paste);
            }
            _ => {
                room = BATCH_BYTES.saturating_sub(paste.bytes);
                batches.push(vec![paste]);
            }
        }
    }
    batches
}

async fn read(from: &Store, paste: Paste) -> Result<TextOutcome> {
    Ok(match from.packed_text(&paste).await {
        Ok(body) => TextOutcome::Intact(paste, body),
        Err(Error::Gone(_)) => TextOutcome::Gone,
        Err(Error::TextMissing(id)) => TextOutcome::Problem(Problem::TextMissing(id)),
        Err(Error::TextDamaged(id)) => TextOutcome::Problem(Problem::TextDamaged(id)),
        Err(outage) if outage.is_outage() => return Err(outage),
        // As SQLite says it of a page that the disk has lost.
        Err(error) => TextOutcome::Problem(Problem::TextUnreadable(paste.id, error.to_string())),
    })
}

/// The paste, where its text is not.
async fn damaged(to: &Store, paste: Paste) -> Result<Option<Paste>> {
    match to.packed_text(&paste).await {
        Ok(_) | Err(Error::Gone(_)) => Ok(None),
        Err(Error::TextMissing(_) | Error::TextDamaged(_)) => Ok(Some(paste)),
        Err(other) => Err(other),
    }
}

/// A text keeps its key. Its age is that of the copy: the sweep there shall not take it before its
/// row comes.
const PUT: &str = "insert into blobs (key, body, created_at) values ($1, $2, $3)
    on conflict (key) do update set body = excluded.body, created_at = excluded.created_at";

/// A paste whose owner is there.
const INSERT: &str = insert_into!(
    "select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
     where $2 is null or exists (select 1 from users where id = $2) on conflict do nothing"
);

/// How many came in, and the length of their texts: not those of an owner who is not there yet.
async fn insert(
    db: &Db,
    pastes: Vec<(Paste, Bytes)>,
    with_text: bool,
    now: Timestamp,
) -> Result<(u64, u64)> {
    if pastes.is_empty() {
        return Ok((0, 0));
    }
    Ok(transaction!(db, tx => {
        let (mut count, mut bytes) = (0, 0);
        for (paste, body) in &pastes {
            let inserted = sqlx::query(INSERT)
                .bind(paste.id.as_str())
                .bind(paste.owner)
                .bind(&paste.title)
                .bind(&paste.syntax)
                .bind(paste.syntax_guessed)
                .bind(paste.visibility.as_str())
                .bind(paste.bytes.cast_signed())
                .bind(paste.lines.cast_signed())
                .bind(&paste.sha256)
                .bind(&paste.blob_key)
                .bind(paste.created_at)
                .bind(paste.expires_at)
                .bind(&paste.delete_token_hash)
                .execute(&mut *tx)
                .await?;
            if inserted.rows_affected() == 0 {
                continue;
            }
            if with_text {
                sqlx::query(PUT).bind(&paste.blob_key).bind(&body[..]).bind(now).execute(&mut *tx).await?;
            }
            count += 1;
            bytes += paste.bytes;
        }
        (count, bytes)
    }))
}

async fn put(db: &Db, texts: Vec<(Paste, Bytes)>, now: Timestamp) -> Result<()> {
    transaction!(db, tx => {
        for (paste, body) in &texts {
            sqlx::query(PUT).bind(&paste.blob_key).bind(&body[..]).bind(now).execute(&mut *tx).await?;
        }
    });
    Ok(())
}
