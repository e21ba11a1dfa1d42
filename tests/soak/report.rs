//! The report: tables of what was found, and whether every check passed.

use std::fmt::{Display, Write as _};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Summary,
    Data,
    FaultFree,
    Minutes,
    Processes,
    Requests,
    Faults,
    Failures,
}

impl Section {
    const ALL: [Self; 8] = [
        Self::Summary,
        Self::Data,
        Self::FaultFree,
        Self::Minutes,
        Self::Processes,
        Self::Requests,
        Self::Faults,
        Self::Failures,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Data => "Acknowledged writes and stored data",
            Self::FaultFree => "The fault-free phase",
            Self::Minutes => "Minute by minute",
            Self::Processes => "Memory and open files in the fault-free phase",
            Self::Requests => "Requests",
            Self::Faults => "Injected faults and misbehaving clients",
            Self::Failures => "Failures",
        }
    }

    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Summary | Self::Data | Self::FaultFree => &["check", "found", "result"],
            Self::Minutes => &["minute", "phase", "requests", "p50", "p99", "503", "no answer"],
            Self::Processes => &[
                "process",
                "MB, first quarter",
                "MB, last quarter",
                "MB, peak",
                "files, first quarter",
                "files, last quarter",
                "result",
            ],
            Self::Requests => &["operation", "requests", "answers", "p50", "p99"],
            Self::Faults => &["event", "count"],
            Self::Failures => &["time and failure"],
        }
    }
}

/// The rows of a section.
#[derive(Debug, Default)]
pub struct Rows {
    rows: Vec<Vec<String>>,
    failed: usize,
}

#[derive(Debug, Default)]
pub struct Report {
    sections: [Rows; 8],
}

impl Rows {
    /// Adds a row with a cell for each column.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Adds a row that is not checked.
    pub fn note(&mut self, what: &str, found: impl Display) {
        self.row(vec![what.to_owned(), found.to_string(), String::new()]);
    }

    /// Adds a row that fails the run unless it passed.
    pub fn check(&mut self, what: &str, found: impl Display, passed: bool) {
        let verdict = self.verdict(passed);
        self.row(vec![what.to_owned(), found.to_string(), verdict]);
    }

    /// The cell with the result of a check, which fails the run unless it passed.
    pub fn verdict(&mut self, passed: bool) -> String {
        if passed {
            return "ok".to_owned();
        }
        self.failed += 1;
        "**FAILED**".to_owned()
    }
}

impl Report {
    pub fn section(&mut self, section: Section) -> &mut Rows {
        &mut self.sections[section as usize]
    }

    /// The number of failed checks.
    pub fn failed(&self) -> usize {
        self.sections.iter().map(|rows| rows.failed).sum()
    }

    /// The sections that have rows, as Markdown.
    pub fn as_markdown(&self) -> String {
        let mut text = String::new();
        for section in Section::ALL {
            let rows = &self.sections[section as usize].rows;
            if rows.is_empty() {
                continue;
            }
            let columns = section.columns();
            let _ = writeln!(text, "\n### {}\n\n| {} |", section.title(), columns.join(" | "));
            let _ = writeln!(text, "|{}", "---|".repeat(columns.len()));
            for row in rows {
                let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
                let _ = writeln!(text, "| {} |", cells.join(" | "));
            }
        }
        text
    }
}
