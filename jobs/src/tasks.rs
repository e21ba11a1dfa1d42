use std::time::{Duration, Instant};

use store::{Purged, Swept, Timestamp};
use tracing::{debug, error, info, warn};

use crate::context::Context;
use crate::error::Result;
use crate::queue::rows;
use crate::status::iso;

/// How long a sweep goes on, once an hour: a sixtieth of what the store can do, whatever that is.
const SWEEP: Duration = Duration::from_mins(1);

/// Pages of 1,000 texts between two looks at the time.
const SWEEP_PAGES: u32 = 10;

/// So much later than it might, work removes by itself what is over: a clock that is wrong by up to
/// an hour is not noticed.
const GRACE: Duration = Duration::from_hours(2);

/// How long a failed task of the queue can be looked at.
const FAILURES_KEPT: Duration = Duration::from_hours(720);

/// Fills the pool of ids where it runs low; answers how many ids were made.
pub async fn refill(ctx: &Context) -> Result<usize> {
    let made = idservice::refill(&*ctx.ids).await?;
    if made > 0 {
        info!(made, "refilled the pool of ids");
    }
    Ok(made)
}

/// Removes the pastes that their owners deleted, texts first; answers how many.
pub async fn reap(ctx: &Context) -> Result<u64> {
    let deleted = ctx.store.reap().await?;
    if deleted > 0 {
        info!(deleted, "removed deleted pastes");
    }
    Ok(deleted)
}

/// Removes expired and deleted pastes, texts first, sessions that are over, and tasks of the
/// queue that failed more than 30 days ago. This is the purge by hand, which believes the clock.
pub async fn purge(ctx: &Context) -> Result<Purged> {
    purge_until(ctx, ctx.clock.now()).await
}

/// As [`purge`], of what was over at `now`.
pub(crate) async fn purge_until(ctx: &Context, now: Timestamp) -> Result<Purged> {
    let purged = ctx.store.purge(now).await?;
    rows::remove_ended(ctx.store.db(), now.minus(FAILURES_KEPT)).await?;
    info!(
        purge.expired = purged.expired,
        purge.deleted = purged.deleted,
        purge.sessions = purged.sessions,
        "purged what is over"
    );
    Ok(purged)
}

/// Checks texts against their rows for a minute, from where the last sweep stopped or until the
/// store is through, and removes orphans that were older than a day at `now`. A paste whose text is
/// missing is an alarm in the log; its row stays.
pub async fn sweep(ctx: &Context, now: Timestamp) -> Result<Swept> {
    let until = Instant::now() + SWEEP;
    let mut swept = Swept::default();
    while !swept.finished && Instant::now() < until {
        swept.add(ctx.store.sweep(SWEEP_PAGES, now).await?);
    }
    for paste in &swept.texts_missing {
        error!(paste.id = %paste, "the text of a paste is missing from the blob store");
    }
    if swept.orphans_removed > 0 {
        info!(
            sweep.orphans = swept.orphans_removed,
            sweep.texts = swept.texts_checked,
            "removed texts without a row"
        );
    } else {
        debug!(
            sweep.texts = swept.texts_checked,
            sweep.finished = swept.finished,
            "swept a stretch of the texts"
        );
    }
    Ok(swept)
}

/// How far the clock is believed, by work that nobody asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrustedTime {
    /// What was over then may be removed.
    pub(crate) over: Timestamp,
    trusted: Timestamp,
    now: Timestamp,
}

/// Notes what the clock says; see [`store::Store::trusted_time`].
pub(crate) async fn trusted_time(ctx: &Context) -> Result<TrustedTime> {
    let now = ctx.clock.now();
    let trusted = ctx.store.trusted_time(now).await?;
    Ok(TrustedTime { over: trusted.minus(GRACE), trusted, now })
}

impl TrustedTime {
    /// What is to be said of work that went by it: nothing, unless the clock is in doubt.
    pub(crate) fn remark(self) -> String {
        if self.trusted >= self.now {
            return String::new();
        }
        let since = iso(self.trusted);
        warn!(since, "the clock jumped: what is over by it alone is not removed yet");
        format!("; what is over since {since} is put off: the clock jumped")
    }
}
