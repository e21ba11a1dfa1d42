//! The periodic jobs, and their schedules.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::error::Result;
use crate::tasks::{purge_expired_by, reap, refill, sweep, trusted_time};

/// A job that runs on a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeriodicJob {
    /// Generates ids ahead of time. Runs every 10 seconds.
    Refill,
    /// Removes the pastes that users deleted. Runs every 30 seconds.
    Reap,
    /// Removes expired pastes. Runs daily, so they are gone within 26 hours: a day, and two hours of
    /// allowance for a wrong clock. They are unreadable from the moment they expire.
    Purge,
    /// Finds texts without a paste, which a crash left behind, and pastes without a text. Runs hourly.
    Sweep,
}

impl PeriodicJob {
    pub const ALL: [Self; 4] = [Self::Refill, Self::Reap, Self::Purge, Self::Sweep];

    pub fn name(self) -> &'static str {
        match self {
            Self::Refill => "refill",
            Self::Reap => "reap",
            Self::Purge => "purge",
            Self::Sweep => "sweep",
        }
    }

    /// The schedule, in UTC. The fields are second, minute, hour, day of the month, month,
    /// day of the week, year.
    pub(crate) fn cron(self) -> &'static str {
        match self {
            Self::Refill => "0/10 * * * * * *",
            Self::Reap => "5/30 * * * * * *",
            Self::Purge => "0 17 3 * * * *",
            Self::Sweep => "0 41 * * * * *",
        }
    }

    /// Runs the job once and returns a summary of one line.
    ///
    /// # Errors
    /// The database, the blob store or the pool of ids fails.
    pub async fn run(self, ctx: &Context) -> Result<String> {
        Ok(match self {
            Self::Refill => format!("made {} ids", refill(ctx).await?),
            Self::Reap => {
                // Reaping does not depend on the time. The call only records it, because this job
                // runs often.
                trusted_time(ctx).await?;
                format!("removed {} deleted pastes", reap(ctx).await?)
            }
            Self::Purge => {
                let time = trusted_time(ctx).await?;
                let purged = purge_expired_by(ctx, time.cutoff).await?;
                format!(
                    "{} pastes expired; removed {} pastes, {} sessions{}",
                    purged.expired,
                    purged.deleted,
                    purged.sessions,
                    time.note()
                )
            }
            Self::Sweep => {
                let time = trusted_time(ctx).await?;
                let swept = sweep(ctx, time.cutoff).await?;
                format!(
                    "found {} texts; removed {} without a paste; {} pastes without a text{}",
                    swept.texts_found,
                    swept.orphans_removed,
                    swept.texts_missing.len(),
                    time.note()
                )
            }
        })
    }
}

impl fmt::Display for PeriodicJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
