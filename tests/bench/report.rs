//! Numbers, and what each may be.

use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub enum Unit {
    Milliseconds,
    PerSecond,
    /// Of 1,000,000 bytes.
    Megabytes,
    /// Of 1,000 bytes.
    Kilobytes,
    Times,
    Percent,
}

#[derive(Clone, Copy, Debug)]
pub enum Budget {
    None,
    AtMost(f64),
    AtLeast(f64),
}

#[derive(Debug)]
pub struct Row {
    pub what: String,
    pub measured: String,
    pub budget: String,
    pub verdict: &'static str,
    pub note: String,
}

#[derive(Debug, Default)]
pub struct Report {
    pub sections: Vec<(String, Vec<Row>)>,
}

impl Report {
    pub fn section(&mut self, title: &str) {
        println!("\n{title}");
        self.sections.push((title.to_owned(), Vec::new()));
    }

    /// A number without a budget stands there to compare with.
    pub fn row(&mut self, what: &str, value: f64, unit: Unit, budget: Budget, note: &str) {
        let (budget, verdict) = match budget {
            Budget::None => (String::new(), ""),
            Budget::AtMost(most) => (format!("≤ {}", unit.show(most)), verdict(value <= most)),
            Budget::AtLeast(least) => (format!("≥ {}", unit.show(least)), verdict(value >= least)),
        };
        let row = Row {
            what: what.to_owned(),
            measured: unit.show(value),
            budget,
            verdict,
            note: note.to_owned(),
        };
        println!(
            "  {:<58} {:>12}  {:<11} {:<6}  {}",
            row.what, row.measured, row.budget, row.verdict, row.note
        );
        if let Some((_, rows)) = self.sections.last_mut() {
            rows.push(row);
        }
    }

    /// Several times of one thing: the median counts, the others show how far to trust it.
    pub fn times(&mut self, what: &str, times: &[Duration], budget: Budget) {
        let times = Times::new(times);
        let note = format!(
            "p90 {}, {} to {} in {}",
            Unit::Milliseconds.show(times.at(90)),
            Unit::Milliseconds.show(times.at(0)),
            Unit::Milliseconds.show(times.at(100)),
            times.0.len()
        );
        self.row(what, times.at(50), Unit::Milliseconds, budget, &note);
    }

    pub fn missed(&self) -> usize {
        self.sections.iter().flat_map(|(_, rows)| rows).filter(|r| r.verdict == MISSED).count()
    }
}

const MISSED: &str = "missed";

fn verdict(kept: bool) -> &'static str {
    if kept { "ok" } else { MISSED }
}

/// In milliseconds, sorted.
struct Times(Vec<f64>);

impl Times {
    fn new(times: &[Duration]) -> Self {
        let mut sorted: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        sorted.sort_by(f64::total_cmp);
        Self(sorted)
    }

    /// The least of them that so many percent do not exceed.
    fn at(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or(f64::NAN)
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::Milliseconds if value < 1.0 => format!("{value:.2} ms"),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::PerSecond => format!("{}/s", thousands(value)),
            Self::Megabytes => format!("{value:.1} MB"),
            Self::Kilobytes => format!("{value:.1} KB"),
            Self::Times => format!("{value:.2} ×"),
            Self::Percent => format!("{value:.0} %"),
        }
    }
}

fn thousands(value: f64) -> String {
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

/// A number of bytes to calculate with. Exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "the sizes here are far below 2^53")]
pub fn count(bytes: usize) -> f64 {
    bytes as f64
}
