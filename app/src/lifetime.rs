//! The lifetime of a paste or of an access token, as text.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use store::Timestamp;

const SECOND: u64 = 1;
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
/// Months and years have a fixed length: 30 and 365 days.
const MONTH: u64 = 30 * DAY;
const YEAR: u64 = 365 * DAY;

/// The longest lifetime other than `never`, in seconds.
const MAX_SECONDS: u64 = 100 * YEAR;

/// From one second to a hundred years, or without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    For(Duration),
    Never,
}

/// The text is not a lifetime, or one that is too long.
#[derive(Debug, thiserror::Error)]
#[error(
    "not a lifetime: use 90m, 12h, 3d, 2w, 1M, 1y (at most 100y), a number of seconds, or never"
)]
pub struct BadLifetime;

impl FromStr for Lifetime {
    type Err = BadLifetime;

    /// Parses `never`, a number with one of the units `s m h d w M y`, or a number of seconds.
    fn from_str(text: &str) -> Result<Self, BadLifetime> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("never") {
            return Ok(Self::Never);
        }
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit = match unit.trim_start() {
            "" | "s" => SECOND,
            "m" => MINUTE,
            "h" => HOUR,
            "d" => DAY,
            "w" => WEEK,
            "M" => MONTH,
            "y" => YEAR,
            _ => return Err(BadLifetime),
        };
        let seconds =
            number.parse::<u64>().ok().and_then(|n| n.checked_mul(unit)).ok_or(BadLifetime)?;
        if (1..=MAX_SECONDS).contains(&seconds) {
            Ok(Self::For(Duration::from_secs(seconds)))
        } else {
            Err(BadLifetime)
        }
    }
}

impl fmt::Display for Lifetime {
    /// In the largest unit that needs no fraction, so that `1w` stays `1w`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::For(duration) = self else { return f.write_str("never") };
        let seconds = duration.as_secs();
        let units = [
            (YEAR, "y"),
            (MONTH, "M"),
            (WEEK, "w"),
            (DAY, "d"),
            (HOUR, "h"),
            (MINUTE, "m"),
            (SECOND, "s"),
        ];
        let (unit, letter) =
            units.into_iter().find(|(unit, _)| seconds % unit == 0).unwrap_or((SECOND, "s"));
        write!(f, "{}{letter}", seconds / unit)
    }
}

impl Lifetime {
    /// The lifetime from `now` until a moment in milliseconds since 1970, as clients of 0x0 write it;
    /// `None` if the text is not such a moment, or the lifetime is out of bounds. A number up to the longest
    /// lifetime in seconds is not a moment.
    pub fn until_epoch_millis(text: &str, now: Timestamp) -> Option<Self> {
        let until = text.trim().parse::<i64>().ok().filter(|millis| *millis > 0)?;
        let left = Duration::from_millis(u64::try_from(until.checked_sub(now.0)?).ok()?);
        let bounds = Duration::from_secs(1)..=Duration::from_secs(MAX_SECONDS);
        (until.unsigned_abs() > MAX_SECONDS && bounds.contains(&left)).then_some(Self::For(left))
    }

    /// The end of a lifetime that begins now; `None` for `never`.
    pub fn expires_at(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::For(duration) => Some(now.plus(duration)),
            Self::Never => None,
        }
    }

    /// Whether this is at most `max`.
    pub fn within(self, max: Self) -> bool {
        match (self, max) {
            (_, Self::Never) => true,
            (Self::Never, Self::For(_)) => false,
            (Self::For(lifetime), Self::For(max)) => lifetime <= max,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seconds(text: &str) -> u64 {
        match text.parse().unwrap() {
            Lifetime::For(duration) => duration.as_secs(),
            Lifetime::Never => panic!("{text} has no end"),
        }
    }

    #[test]
    fn a_lifetime_is_a_number_with_a_unit_or_never() {
        assert_eq!(seconds("10m"), 600);
        assert_eq!(seconds("90m"), 5_400);
        assert_eq!(seconds("1h"), 3_600);
        assert_eq!(seconds("1d"), 86_400);
        assert_eq!(seconds("1w"), 604_800);
        assert_eq!(seconds("1M"), 2_592_000);
        assert_eq!(seconds("1y"), 31_536_000);
        assert_eq!(seconds("45"), 45);
        assert_eq!(seconds(" 3 d "), 259_200);
        assert_eq!("never".parse::<Lifetime>().unwrap(), Lifetime::Never);
    }

    #[test]
    fn m_is_a_minute_and_upper_case_m_a_month() {
        assert_ne!(seconds("1M"), seconds("1m"));
    }

    #[test]
    fn the_choices_of_the_form_are_parsed_and_displayed_unchanged() {
        for choice in crate::pastes::draft::LIFETIMES {
            assert_eq!(choice.parse::<Lifetime>().unwrap().to_string(), *choice);
        }
    }

    #[test]
    fn the_bounds_are_a_second_and_a_hundred_years() {
        assert_eq!(seconds("1"), 1);
        assert_eq!(seconds("100y"), MAX_SECONDS);
        for bad in ["0", "0d", "101y", "99999999999999999999", "18446744073709551615y"] {
            assert!(bad.parse::<Lifetime>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_large_number_is_a_moment_in_milliseconds() {
        let now = Timestamp(1_893_499_200_000);
        let until = |text: &str| Lifetime::until_epoch_millis(text, now);
        let hour = Lifetime::For(Duration::from_hours(1));
        assert_eq!(until("1893502800000"), Some(hour));
        // In the past, too far in the future, or a number of seconds.
        for bad in ["1893499200000", "1893499199999", "9999999999999999", "3153600000", "-1", "1h"]
        {
            assert_eq!(until(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_displayed_lifetime_is_parsed_to_the_same_value(seconds in 1..=MAX_SECONDS) {
            let lifetime = Lifetime::For(Duration::from_secs(seconds));
            prop_assert_eq!(lifetime.to_string().parse::<Lifetime>().unwrap(), lifetime);
        }

        #[test]
        fn a_number_with_a_unit_is_that_many_units(n in 1_u64..100, unit in "[smhdwMy]") {
            let of_one = seconds(&format!("1{unit}"));
            prop_assert_eq!(seconds(&format!("{n}{unit}")), n * of_one);
        }

        #[test]
        fn other_text_is_an_error_and_no_panic(text in "\\PC{0,12}") {
            prop_assume!(!text.trim().chars().all(|c| c.is_ascii_digit()));
            prop_assume!(!text.trim().ends_with(['s', 'm', 'h', 'd', 'w', 'M', 'y']));
            prop_assume!(!text.trim().eq_ignore_ascii_case("never"));
            prop_assert!(text.parse::<Lifetime>().is_err());
        }
    }
}
