//! When a page should refresh the time left that it shows.

use std::time::Duration;

use store::{Paste, Timestamp};

/// The time left of a paste, zero if it has expired; `None` if it never expires.
pub fn time_left(paste: &Paste, now: Timestamp) -> Option<Duration> {
    let millis = paste.expires_at?.0.saturating_sub(now.0).max(0);
    Some(Duration::from_millis(millis.unsigned_abs()))
}

/// How long [`crate::ui::format::duration`] of this time left stays the same: up to a second in the last
/// two minutes, up to a minute in the last two hours, up to an hour before. At most `left`.
pub fn next_refresh(left: Duration) -> Duration {
    let (millis, step) = (millis(left), step(left));
    match millis % step {
        0 => Duration::from_millis(step.min(millis)),
        rest => Duration::from_millis(rest),
    }
}

/// When the shown time left of a paste changes next. It is the same for every `now` since the last change,
/// so it may be a part of a cache's key.
pub fn next_change(paste: &Paste, now: Timestamp) -> Option<Timestamp> {
    time_left(paste, now).map(|left| now.plus(next_refresh(left)))
}

/// When a page should refresh for the first time. A cache may hold the page since any moment after the
/// last change, so the page cannot know how long it is until the next one. It refreshes after a sixtieth
/// of the step, at least a second, and the answer has the right delay.
pub fn first_refresh(left: Duration) -> Duration {
    Duration::from_millis((step(left) / 60).max(1000))
}

fn millis(left: Duration) -> u64 {
    u64::try_from(left.as_millis()).unwrap_or(u64::MAX)
}

/// The time between two changes, in milliseconds.
fn step(left: Duration) -> u64 {
    match millis(left) {
        0..=120_000 => 1000,
        120_001..=7_200_000 => 60_000,
        _ => 3_600_000,
    }
}

/// When a list of pastes should refresh: when the first of them expires, or when the first of the shown
/// times changes, but for a changed time at most every ten seconds. `None` if none of them expires.
pub fn next_list_refresh(pastes: &[Paste], now: Timestamp) -> Option<Duration> {
    const MIN_DELAY: Duration = Duration::from_secs(10);
    pastes
        .iter()
        .filter_map(|paste| time_left(paste, now))
        .map(|left| left.min(next_refresh(left).max(MIN_DELAY)))
        .min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn refreshes_get_more_frequent_towards_the_expiry() {
        assert_eq!(next_refresh(seconds(0)), seconds(0));
        assert_eq!(next_refresh(seconds(1)), seconds(1));
        assert_eq!(next_refresh(seconds(120)), seconds(1));
        assert_eq!(next_refresh(seconds(121)), seconds(1));
        assert_eq!(next_refresh(seconds(180)), seconds(60));
        assert_eq!(next_refresh(seconds(7200)), seconds(60));
        assert_eq!(next_refresh(seconds(3 * 3600)), seconds(3600));
        assert_eq!(next_refresh(seconds(3 * 3600 - 1)), seconds(3599));
        assert_eq!(next_refresh(Duration::from_millis(1500)), Duration::from_millis(500));
    }

    proptest! {
        #[test]
        fn a_refresh_is_never_after_the_expiry_and_never_at_once(millis in 1..u64::MAX) {
            let left = Duration::from_millis(millis);
            let next = next_refresh(left);
            prop_assert!(next <= left);
            prop_assert!(next > Duration::ZERO);
            prop_assert!(next <= seconds(3600));
        }

        #[test]
        fn a_page_is_the_same_until_the_next_change(millis in 1u64..400_000_000) {
            use crate::ui::format::duration;
            use crate::ui::i18n::Lang;
            let left = Duration::from_millis(millis);
            let at_change = |left: Duration| left.saturating_sub(next_refresh(left));
            let last = at_change(left) + Duration::from_millis(1);
            prop_assert_eq!(duration(Lang::En, left), duration(Lang::En, last));
            prop_assert_eq!(first_refresh(left), first_refresh(last));
            prop_assert_eq!(at_change(left), at_change(last));
        }

        #[test]
        fn the_last_refresh_is_exactly_at_the_expiry(millis in 1u64..400_000_000) {
            let mut left = Duration::from_millis(millis);
            for _ in 0..500 {
                left -= next_refresh(left);
                if left.is_zero() { return Ok(()); }
            }
            prop_assert!(false, "{left:?} is left after 500 refreshes");
        }
    }
}
