//! The site as a process of its own, and what the system knows about it.

use std::fs::read_to_string;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::client::Client;
use crate::program::{Home, Program};
use crate::report::count;

/// Embedded: `SQLite` and texts in a temporary folder, a free port, no rate limit.
pub struct Site {
    home: Home,
    program: Program,
}

impl Site {
    pub fn start() -> Self {
        let home = Home::new();
        let program = home.start();
        Self { home, program }
    }

    /// Stops it and starts it on the same data, with nothing in memory.
    pub fn restart(self) -> Self {
        let Self { home, mut program } = self;
        program.signal("-TERM");
        program.wait();
        let program = home.start();
        Self { home, program }
    }

    pub fn url(&self) -> &str {
        &self.program.url
    }

    /// With connections of its own.
    pub fn client(&self) -> Result<Client> {
        Client::new(self.url())
    }

    /// A line of `/proc/{pid}/status` that is in kB: `VmRSS`, `VmHWM`. In MB of 1,000,000 bytes.
    pub fn memory(&self, field: &str) -> Result<f64> {
        let status = read_to_string(format!("/proc/{}/status", self.program.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        let kib: usize =
            line.and_then(|l| l.split_whitespace().next()).context("no memory")?.parse()?;
        Ok(count(kib * 1024) / 1e6)
    }

    /// Processor time it has used so far.
    pub fn cpu(&self) -> Result<Duration> {
        cpu(self.program.id())
    }

    /// Waits until it does nothing: a large text is painted on after its first part is answered.
    pub async fn rest(&self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(10);
        let mut before = None;
        while Instant::now() < until {
            let now = self.cpu()?;
            if before.replace(now) == Some(now) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }
}

/// Processor time that a process has used so far, in the hundredths of a second that Linux tells.
pub fn cpu(process: u32) -> Result<Duration> {
    let stat = read_to_string(format!("/proc/{process}/stat"))?;
    let fields = stat.rsplit_once(')').context("no stat")?.1;
    let times = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    let ticks: u64 = times.sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 10))
}
