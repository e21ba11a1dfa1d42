use std::str::FromStr;

use cron::Schedule;
use fang::CronError;
use fang::chrono::DateTime;
use store::Timestamp;

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
    use crate::chain::Chain;

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
