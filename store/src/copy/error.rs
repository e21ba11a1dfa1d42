//! The errors of a copy, and the problems of single pastes.

use crate::types::PasteId;

/// Why one paste could not be copied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("the text of paste {0} is missing at the source")]
    TextMissing(PasteId),
    #[error("the text of paste {0} is damaged at the source")]
    TextDamaged(PasteId),
    #[error("the text of paste {0} cannot be read at the source: {1}")]
    TextUnreadable(PasteId, String),
    #[error("the destination has another paste {0}, which was left as it is")]
    IdTaken(PasteId),
}

/// Why a copy ended.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error(transparent)]
    Store(#[from] crate::error::Error),
    #[error("source and destination are the same database")]
    SameDatabase,
    #[error("it holds no Pastebin")]
    NoPastebin,
    #[error("it is from an older version: start the site of this version on it once")]
    OlderDatabase,
    #[error("{0} has an account at the source and another one at the destination")]
    AccountsDiffer(String),
    #[error("the source is empty: nothing is deleted for that")]
    EmptySource,
    #[error(
        "a site has run on the destination: what only the destination has may be its own, so nothing is deleted"
    )]
    DestinationInUse,
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
