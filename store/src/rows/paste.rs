//! The row of a paste, and the SQL of its columns.

use bytes::Bytes;

use crate::blobs::BlobKey;
use crate::time::Timestamp;
use crate::types::{PasteId, UserId, Visibility};

/// A paste without its text.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Paste {
    #[sqlx(try_from = "String")]
    pub id: PasteId,
    #[sqlx(rename = "owner_id")]
    pub owner: Option<UserId>,
    pub title: String,
    /// The slug of a syntax, such as `rust`.
    pub syntax: String,
    /// Whether the syntax was guessed, not chosen by the author.
    pub syntax_guessed: bool,
    #[sqlx(try_from = "String")]
    pub visibility: Visibility,
    #[sqlx(try_from = "i64")]
    pub bytes: u64,
    #[sqlx(try_from = "i64")]
    pub lines: u64,
    pub created_at: Timestamp,
    /// `None`: the paste lives until it is deleted.
    pub expires_at: Option<Timestamp>,
    pub sha256: Vec<u8>,
    pub blob_key: BlobKey,
    /// The hash of the token that may change or delete the paste, if its author has no account.
    pub delete_token_hash: Option<Vec<u8>>,
}

/// A paste to create. Title, syntax and text are stored as they are: the caller has validated them.
#[derive(Clone, Debug)]
pub struct NewPaste {
    pub id: PasteId,
    pub owner: Option<UserId>,
    pub title: String,
    pub syntax: String,
    pub syntax_guessed: bool,
    pub visibility: Visibility,
    pub expires_at: Option<Timestamp>,
    pub delete_token_hash: Option<Vec<u8>>,
    pub text: Bytes,
}

/// A query for the columns of a [`Paste`], and for `more` columns.
macro_rules! columns {
    () => {
        "id, owner_id, title, syntax, syntax_guessed, visibility, bytes, lines, created_at, expires_at, sha256, blob_key, delete_token_hash"
    };
    ($(and $more:literal,)? $rest:literal) => {
        concat!(
            "select ",
            $crate::rows::paste::columns!(),
            $(", ", $more,)?
            " from pastes ",
            $rest
        )
    };
}
pub(crate) use columns;

/// A statement that inserts pastes; `rest` gives the values in the order of the columns.
macro_rules! insert_into {
    ($rest:literal) => {
        concat!(
            "insert into pastes (id, owner_id, title, syntax, syntax_guessed, visibility, bytes, lines, sha256, blob_key, created_at, expires_at, delete_token_hash) ",
            $rest
        )
    };
}
pub(crate) use insert_into;

impl Paste {
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    pub(crate) fn is_visible_to(&self, viewer: Option<UserId>) -> bool {
        self.visibility != Visibility::Private || (self.owner.is_some() && self.owner == viewer)
    }
}
