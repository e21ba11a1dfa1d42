//! Numbers, and what each may be.

use std::fmt::Write as _;
use std::time::Duration;

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

#[derive(Clone, Copy, Debug)]
pub enum Budget {
    None,
    AtMost(f64),
    AtLeast(f64),
}

/// A table of its own. A column whose name begins with a space is one of numbers.
#[derive(Debug)]
pub struct Section {
    pub title: String,
    pub columns: &'static [&'static str],
    pub rows: Vec<Vec<String>>,
}

#[derive(Debug, Default)]
pub struct Report {
    pub sections: Vec<Section>,
    pub missed: usize,
}

const COLUMNS: &[&str] = &["what", " measured", " budget", "", ""];

impl Report {
    pub fn section(&mut self, title: &str) {
        self.table(title, COLUMNS);
    }

    pub fn table(&mut self, title: &str, columns: &'static [&'static str]) {
        println!("\n{title}");
        self.sections.push(Section { title: title.to_owned(), columns, rows: Vec::new() });
    }

    /// A number without a budget stands there to compare with.
    pub fn row(&mut self, what: &str, value: f64, unit: Unit, budget: Budget, note: &str) {
        let (budget, verdict) = self.judge(value, unit, budget);
        self.cells(vec![what.to_owned(), unit.show(value), budget, verdict, note.to_owned()]);
    }

    /// What the budget is, and whether it is kept.
    pub fn judge(&mut self, value: f64, unit: Unit, budget: Budget) -> (String, String) {
        let (budget, kept) = match budget {
            Budget::None => return (String::new(), String::new()),
            Budget::AtMost(most) => (format!("≤ {}", unit.show(most)), value <= most),
            Budget::AtLeast(least) => (format!("≥ {}", unit.show(least)), value >= least),
        };
        self.missed += usize::from(!kept);
        (budget, if kept { "ok" } else { "missed" }.to_owned())
    }

    /// One for each column of the section.
    pub fn cells(&mut self, cells: Vec<String>) {
        let Some(section) = self.sections.last_mut() else { return };
        let mut line = format!("  {:<58}", cells[0]);
        for (name, cell) in section.columns.iter().zip(&cells).skip(1) {
            let _ = match name.strip_prefix(' ') {
                Some(_) => write!(line, " {cell:>12}"),
                None => write!(line, "  {cell:<6}"),
            };
        }
        println!("{}", line.trim_end());
        section.rows.push(cells);
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
}

/// In milliseconds, sorted.
pub struct Times(Vec<f64>);

impl Times {
    pub fn new(times: &[Duration]) -> Self {
        let mut sorted: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        sorted.sort_by(f64::total_cmp);
        Self(sorted)
    }

    pub fn median(&self) -> Duration {
        Duration::from_secs_f64(self.at(50) / 1e3)
    }

    /// The least of them that so many percent do not exceed.
    fn at(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or(f64::NAN)
    }
}

impl Unit {
    /// A ratio in this unit.
    pub fn share(self, ratio: f64) -> f64 {
        if matches!(self, Self::Percent) { 100.0 * ratio } else { ratio }
    }

    pub fn show(self, value: f64) -> String {
        match self {
            Self::Microseconds => format!("{} µs", thousands(value)),
            Self::Milliseconds if value < 1.0 => format!("{value:.2} ms"),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::PerSecond => format!("{}/s", thousands(value)),
            Self::Megabytes => format!("{value:.1} MB"),
            Self::Kilobytes => format!("{value:.1} KB"),
            Self::Times => format!("{value:.2} ×"),
            Self::Percent if value < 9.95 => format!("{value:.1} %"),
            Self::Percent => format!("{value:.0} %"),
        }
    }
}

pub fn thousands(value: f64) -> String {
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
