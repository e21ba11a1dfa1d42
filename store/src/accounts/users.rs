//! User accounts.

use std::fmt;

use super::email_key::email_key;
use crate::db::macros::{read, write};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::time::Timestamp;
use crate::types::UserId;

/// A user with an account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    pub id: UserId,
    pub email: String,
}

/// An account to create.
pub struct NewUser<'a> {
    /// As the user writes it, in lower case. Addresses with the same [`email_key`] are the same account.
    pub email: &'a str,
    /// A PHC string, not the password.
    pub password_hash: &'a str,
}

impl fmt::Debug for NewUser<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser").field("email", &self.email).finish_non_exhaustive()
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct UserRow {
    pub(super) id: UserId,
    pub(super) email: String,
    pub(super) created_at: i64,
}

impl Store {
    /// Creates an account with a random id.
    ///
    /// # Errors
    /// [`Error::EmailTaken`] if the address has an account already.
    pub async fn create_user(&self, new: NewUser<'_>, now: Timestamp) -> Result<User> {
        // 53 bits, which JSON clients can represent. A duplicate, which is most
        // unlikely, would be refused as a taken email.
        let id =
            getrandom::u64().map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))? >> 11;
        // All rows, not the first one: only a statement that has ended reports a failed commit.
        let mut users: Vec<User> = write!(&self.db, pool => {
            sqlx::query_as(
                "insert into users (id, email, email_key, password_hash, created_at) values ($1, $2, $3, $4, $5)
                 on conflict do nothing returning id, email",
            )
            .bind(id.cast_signed())
            .bind(new.email)
            .bind(email_key(new.email))
            .bind(new.password_hash)
            .bind(now)
            .fetch_all(pool)
            .await
        })?;
        users.pop().ok_or(Error::EmailTaken)
    }

    /// The user with this address (in lower case), and the hash of the password. The address as it is
    /// stored goes before another spelling of it.
    pub async fn credentials(&self, email: &str) -> Result<Option<(User, String)>> {
        let row: Option<(UserId, String, String)> = read!(&self.db, pool => {
            sqlx::query_as(
                "select id, email, password_hash from users
                 where id = coalesce((select id from users where email = $1), (select id from users where email_key = $2))",
            )
            .bind(email)
            .bind(email_key(email))
            .fetch_optional(pool)
            .await
        })?;
        Ok(row.map(|(id, email, hash)| (User { id, email }, hash)))
    }
}
