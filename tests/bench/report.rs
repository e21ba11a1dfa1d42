//! The tables of the report: measured numbers beside their budgets.

use std::fmt::Write as _;
use std::time::Duration;

use testbed::Timings;

use crate::unit::Unit;

/// What a number may be. A missed budget is reported, and does not fail the benchmark.
#[derive(Clone, Copy, Debug)]
pub enum Budget {
    None,
    AtMost(f64),
    AtLeast(f64),
}

/// A table with a title. Columns whose names begin with a space hold numbers.
#[derive(Debug)]
pub struct Section {
    pub title: String,
    pub columns: &'static [&'static str],
    pub rows: Vec<Vec<String>>,
}

#[derive(Debug)]
pub struct Report {
    /// Every number with a budget, from all sections.
    pub budgets: Section,
    pub sections: Vec<Section>,
    /// The number of missed budgets.
    pub missed: usize,
}

const BUDGET_COLUMNS: &[&str] = &["section", "measurement", " measured", " budget", "result"];
const COLUMNS: &[&str] = &["measurement", " measured", " budget", "result", "notes"];

impl Report {
    pub fn new() -> Self {
        let title = "Budgets".to_owned();
        let budgets = Section { title, columns: BUDGET_COLUMNS, rows: Vec::new() };
        Self { budgets, sections: Vec::new(), missed: 0 }
    }

    /// Begins a section of single measurements.
    pub fn section(&mut self, title: &str) {
        self.table(title, COLUMNS);
    }

    /// Begins a section with columns of its own.
    pub fn table(&mut self, title: &str, columns: &'static [&'static str]) {
        println!("\n{title}");
        self.sections.push(Section { title: title.to_owned(), columns, rows: Vec::new() });
    }

    /// Adds a measurement. One without a budget is for comparison.
    pub fn row(&mut self, what: &str, value: f64, unit: Unit, budget: Budget, note: &str) {
        let (budget, result) = self.check(what, value, unit, budget);
        self.cells(vec![what.to_owned(), unit.show(value), budget, result, note.to_owned()]);
    }

    /// Compares a number with its budget. Returns the cells of the budget and of the result.
    pub fn check(
        &mut self,
        what: &str,
        value: f64,
        unit: Unit,
        budget: Budget,
    ) -> (String, String) {
        let (budget, is_met) = match budget {
            Budget::None => return (String::new(), String::new()),
            Budget::AtMost(max) => (format!("≤ {}", unit.show(max)), value <= max),
            Budget::AtLeast(min) => (format!("≥ {}", unit.show(min)), value >= min),
        };
        self.missed += usize::from(!is_met);
        let result = if is_met { "ok" } else { "missed" }.to_owned();
        let section = self.sections.last().map_or("", |section| &section.title).to_owned();
        let cells =
            vec![section, what.to_owned(), unit.show(value), budget.clone(), result.clone()];
        self.budgets.rows.push(cells);
        (budget, result)
    }

    /// Adds and prints a row with a cell for each column of the section.
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

    /// Adds the median of repeated measurements, with their spread as a note.
    pub fn times(&mut self, what: &str, times: &[Duration], budget: Budget) {
        let timings: Timings = times.iter().copied().collect();
        let percentile = |percent| Unit::Milliseconds.show(timings.percentile(percent));
        let (min, p90, max) = (percentile(0), percentile(90), percentile(100));
        let note = format!("p90 {p90}, {min} to {max} in {}", timings.count());
        self.row(what, timings.percentile(50), Unit::Milliseconds, budget, &note);
    }
}
