//! Copies texts and the rows that name them in batches: texts concurrently, rows in one transaction.

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::error::{CopyError, Problem};
use super::insert::{insert, put};
use super::walk::Walk;
use crate::error::{Error, Result};
use crate::rows::paste::Paste;
use crate::store::Store;

/// The length of all texts of one batch, in bytes. It bounds the memory of a copy.
const BATCH_BYTES: u64 = 32 * 1024 * 1024;

const MAX_CONCURRENT_TEXTS: usize = 16;

/// A text as it was read at the source.
enum TextOutcome {
    /// The compressed text, which was checked.
    Intact(Paste, Bytes),
    /// The paste was deleted and purged during the walk.
    Gone,
    Problem(Problem),
}

impl Walk<'_> {
    /// Copies texts first, then rows, so that no row is without its text.
    pub(super) async fn copy_pastes(&mut self, pastes: Vec<Paste>) -> Result<(), CopyError> {
        for batch in batches(pastes) {
            let count = batch.len() as u64;
            let intact = self.transfer_texts(batch).await?;
            self.insert_pastes(intact).await?;
            self.report(count);
        }
        Ok(())
    }

    /// Copies again the texts that are missing or damaged at the destination.
    pub(super) async fn repair_texts(&mut self, pastes: Vec<Paste>) -> Result<(), CopyError> {
        for batch in batches(pastes) {
            let read = stream::iter(batch).map(|paste| if_damaged(&self.copier.to, paste));
            let read: Vec<_> = read.buffer_unordered(MAX_CONCURRENT_TEXTS).try_collect().await?;
            let damaged: Vec<Paste> = read.into_iter().flatten().collect();
            self.found.pastes.present -= damaged.len() as u64;
            let repaired = self.transfer_texts(damaged).await?;
            self.found.pastes.copied += repaired.len() as u64;
            self.found.bytes += repaired.iter().map(|(paste, _)| paste.bytes).sum::<u64>();
            if self.copier.has_texts_in_table() {
                put(self.copier.to.db(), repaired, self.copier.clock.now()).await?;
            }
        }
        Ok(())
    }

    /// Reads texts at the source, and puts intact ones into the bucket of the destination. Where the
    /// destination has texts in a table, the caller writes them in one transaction with the rows.
    /// Returns the intact texts.
    async fn transfer_texts(
        &mut self,
        pastes: Vec<Paste>,
    ) -> Result<Vec<(Paste, Bytes)>, CopyError> {
        let copier = self.copier;
        let transfers = stream::iter(pastes).map(|paste| async move {
            let outcome = read(&copier.from, paste).await?;
            if let TextOutcome::Intact(paste, body) = &outcome
                && !copier.shares_bucket()
                && !copier.has_texts_in_table()
            {
                let now = copier.clock.now();
                copier.to.blobs.put(&paste.blob_key, body.clone(), now).await?;
            }
            Ok::<_, Error>(outcome)
        });
        let outcomes: Vec<TextOutcome> =
            transfers.buffered(MAX_CONCURRENT_TEXTS).try_collect().await?;
        let mut intact = Vec::new();
        for text in outcomes {
            match text {
                TextOutcome::Intact(paste, body) => intact.push((paste, body)),
                TextOutcome::Gone => {}
                TextOutcome::Problem(problem) => self.found.problems.push(problem),
            }
        }
        Ok(intact)
    }

    async fn insert_pastes(&mut self, intact: Vec<(Paste, Bytes)>) -> Result<(), CopyError> {
        let count = intact.len() as u64;
        let with_text = self.copier.has_texts_in_table();
        let now = self.copier.clock.now();
        let (copied, bytes) = insert(self.copier.to.db(), intact, with_text, now).await?;
        self.found.pastes.copied += copied;
        self.found.bytes += bytes;
        self.progress.bytes += bytes;
        self.deferred += count - copied;
        Ok(())
    }
}

/// Batches of at most [`BATCH_BYTES`], or of one longer text.
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
        // For example the error of SQLite for a page that the disk has lost.
        Err(error) => TextOutcome::Problem(Problem::TextUnreadable(paste.id, error.to_string())),
    })
}

/// The paste, if its text is missing or damaged.
async fn if_damaged(to: &Store, paste: Paste) -> Result<Option<Paste>> {
    match to.packed_text(&paste).await {
        Ok(_) | Err(Error::Gone(_)) => Ok(None),
        Err(Error::TextMissing(_) | Error::TextDamaged(_)) => Ok(Some(paste)),
        Err(other) => Err(other),
    }
}
