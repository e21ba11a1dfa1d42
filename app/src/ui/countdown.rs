//! When a shown time should be asked for again.

use std::time::Duration;

use store::{Paste, Timestamp};

/// Time left, or `None` for a paste that is kept for ever.
pub fn left(paste: &Paste, now: Timestamp) -> Option<Duration> {
    let millis = paste.expires_at?.0.saturating_sub(now.0).max(0);
    Some(Duration::from_millis(millis.unsigned_abs()))
}

/// The moment at which [`crate::ui::format::span`] would say something else: each second in the last
/// two minutes, each minute in the last two hours, each hour before. Never later than the end.
pub fn next_refresh(left: Duration) -> Duration {
    let (millis, step) = (millis(left), step(left));
    match millis % step {
        0 => Duration::from_millis(step.min(millis)),
        rest => Duration::from_millis(rest),
    }
}

/// The moment itself, whenever one asks before it.
pub fn next_tick(paste: &Paste, now: Timestamp) -> Option<Timestamp> {
    left(paste, now).map(|left| now.plus(next_refresh(left)))
}

/// When a page should ask for the first time. It may have been made at any moment since the last
/// tick, so it cannot say how long it is to the next; it asks after a sixtieth of that, and is told.
pub fn first_refresh(left: Duration) -> Duration {
    Duration::from_millis((step(left) / 60).max(1000))
}

fn millis(left: Duration) -> u64 {
    u64::try_from(left.as_millis()).unwrap_or(u64::MAX)
}

/// Between two ticks, in milliseconds.
fn step(left: Duration) -> u64 {
    match millis(left) {
        0..=120_000 => 1000,
        120_001..=7_200_000 => 60_000,
        _ => 3_600_000,
    }
}

/// When a list of pastes should be asked for again: at the first end among them, or when the first of
/// their shown times changes, but the latter not more often than every ten seconds.
pub fn next_list_refresh(pastes: &[Paste], now: Timestamp) -> Option<Duration> {
    const OFTEN: Duration = Duration::from_secs(10);
    pastes
        .iter()
        .filter_map(|paste| left(paste, now))
        .map(|left| left.min(next_refresh(left).max(OFTEN)))
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
    fn the_nearer_the_end_the_more_often() {
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
        fn never_later_than_the_end_and_never_idle(millis in 1..u64::MAX) {
            let left = Duration::from_millis(millis);
            let next = next_refresh(left);
            prop_assert!(next <= left);
            prop_assert!(next > Duration::ZERO);
            prop_assert!(next <= seconds(3600));
        }

        #[test]
        fn until_the_next_tick_a_page_would_be_the_same(millis in 1u64..400_000_000) {
            use crate::ui::format::span;
            use crate::ui::i18n::Lang;
            let left = Duration::from_millis(millis);
            let tick = |left: Duration| left.saturating_sub(next_refresh(left));
            let last = tick(left) + Duration::from_millis(1);
            prop_assert_eq!(span(Lang::En, left), span(Lang::En, last));
            prop_assert_eq!(first_refresh(left), first_refresh(last));
            prop_assert_eq!(tick(left), tick(last));
        }

        #[test]
        fn following_the_refreshes_ends_exactly_at_the_end(millis in 1u64..400_000_000) {
            let mut left = Duration::from_millis(millis);
            for _ in 0..500 {
                left -= next_refresh(left);
                if left.is_zero() { return Ok(()); }
            }
            prop_assert!(false, "still {left:?} left");
        }
    }
}
