//! wrk, told by a plan what to send.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::report::count;
use crate::texts::{KIB, rust_files};

const SCRIPT: &str = include_str!("wrk.lua");

/// Texts that creates send in turn, each time with a first line of its own.
const TEXTS: usize = 100;

/// What is sent again and again, in this order, and as what.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    slots: String,
    headers: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    pub requests: f64,
    /// Answers a second.
    pub rate: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// Answers of 400 and more that were not asked for, broken connections, and what took over 2 s.
    pub errors: f64,
}

impl Plan {
    pub fn get(path: &str) -> Self {
        Self::default().and_get(path)
    }

    pub fn of(paths: impl IntoIterator<Item = String>) -> Self {
        paths.into_iter().fold(Self::default(), |plan, path| plan.and_get(&path))
    }

    pub fn create() -> Self {
        Self::default().and_create()
    }

    pub fn and_get(self, path: &str) -> Self {
        self.and("get", path)
    }

    /// A 404 is the right answer.
    pub fn and_miss(self, path: &str) -> Self {
        self.and("miss", path)
    }

    /// A text of 3 KB that was not sent before.
    pub fn and_create(self) -> Self {
        self.and("create", "/")
    }

    fn and(mut self, kind: &str, path: &str) -> Self {
        let _ = writeln!(self.slots, "{kind} {path}");
        self
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push(format!("{name}: {value}"));
        self
    }
}

/// One thread, so that what is loaded has a core.
///
/// # Errors
/// wrk does not run to its end.
pub fn wrk(url: &str, plan: &Plan, connections: u64, seconds: u64) -> Result<Outcome> {
    static RUN: AtomicUsize = AtomicUsize::new(0);
    let folder = TempDir::new()?;
    let file = |name: &str| folder.path().join(name);
    fs::write(file("wrk.lua"), SCRIPT)?;
    fs::write(file("plan"), &plan.slots)?;
    fs::write(file("texts"), rust_files(TEXTS, 3 * KIB)?.join("\0"))?;

    let mut command = Command::new("wrk");
    command.args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}s"), "-s"]);
    command.arg(file("wrk.lua"));
    for header in &plan.headers {
        command.args(["-H", header]);
    }
    command.args([url, "--"]).arg(file("plan")).arg(file("texts"));
    command.arg(RUN.fetch_add(1, Ordering::Relaxed).to_string());
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {said}");
    let line = said.lines().find_map(|line| line.strip_prefix("measured "));
    outcome(line.with_context(|| format!("wrk says no numbers: {said}"))?)
}

/// Requests, then microseconds: of the whole, the median, the 99th percentile; then errors.
fn outcome(line: &str) -> Result<Outcome> {
    let numbers = line.split(' ').map(str::parse).collect::<Result<Vec<u64>, _>>()?;
    let &[requests, took, p50, p99, errors] = numbers.as_slice() else {
        anyhow::bail!("not what wrk.lua writes: {line}");
    };
    let requests = count(usize::try_from(requests)?);
    Ok(Outcome {
        requests,
        rate: requests / Duration::from_micros(took).as_secs_f64(),
        p50: Duration::from_micros(p50),
        p99: Duration::from_micros(p99),
        errors: count(usize::try_from(errors)?),
    })
}
