use super::copier::{Copied, Copier, Progress};

/// One walk over all of it.
pub(super) struct Walk<'a> {
    pub(super) copier: &'a Copier,
    /// Whether a site has run on the destination, so that its rows may have changed since.
    pub(super) in_use: bool,
    pub(super) checking: bool,
    pub(super) found: Copied,
    /// Rows that could not be brought yet, because their owner came to the source meanwhile.
    pub(super) deferred: u64,
    pub(super) progress: Progress,
    pub(super) report: &'a (dyn Fn(Progress) + Send + Sync),
}

impl Walk<'_> {
    pub(super) fn changes(&self) -> u64 {
        let Copied { users, sessions, tokens, pastes, deleted, .. } = &self.found;
        users.copied + sessions.copied + tokens.copied + pastes.copied + deleted
    }

    pub(super) fn report(&mut self, pastes: u64) {
        self.progress.pastes += pastes;
        (self.report)(self.progress);
    }
}
