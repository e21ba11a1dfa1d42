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
    use crate::job::PeriodicJob;

    const SECOND: i64 = 1_000;
    const DAY: i64 = 24 * 60 * 60 * SECOND;

    fn next_of(job: PeriodicJob, now: i64) -> i64 {
        next(job.cron(), Timestamp(now)).unwrap().0
    }

    #[test]
    fn every_job_has_its_period() {
        let midnight = 20_000 * DAY;
        for (job, period) in [
            (PeriodicJob::Refill, 10),
            (PeriodicJob::Reap, 30),
            (PeriodicJob::Purge, 86_400),
            (PeriodicJob::Sweep, 3_600),
        ] {
            let first = next_of(job, midnight);
            assert_eq!(next_of(job, first) - first, period * SECOND, "{job}");
        }
        assert_eq!(next_of(PeriodicJob::Purge, midnight) - midnight, (3 * 60 + 17) * 60 * SECOND);
    }

    #[test]
    fn a_clock_beyond_reason_is_an_error() {
        assert!(next(PeriodicJob::Refill.cron(), Timestamp(i64::MAX)).is_err());
        assert!(next(PeriodicJob::Refill.cron(), Timestamp(500 * 366 * DAY)).is_err());
    }
}
