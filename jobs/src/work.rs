use std::time::Duration;

use store::{Purged, Swept};
use tracing::{debug, error, info};

use crate::{Context, Result, queue};

/// Pages of 1,000 texts that one sweep checks: a store of a million texts is walked in two days.
const SWEEP_PAGES: u32 = 20;

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
/// queue that failed more than 30 days ago.
pub async fn purge(ctx: &Context) -> Result<Purged> {
    let now = ctx.clock.now();
    let purged = ctx.store.purge(now).await?;
    queue::forget(ctx.store.db(), now.minus(FAILURES_KEPT)).await?;
    info!(
        purge.expired = purged.expired,
        purge.deleted = purged.deleted,
        purge.sessions = purged.sessions,
        "purged what is over"
    );
    Ok(purged)
}

/// Checks the next 20,000 texts against their rows, from where the last sweep stopped, and removes
/// orphans older than a day. A paste whose text is missing is an alarm in the log; its row stays.
pub async fn sweep(ctx: &Context) -> Result<Swept> {
    let swept = ctx.store.sweep(SWEEP_PAGES, ctx.clock.now()).await?;
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
