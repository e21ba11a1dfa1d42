//! The state of one walk through all tables.

use super::copier::{Copied, Copier, Progress};

/// One walk through all tables.
pub(super) struct Walk<'a> {
    pub(super) copier: &'a Copier,
    /// Whether a site has run on the destination, and may have changed rows there.
    pub(super) in_use: bool,
    pub(super) checking: bool,
    /// The findings of this walk.
    pub(super) found: Copied,
    /// Rows that the next walk has to copy, because their owner is new at the source.
    pub(super) deferred: u64,
    pub(super) progress: Progress,
    pub(super) report: &'a (dyn Fn(Progress) + Send + Sync),
}

impl Walk<'_> {
    /// The number of rows that this walk has changed at the destination.
    pub(super) fn changes(&self) -> u64 {
        let Copied { users, sessions, tokens, pastes, deleted, .. } = &self.found;
        users.copied + sessions.copied + tokens.copied + pastes.copied + deleted
    }

    /// Reports that `pastes` more are done.
    pub(super) fn report(&mut self, pastes: u64) {
        self.progress.pastes += pastes;
        (self.report)(self.progress);
    }
}
