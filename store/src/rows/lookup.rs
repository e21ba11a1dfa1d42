//! Finds the row of a paste, which every read needs.

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

/// A cached row is read again after this time, because another program may have written to the file.
/// Changes by this process take effect at once, see [`RowLookup::forget`].
const MAX_AGE: Duration = Duration::from_secs(1);

/// The limits of one statement. A row has about a kilobyte, so the weight is not limited.
const LIMITS: BatchLimits = BatchLimits { requests: 256, weight: usize::MAX };
/// Concurrent statements, on 4 of the 16 connections.
const WORKERS: usize = 4;

/// Finds rows that are not deleted. It does not check whether a paste has expired.
#[derive(Debug)]
pub(crate) enum RowLookup {
    /// One query for each call, because other processes may change rows at any time.
    Direct(Db),
    /// As [`RowLookup::Direct`], but concurrent calls share one statement.
    Batched(Batcher<PasteId>),
    /// Rows are cached. Only for the one process that changes pastes.
    Cached {
        db: Db,
        rows: Cache<PasteId, CachedRow, RowWeight>,
        loads: SingleFlight<PasteId, Option<CachedRow>, Error>,
        _claim: File,
    },
}

impl Request for PasteId {
    type Answer = Option<Arc<Paste>>;
}

#[derive(Clone, Debug)]
pub(crate) struct CachedRow {
    row: Arc<Paste>,
    read_at: Instant,
}

#[derive(Clone, Debug)]
pub(crate) struct RowWeight;

impl Weighter<PasteId, CachedRow> for RowWeight {
    fn weight(&self, _: &PasteId, cached: &CachedRow) -> u64 {
        // The entry, and the columns and allocations besides the title.
        128 + 512 + cached.row.title.len() as u64
    }
}

impl RowLookup {
    pub(crate) fn new(db: &Db) -> Self {
        match db {
            Db::Sqlite(_) => Self::Direct(db.clone()),
            Db::Postgres(pool) => {
                let pool = pool.clone();
                Self::Batched(Batcher::new(WORKERS, LIMITS, move |ids| {
                    find_all(pool.clone(), ids).boxed()
                }))
            }
        }
    }

    /// `claim` is the lock that keeps other processes from changing pastes in this database. `bytes`
    /// is the memory for rows.
    pub(crate) fn cached(db: &Db, claim: File, bytes: u64) -> Self {
        let limits = usize::try_from(bytes / 640).unwrap_or(usize::MAX);
        Self::Cached {
            db: db.clone(),
            rows: Cache::with_weighter(limits, bytes, RowWeight),
            loads: SingleFlight::default(),
            _claim: claim,
        }
    }

    pub(crate) async fn find(&self, id: &PasteId) -> Result<Option<Arc<Paste>>> {
        match self {
            Self::Direct(db) => find(db, id).await,
            Self::Batched(batcher) => batcher.submit(id.clone()).await,
            Self::Cached { db, rows, loads, .. } => {
                if let Some(cached) = rows.get(id)
                    && cached.read_at.elapsed() < MAX_AGE
                {
                    return Ok(Some(cached.row));
                }
                let (db, wanted) = (db.clone(), id.clone());
                let load = async move {
                    let read_at = Instant::now();
                    Ok(find(&db, &wanted).await?.map(|row| CachedRow { row, read_at }))
                };
                let keep = |found: &Option<CachedRow>| match found {
                    Some(cached) => rows.insert(id.clone(), cached.clone()),
                    None => drop(rows.remove(id)),
                };
                Ok(loads.run(id, load, keep).await?.map(|cached| cached.row))
            }
        }
    }

    /// Must be called after a change was committed, and before it is answered.
    pub(crate) fn forget(&self, id: &PasteId) {
        if let Self::Cached { rows, loads, .. } = self {
            // In this order: a load that ends in between has its row removed by the second line.
            loads.forget(id);
            rows.remove(id);
        }
    }

    /// As [`RowLookup::forget`], for all rows.
    pub(crate) fn forget_all(&self) {
        if let Self::Cached { rows, loads, .. } = self {
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
        .and_then(|rows| rows.iter().map(|row| Ok((row.try_get("id")?, decode(row)))).collect());
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

/// Decodes one row. An error concerns only the callers that asked for this row.
fn decode(row: &PgRow) -> Result<Arc<Paste>, Arc<Error>> {
    Paste::from_row(row).map(Arc::new).map_err(|error| Arc::new(error.into()))
}
