//! The load generator wrk, with a plan of requests.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::samples::{KIB, rust_files};
use crate::unit::as_f64;

const SCRIPT: &str = include_str!("wrk.lua");

/// The number of texts that creates send in turn, each with a unique first line.
const TEXTS: usize = 100;

/// Requests that are sent in this order, again and again.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    slots: String,
    headers: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    pub requests: f64,
    /// Answers per second.
    pub rate: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// Unexpected answers of 400 and above, broken connections, and requests that took over 2 s.
    pub errors: f64,
}

impl Plan {
    pub fn get(path: &str) -> Self {
        Self::default().and_get(path)
    }

    pub fn get_with(path: &str, headers: &[(&str, &str)]) -> Self {
        headers.iter().fold(Self::get(path), |plan, (name, value)| plan.with(name, value))
    }

    pub fn gets(paths: impl IntoIterator<Item = String>) -> Self {
        paths.into_iter().fold(Self::default(), |plan, path| plan.and_get(&path))
    }

    pub fn create() -> Self {
        Self::default().and_create()
    }

    pub fn and_get(self, path: &str) -> Self {
        self.and("get", path)
    }

    /// Adds a read that must be answered with 404.
    pub fn and_missing(self, path: &str) -> Self {
        self.and("missing", path)
    }

    /// Adds a create with a text of 3 KB that was not sent before.
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

/// Runs wrk. It uses one thread, so that the server has the other cores.
///
/// # Errors
/// wrk fails.
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
    let stdout = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {stdout}");
    let line = stdout.lines().find_map(|line| line.strip_prefix("measured "));
    parse_outcome(line.with_context(|| format!("wrk printed no numbers: {stdout}"))?)
}

/// Parses the line that `wrk.lua` prints: the number of requests; in microseconds the duration, the
/// median and the 99th percentile; the number of errors.
fn parse_outcome(line: &str) -> Result<Outcome> {
    let numbers = line.split(' ').map(str::parse).collect::<Result<Vec<u64>, _>>()?;
    let &[requests, duration, p50, p99, errors] = numbers.as_slice() else {
        anyhow::bail!("unexpected output of wrk.lua: {line}");
    };
    let requests = as_f64(usize::try_from(requests)?);
    Ok(Outcome {
        requests,
        rate: requests / Duration::from_micros(duration).as_secs_f64(),
        p50: Duration::from_micros(p50),
        p99: Duration::from_micros(p99),
        errors: as_f64(usize::try_from(errors)?),
    })
}
