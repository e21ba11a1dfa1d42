//! The way to a paste's row, which is asked at every read.

use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sqlx::postgres::PgRow;
use sqlx::{FromRow as _, Row as _};
use tokio::time::timeout;

use crate::db::Db;
use crate::db::batching::{Batches, Most, Request};
use crate::db::macros;
use crate::db::postgres::Postgres;
use crate::error::{Error, Result};
use crate::rows::paste::{Paste, columns};
use crate::types::PasteId;

/// A kept row is asked for again after this time, for what another program or a hand writes into
/// the file. What the site itself changes it forgets at once.
const TRUSTED: Duration = Duration::from_secs(1);

/// How long one waits for another who asks for the same row. Each asks alone after that, so nobody
/// waits for several who fail one after the other.
const PATIENCE: Duration = Duration::from_secs(1);

/// Ids of one statement, and statements at a time, of the 16 connections.
const MOST: Most = Most { requests: 256, weight: usize::MAX };
const LANES: usize = 4;

/// Rows that are there, deleted ones apart; whether one is over is for whoever asks to say.
#[derive(Debug)]
pub(crate) enum Rows {
    /// The database is asked each time: others change what is in it.
    Asked(Db),
    /// So it is, but all who ask at the same time share one statement.
    Together(Batches<PasteId>),
    /// Kept in memory by the one process that changes pastes.
    Kept { db: Db, rows: Cache<PasteId, Kept, Weight>, _claim: File },
}

impl Request for PasteId {
    type Answer = Option<Arc<Paste>>;
}

#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// `None` is for those alone who asked at the same time.
    row: Option<Arc<Paste>>,
    at: Instant,
}

#[derive(Clone, Debug)]
pub(crate) struct Weight;

impl Weighter<PasteId, Kept> for Weight {
    fn weight(&self, _: &PasteId, kept: &Kept) -> u64 {
        // The entry, and for a row its columns and allocations, beside the one that varies.
        let row = kept.row.as_ref().map_or(0, |paste| 512 + paste.title.len());
        128 + row as u64
    }
}

impl Rows {
    pub(crate) fn new(db: &Db) -> Self {
        match db {
            Db::Sqlite(_) => Self::Asked(db.clone()),
            Db::Postgres(pool) => {
                let pool = pool.clone();
                Self::Together(Batches::new(LANES, MOST, move |ids| {
                    find_all(pool.clone(), ids).boxed()
                }))
            }
        }
    }

    /// `claim` says that no other process changes pastes in this database.
    pub(crate) fn kept(db: &Db, claim: File, bytes: u64) -> Self {
        let most = usize::try_from(bytes / 640).unwrap_or(usize::MAX);
        Self::Kept {
            db: db.clone(),
            rows: Cache::with_weighter(most, bytes, Weight),
            _claim: claim,
        }
    }

    pub(crate) async fn find(&self, id: &PasteId) -> Result<Option<Arc<Paste>>> {
        match self {
            Self::Asked(db) => find(db, id).await,
            Self::Together(batches) => batches.ask(id.clone()).await,
            Self::Kept { db, rows, .. } => {
                let old = |kept: &Kept| kept.row.is_none() || kept.at.elapsed() >= TRUSTED;
                match rows.get(id) {
                    Some(kept) if !old(&kept) => return Ok(kept.row),
                    Some(_) => drop(rows.remove_if(id, old)),
                    None => {}
                }
                // Whoever changes the row meanwhile removes the place that is kept free for it here,
                // so that what was read before is answered but not kept.
                let place = match timeout(PATIENCE, rows.get_value_or_guard_async(id)).await {
                    Ok(Ok(kept)) => return Ok(kept.row),
                    Ok(Err(place)) => Some(place),
                    Err(_) => None,
                };
                let at = Instant::now();
                let row = find(db, id).await?;
                if let Some(place) = place {
                    // Refused where somebody changed the row meanwhile.
                    let _ = place.insert(Kept { row: row.clone(), at });
                }
                Ok(row)
            }
        }
    }

    /// To be called between the commit of a change and its answer.
    pub(crate) fn forget(&self, id: &PasteId) {
        if let Self::Kept { rows, .. } = self {
            rows.remove(id);
        }
    }

    pub(crate) fn forget_all(&self) {
        if let Self::Kept { rows, .. } = self {
            rows.clear();
        }
    }
}

async fn find(db: &Db, id: &PasteId) -> Result<Option<Arc<Paste>>> {
    let paste: Option<Paste> = macros::read!(db, pool => {
        sqlx::query_as(columns!("where id = $1 and deleted_at is null"))
            .bind(id.as_str())
            .fetch_optional(pool)
            .await
    })?;
    Ok(paste.map(Arc::new))
}

async fn find_all(pool: Postgres, ids: Arc<[PasteId]>) -> Vec<Result<Option<Arc<Paste>>>> {
    let wanted: Vec<&str> = ids.iter().map(PasteId::as_str).collect();
    let found = sqlx::query(columns!("where id = any($1) and deleted_at is null"))
        .bind(wanted)
        .fetch_all(&pool)
        .await
        .and_then(|rows| rows.iter().map(|row| Ok((row.try_get("id")?, read(row)))).collect());
    let found: HashMap<String, Result<Arc<Paste>, Arc<Error>>> = match found {
        Ok(found) => found,
        Err(error) => {
            let error = Arc::new(Error::from(error));
            return ids.iter().map(|_| Err(Error::Shared(error.clone()))).collect();
        }
    };
    let find = |id: &PasteId| found.get(id.as_str()).cloned().transpose().map_err(Error::Shared);
    ids.iter().map(find).collect()
}

/// A row that cannot be read is the trouble of those alone who asked for it.
fn read(row: &PgRow) -> Result<Arc<Paste>, Arc<Error>> {
    Paste::from_row(row).map(Arc::new).map_err(|error| Arc::new(error.into()))
}
