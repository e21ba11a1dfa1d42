//! Users first, for sessions and pastes are theirs; then sessions, so that nobody has to log in again.

use futures_util::future::try_join;

use super::walk::{Keyed, PAGE, pairs};
use super::{CopyError, Walk};
use crate::db::transaction;
use crate::{Db, Result, Timestamp, read, write};

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Account {
    id: i64,
    email: String,
    password_hash: String,
    created_at: Timestamp,
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Session {
    token_hash: Vec<u8>,
    user_id: i64,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl Keyed for Account {
    type Key = i64;

    fn key(&self) -> i64 {
        self.id
    }
}

impl Keyed for Session {
    type Key = Vec<u8>;

    fn key(&self) -> Vec<u8> {
        self.token_hash.clone()
    }
}

impl Walk<'_> {
    pub(super) async fn users(&mut self) -> Result<(), CopyError> {
        let (from, to) = (self.copier.from.db(), self.copier.to.db());
        let mut after = i64::MIN;
        loop {
            let pages = try_join(accounts(from, after), accounts(to, after)).await?;
            let (pairs, end) = pairs(pages.0, pages.1);
            let mut missing = Vec::new();
            for pair in pairs {
                match pair {
                    (Some(user), None) => missing.push(user),
                    // A site on the destination may have let them change it since.
                    (Some(user), Some(other)) if user != other && !self.in_use => {
                        update(to, &user).await?;
                        self.found.users.copied += 1;
                    }
                    (Some(_), Some(_)) => self.found.users.there += 1,
                    (None, _) => self.found.users.extra += 1,
                }
            }
            self.found.users.copied += insert_accounts(to, missing).await?;
            let Some(end) = end else { break };
            after = end;
        }
        // Nobody can end an account: one that only the destination has was made there.
        if self.copier.delete && self.found.users.extra > 0 {
            return Err(CopyError::DestinationInUse);
        }
        Ok(())
    }

    pub(super) async fn sessions(&mut self) -> Result<(), CopyError> {
        let (from, to) = (self.copier.from.db(), self.copier.to.db());
        let now = self.copier.clock.now();
        let mut after = Vec::new();
        loop {
            let pages = try_join(sessions(from, &after, now), sessions(to, &after, now)).await?;
            let (pairs, end) = pairs(pages.0, pages.1);
            let (mut missing, mut extra) = (Vec::new(), Vec::new());
            for pair in pairs {
                match pair {
                    (Some(session), None) => missing.push(session),
                    (Some(_), Some(_)) => self.found.sessions.there += 1,
                    (None, other) => extra.extend(other.map(|session| session.token_hash)),
                }
            }
            let count = missing.len() as u64;
            let copied = insert_sessions(to, missing).await?;
            self.found.sessions.copied += copied;
            self.put_off += count - copied;
            if self.copier.delete {
                self.found.deleted += end_sessions(to, extra).await?;
            } else {
                self.found.sessions.extra += extra.len() as u64;
            }
            let Some(end) = end else { break };
            after = end;
        }
        Ok(())
    }
}

async fn accounts(db: &Db, after: i64) -> Result<Vec<Account>> {
    Ok(read!(db, pool => {
        sqlx::query_as("select id, email, password_hash, created_at from users where id > $1 order by id limit $2")
            .bind(after)
            .bind(i64::from(PAGE))
            .fetch_all(pool)
            .await
    })?)
}

async fn sessions(db: &Db, after: &[u8], now: Timestamp) -> Result<Vec<Session>> {
    Ok(read!(db, pool => {
        sqlx::query_as(
            "select token_hash, user_id, created_at, expires_at from sessions
             where token_hash > $1 and expires_at > $2 order by token_hash limit $3",
        )
        .bind(after)
        .bind(now)
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
                "insert into users (id, email, password_hash, created_at) values ($1, $2, $3, $4) on conflict do nothing",
            )
            .bind(user.id)
            .bind(&user.email)
            .bind(&user.password_hash)
            .bind(user.created_at)
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
        sqlx::query("update users set email = $2, password_hash = $3, created_at = $4 where id = $1")
            .bind(user.id)
            .bind(&user.email)
            .bind(&user.password_hash)
            .bind(user.created_at)
            .execute(pool)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// How many came in: not those of a user who is not there yet.
async fn insert_sessions(db: &Db, sessions: Vec<Session>) -> Result<u64> {
    if sessions.is_empty() {
        return Ok(0);
    }
    Ok(transaction!(db, tx => {
        let mut inserted = 0;
        for session in sessions {
            inserted += sqlx::query(
                "insert into sessions (token_hash, user_id, created_at, expires_at)
                 select $1, id, $3, $4 from users where id = $2 on conflict do nothing",
            )
            .bind(&session.token_hash)
            .bind(session.user_id)
            .bind(session.created_at)
            .bind(session.expires_at)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        }
        inserted
    }))
}

async fn end_sessions(db: &Db, tokens: Vec<Vec<u8>>) -> Result<u64> {
    if tokens.is_empty() {
        return Ok(0);
    }
    Ok(transaction!(db, tx => {
        let mut ended = 0;
        for token in &tokens {
            ended += sqlx::query("delete from sessions where token_hash = $1").bind(token).execute(&mut *tx).await?.rows_affected();
        }
        ended
    }))
}
