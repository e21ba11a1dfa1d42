//! The work of the jobs: refill, reap, purge and sweep.

use std::time::{Duration, Instant};

use store::{Db, Purged, Swept, Timestamp, write};
use tracing::{debug, error, info, warn};

use crate::context::Context;
use crate::error::Result;

/// The time limit of one sweep. With an hourly sweep, that is a sixtieth of the store's capacity,
/// however fast the store is.
const SWEEP_LIMIT: Duration = Duration::from_mins(1);

/// Pages of 1,000 texts that a sweep checks before it looks at its time limit again.
const SWEEP_PAGES: u32 = 10;

/// The jobs remove expired data this much later than the trusted time allows, because a clock that
/// is wrong by up to an hour goes unnoticed.
const GRACE: Duration = Duration::from_hours(2);

/// How long failed tasks stay in the queue's table for inspection: 30 days.
const FAILED_TASK_RETENTION: Duration = Duration::from_hours(720);

/// Refills the pool of ids if it is low. Returns the number of ids added.
///
/// # Errors
/// The pool fails, or the operating system gives no randomness.
pub async fn refill(ctx: &Context) -> Result<usize> {
    let added = idservice::refill(&*ctx.ids).await?;
    if added > 0 {
        info!(added, "refilled the pool of ids");
    }
    Ok(added)
}

/// Removes the pastes that their owners deleted, texts first. Returns the number of pastes removed.
///
/// # Errors
/// The database or the blob store fails.
pub async fn reap(ctx: &Context) -> Result<u64> {
    let deleted = ctx.store.reap().await?;
    if deleted > 0 {
        info!(deleted, "removed deleted pastes");
    }
    Ok(deleted)
}

/// Removes expired and deleted pastes, texts first, expired sessions, and tasks of the queue that
/// failed more than 30 days ago. Trusts the clock.
///
/// # Errors
/// The database or the blob store fails.
pub async fn purge(ctx: &Context) -> Result<Purged> {
    purge_expired_by(ctx, ctx.clock.now()).await
}

/// Like [`purge`], by the trusted time, which does not follow a clock that jumped ahead. If it is
/// behind the clock, it is returned as well: what expired since then is still there.
///
/// # Errors
/// The database or the blob store fails.
pub async fn purge_by_trusted_time(ctx: &Context) -> Result<(Purged, Option<Timestamp>)> {
    let now = ctx.clock.now();
    let trusted = ctx.store.trusted_time(now).await?;
    let purged = purge_expired_by(ctx, trusted).await?;
    Ok((purged, Some(trusted).filter(|trusted| *trusted < now)))
}

/// Like [`purge`], with `now` as the time.
pub(crate) async fn purge_expired_by(ctx: &Context, now: Timestamp) -> Result<Purged> {
    let purged = ctx.store.purge(now).await?;
    remove_ended_tasks(ctx.store.db(), now.minus(FAILED_TASK_RETENTION)).await?;
    info!(
        purge.expired = purged.expired,
        purge.deleted = purged.deleted,
        purge.sessions = purged.sessions,
        "purged expired data"
    );
    Ok(purged)
}

/// Checks whether every text has a paste and every paste its text. Starts where the last sweep
/// stopped, and ends after a minute or at the end of the store. Texts without a paste are removed if
/// they were older than a day at `now`. A paste without a text is logged as an error and stays.
///
/// # Errors
/// The database or the blob store fails.
pub async fn sweep(ctx: &Context, now: Timestamp) -> Result<Swept> {
    let end = Instant::now() + SWEEP_LIMIT;
    let mut swept = Swept::default();
    while !swept.finished && Instant::now() < end {
        swept.add(ctx.store.sweep(SWEEP_PAGES, now).await?);
    }
    for paste in &swept.texts_missing {
        error!(
            paste = %paste.log_hash(),
            "the text of a paste is missing from the blob store; `pastebin sweep` names it"
        );
    }
    if swept.orphans_removed > 0 {
        info!(
            sweep.orphans = swept.orphans_removed,
            sweep.texts = swept.texts_found,
            "removed texts without a row"
        );
    } else {
        debug!(
            sweep.texts = swept.texts_found,
            sweep.finished = swept.finished,
            "swept a part of the texts"
        );
    }
    Ok(swept)
}

/// The time by which scheduled jobs remove data; see [`store::Store::trusted_time`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrustedTime {
    /// Data that had expired by this time may be removed.
    pub(crate) cutoff: Timestamp,
    trusted: Timestamp,
    now: Timestamp,
}

/// Records the clock's time and returns the trusted time.
pub(crate) async fn trusted_time(ctx: &Context) -> Result<TrustedTime> {
    let now = ctx.clock.now();
    let trusted = ctx.store.trusted_time(now).await?;
    Ok(TrustedTime { cutoff: trusted.minus(GRACE), trusted, now })
}

impl TrustedTime {
    /// A note for the summary of a job that used this time. Empty unless the clock is in doubt.
    pub(crate) fn note(self) -> String {
        if self.trusted >= self.now {
            return String::new();
        }
        let since = self.trusted.rfc3339();
        warn!(since, "the clock jumped: data that expired since then is not removed yet");
        format!("; what is over since {since} is put off: the clock jumped")
    }
}

/// Removes the queue's tasks that failed or finished before `before`.
async fn remove_ended_tasks(db: &Db, before: Timestamp) -> Result<(), sqlx::Error> {
    write!(db, pool => {
        sqlx::query("delete from fang_tasks where state in ('failed', 'finished') and updated_at < $1")
            .bind(before)
            .execute(pool)
            .await
            .map(drop)
    })
}
