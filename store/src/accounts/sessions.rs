//! Sessions of users who are logged in.

use super::token::Token;
use super::users::User;
use crate::db::macros::{read, write};
use crate::error::Result;
use crate::store::Store;
use crate::time::Timestamp;
use crate::types::UserId;

impl Store {
    /// Starts a session of `user`, which `token` identifies until `expires_at`.
    pub async fn start_session(
        &self,
        token: &Token,
        user: UserId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()> {
        write!(&self.db, pool => {
            sqlx::query("insert into sessions (token_hash, user_id, created_at, expires_at) values ($1, $2, $3, $4)")
                .bind(token.hash())
                .bind(user)
                .bind(now)
                .bind(expires_at)
                .execute(pool)
                .await
                .map(drop)
        })?;
        Ok(())
    }

    /// The user whose session has this token and has not expired.
    pub async fn session_user(&self, token: &Token, now: Timestamp) -> Result<Option<User>> {
        Ok(read!(&self.db, pool => {
            sqlx::query_as(
                // No join: by the statistics of a new site, SQLite would scan all users for each request.
                "select id, email from users
                 where id = (select user_id from sessions where token_hash = $1 and expires_at > $2)",
            )
            .bind(token.hash())
            .bind(now)
            .fetch_optional(pool)
            .await
        })?)
    }

    /// Ends all sessions of a user.
    pub async fn end_sessions(&self, user: UserId) -> Result<()> {
        write!(&self.db, pool => {
            sqlx::query("delete from sessions where user_id = $1").bind(user).execute(pool).await.map(drop)
        })?;
        Ok(())
    }

    /// Ends the session with this token. An unknown token is no error.
    pub async fn end_session(&self, token: &Token) -> Result<()> {
        write!(&self.db, pool => {
            sqlx::query("delete from sessions where token_hash = $1").bind(token.hash()).execute(pool).await.map(drop)
        })?;
        Ok(())
    }
}
