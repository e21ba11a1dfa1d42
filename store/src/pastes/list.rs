//! Lists of pastes, page by page.

use std::fmt;
use std::str::FromStr;

use crate::db::macros::read;
use crate::error::Result;
use crate::rows::paste::{Paste, columns};
use crate::store::Store;
use crate::time::Timestamp;
use crate::types::{PasteId, UserId};

/// A position in a list that is ordered newest first. The paste need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub created_at: Timestamp,
    pub id: String,
}

/// The part of a list after `after`, up to and including `until`, of at most `limit` pastes. An end
/// that is `None` is open.
#[derive(Clone, Debug, Default)]
pub struct Span {
    pub after: Option<Cursor>,
    pub until: Option<Cursor>,
    pub limit: u32,
}

/// The number of a user's pastes, and the length of their texts together, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Totals {
    #[sqlx(try_from = "i64")]
    pub count: u64,
    #[sqlx(try_from = "i64")]
    pub bytes: u64,
}

impl Paste {
    pub fn cursor(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.id.as_str().to_owned() }
    }
}

impl Store {
    /// The pastes of `owner` that exist now, newest first.
    pub async fn pastes_of(
        &self,
        owner: UserId,
        span: &Span,
        now: Timestamp,
    ) -> Result<Vec<Paste>> {
        let (after, until) = (span.upper(), span.lower());
        Ok(read!(&self.db, pool => {
            sqlx::query_as(columns!(
                "where owner_id = $1 and deleted_at is null and (expires_at is null or expires_at > $2)
                 and (created_at, id) < ($3, $4) and (created_at, id) >= ($5, $6)
                 order by created_at desc, id desc limit $7"
            ))
            .bind(owner)
            .bind(now)
            .bind(after.created_at)
            .bind(&after.id)
            .bind(until.created_at)
            .bind(&until.id)
            .bind(i64::from(span.limit))
            .fetch_all(pool)
            .await
        })?)
    }

    /// The public pastes that exist now, newest first.
    pub async fn public_pastes(&self, span: &Span, now: Timestamp) -> Result<Vec<Paste>> {
        let (after, until) = (span.upper(), span.lower());
        Ok(read!(&self.db, pool => {
            sqlx::query_as(columns!(
                "where visibility = 'public' and deleted_at is null and (expires_at is null or expires_at > $1)
                 and (created_at, id) < ($2, $3) and (created_at, id) >= ($4, $5)
                 order by created_at desc, id desc limit $6"
            ))
            .bind(now)
            .bind(after.created_at)
            .bind(&after.id)
            .bind(until.created_at)
            .bind(&until.id)
            .bind(i64::from(span.limit))
            .fetch_all(pool)
            .await
        })?)
    }

    /// The number of pastes of `owner` that exist now, and the sum of the lengths of their texts.
    pub async fn totals_of(&self, owner: UserId, now: Timestamp) -> Result<Totals> {
        Ok(read!(&self.db, pool => {
            sqlx::query_as(
                "select count(*) as count, cast(coalesce(sum(bytes), 0) as bigint) as bytes from pastes
                 where owner_id = $1 and deleted_at is null and (expires_at is null or expires_at > $2)",
            )
            .bind(owner)
            .bind(now)
            .fetch_one(pool)
            .await
        })?)
    }
}

impl Span {
    fn upper(&self) -> Cursor {
        // "~" sorts after every character of an id.
        self.after
            .clone()
            .unwrap_or_else(|| Cursor { created_at: Timestamp(i64::MAX), id: "~".to_owned() })
    }

    fn lower(&self) -> Cursor {
        self.until.clone().unwrap_or_else(|| Cursor { created_at: Timestamp(0), id: String::new() })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.created_at.0, self.id)
    }
}

/// The text is not a [`Cursor`].
#[derive(Debug, thiserror::Error)]
#[error("not a place in a list")]
pub struct BadCursor;

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(cursor: &str) -> Result<Self, BadCursor> {
        let (millis, id) = cursor.split_once('-').ok_or(BadCursor)?;
        let created_at = Timestamp(millis.parse().map_err(|_| BadCursor)?);
        let id: PasteId = id.parse().map_err(|_| BadCursor)?;
        Ok(Self { created_at, id: id.as_str().to_owned() })
    }
}
