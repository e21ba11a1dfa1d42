//! Runs a copy: walks until both stores are equal, and counts what was done.

use std::sync::Arc;

use super::error::{CopyError, Problem};
use super::source;
use super::walk::Walk;
use crate::blobs::BlobStore;
use crate::store::Store;
use crate::time::Clock;

/// Walks of one copy. If the last one still finds changes, the source has to be stopped.
const MAX_WALKS: u32 = 4;

/// A copy from one store to another.
#[derive(Clone, Debug)]
pub struct Copier {
    /// The source, which is only read.
    pub from: Store,
    pub to: Store,
    /// Whether to read and check the texts at the destination too, and to copy damaged ones again.
    pub verify: bool,
    /// Whether to delete pastes, sessions and tokens that only the destination has.
    pub delete: bool,
    pub clock: Clock,
}

/// What a copy did, and the state of the destination at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    pub users: Tally,
    pub sessions: Tally,
    /// Access tokens.
    pub tokens: Tally,
    pub pastes: Tally,
    /// The length of the copied texts, uncompressed.
    pub bytes: u64,
    /// Pastes of the source that had expired or been deleted. They are not copied.
    pub skipped: u64,
    /// Pastes, sessions and tokens that this copy deleted at the destination, because the source does
    /// not have them.
    pub deleted: u64,
    /// Pastes that could not be copied.
    pub problems: Vec<Problem>,
    /// Whether the last walk found nothing to copy. If not, the source is being written to.
    pub finished: bool,
}

/// The numbers of rows of one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub copied: u64,
    /// Rows of the source that the destination has.
    pub present: u64,
    /// Rows that only the destination has.
    pub extra: u64,
}

/// The progress of a walk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// False in the first walk, which copies. The later ones check.
    pub checking: bool,
    /// Pastes of the source that are done.
    pub pastes: u64,
    /// All pastes of the source.
    pub total: u64,
    /// The length of the texts copied so far.
    pub bytes: u64,
}

impl Copier {
    /// Copies all that the destination lacks, and calls `report` after every step.
    ///
    /// A copy may be interrupted at any point and run again. After an error nothing is lost, and the
    /// rows copied so far stay.
    ///
    /// # Errors
    /// [`CopyError::SameDatabase`]; [`CopyError::AccountsDiffer`] if an address has two
    /// accounts; with `delete` also [`CopyError::EmptySource`] and [`CopyError::DestinationInUse`].
    pub async fn run(
        &self,
        report: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Copied, CopyError> {
        if source::same_database(self.from.db(), self.to.db()).await? {
            return Err(CopyError::SameDatabase);
        }
        let in_use = source::in_use(self.to.db()).await?;
        if self.delete && in_use {
            return Err(CopyError::DestinationInUse);
        }
        if self.delete && source::is_empty(self.from.db()).await? {
            return Err(CopyError::EmptySource);
        }
        let mut sum = Copied::default();
        for n in 0..MAX_WALKS {
            let progress = Progress { checking: n > 0, bytes: sum.bytes, ..Progress::default() };
            let mut walk = Walk {
                copier: self,
                in_use,
                checking: n > 0,
                found: Copied::default(),
                deferred: 0,
                progress,
                report,
            };
            walk.users().await?;
            walk.sessions().await?;
            walk.tokens().await?;
            walk.pastes().await?;
            let nothing_to_do = walk.changes() == 0 && walk.deferred == 0;
            sum.add(walk.found);
            if n > 0 && nothing_to_do {
                sum.finished = true;
                break;
            }
        }
        Ok(sum)
    }

    /// Whether both stores have their texts in the same bucket, so that texts need no copy.
    pub(super) fn shares_bucket(&self) -> bool {
        Arc::ptr_eq(&self.from.blobs, &self.to.blobs)
    }

    /// Whether the destination has texts in a table beside the rows.
    pub(super) fn has_texts_in_table(&self) -> bool {
        BlobStore::database(&*self.to.blobs).is_some()
    }
}

impl Copied {
    /// Adds up what was copied and deleted. The other numbers are those of the last walk.
    fn add(&mut self, walk: Self) {
        let before = std::mem::replace(self, walk);
        self.users.copied += before.users.copied;
        self.sessions.copied += before.sessions.copied;
        self.tokens.copied += before.tokens.copied;
        self.pastes.copied += before.pastes.copied;
        self.bytes += before.bytes;
        self.deleted += before.deleted;
    }
}
