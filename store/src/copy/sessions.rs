//! Copies sessions, so that users stay logged in.

use futures_util::future::try_join;

use super::error::CopyError;
use super::pages::{Keyed, PAGE, merge};
use super::walk::Walk;
use crate::db::Db;
use crate::db::macros::{read, transaction};
use crate::error::Result;
use crate::time::Timestamp;

#[derive(Clone, Debug, sqlx::FromRow)]
struct Session {
    token_hash: Vec<u8>,
    user_id: i64,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl Keyed for Session {
    type Key = Vec<u8>;

    fn key(&self) -> Vec<u8> {
        self.token_hash.clone()
    }
}

impl Walk<'_> {
    pub(super) async fn sessions(&mut self) -> Result<(), CopyError> {
        let (from, to) = (self.copier.from.db(), self.copier.to.db());
        let now = self.copier.clock.now();
        let mut after = Vec::new();
        loop {
            let pages = try_join(sessions(from, &after, now), sessions(to, &after, now)).await?;
            let (pairs, end) = merge(pages.0, pages.1);
            let (mut missing, mut extra) = (Vec::new(), Vec::new());
            for pair in pairs {
                match pair {
                    (Some(session), None) => missing.push(session),
                    (Some(_), Some(_)) => self.found.sessions.present += 1,
                    (None, other) => extra.extend(other.map(|session| session.token_hash)),
                }
            }
            let count = missing.len() as u64;
            let copied = insert_sessions(to, missing).await?;
            self.found.sessions.copied += copied;
            self.deferred += count - copied;
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

/// Returns the number of inserted rows. A row whose user is not there yet is left out.
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
