//! Inserts pastes and their texts at the destination.

use bytes::Bytes;

use crate::db::Db;
use crate::db::macros::transaction;
use crate::error::Result;
use crate::rows::paste::{Paste, insert_into};
use crate::time::Timestamp;

/// A text keeps its key, but its age counts from the copy, so that the sweep at the destination does
/// not remove it before its row is inserted.
const PUT: &str = "insert into blobs (key, body, created_at) values ($1, $2, $3)
    on conflict (key) do update set body = excluded.body, created_at = excluded.created_at";

/// Inserts a paste if its owner is at the destination.
const INSERT: &str = insert_into!(
    "select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
     where $2 is null or exists (select 1 from users where id = $2) on conflict do nothing"
);

/// Returns the number of inserted rows and the length of their texts. A row whose owner is not there
/// yet is left out.
pub(super) async fn insert(
    db: &Db,
    pastes: Vec<(Paste, Bytes)>,
    with_text: bool,
    now: Timestamp,
) -> Result<(u64, u64)> {
    if pastes.is_empty() {
        return Ok((0, 0));
    }
    Ok(transaction!(db, tx => {
        let (mut count, mut bytes) = (0, 0);
        for (paste, body) in &pastes {
            let inserted = sqlx::query(INSERT)
                .bind(paste.id.as_str())
                .bind(paste.owner)
                .bind(&paste.title)
                .bind(&paste.syntax)
                .bind(paste.syntax_guessed)
                .bind(paste.visibility.as_str())
                .bind(paste.bytes.cast_signed())
                .bind(paste.lines.cast_signed())
                .bind(&paste.sha256)
                .bind(&paste.blob_key)
                .bind(paste.created_at)
                .bind(paste.expires_at)
                .bind(&paste.delete_token_hash)
                .execute(&mut *tx)
                .await?;
            if inserted.rows_affected() == 0 {
                continue;
            }
            if with_text {
                sqlx::query(PUT).bind(&paste.blob_key).bind(&body[..]).bind(now).execute(&mut *tx).await?;
            }
            count += 1;
            bytes += paste.bytes;
        }
        (count, bytes)
    }))
}

/// Writes texts again, whose rows are there.
pub(super) async fn put(db: &Db, texts: Vec<(Paste, Bytes)>, now: Timestamp) -> Result<()> {
    transaction!(db, tx => {
        for (paste, body) in &texts {
            sqlx::query(PUT).bind(&paste.blob_key).bind(&body[..]).bind(now).execute(&mut *tx).await?;
        }
    });
    Ok(())
}
