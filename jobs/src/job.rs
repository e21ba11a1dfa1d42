use std::fmt;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::error::Result;
use crate::tasks::{purge_until, reap, refill, sweep, trusted_time};

/// Work that comes again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeriodicJob {
    /// Ids are made ahead of time.
    Refill,
    /// What users delete is gone within a minute.
    Reap,
    /// What expired is gone within a day and two hours: nobody can read it from the moment it expires.
    Purge,
    /// What a crash left behind is found.
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

    /// When it runs, in UTC: second, minute, hour, day of the month, month, day of the week, year.
    pub(crate) fn cron(self) -> &'static str {
        match self {
            Self::Refill => "0/10 * * * * * *",
            Self::Reap => "5/30 * * * * * *",
            Self::Purge => "0 17 3 * * * *",
            Self::Sweep => "0 41 * * * * *",
        }
    }

    /// Does the work once, now, and says in one line what it did.
    pub async fn run(self, ctx: &Context) -> Result<String> {
        Ok(match self {
            Self::Refill => format!("made {} ids", refill(ctx).await?),
            Self::Reap => {
                // The job that comes most often, and goes by no time itself, watches the clock.
                trusted_time(ctx).await?;
                format!("removed {} deleted pastes", reap(ctx).await?)
            }
            Self::Purge => {
                let time = trusted_time(ctx).await?;
                let purged = purge_until(ctx, time.over).await?;
                format!(
                    "{} pastes expired; removed {} pastes, {} sessions{}",
                    purged.expired,
                    purged.deleted,
                    purged.sessions,
                    time.remark()
                )
            }
            Self::Sweep => {
                let time = trusted_time(ctx).await?;
                let swept = sweep(ctx, time.over).await?;
                format!(
                    "checked {} texts; removed {} without a paste; {} pastes without a text{}",
                    swept.texts_checked,
                    swept.orphans_removed,
                    swept.texts_missing.len(),
                    time.remark()
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
