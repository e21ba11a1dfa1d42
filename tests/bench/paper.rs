//! `docs/performance.md`: what was measured stands between two marks, the rest is written by hand.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};

use crate::report::{Report, Section};
use crate::texts::root;
use crate::tools::{Tools, said};

const END: &str = "<!-- to here -->\n";

/// `command` is what was asked for, and the name of the marks.
pub fn write(report: &Report, tools: &Tools, command: &str) -> Result<()> {
    let path = root().join("docs/performance.md");
    let paper = fs::read_to_string(&path)?;
    let start = format!("<!-- measured: `{command}` writes from here -->\n");
    let marks = || format!("docs/performance.md has no marks of `{command}`");
    let (before, rest) = paper.split_once(&start).with_context(marks)?;
    let after = rest.split_once(END).with_context(marks)?.1;
    fs::write(&path, format!("{before}{start}\n{}\n{END}{after}", measured(report, tools)))?;
    println!("\n{} budgets missed; written to docs/performance.md", report.missed);
    Ok(())
}

fn measured(report: &Report, tools: &Tools) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "| | |\n|---|---|");
    for (what, is) in surroundings(tools) {
        let _ = writeln!(text, "| {what} | {is} |");
    }
    for Section { title, columns, rows } in &report.sections {
        let line = |cells: Vec<&str>| format!("| {} |", cells.join(" | "));
        let names = columns.iter().map(|name| name.trim()).collect();
        let sides = columns.iter().map(|name| if name.starts_with(' ') { "---:" } else { "---" });
        let _ = writeln!(text, "\n### {title}\n\n{}", line(names));
        let _ = writeln!(text, "|{}|", sides.collect::<Vec<_>>().join("|"));
        for row in rows {
            let _ = writeln!(text, "{}", line(row.iter().map(|cell| cell.trim()).collect()));
        }
    }
    text
}

fn surroundings(tools: &Tools) -> Vec<(&'static str, String)> {
    let unknown = || "unknown".to_owned();
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim_start_matches([':', ' ', '\t']).to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(unknown);
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_else(unknown);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    // Whose kernel it is stands behind its version.
    let system = said("uname", &["-sr"]).map(|name| name.split('-').take(1).collect());
    vec![
        ("date", said("date", &["-u", "+%F %R UTC"]).unwrap_or_else(unknown)),
        ("machine", format!("{cpu}, {cores} cores, {memory}")),
        ("load average at the end", load.split(' ').take(3).collect::<Vec<_>>().join(" ")),
        ("system", system.unwrap_or_else(unknown)),
        ("pastebin", said(env!("CARGO_BIN_EXE_pastebin"), &["--version"]).unwrap_or_else(unknown)),
        ("revision", said("git", &["describe", "--always", "--dirty"]).unwrap_or_else(unknown)),
        ("compiler", said("rustc", &["--version"]).unwrap_or_else(unknown)),
        ("load from", tools.wrk.clone()),
        ("beside", tools.nginx.clone().unwrap_or_else(|| "no nginx".to_owned())),
    ]
}
