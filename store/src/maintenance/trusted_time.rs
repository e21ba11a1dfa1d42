//! The time by which expired data may be removed for good.
//!
//! A clock can be wrong: a dead battery, a broken time server, a typing error. A paste that a wrong
//! clock hides comes back with the right time; a paste that was removed does not. So periodic work
//! uses the *trusted time*. It is never later than the clock, follows the clock's small steps, and
//! does not follow a jump ahead. After a day without a jump it is the clock's time again.
//!
//! A site that was switched off looks like a clock that jumped. Expired pastes are then removed
//! later; they are unreadable all the same.

use std::time::Duration;

use tracing::warn;

use crate::db::macros::transaction;
use crate::error::Result;
use crate::store::Store;
use crate::time::Timestamp;

/// A larger step is a jump. A worker records the time every 30 seconds.
const MAX_STEP: Duration = Duration::from_hours(1);

/// A clock is trusted again after this time without a jump.
const STEADY_FOR: Duration = Duration::from_hours(24);

/// The state in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ClockRecord {
    /// The last time of the clock.
    seen: Timestamp,
    trusted: Timestamp,
    /// The last jump, or the first record.
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
    /// Records `now`, and returns the time by which expired data may be removed: `now`, or an earlier
    /// time for a day after the clock has jumped by more than an hour. The first call returns `now`.
    /// Any number of workers may call this.
    pub async fn trusted_time(&self, now: Timestamp) -> Result<Timestamp> {
        let (before, after) = transaction!(self.db, tx => {
            // The update changes nothing; it locks the row, so that workers take turns.
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
                "the clock jumped: what expired by the jump is not removed until the clock is steady for a day"
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

    /// The trusted time after the clock has shown all of `times`. All are in hours after the first.
    fn trusted(times: &[i64]) -> i64 {
        let at = |hours: i64| Timestamp(NOW + hours * HOUR);
        let record = times
            .iter()
            .fold(ClockRecord::first(at(0)), |record, hours| record.observe(at(*hours)));
        (record.trusted.0 - NOW) / HOUR
    }

    #[test]
    fn small_steps_are_trusted() {
        assert_eq!(trusted(&[]), 0);
        assert_eq!(trusted(&[0, 1, 1, 2, 3, 2, 3]), 3);
    }

    #[test]
    fn a_jump_ahead_is_trusted_after_a_day() {
        assert_eq!(trusted(&[1, 9000]), 1);
        assert_eq!(trusted(&[1, 9000, 9001, 9002]), 3, "the hours after the jump count");
        let day: Vec<i64> = [1].into_iter().chain(9000..=9024).collect();
        assert_eq!(trusted(&day[..day.len() - 1]), 24);
        assert_eq!(trusted(&day), 9024);
    }

    #[test]
    fn after_a_jump_back_the_trusted_time_is_the_earlier_one() {
        assert_eq!(trusted(&[1, 9000, 2]), 1);
        assert_eq!(trusted(&[1, 9000, 9001, 3]), 2);
        assert_eq!(trusted(&[1, -9000]), -9000);
        assert_eq!(trusted(&[1, -9000, 2]), -9000, "the step back is a jump, too");
    }

    #[test]
    fn two_clocks_that_differ_are_never_trusted() {
        let times: Vec<i64> = (0..100).flat_map(|hour| [hour, 9000 + hour]).collect();
        assert_eq!(trusted(&times), 0);
    }

    #[test]
    fn a_site_that_is_off_every_night_counts_the_hours_of_its_days() {
        let times: Vec<i64> =
            (0..30).flat_map(|day| (0..9).map(move |hour| day * 24 + hour)).collect();
        assert_eq!(trusted(&times), 30 * 8);
    }

    proptest! {
        #[test]
        fn the_trusted_time_is_never_later_than_the_clock(times in prop::collection::vec(-40i64..40, 1..60)) {
            prop_assert!(trusted(&times) <= *times.last().unwrap());
        }

        #[test]
        fn a_record_is_parsed_as_it_was_encoded(seen: i64, trusted: i64, steady_since: i64) {
            let [seen, trusted, steady_since] = [seen, trusted, steady_since].map(Timestamp);
            let record = ClockRecord { seen, trusted, steady_since };
            prop_assert_eq!(ClockRecord::parse(&record.encode()), Some(record));
        }
    }
}
