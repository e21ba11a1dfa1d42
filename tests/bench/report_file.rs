//! Writes the report into its generated section of `docs/performance.md`.

use std::fmt::Write as _;

use anyhow::Result;
use testbed::{generated, machine};

use crate::report::{Report, Section};
use crate::samples::root;
use crate::tools::Tools;

/// `command` is the name of the generated section.
pub fn write(report: &Report, tools: &Tools, command: &str) -> Result<()> {
    let path = root().join("docs/performance.md");
    generated::replace(&path, command, &markdown(report, tools))?;
    println!("\n{} budgets missed; written to docs/performance.md", report.missed);
    Ok(())
}

fn markdown(report: &Report, tools: &Tools) -> String {
    let mut text = "| | |\n|---|---|\n".to_owned();
    for (what, value) in conditions(tools) {
        let _ = writeln!(text, "| {what} | {value} |");
    }
    for section in [&report.budgets].into_iter().chain(&report.sections) {
        let Section { title, columns, rows } = section;
        let line = |cells: Vec<&str>| format!("| {} |", cells.join(" | "));
        let names = columns.iter().map(|name| name.trim()).collect();
        let alignments =
            columns.iter().map(|name| if name.starts_with(' ') { "---:" } else { "---" });
        let _ = writeln!(text, "\n### {title}\n\n{}", line(names));
        let _ = writeln!(text, "|{}|", alignments.collect::<Vec<_>>().join("|"));
        for row in rows {
            let _ = writeln!(text, "{}", line(row.iter().map(|cell| cell.trim()).collect()));
        }
    }
    text
}

/// What the numbers were measured with.
fn conditions(tools: &Tools) -> Vec<(&'static str, String)> {
    let version = machine::first_line_or_unknown(env!("CARGO_BIN_EXE_pastebin"), &["--version"]);
    // The kernel's build follows the first hyphen of its version.
    let kernel = machine::first_line_or_unknown("uname", &["-sr"]);
    let kernel = kernel.split('-').next().unwrap_or_default().to_owned();
    vec![
        ("date", machine::date()),
        ("machine", machine::description()),
        ("load average at the end", machine::load_averages()),
        ("system", kernel),
        ("pastebin", version),
        ("revision", machine::revision()),
        ("compiler", machine::first_line_or_unknown("rustc", &["--version"])),
        ("load generator", tools.wrk.clone()),
        ("reference server", tools.nginx.clone().unwrap_or_else(|| "no nginx".to_owned())),
    ]
}
