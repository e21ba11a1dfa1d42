//! Evaluates cron patterns.

use std::str::FromStr;

use chrono::DateTime;
use cron::Schedule;
use store::Timestamp;

/// The first time after `now` that matches the cron pattern. `None` if the pattern is invalid, or if
/// no such time exists: the calendar of the `cron` crate ends with the year 2100.
pub(crate) fn next(pattern: &str, now: Timestamp) -> Option<Timestamp> {
    let schedule = Schedule::from_str(pattern).ok()?;
    let next = schedule.after(&DateTime::from_timestamp_millis(now.0)?).next()?;
    Some(Timestamp(next.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::PeriodicJob;

    const SECOND: i64 = 1_000;
    const DAY: i64 = 24 * 60 * 60 * SECOND;

    fn next_run(job: PeriodicJob, now: i64) -> i64 {
        next(job.cron(), Timestamp(now)).unwrap().0
    }

    #[test]
    fn every_job_runs_at_its_period() {
        let midnight = 20_000 * DAY;
        for (job, period) in [
            (PeriodicJob::Refill, 10),
            (PeriodicJob::Reap, 30),
            (PeriodicJob::Purge, 86_400),
            (PeriodicJob::Sweep, 3_600),
        ] {
            let first = next_run(job, midnight);
            assert_eq!(next_run(job, first) - first, period * SECOND, "{job}");
        }
        assert_eq!(next_run(PeriodicJob::Purge, midnight) - midnight, (3 * 60 + 17) * 60 * SECOND);
    }

    #[test]
    fn a_time_beyond_the_calendar_has_no_next_run() {
        assert!(next(PeriodicJob::Refill.cron(), Timestamp(i64::MAX)).is_none());
        assert!(next(PeriodicJob::Refill.cron(), Timestamp(500 * 366 * DAY)).is_none());
    }
}
