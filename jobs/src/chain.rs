use std::fmt;
use std::str::FromStr;

use cron::Schedule;
use fang::CronError;
use fang::chrono::DateTime;
use serde::{Deserialize, Serialize};
use store::Timestamp;

use crate::work::{purge_until, trusted_time};
use crate::{Context, Result, reap, refill, sweep};

/// Work that comes again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chain {
    /// Ids are made ahead of time.
    Refill,
    /// What users delete is gone within a minute.
    Reap,
    /// What expired is gone within a day and two hours: nobody can read it from the moment it expires.
    Purge,
    /// What a crash left behind is found.
    Sweep,
}

impl Chain {
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
                // The chain that comes most often, and goes by no time itself, watches the clock.
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

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The first moment after `now` that a cron pattern names.
pub(crate) fn next(pattern: &str, now: Timestamp) -> Result<Timestamp, CronError> {
    let schedule = Schedule::from_str(pattern)?;
    let now = DateTime::from_timestamp_millis(now.0).ok_or(CronError::NoTimestampsError)?;
    let next = schedule.after(&now).next().ok_or(CronError::NoTimestampsError)?;
    Ok(Timestamp(next.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000;
    const DAY: i64 = 24 * 60 * 60 * SECOND;

    fn next_of(chain: Chain, now: i64) -> i64 {
        next(chain.cron(), Timestamp(now)).unwrap().0
    }

    #[test]
    fn every_chain_has_its_period() {
        let midnight = 20_000 * DAY;
        for (chain, period) in
            [(Chain::Refill, 10), (Chain::Reap, 30), (Chain::Purge, 86_400), (Chain::Sweep, 3_600)]
        {
            let first = next_of(chain, midnight);
            assert_eq!(next_of(chain, first) - first, period * SECOND, "{chain}");
        }
        assert_eq!(next_of(Chain::Purge, midnight) - midnight, (3 * 60 + 17) * 60 * SECOND);
    }

    #[test]
    fn a_clock_beyond_reason_is_an_error() {
        assert!(next(Chain::Refill.cron(), Timestamp(i64::MAX)).is_err());
        assert!(next(Chain::Refill.cron(), Timestamp(500 * 366 * DAY)).is_err());
    }
}
