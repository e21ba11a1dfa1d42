//! Copies access tokens, so that the programs of users go on working.

use futures_util::future::try_join;

use super::error::CopyError;
use super::pages::{Keyed, PAGE, merge};
use super::walk::Walk;
use crate::accounts::access_tokens::AccessToken;
use crate::db::Db;
use crate::db::macros::{read, transaction};
use crate::error::Result;

#[derive(Clone, Debug, sqlx::FromRow)]
struct Row {
    token_hash: Vec<u8>,
    user_id: i64,
    #[sqlx(flatten)]
    token: AccessToken,
}

impl Keyed for Row {
    type Key = Vec<u8>;

    fn key(&self) -> Vec<u8> {
        self.token_hash.clone()
    }
}

impl Walk<'_> {
    pub(super) async fn tokens(&mut self) -> Result<(), CopyError> {
        let (from, to) = (self.copier.from.db(), self.copier.to.db());
        let mut after = Vec::new();
        loop {
            let pages = try_join(tokens(from, &after), tokens(to, &after)).await?;
            let (pairs, end) = merge(pages.0, pages.1);
            let (mut missing, mut extra) = (Vec::new(), Vec::new());
            for pair in pairs {
                match pair {
                    (Some(token), None) => missing.push(token),
                    (Some(_), Some(_)) => self.found.tokens.present += 1,
                    (None, other) => extra.extend(other.map(|token| token.token_hash)),
                }
            }
            let count = missing.len() as u64;
            let copied = insert(to, missing).await?;
            self.found.tokens.copied += copied;
            self.deferred += count - copied;
            if self.copier.delete {
                self.found.deleted += revoke(to, extra).await?;
            } else {
                self.found.tokens.extra += extra.len() as u64;
            }
            let Some(end) = end else { break };
            after = end;
        }
        Ok(())
    }
}

async fn tokens(db: &Db, after: &[u8]) -> Result<Vec<Row>> {
    Ok(read!(db, pool => {
        sqlx::query_as(
            "select token_hash, id, user_id, name, may_read, may_write, may_delete, created_at, expires_at, last_used_at
             from access_tokens where token_hash > $1 order by token_hash limit $2",
        )
        .bind(after)
        .bind(i64::from(PAGE))
        .fetch_all(pool)
        .await
    })?)
}

/// Returns the number of inserted rows. A row whose user is not there yet is left out.
async fn insert(db: &Db, tokens: Vec<Row>) -> Result<u64> {
    if tokens.is_empty() {
        return Ok(0);
    }
    Ok(transaction!(db, tx => {
        let mut inserted = 0;
        for Row { token_hash, user_id, token } in tokens {
            inserted += sqlx::query(
                "insert into access_tokens (token_hash, id, user_id, name, may_read, may_write, may_delete, created_at, expires_at, last_used_at)
                 select $1, $2, users.id, $4, $5, $6, $7, $8, $9, $10 from users where users.id = $3 on conflict do nothing",
            )
            .bind(&token_hash)
            .bind(token.id)
            .bind(user_id)
            .bind(&token.name)
            .bind(token.scopes.read)
            .bind(token.scopes.write)
            .bind(token.scopes.delete)
            .bind(token.created_at)
            .bind(token.expires_at)
            .bind(token.last_used_at)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        }
        inserted
    }))
}

async fn revoke(db: &Db, tokens: Vec<Vec<u8>>) -> Result<u64> {
    if tokens.is_empty() {
        return Ok(0);
    }
    Ok(transaction!(db, tx => {
        let mut revoked = 0;
        for token in &tokens {
            revoked += sqlx::query("delete from access_tokens where token_hash = $1").bind(token).execute(&mut *tx).await?.rows_affected();
        }
        revoked
    }))
}
