//! What changes of a paste that is there: all but its text.

use crate::pastes::columns;
use crate::{Paste, PasteId, Result, Secret, Store, Timestamp, UserId, Visibility, write};

/// Who may change a paste.
#[derive(Clone, Debug)]
pub enum Editor {
    Owner(UserId),
    /// Whoever has the token that its author was given.
    Holder(Secret),
}

/// A paste as it is to be.
#[derive(Clone, Debug)]
pub struct Change {
    pub title: String,
    pub syntax: String,
    pub syntax_guessed: bool,
    pub visibility: Visibility,
    pub expires_at: Option<Timestamp>,
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
            Self::Holder(_) => None,
        }
    }

    fn token_hash(&self) -> Option<Vec<u8>> {
        match self {
            Self::Owner(_) => None,
            Self::Holder(token) => Some(token.hash()),
        }
    }

    pub fn may_change(&self, paste: &Paste) -> bool {
        match self {
            Self::Owner(owner) => paste.owner == Some(*owner),
            Self::Holder(token) => paste.delete_token_hash == Some(token.hash()),
        }
    }
}

/// A statement on the paste that is there as somebody has seen it: `$1` to `$6`.
macro_rules! as_seen {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " where id = $1 and title = $2 and syntax = $3 and visibility = $4 and expires_at is not distinct from $5",
            " and deleted_at is null and (expires_at is null or expires_at > $6) ",
            $tail
        )
    };
}

macro_rules! bind_seen {
    ($query:expr, $seen:expr, $now:expr) => {
        $query
            .bind($seen.id.as_str())
            .bind(&$seen.title)
            .bind(&$seen.syntax)
            .bind($seen.visibility.as_str())
            .bind($seen.expires_at)
            .bind($now)
    };
}

impl Store {
    /// The paste as it is afterwards; `None` where it is no more as it was `seen`.
    pub async fn change(
        &self,
        seen: &Paste,
        change: &Change,
        now: Timestamp,
    ) -> Result<Option<Paste>> {
        // All rows, not the first: only a statement that has come to its end reports that its
        // commit failed.
        let mut pastes: Vec<Paste> = write!(&self.db, pool => {
            let query = sqlx::query_as(concat!(
                as_seen!("update pastes set title = $7, syntax = $8, syntax_guessed = $9, visibility = $10, expires_at = $11", "returning "),
                columns!()
            ));
            bind_seen!(query, seen, now)
                .bind(&change.title)
                .bind(&change.syntax)
                .bind(change.syntax_guessed)
                .bind(change.visibility.as_str())
                .bind(change.expires_at)
                .fetch_all(pool)
                .await
        })?;
        Ok(pastes.pop())
    }

    /// Deletes a paste that is there now and that `editor` may change, and gives its title. From
    /// this commit on nobody can read it; the text itself goes with the next purge.
    pub async fn delete(
        &self,
        id: &PasteId,
        editor: impl Into<Editor>,
        now: Timestamp,
    ) -> Result<Option<String>> {
        let editor = editor.into();
        let mut titles: Vec<String> = write!(&self.db, pool => {
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
    }

    /// As [`Store::delete`], where the paste is still as it was `seen`; whether it was.
    pub async fn delete_as_seen(&self, seen: &Paste, now: Timestamp) -> Result<bool> {
        Ok(write!(&self.db, pool => {
            let query = sqlx::query(as_seen!("update pastes set deleted_at = $6", ""));
            bind_seen!(query, seen, now).execute(pool).await?.rows_affected()
        }) == 1)
    }
}
