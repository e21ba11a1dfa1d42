//! `docs/soak.md`: each set-up has a part of it between two marks, the rest is written by hand.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::Soak;

/// Minutes from which on a run is worth keeping.
const WHOLE: f64 = 30.0;

/// Where the report went.
pub fn write(soak: &Soak, revision: &str, report: &str, failed: usize) -> Result<PathBuf> {
    let written = format!("\n{}\n{report}", surroundings(soak, revision, failed));
    if soak.minutes < WHOLE {
        let target = Path::new(env!("CARGO_BIN_EXE_pastebin")).parent().and_then(Path::parent);
        let file = format!("soak-{}.md", soak.set_up.name());
        let path = target.context("no target folder")?.join(file);
        fs::write(&path, written)?;
        return Ok(path);
    }
    let path = paper().canonicalize()?;
    replace(&path, soak.set_up.name(), &written)?;
    Ok(path)
}

/// Under a lock: both set-ups may end at one time.
fn replace(path: &Path, name: &str, paper: &str) -> Result<()> {
    let mut file = File::options().read(true).write(true).open(path)?;
    file.lock()?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let (before, after) = around(&text, name).context("docs/soak.md lacks its marks")?;
    let whole = format!("{before}{paper}{after}");
    file.set_len(0)?;
    file.rewind()?;
    Ok(file.write_all(whole.as_bytes())?)
}

/// What stays of it: up to the first mark, and from the last.
fn around<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let start = format!("<!-- {name}: `just soak` writes from here -->\n");
    let start = text.find(&start)? + start.len();
    let end = text.find(&format!("<!-- {name}: to here -->\n"))?;
    (start <= end).then(|| (&text[..start], &text[end..]))
}

/// Before anything runs for half an hour.
pub fn is_writable(soak: &Soak) -> Result<()> {
    let text = fs::read_to_string(paper())?;
    ensure!(around(&text, soak.set_up.name()).is_some(), "docs/soak.md lacks its marks");
    Ok(())
}

fn paper() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/soak.md")
}

fn surroundings(soak: &Soak, revision: &str, failed: usize) -> String {
    let Soak { minutes, set_up, seed, rate, visitors, .. } = soak;
    let seed = seed.unwrap_or_default();
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim_start_matches([':', ' ', '\t']).to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = field("/proc/cpuinfo", "model name");
    let memory = field("/proc/meminfo", "MemTotal");
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let verdict =
        if failed == 0 { "**passed**".to_owned() } else { format!("**{failed} failed**") };
    let mut text = "| | |\n|---|---|\n".to_owned();
    for (what, is) in [
        ("verdict", verdict),
        ("date", said("date", &["-u", "+%F %R UTC"])),
        ("machine", format!("{cpu}, {cores} cores, {memory}")),
        ("load average at the end", load.split(' ').take(3).collect::<Vec<_>>().join(" ")),
        ("revision", format!("{revision}, {profile}")),
        ("command", format!("`SOAK_SEED={seed} just soak {minutes} {}`", set_up.name())),
        ("load", format!("{rate} requests a second, {visitors} visitors, seed {seed}")),
    ] {
        let _ = writeln!(text, "| {what} | {is} |");
    }
    text
}

pub fn revision() -> String {
    said("git", &["describe", "--always", "--dirty"])
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}
