//! Access tokens, with which the programs of a user sign in.

use std::time::Duration;

use super::token::Token;
use super::users::User;
use crate::db::macros::{read, write};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::time::Timestamp;
use crate::types::UserId;

/// The largest number of access tokens for one user.
pub const TOKENS_MAX: u32 = 100;

/// The time of the last use is recorded once a minute, so that most reads do not write.
const USE_RECORDED_EVERY: Duration = Duration::from_mins(1);

/// The permissions of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Scopes {
    /// To list the user's pastes and read private ones.
    #[sqlx(rename = "may_read")]
    pub read: bool,
    /// To create and change pastes.
    #[sqlx(rename = "may_write")]
    pub write: bool,
    #[sqlx(rename = "may_delete")]
    pub delete: bool,
}

impl Scopes {
    pub const fn contains(self, scope: Scope) -> bool {
        match scope {
            Scope::Read => self.read,
            Scope::Write => self.write,
            Scope::Delete => self.delete,
        }
    }

    /// The scopes that are set.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

/// One permission of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Read,
    Write,
    Delete,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Delete];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
        }
    }
}

/// An access token without the secret itself.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AccessToken {
    pub id: i64,
    pub name: String,
    #[sqlx(flatten)]
    pub scopes: Scopes,
    pub created_at: Timestamp,
    /// `None`: the token lasts until it is revoked.
    pub expires_at: Option<Timestamp>,
    /// Accurate to a minute, and never later than the last use.
    pub last_used_at: Option<Timestamp>,
}

/// An access token to create.
#[derive(Clone, Debug)]
pub struct NewToken<'a> {
    pub user: UserId,
    pub name: &'a str,
    pub scopes: Scopes,
    /// `None`: the token lasts until it is revoked.
    pub expires_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Bearer {
    #[sqlx(flatten)]
    token: AccessToken,
    user_id: UserId,
    email: String,
}

impl Store {
    /// Creates a token for `new.user`.
    ///
    /// # Errors
    /// [`Error::TooManyTokens`] if the user has [`TOKENS_MAX`] already.
    pub async fn create_token(
        &self,
        secret: &Token,
        new: NewToken<'_>,
        now: Timestamp,
    ) -> Result<()> {
        let id =
            getrandom::u64().map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))? >> 11;
        let inserted = write!(&self.db, pool => {
            sqlx::query(
                "insert into access_tokens (token_hash, id, user_id, name, may_read, may_write, may_delete, created_at, expires_at)
                 select $1, $2, $3, $4, $5, $6, $7, $8, $9
                 where (select count(*) from access_tokens where user_id = $3) < $10",
            )
            .bind(secret.hash())
            .bind(id.cast_signed())
            .bind(new.user)
            .bind(new.name)
            .bind(new.scopes.read)
            .bind(new.scopes.write)
            .bind(new.scopes.delete)
            .bind(now)
            .bind(new.expires_at)
            .bind(i64::from(TOKENS_MAX))
            .execute(pool)
            .await?
            .rows_affected()
        });
        if inserted == 1 { Ok(()) } else { Err(Error::TooManyTokens) }
    }

    /// The tokens of a user, newest first, expired ones included.
    pub async fn tokens_of(&self, user: UserId) -> Result<Vec<AccessToken>> {
        Ok(read!(&self.db, pool => {
            sqlx::query_as(
                "select id, name, may_read, may_write, may_delete, created_at, expires_at, last_used_at
                 from access_tokens where user_id = $1 order by created_at desc, id desc",
            )
            .bind(user)
            .fetch_all(pool)
            .await
        })?)
    }

    /// The user of this token and the token's details, if it exists and has not expired. Records
    /// the use.
    pub async fn bearer(
        &self,
        secret: &Token,
        now: Timestamp,
    ) -> Result<Option<(User, AccessToken)>> {
        let bearer: Option<Bearer> = read!(&self.db, pool => {
            sqlx::query_as(
                "select t.id, name, may_read, may_write, may_delete, t.created_at, expires_at, last_used_at, user_id,
                 (select email from users where users.id = user_id) as email
                 from access_tokens t where token_hash = $1 and (expires_at is null or expires_at > $2)",
            )
            .bind(secret.hash())
            .bind(now)
            .fetch_optional(pool)
            .await
        })?;
        let Some(Bearer { token, user_id, email }) = bearer else { return Ok(None) };
        if token.last_used_at.is_none_or(|at| at <= now.minus(USE_RECORDED_EVERY)) {
            // A read must not fail because the time of use cannot be recorded.
            let _ = self.record_use(token.id, now).await;
        }
        Ok(Some((User { id: user_id, email }, token)))
    }

    async fn record_use(&self, id: i64, now: Timestamp) -> Result<()> {
        write!(&self.db, pool => {
            sqlx::query("update access_tokens set last_used_at = $2 where id = $1")
                .bind(id)
                .bind(now)
                .execute(pool)
                .await
                .map(drop)
        })?;
        Ok(())
    }

    /// Removes a token of `user`, and returns its name; `None` if the user has no such token.
    pub async fn revoke_token(&self, id: i64, user: UserId) -> Result<Option<String>> {
        let mut names: Vec<String> = write!(&self.db, pool => {
            sqlx::query_scalar("delete from access_tokens where id = $1 and user_id = $2 returning name")
                .bind(id)
                .bind(user)
                .fetch_all(pool)
                .await
        })?;
        Ok(names.pop())
    }
}
