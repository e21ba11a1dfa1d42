//! Group commit: inserts that arrive at the same time share one durable transaction.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;

use crate::db::Db;
use crate::db::batching::{BatchLimits, Batcher, Request};
use crate::db::macros::transaction;
use crate::db::postgres::Postgres;
use crate::error::{Error, Result};
use crate::rows::idempotency::IdempotencyKey;
use crate::rows::paste::Paste;

/// The limits of one transaction. A commit costs the same for one row and for many, but the inserts
/// that arrive meanwhile wait longer for a larger transaction.
const LIMITS: BatchLimits = BatchLimits { requests: 256, weight: 8 * 1024 * 1024 };

/// SQLite has one writer. PostgreSQL commits several transactions at once; more than four only wait
/// for its disk.
const SQLITE_WORKERS: usize = 1;
const POSTGRES_WORKERS: usize = 4;

/// A paste to insert.
#[derive(Clone, Debug)]
pub(crate) struct Insert {
    pub paste: Paste,
    /// The compressed text, if texts are in a table of the same database.
    pub body: Option<Bytes>,
    pub key: Option<IdempotencyKey>,
}

impl Request for Insert {
    type Answer = ();

    fn weight(&self) -> usize {
        self.body.as_ref().map_or(0, Bytes::len)
    }
}

pub(crate) fn batcher(db: &Db) -> Batcher<Insert> {
    let workers = match db {
        Db::Sqlite(_) => SQLITE_WORKERS,
        Db::Postgres(_) => POSTGRES_WORKERS,
    };
    let db = db.clone();
    Batcher::new(workers, LIMITS, move |inserts| insert_batch(db.clone(), inserts).boxed())
}

/// Inserts the batch in one transaction; if that fails, each insert in a transaction of its own.
async fn insert_batch(db: Db, inserts: Arc<[Insert]>) -> Vec<Result<()>> {
    match insert_all(&db, inserts.clone()).await {
        Ok(outcomes) => outcomes,
        Err(error) if inserts.len() == 1 => vec![Err(error)],
        // Each single insert would fail as well, after a deadline of its own.
        Err(error) if error.is_outage() => {
            let error = Arc::new(error);
            inserts.iter().map(|_| Err(Error::Shared(error.clone()))).collect()
        }
        Err(_) => {
            let mut outcomes = Vec::with_capacity(inserts.len());
            for insert in &*inserts {
                let outcome = insert_all(&db, [insert.clone()].into()).await;
                outcomes.push(outcome.and_then(|mut outcomes| outcomes.pop().unwrap_or(Ok(()))));
            }
            outcomes
        }
    }
}

/// The inner results say whether each id was free.
async fn insert_all(db: &Db, inserts: Arc<[Insert]>) -> Result<Vec<Result<()>>> {
    if let Db::Postgres(pool) = db {
        return insert_all_on_postgres(pool, &inserts).await;
    }
    let answers = inserts.iter().map(|_| Ok(())).collect();
    transaction!(db, tx => insert_rows!(&inserts, tx));
    Ok(answers)
}

/// Inserts all rows and their texts within a transaction.
///
/// It takes two statements for all of them, because a call to SQLite's thread costs more than a row.
/// A taken id or a key in use ends the transaction; the error names the right id only if there is one
/// insert. Keys are written first, so that two transactions with the same key meet before either has
/// written a paste.
macro_rules! insert_rows {
    ($inserts:expr, $tx:ident) => {{
        let inserts: &[$crate::rows::insert::Insert] = $inserts;
        // Only the statement for one insert is prepared; there would be one more for every batch size.
        let is_remembered = inserts.len() == 1;
        for $crate::rows::insert::Insert { paste, key, .. } in inserts {
            let Some(key) = key else { continue };
            let used = sqlx::query($crate::rows::idempotency::INSERT)
                .bind(&key.key_hash)
                .bind(&key.request_hash)
                .bind(paste.id.as_str())
                .bind(&key.salt)
                .bind(paste.created_at.plus($crate::rows::idempotency::KEY_LASTS))
                .bind(paste.created_at)
                .execute(&mut *$tx)
                .await?;
            if used.rows_affected() == 0 {
                return Err($crate::error::Error::KeyUsed);
            }
        }
        let mut rows = sqlx::QueryBuilder::new($crate::rows::paste::insert_into!(""));
        rows.push_values(inserts, |mut row, $crate::rows::insert::Insert { paste, .. }| {
            row.push_bind(paste.id.as_str())
                .push_bind(paste.owner)
                .push_bind(&paste.title)
                .push_bind(&paste.syntax)
                .push_bind(paste.syntax_guessed)
                .push_bind(paste.visibility.as_str())
                .push_bind(paste.bytes.cast_signed())
                .push_bind(paste.lines.cast_signed())
                .push_bind(&paste.sha256)
                .push_bind(&paste.blob_key)
                .push_bind(paste.created_at)
                .push_bind(paste.expires_at)
                .push_bind(&paste.delete_token_hash);
        });
        rows.push(" on conflict (id) do nothing");
        let inserted = rows.build().persistent(is_remembered).execute(&mut *$tx).await?;
        if inserted.rows_affected() < inserts.len() as u64 {
            return Err($crate::error::Error::IdTaken(inserts[0].paste.id.clone()));
        }
        let with_text: Vec<_> = inserts.iter().filter(|insert| insert.body.is_some()).collect();
        if !with_text.is_empty() {
            let mut texts = sqlx::QueryBuilder::new("insert into blobs (key, body, created_at) ");
            texts.push_values(with_text, |mut text, $crate::rows::insert::Insert { paste, body, .. }| {
                text.push_bind(&paste.blob_key)
                    .push_bind(body.as_deref())
                    .push_bind(paste.created_at);
            });
            texts.build().persistent(is_remembered).execute(&mut *$tx).await?;
        }
    }};
}
pub(crate) use insert_rows;

/// Returns the keys of the texts whose ids were free.
const INSERT_ALL: &str =
    "with new as (
       select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::boolean[], $6::text[],
         $7::bigint[], $8::bigint[], $9::bytea[], $10::text[], $11::bigint[], $12::bigint[], $13::bytea[], $14::bytea[])
       as new (id, owner_id, title, syntax, syntax_guessed, visibility, bytes, lines, sha256, blob_key, created_at,
         expires_at, delete_token_hash, body)
       order by id
     ), kept as (
       insert into pastes (id, owner_id, title, syntax, syntax_guessed, visibility, bytes, lines, sha256, blob_key,
         created_at, expires_at, delete_token_hash)
       select id, owner_id, title, syntax, syntax_guessed, visibility, bytes, lines, sha256, blob_key,
         created_at, expires_at, delete_token_hash from new
       on conflict (id) do nothing
       returning blob_key
     ), texts as (
       insert into blobs (key, body, created_at)
       select blob_key, body, created_at from new join kept using (blob_key) where body is not null
     )
     select blob_key from kept";

/// One statement for all rows and texts: one round trip and one commit. Rows are inserted in the
/// order of their ids; otherwise two batches with the same ids could deadlock.
async fn insert_all_on_postgres(pool: &Postgres, inserts: &[Insert]) -> Result<Vec<Result<()>>> {
    macro_rules! column {
        ($insert:ident => $value:expr) => {
            inserts.iter().map(|$insert| $value).collect::<Vec<_>>()
        };
    }
    let inserted: Vec<String> = sqlx::query_scalar(INSERT_ALL)
        .bind(column!(insert => insert.paste.id.as_str()))
        .bind(column!(insert => insert.paste.owner.map(|owner| owner.0)))
        .bind(column!(insert => insert.paste.title.as_str()))
        .bind(column!(insert => insert.paste.syntax.as_str()))
        .bind(column!(insert => insert.paste.syntax_guessed))
        .bind(column!(insert => insert.paste.visibility.as_str()))
        .bind(column!(insert => insert.paste.bytes.cast_signed()))
        .bind(column!(insert => insert.paste.lines.cast_signed()))
        .bind(column!(insert => &insert.paste.sha256[..]))
        .bind(column!(insert => insert.paste.blob_key.as_str()))
        .bind(column!(insert => insert.paste.created_at.0))
        .bind(column!(insert => insert.paste.expires_at.map(|at| at.0)))
        .bind(column!(insert => insert.paste.delete_token_hash.as_deref()))
        .bind(column!(insert => insert.body.as_deref()))
        .fetch_all(pool)
        .await?;
    let outcome = |insert: &Insert| {
        let is_inserted = inserted.iter().any(|key| key == insert.paste.blob_key.as_str());
        if is_inserted { Ok(()) } else { Err(Error::IdTaken(insert.paste.id.clone())) }
    };
    Ok(inserts.iter().map(outcome).collect())
}
