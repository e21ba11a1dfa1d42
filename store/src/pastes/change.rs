//! Changes and deletes a paste. Its text never changes.

use crate::accounts::token::Token;
use crate::db::Db;
use crate::db::macros::write;
use crate::db::uninterrupted::run_to_completion;
use crate::error::Result;
use crate::rows::paste::{Paste, columns};
use crate::store::Store;
use crate::time::Timestamp;
use crate::types::{PasteId, UserId, Visibility};

/// Who may change a paste.
#[derive(Clone, Debug)]
pub enum Editor {
    Owner(UserId),
    /// Someone with the delete token, which the author got with the paste.
    DeleteToken(Token),
}

/// New values; `None` leaves a value as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub title: Option<String>,
    pub syntax: Option<String>,
    pub syntax_guessed: Option<bool>,
    pub visibility: Option<Visibility>,
    /// `Some(None)`: the paste lives until it is deleted.
    pub expires_at: Option<Option<Timestamp>>,
}

/// The precondition for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// The paste is as the caller has seen it.
    Unchanged,
    /// The paste exists.
    Exists,
}

impl From<UserId> for Editor {
    fn from(owner: UserId) -> Self {
        Self::Owner(owner)
    }
}

impl Editor {
    fn owner(&self) -> Option<UserId> {
        match self {
            Self::Owner(owner) => Some(*owner),
            Self::DeleteToken(_) => None,
        }
    }

    fn token_hash(&self) -> Option<Vec<u8>> {
        match self {
            Self::Owner(_) => None,
            Self::DeleteToken(token) => Some(token.hash()),
        }
    }

    pub fn may_change(&self, paste: &Paste) -> bool {
        match self {
            Self::Owner(owner) => paste.owner == Some(*owner),
            Self::DeleteToken(token) => paste.delete_token_hash == Some(token.hash()),
        }
    }
}

/// A statement on a paste that exists and, if `$7` is true, has the values `$2` to `$5`. Takes `$1` to
/// `$7`, see [`bind_seen!`].
macro_rules! if_unchanged {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " where id = $1 and deleted_at is null and (expires_at is null or expires_at > $6)",
            " and (not $7 or title = $2 and syntax = $3 and visibility = $4 and expires_at is not distinct from $5) ",
            $tail
        )
    };
}

macro_rules! bind_seen {
    ($query:expr, $seen:expr, $precondition:expr, $now:expr) => {
        $query
            .bind($seen.id.as_str())
            .bind(&$seen.title)
            .bind(&$seen.syntax)
            .bind($seen.visibility.as_str())
            .bind($seen.expires_at)
            .bind($now)
            .bind($precondition == Precondition::Unchanged)
    };
}

impl Store {
    /// Changes a paste, and returns it; `None` if it does not exist or the precondition does not hold.
    pub async fn change(
        &self,
        seen: &Paste,
        change: &Change,
        precondition: Precondition,
        now: Timestamp,
    ) -> Result<Option<Paste>> {
        let (seen, change) = (seen.clone(), change.clone());
        self.apply_and_forget(seen.id.clone(), |db| async move {
            // All rows, not the first one: only a statement that has ended reports a failed commit.
            let mut pastes: Vec<Paste> = write!(&db, pool => {
                let query = sqlx::query_as(concat!(
                    if_unchanged!(
                        "update pastes set title = coalesce($8, title), syntax = coalesce($9, syntax),
                         syntax_guessed = coalesce($10, syntax_guessed), visibility = coalesce($11, visibility),
                         expires_at = case when $12 then $13 else expires_at end",
                        "returning "
                    ),
                    columns!()
                ));
                bind_seen!(query, seen, precondition, now)
                    .bind(&change.title)
                    .bind(&change.syntax)
                    .bind(change.syntax_guessed)
                    .bind(change.visibility.map(Visibility::as_str))
                    .bind(change.expires_at.is_some())
                    .bind(change.expires_at.flatten())
                    .fetch_all(pool)
                    .await
            })?;
            Ok(pastes.pop())
        })
        .await
    }

    /// Deletes a paste and returns its title; `None` if it does not exist or `editor` may not change
    /// it. It cannot be read any more from now on. The next purge removes the text.
    pub async fn delete(
        &self,
        id: &PasteId,
        editor: impl Into<Editor>,
        now: Timestamp,
    ) -> Result<Option<String>> {
        let (id, editor) = (id.clone(), editor.into());
        self.apply_and_forget(id.clone(), |db| async move {
            let mut titles: Vec<String> = write!(&db, pool => {
                sqlx::query_scalar(
                    "update pastes set deleted_at = $4 where id = $1 and (owner_id = $2 or delete_token_hash = $3)
                     and deleted_at is null and (expires_at is null or expires_at > $4) returning title",
                )
                .bind(id.as_str())
                .bind(editor.owner())
                .bind(editor.token_hash())
                .bind(now)
                .fetch_all(pool)
                .await
            })?;
            Ok(titles.pop())
        })
        .await
    }

    /// Deletes a paste that the caller may delete. Returns whether it existed and the precondition held.
    pub async fn delete_seen(
        &self,
        seen: &Paste,
        precondition: Precondition,
        now: Timestamp,
    ) -> Result<bool> {
        let seen = seen.clone();
        self.apply_and_forget(seen.id.clone(), |db| async move {
            Ok(write!(&db, pool => {
                let query = sqlx::query(if_unchanged!("update pastes set deleted_at = $6", ""));
                bind_seen!(query, seen, precondition, now).execute(pool).await?.rows_affected()
            }) == 1)
        })
        .await
    }

    /// Runs a change, and then removes the row from the cache: also after an error, and if the
    /// caller is cancelled.
    async fn apply_and_forget<T: Send + 'static, F>(
        &self,
        id: PasteId,
        change: impl FnOnce(Db) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let (change, rows) = (change(self.db.clone()), self.rows.clone());
        run_to_completion(async move {
            let outcome = change.await;
            rows.forget(&id);
            outcome
        })
        .await
    }
}
