//! Copies users first, because sessions, tokens and pastes refer to them.

use futures_util::future::try_join;

use super::error::CopyError;
use super::pages::{Keyed, PAGE, merge};
use super::walk::Walk;
use crate::db::Db;
use crate::db::macros::{read, transaction, write};
use crate::error::Result;
use crate::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Account {
    id: i64,
    email: String,
    email_key: Option<String>,
    password_hash: String,
    created_at: Timestamp,
}

impl Keyed for Account {
    type Key = i64;

    fn key(&self) -> i64 {
        self.id
    }
}

impl Walk<'_> {
    pub(super) async fn users(&mut self) -> Result<(), CopyError> {
        let (from, to) = (self.copier.from.db(), self.copier.to.db());
        let mut after = i64::MIN;
        loop {
            let pages = try_join(accounts(from, after), accounts(to, after)).await?;
            let (pairs, end) = merge(pages.0, pages.1);
            let mut missing = Vec::new();
            for pair in pairs {
                match pair {
                    (Some(user), None) => missing.push(user),
                    // If a site has run on the destination, the user may have changed it there.
                    (Some(user), Some(other)) if user != other && !self.in_use => {
                        update(to, &user).await?;
                        self.found.users.copied += 1;
                    }
                    (Some(_), Some(_)) => self.found.users.present += 1,
                    (None, _) => self.found.users.extra += 1,
                }
            }
            self.found.users.copied += insert_accounts(to, missing).await?;
            let Some(end) = end else { break };
            after = end;
        }
        // Accounts cannot be deleted: one that only the destination has was created there.
        if self.copier.delete && self.found.users.extra > 0 {
            return Err(CopyError::DestinationInUse);
        }
        Ok(())
    }
}

async fn accounts(db: &Db, after: i64) -> Result<Vec<Account>> {
    Ok(read!(db, pool => {
        sqlx::query_as("select id, email, email_key, password_hash, created_at from users where id > $1 order by id limit $2")
            .bind(after)
            .bind(i64::from(PAGE))
            .fetch_all(pool)
            .await
    })?)
}

async fn insert_accounts(db: &Db, users: Vec<Account>) -> Result<u64, CopyError> {
    if users.is_empty() {
        return Ok(0);
    }
    let count = users.len() as u64;
    let refused: Option<String> = transaction!(db, tx => {
        let mut refused = None;
        for user in users {
            let inserted = sqlx::query(
                "insert into users (id, email, password_hash, created_at, email_key) values ($1, $2, $3, $4, $5) on conflict do nothing",
            )
            .bind(user.id)
            .bind(&user.email)
            .bind(&user.password_hash)
            .bind(user.created_at)
            .bind(&user.email_key)
            .execute(&mut *tx)
            .await?;
            if inserted.rows_affected() == 0 {
                refused.get_or_insert(user.email);
            }
        }
        refused
    });
    refused.map_or(Ok(count), |email| Err(CopyError::AccountsDiffer(email)))
}

async fn update(db: &Db, user: &Account) -> Result<()> {
    write!(db, pool => {
        sqlx::query("update users set email = $2, password_hash = $3, created_at = $4, email_key = $5 where id = $1")
            .bind(user.id)
            .bind(&user.email)
            .bind(&user.password_hash)
            .bind(user.created_at)
            .bind(&user.email_key)
            .execute(pool)
            .await
            .map(drop)
    })?;
    Ok(())
}
