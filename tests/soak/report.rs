//! Tables, and whether all of it is as it must be.

use std::fmt::{Display, Write as _};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Verdict,
    Kept,
    Calm,
    Minutes,
    Processes,
    Requests,
    Struck,
    Wrong,
}

impl Section {
    const ALL: [Self; 8] = [
        Self::Verdict,
        Self::Kept,
        Self::Calm,
        Self::Minutes,
        Self::Processes,
        Self::Requests,
        Self::Struck,
        Self::Wrong,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Verdict => "The run",
            Self::Kept => "What was kept",
            Self::Calm => "The undisturbed stretch",
            Self::Minutes => "Minute by minute",
            Self::Processes => "Processes in the undisturbed stretch",
            Self::Requests => "Requests",
            Self::Struck => "What was struck, and who went away",
            Self::Wrong => "What was wrong",
        }
    }

    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Verdict | Self::Kept | Self::Calm => &["what", "found", ""],
            Self::Minutes => &["minute", "", "requests", "p50", "p99", "503", "no answer"],
            Self::Processes => &[
                "process",
                "MB, first quarter",
                "last quarter",
                "most",
                "files, first",
                "last",
                "",
            ],
            Self::Requests => &["what", "requests", "answers", "p50", "p99"],
            Self::Struck => &["what", "times"],
            Self::Wrong => &["when and what"],
        }
    }
}

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
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub fn say(&mut self, what: &str, found: impl Display) {
        self.row(vec![what.to_owned(), found.to_string(), String::new()]);
    }

    pub fn judge(&mut self, what: &str, found: impl Display, right: bool) {
        let verdict = self.verdict(right);
        self.row(vec![what.to_owned(), found.to_string(), verdict]);
    }

    pub fn verdict(&mut self, right: bool) -> String {
        if right {
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

    pub fn failed(&self) -> usize {
        self.sections.iter().map(|rows| rows.failed).sum()
    }

    /// As Markdown.
    pub fn write(&self) -> String {
        let mut text = String::new();
        for section in Section::ALL {
            let rows = &self.sections[section as usize].rows;
            if rows.is_empty() {
                continue;
            }
            let columns = section.columns();
            let _ = writeln!(text, "### {}\n\n| {} |", section.title(), columns.join(" | "));
            let _ = writeln!(text, "|{}", "---|".repeat(columns.len()));
            for row in rows {
                let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
                let _ = writeln!(text, "| {} |", cells.join(" | "));
            }
            text.push('\n');
        }
        text
    }
}
