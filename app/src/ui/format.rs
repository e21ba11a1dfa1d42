//! Numbers, sizes, durations, dates and single lines of text for people to read.

use std::time::Duration;

use store::Timestamp;
use time::{Month, OffsetDateTime};

use crate::ui::i18n::Lang;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

/// `1,234` in English. In Russian numbers are grouped from five digits on, as its typography requires:
/// `1234`, `12 345`.
pub fn number(lang: Lang, n: u64) -> String {
    let digits = n.to_string();
    let separator = match lang {
        Lang::En => ',',
        Lang::Ru if digits.len() < 5 => return digits,
        Lang::Ru => '\u{a0}',
    };
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// A title or a name on one line: control characters such as line ends and NUL become spaces, and the
/// ends are trimmed.
pub fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.trim().to_owned()
}

/// `512 B`, `1.2 KB`, `340 KB`, `10 MB`; a KB is 1,024 bytes.
pub fn size(lang: Lang, bytes: u64) -> String {
    let messages = lang.messages();
    let (unit, power) = match bytes {
        0..1024 => return messages.count_bytes(number(lang, bytes)).to_string(),
        // From 1,023.5 KB on, a size in KB would be rounded to "1,024 KB".
        1024..1_048_064 => (0, 1 << 10),
        1_048_064..1_073_217_536 => (1, 1 << 20),
        _ => (2, 1 << 30),
    };
    let tenths = (bytes * 10 + power / 2) / power;
    let shown = match (tenths / 10, tenths % 10) {
        (whole, tenth) if whole < 10 && tenth > 0 => {
            let point = if lang == Lang::Ru { ',' } else { '.' };
            format!("{whole}{point}{tenth}")
        }
        _ => number(lang, (bytes + power / 2) / power),
    };
    match unit {
        0 => messages.size_kb(shown),
        1 => messages.size_mb(shown),
        _ => messages.size_gb(shown),
    }
    .to_string()
}

/// `3 pastes`.
pub fn pastes(lang: Lang, count: u64) -> String {
    lang.messages().count_pastes(count, number(lang, count)).to_string()
}

/// `14 lines`.
pub fn lines(lang: Lang, count: u64) -> String {
    lang.messages().count_lines(count, number(lang, count)).to_string()
}

/// A duration in at most two units: `1 hour 30 minutes`. It is rounded up to seconds up to two minutes, to
/// minutes up to two hours, to hours up to a week, and to days above. [`crate::ui::countdown`] refreshes
/// at these steps.
pub fn duration(lang: Lang, duration: Duration) -> String {
    let millis = duration.as_millis();
    let round_up = |unit: u64| {
        let units = millis.div_ceil(u128::from(unit) * 1000);
        u64::try_from(units).unwrap_or(u64::MAX / YEAR)
    };
    let seconds = round_up(1);
    let (count, big, small) = if seconds <= 2 * MINUTE {
        (seconds, MINUTE, 1)
    } else if seconds <= 2 * HOUR {
        (round_up(MINUTE) * MINUTE, HOUR, MINUTE)
    } else if seconds <= 7 * DAY {
        (round_up(HOUR) * HOUR, DAY, HOUR)
    } else {
        (round_up(DAY) * DAY, YEAR, DAY)
    };
    let mut out = String::new();
    let (bigs, smalls) = (count / big, (count % big) / small);
    if bigs > 0 {
        out.push_str(&unit(lang, big, bigs));
    }
    if smalls > 0 || bigs == 0 {
        if bigs > 0 {
            out.push(' ');
        }
        out.push_str(&unit(lang, small, smalls));
    }
    out
}

fn unit(lang: Lang, unit: u64, count: u64) -> String {
    let messages = lang.messages();
    let shown = number(lang, count);
    match unit {
        YEAR => messages.span_years(count, shown),
        DAY => messages.span_days(count, shown),
        HOUR => messages.span_hours(count, shown),
        MINUTE => messages.span_minutes(count, shown),
        _ => messages.span_seconds(count, shown),
    }
    .to_string()
}

/// The time until something happens: `in 5 minutes`.
pub fn time_left(lang: Lang, left: Duration) -> String {
    lang.messages().span_in(duration(lang, left)).to_string()
}

/// `22 November 2026 UTC`.
pub fn date(lang: Lang, at: Timestamp) -> String {
    let at = utc(at);
    lang.messages().date(at.day(), month(lang, at.month()), i64::from(at.year())).to_string()
}

/// `22 November 2026, 18:23 UTC`.
pub fn date_time(lang: Lang, at: Timestamp) -> String {
    let at = utc(at);
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    let (month, year) = (month(lang, at.month()), i64::from(at.year()));
    lang.messages().date_time(at.day(), month, year, time).to_string()
}

fn month(lang: Lang, month: Month) -> String {
    let messages = lang.messages();
    match month {
        Month::January => messages.month_1(),
        Month::February => messages.month_2(),
        Month::March => messages.month_3(),
        Month::April => messages.month_4(),
        Month::May => messages.month_5(),
        Month::June => messages.month_6(),
        Month::July => messages.month_7(),
        Month::August => messages.month_8(),
        Month::September => messages.month_9(),
        Month::October => messages.month_10(),
        Month::November => messages.month_11(),
        Month::December => messages.month_12(),
    }
    .to_string()
}

/// The time in UTC. A time outside of the years that `time` can represent is shown as the epoch; no
/// paste lives for so long.
fn utc(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_at_most_one_decimal_and_the_largest_unit_that_fits() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1,023 B"),
            (1024, "1 KB"),
            (1229, "1.2 KB"),
            (10_189, "10 KB"),
            (348_160, "340 KB"),
            (1_048_063, "1,023 KB"),
            (1_048_064, "1 MB"),
            (10 << 20, "10 MB"),
            (3 << 29, "1.5 GB"),
        ] {
            assert_eq!(size(Lang::En, bytes), text, "{bytes}");
        }
        assert_eq!(size(Lang::Ru, 1229), "1,2 КБ");
    }

    #[test]
    fn digits_are_grouped_by_the_rules_of_the_language() {
        assert_eq!(number(Lang::En, 1_234_567), "1,234,567");
        assert_eq!(number(Lang::En, 999), "999");
        assert_eq!(number(Lang::Ru, 1234), "1234");
        assert_eq!(number(Lang::Ru, 12_345), "12\u{a0}345");
    }

    #[test]
    fn time_left_has_at_most_two_units() {
        for (millis, en, ru) in [
            (1, "in 1 second", "через 1 секунду"),
            (21_000, "in 21 seconds", "через 21 секунду"),
            (61_000, "in 1 minute 1 second", "через 1 минуту 1 секунду"),
            (120_000, "in 2 minutes", "через 2 минуты"),
            (599_990, "in 10 minutes", "через 10 минут"),
            (3_599_995, "in 1 hour", "через 1 час"),
            (5_400_000, "in 1 hour 30 minutes", "через 1 час 30 минут"),
            (86_399_000, "in 1 day", "через 1 день"),
            (97_200_000, "in 1 day 3 hours", "через 1 день 3 часа"),
            (604_799_000, "in 7 days", "через 7 дней"),
            (30 * 86_400_000 - 5, "in 30 days", "через 30 дней"),
            (365 * 86_400_000 - 5, "in 1 year", "через 1 год"),
            (400 * 86_400_000, "in 1 year 35 days", "через 1 год 35 дней"),
        ] {
            let left = Duration::from_millis(millis);
            assert_eq!(time_left(Lang::En, left), en);
            assert_eq!(time_left(Lang::Ru, left), ru);
        }
    }

    #[test]
    fn dates_are_in_utc_and_know_leap_years() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_371_813_999, "2026-11-22T18:23:33Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59Z"),
        ] {
            assert_eq!(Timestamp(millis).rfc3339(), text);
        }
        let at = Timestamp(1_795_371_813_999);
        assert_eq!(date_time(Lang::En, at), "22 November 2026, 18:23 UTC");
        assert_eq!(date(Lang::Ru, at), "22 ноября 2026 UTC");
    }
}
