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

use crate::cache::single_flight::SingleFlight;
use crate::db::Db;
use crate::db::batching::{BatchLimits, Batcher, Request};
use crate::db::macros;
use crate::db::postgres::Postgres;
use crate::error::{Error, Result};
use crate::rows::paste::{Paste, columns};
use crate::types::PasteId;

/// A kept row is asked for again after this time, for what another program or a hand writes into
/// the file. What the site itself changes it forgets at once.
const TRUSTED: Duration = Duration::from_secs(1);

/// Ids of one statement, and statements at a time, of the 16 connections.
const LIMITS: BatchLimits = BatchLimits { requests: 256, weight: usize::MAX };
const WORKERS: usize = 4;

/// Rows that are there, deleted ones apart; whether one is over is for whoever asks to say.
#[derive(Debug)]
pub(crate) enum Rows {
    /// The database is asked each time: others change what is in it.
    Asked(Db),
    /// So it is, but all who ask at the same time share one statement.
    Together(Batcher<PasteId>),
    /// Kept in memory by the one process that changes pastes.
    Kept {
        db: Db,
        rows: Cache<PasteId, Kept, Weight>,
        loads: SingleFlight<PasteId, Option<Kept>, Error>,
        _claim: File,
    },
}

impl Request for PasteId {
    type Answer = Option<Arc<Paste>>;
}

#[derive(Clone, Debug)]
pub(crate) struct Kept {
    row: Arc<Paste>,
    at: Instant,
}

#[derive(Clone, Debug)]
pub(crate) struct Weight;

impl Weighter<PasteId, Kept> for Weight {
    fn weight(&self, _: &PasteId, kept: &Kept) -> u64 {
        // The entry, the columns and their allocations, beside the one that varies.
        128 + 512 + kept.row.title.len() as u64
    }
}

impl Rows {
    pub(crate) fn new(db: &Db) -> Self {
        match db {
            Db::Sqlite(_) => Self::Asked(db.clone()),
            Db::Postgres(pool) => {
                let pool = pool.clone();
                Self::Together(Batcher::new(WORKERS, LIMITS, move |ids| {
                    find_all(pool.clone(), ids).boxed()
                }))
            }
        }
    }

    /// `claim` says that no other process changes pastes in this database.
    pub(crate) fn kept(db: &Db, claim: File, bytes: u64) -> Self {
        let limits = usize::try_from(bytes / 640).unwrap_or(usize::MAX);
        Self::Kept {
            db: db.clone(),
            rows: Cache::with_weighter(limits, bytes, Weight),
            loads: SingleFlight::default(),
            _claim: claim,
        }
    }

    pub(crate) async fn find(&self, id: &PasteId) -> Result<Option<Arc<Paste>>> {
        match self {
            Self::Asked(db) => find(db, id).await,
            Self::Together(batcher) => batcher.submit(id.clone()).await,
            Self::Kept { db, rows, loads, .. } => {
                if let Some(kept) = rows.get(id)
                    && kept.at.elapsed() < TRUSTED
                {
                    return Ok(Some(kept.row));
                }
                let (db, wanted) = (db.clone(), id.clone());
                let load = async move {
                    let at = Instant::now();
                    Ok(find(&db, &wanted).await?.map(|row| Kept { row, at }))
                };
                let keep = |found: &Option<Kept>| match found {
                    Some(kept) => rows.insert(id.clone(), kept.clone()),
                    None => drop(rows.remove(id)),
                };
                Ok(loads.run(id, load, keep).await?.map(|kept| kept.row))
            }
        }
    }

    /// To be called between the commit of a change and its answer.
    pub(crate) fn forget(&self, id: &PasteId) {
        if let Self::Kept { rows, loads, .. } = self {
            // In this order: a load that ends in between is removed with the row that it kept.
            loads.forget(id);
            rows.remove(id);
        }
    }

    pub(crate) fn forget_all(&self) {
        if let Self::Kept { rows, loads, .. } = self {
            loads.forget_all();
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
