use std::sync::Arc;

use super::error::{CopyError, Problem};
use super::source;
use super::walk::Walk;
use crate::blobs::BlobStore;
use crate::store::Store;
use crate::time::Clock;

/// A source that is written to meanwhile is walked again so often; then it is time to stop it.
const MAX_WALKS: u32 = 4;

/// What is copied to where, and how.
#[derive(Clone, Debug)]
pub struct Copier {
    /// Only read.
    pub from: Store,
    pub to: Store,
    /// Whether the texts at the destination are read back and checked, too; what is not whole is
    /// copied again.
    pub verify: bool,
    /// Whether pastes, sessions and tokens that the source has no more go from the destination.
    pub delete: bool,
    pub clock: Clock,
}

/// What a run did, and how it found the destination in the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    pub users: Tally,
    pub sessions: Tally,
    /// Access tokens.
    pub tokens: Tally,
    pub pastes: Tally,
    /// Length of the copied texts, as their readers see them.
    pub bytes: u64,
    /// Pastes of the source that had expired or been deleted: not worth the way.
    pub over: u64,
    /// Pastes, sessions and tokens that this run took from the destination because the source has them no more.
    pub deleted: u64,
    /// Pastes that are not at the destination, or not as the source has them.
    pub problems: Vec<Problem>,
    /// Whether the last walk found nothing more to bring. If not, the source is being written to.
    pub finished: bool,
}

/// How one kind of rows fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub copied: u64,
    /// Of the source's, how many the destination has.
    pub there: u64,
    /// How many the destination has and the source has not.
    pub extra: u64,
}

/// How far a walk has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The first walk copies; those after it check.
    pub checking: bool,
    /// Pastes of the source that are behind us, of how many.
    pub pastes: u64,
    pub of: u64,
    /// Texts copied by this run, in bytes.
    pub bytes: u64,
}

impl Copier {
    /// Brings all that the destination lacks. `report` hears how far it has come, after every step.
    ///
    /// May be stopped at any point and run again. Where it gives an error, nothing is lost, and
    /// what was brought stays.
    ///
    /// # Errors
    /// [`CopyError::SameDatabase`]; [`CopyError::AccountsDiffer`] where an address has two
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

    /// Where both keep their texts in one bucket, they stay where they are.
    pub(super) fn shares_bucket(&self) -> bool {
        Arc::ptr_eq(&self.from.blobs, &self.to.blobs)
    }

    pub(super) fn has_texts_in_table(&self) -> bool {
        BlobStore::database(&*self.to.blobs).is_some()
    }
}

impl Copied {
    /// What was done adds up; how things stand is as the last walk found it.
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
