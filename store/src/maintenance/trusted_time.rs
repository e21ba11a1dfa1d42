//! How far the clock is believed where something is removed for good.
//!
//! A clock can be wrong: a dead battery, a broken time server, a slip of the hand. What it hides
//! comes back with the right time; what it removes does not. So the work that runs by itself goes
//! by the *trusted time*: never later than the clock, it follows the clock's small steps and
//! stands still where the clock jumps ahead. After a day without a jump it is the clock's again.
//!
//! A site that was switched off cannot be told from a clock that jumped: there, what is over is
//! removed later, and is unreadable all the same.

use std::time::Duration;

use tracing::warn;

use crate::db::macros::transaction;
use crate::error::Result;
use crate::store::Store;
use crate::time::Timestamp;

/// A larger step is a jump. The time is seen every half a minute, where a worker is at work.
const MAX_STEP: Duration = Duration::from_hours(1);

/// A clock that has gone on for so long without a jump is believed.
const STEADY_FOR: Duration = Duration::from_hours(24);

/// What is remembered of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ClockRecord {
    /// What the clock said last.
    seen: Timestamp,
    trusted: Timestamp,
    /// The last jump, or the first look.
    steady_since: Timestamp,
}

impl ClockRecord {
    fn first(now: Timestamp) -> Self {
        Self { seen: now, trusted: now, steady_since: now }
    }

    fn is_jump(self, now: Timestamp) -> bool {
        self.seen.plus(MAX_STEP) < now || now < self.seen.minus(MAX_STEP)
    }

    fn observe(self, now: Timestamp) -> Self {
        if self.is_jump(now) {
            return Self { seen: now, trusted: self.trusted.min(now), steady_since: now };
        }
        let steady = self.steady_since.until(now) >= STEADY_FOR;
        let behind = if steady { Duration::ZERO } else { self.trusted.until(self.seen) };
        Self { seen: now, trusted: now.minus(behind), ..self }
    }

    fn parse(record: &str) -> Option<Self> {
        let mut times = record.split(' ').map(|time| time.parse().ok().map(Timestamp));
        let mut next = || times.next().flatten();
        Some(Self { seen: next()?, trusted: next()?, steady_since: next()? })
    }

    fn encode(self) -> String {
        format!("{} {} {}", self.seen.0, self.trusted.0, self.steady_since.0)
    }
}

impl Store {
    /// Notes what the clock says, and answers the time by which something may be removed: `now`,
    /// or an earlier one for a day after the clock has jumped by more than an hour. Whoever removes
    /// by the clock asks here first; any number of workers may. A first look believes the clock.
    pub async fn trusted_time(&self, now: Timestamp) -> Result<Timestamp> {
        let (before, after) = transaction!(self.db, tx => {
            // A write even where nothing changes: it locks the row, so that workers come one by one.
            let seen: Vec<String> = sqlx::query_scalar(
                "insert into job_state (name, value) values ('clock', $1)
                 on conflict (name) do update set value = job_state.value returning value",
            )
            .bind(ClockRecord::first(now).encode())
            .fetch_all(&mut *tx)
            .await?;
            let before = seen.first().and_then(|record| ClockRecord::parse(record)).unwrap_or(ClockRecord::first(now));
            let after = before.observe(now);
            sqlx::query("update job_state set value = $1 where name = 'clock'").bind(after.encode()).execute(&mut *tx).await?;
            (before, after)
        });
        if before.is_jump(now) {
            warn!(
                clock.before = before.seen.0,
                clock.now = now.0,
                "the clock jumped: until it is steady for a day, what expired meanwhile is not removed"
            );
        }
        Ok(after.trusted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = 60 * 60 * 1000;
    const NOW: i64 = 1_893_499_200_000;

    /// The trusted time after the clock has said all of `times`, in hours after the first.
    fn trusted(times: &[i64]) -> i64 {
        let at = |hours: i64| Timestamp(NOW + hours * HOUR);
        let record = times
            .iter()
            .fold(ClockRecord::first(at(0)), |record, hours| record.observe(at(*hours)));
        (record.trusted.0 - NOW) / HOUR
    }

    #[test]
    fn a_clock_that_walks_is_believed() {
        assert_eq!(trusted(&[]), 0);
        assert_eq!(trusted(&[0, 1, 1, 2, 3, 2, 3]), 3);
    }

    #[test]
    fn a_jump_ahead_is_believed_after_a_day() {
        assert_eq!(trusted(&[1, 9000]), 1);
        assert_eq!(trusted(&[1, 9000, 9001, 9002]), 3, "what passes since then surely passes");
        let day: Vec<i64> = [1].into_iter().chain(9000..=9024).collect();
        assert_eq!(trusted(&day[..day.len() - 1]), 24);
        assert_eq!(trusted(&day), 9024);
    }

    #[test]
    fn a_jump_and_back_loses_no_more_than_the_doubt() {
        assert_eq!(trusted(&[1, 9000, 2]), 1);
        assert_eq!(trusted(&[1, 9000, 9001, 3]), 2);
        assert_eq!(trusted(&[1, -9000]), -9000);
        assert_eq!(trusted(&[1, -9000, 2]), -9000, "and back again is a jump, too");
    }

    #[test]
    fn two_clocks_that_differ_are_never_believed() {
        let times: Vec<i64> = (0..100).flat_map(|hour| [hour, 9000 + hour]).collect();
        assert_eq!(trusted(&times), 0);
    }

    #[test]
    fn a_site_that_is_off_every_night_is_cleaned_by_the_hours_of_its_days() {
        let times: Vec<i64> =
            (0..30).flat_map(|day| (0..9).map(move |hour| day * 24 + hour)).collect();
        assert_eq!(trusted(&times), 30 * 8);
    }

    proptest! {
        #[test]
        fn it_is_never_later_than_the_clock(times in prop::collection::vec(-40i64..40, 1..60)) {
            prop_assert!(trusted(&times) <= *times.last().unwrap());
        }

        #[test]
        fn what_is_noted_is_read(seen: i64, trusted: i64, steady_since: i64) {
            let [seen, trusted, steady_since] = [seen, trusted, steady_since].map(Timestamp);
            let record = ClockRecord { seen, trusted, steady_since };
            prop_assert_eq!(ClockRecord::parse(&record.encode()), Some(record));
        }
    }
}
