//! Writes the report: of a long run into its generated section of `docs/soak.md`, of a shorter run
//! into the target folder.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use testbed::{generated, machine};

use crate::Options;
use crate::report::Report;

/// Shorter runs are not published.
const MIN_PUBLISHED_MINUTES: f64 = 30.0;

/// Returns the path of the written file.
pub fn write(options: &Options, revision: &str, report: &Report) -> Result<PathBuf> {
    let text = format!("{}{}", conditions(options, revision, report), report.as_markdown());
    if options.minutes < MIN_PUBLISHED_MINUTES {
        let target = Path::new(env!("CARGO_BIN_EXE_pastebin")).parent().and_then(Path::parent);
        let file = format!("soak-{}.md", options.set_up.name());
        let path = target.context("no target folder")?.join(file);
        fs::write(&path, text)?;
        return Ok(path);
    }
    let path = published_file().canonicalize()?;
    generated::replace(&path, &command(options), &text)?;
    Ok(path)
}

/// Fails if the report could not be published, for use before the run.
pub fn check(options: &Options) -> Result<()> {
    Ok(generated::check(&published_file(), &command(options))?)
}

fn published_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/soak.md")
}

/// The name of the generated section.
fn command(options: &Options) -> String {
    format!("just soak {MIN_PUBLISHED_MINUTES} {}", options.set_up.name())
}

/// A table of what the run was measured with.
fn conditions(options: &Options, revision: &str, report: &Report) -> String {
    let Options { minutes, set_up, seed, rate, visitors, .. } = options;
    let seed = seed.unwrap_or_default();
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let verdict = match report.failed() {
        0 => "**passed**".to_owned(),
        failed => format!("**{failed} checks failed**"),
    };
    let mut text = "| | |\n|---|---|\n".to_owned();
    for (what, value) in [
        ("verdict", verdict),
        ("date", machine::date()),
        ("machine", machine::description()),
        ("load average at the end", machine::load_averages()),
        ("revision", format!("{revision}, {profile}")),
        ("command", format!("`SOAK_SEED={seed} just soak {minutes} {}`", set_up.name())),
        ("load", format!("{rate} requests a second, {visitors} visitors, seed {seed}")),
    ] {
        let _ = writeln!(text, "| {what} | {value} |");
    }
    text
}
