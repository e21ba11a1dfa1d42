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

    /// Parses `never`, a number of seconds, or numbers with units: `90m`, `2 days`, `1h 30min`.
    fn from_str(text: &str) -> Result<Self, BadLifetime> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("never") {
            return Ok(Self::Never);
        }
        let seconds = match text.parse() {
            Ok(seconds) => seconds,
            Err(_) => sum_of_units(text).ok_or(BadLifetime)?,
        };
        if (1..=MAX_SECONDS).contains(&seconds) {
            Ok(Self::For(Duration::from_secs(seconds)))
        } else {
            Err(BadLifetime)
        }
    }
}

/// The seconds in `1h 30min`; `None` if a number has no unit, or the sum is too large.
fn sum_of_units(text: &str) -> Option<u64> {
    let mut seconds: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        seconds =
            seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(self::unit(unit)?)?)?;
        rest = after.trim_start();
    }
    Some(seconds)
}

/// The seconds of a unit, with the names that clients of other sites use.
fn unit(name: &str) -> Option<u64> {
    Some(match name {
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => WEEK,
        "M" | "month" | "months" => MONTH,
        "y" | "yr" | "year" | "years" => YEAR,
        _ => return None,
    })
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

    /// The shorter of the two.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        if self.within(other) { self } else { other }
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

/// The lifetimes that a sender may choose. Without an account, the limit may be lower.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    pub default: Lifetime,
    pub max: Lifetime,
    pub max_anonymous: Lifetime,
}

impl Lifetimes {
    /// The longest lifetime.
    pub fn max(&self, is_anonymous: bool) -> Lifetime {
        if is_anonymous { self.max_anonymous } else { self.max }
    }

    /// The lifetime of a paste whose sender chooses none.
    pub fn default(&self, is_anonymous: bool) -> Lifetime {
        self.default.min(self.max(is_anonymous))
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
        assert_eq!(seconds("10min"), 600);
        assert_eq!(seconds("2 days"), 172_800);
        assert_eq!(seconds("1h 30m"), 5_400);
        assert_eq!(seconds("1h30min"), 5_400);
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
        for bad in [
            "0",
            "0d",
            "1h 30",
            "1x",
            "h",
            "1h-",
            "",
            "18446744073709551615s 1s",
            "101y",
            "99999999999999999999",
            "18446744073709551615y",
        ] {
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
            prop_assume!(!text.trim().starts_with(|c: char| c.is_ascii_digit()));
            prop_assume!(!text.trim().eq_ignore_ascii_case("never"));
            prop_assert!(text.parse::<Lifetime>().is_err());
        }
    }
}
