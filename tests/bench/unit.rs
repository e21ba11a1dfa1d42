//! Units of measured numbers.

#[derive(Clone, Copy, Debug)]
pub enum Unit {
    Microseconds,
    Milliseconds,
    PerSecond,
    /// Of 1,000,000 bytes.
    Megabytes,
    /// Of 1,000 bytes.
    Kilobytes,
    Times,
    Percent,
}

impl Unit {
    /// A ratio in this unit.
    pub fn scale_ratio(self, ratio: f64) -> f64 {
        if matches!(self, Self::Percent) { 100.0 * ratio } else { ratio }
    }

    pub fn show(self, value: f64) -> String {
        match self {
            Self::Microseconds => format!("{} µs", with_separators(value)),
            Self::Milliseconds if value < 1.0 => format!("{value:.2} ms"),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::PerSecond => format!("{}/s", with_separators(value)),
            Self::Megabytes => format!("{value:.1} MB"),
            Self::Kilobytes => format!("{value:.1} KB"),
            Self::Times => format!("{value:.2} ×"),
            Self::Percent if value < 9.95 => format!("{value:.1} %"),
            Self::Percent => format!("{value:.0} %"),
        }
    }
}

/// A whole number with a comma between thousands.
pub fn with_separators(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A count or a number of bytes to calculate with.
#[expect(clippy::cast_precision_loss, reason = "the numbers here are far below 2^53")]
pub fn as_f64(count: usize) -> f64 {
    count as f64
}
