//! The site as a process of its own, and what the system knows about it.

use std::fs::{read_to_string, write};
use std::process::Output;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::client::Client;
use crate::database::Database;
use crate::fleet::Fleet;
use crate::program::{Home, Program};
use crate::report::count;

/// In a temporary folder, on a free port, without a rate limit.
pub struct Site {
    pub home: Home,
    pub fleet: Option<Fleet>,
    program: Program,
}

impl Site {
    /// Embedded: `SQLite` and texts in its folder.
    pub fn start() -> Self {
        Self::start_in(Home::new(), None)
    }

    pub fn start_in_fleet(fleet: Fleet) -> Self {
        Self::start_in(Home::new(), Some(fleet))
    }

    fn start_in(home: Home, fleet: Option<Fleet>) -> Self {
        let program = home.start_with(&settings(fleet.as_ref()));
        Self { home, fleet, program }
    }

    /// The same program with the same settings and these arguments, to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.home.run(arguments, &settings(self.fleet.as_ref()))
    }

    /// Stops it and starts it on the same data, with nothing in memory.
    pub fn restart(self) -> Self {
        let Self { home, fleet, mut program } = self;
        program.signal("-TERM");
        program.wait();
        Self::start_in(home, fleet)
    }

    pub async fn database(&self) -> Result<Database> {
        match &self.fleet {
            Some(fleet) => Database::postgres(fleet.database()).await,
            None => Database::sqlite(&self.home.database()).await,
        }
    }

    /// Our processes: the site, and in a fleet the two others.
    fn processes(&self) -> Result<Vec<u32>> {
        let others = self.fleet.as_ref().map(Fleet::programs).transpose()?;
        Ok([vec![self.program.id()], others.unwrap_or_default()].concat())
    }

    pub fn url(&self) -> &str {
        &self.program.url
    }

    /// With connections of its own.
    pub fn client(&self) -> Result<Client> {
        Client::new(self.url())
    }

    /// A line of `/proc/{pid}/status` that is in kB: `VmRSS`, `VmHWM`, of all our processes. In MB
    /// of 1,000,000 bytes.
    pub fn memory(&self, field: &str) -> Result<f64> {
        let kib = self.processes()?.into_iter().map(|process| kib(process, field));
        Ok(count(kib.sum::<Result<usize>>()? * 1024) / 1e6)
    }

    /// From here on the peak (`VmHWM`) is a new one.
    pub fn forget_peak(&self) -> Result<()> {
        let forget = |process| write(format!("/proc/{process}/clear_refs"), "5");
        Ok(self.processes()?.into_iter().try_for_each(forget)?)
    }

    /// Processor time that our processes have used so far.
    pub fn cpu(&self) -> Result<Duration> {
        self.processes()?.into_iter().map(cpu).sum()
    }

    /// The same of what else a fleet is made of, by name.
    pub fn engines(&self) -> Result<Vec<(&'static str, Duration)>> {
        Ok(self.fleet.as_ref().map(Fleet::engines).transpose()?.unwrap_or_default())
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

fn settings(fleet: Option<&Fleet>) -> Vec<(&str, &str)> {
    let settings = fleet.into_iter().flat_map(|fleet| &fleet.settings);
    settings.map(|(name, value)| (*name, value.as_str())).collect()
}

fn kib(process: u32, field: &str) -> Result<usize> {
    let status = read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    Ok(line.and_then(|line| line.split_whitespace().next()).context("no memory")?.parse()?)
}

/// Processor time that a process has used so far.
pub fn cpu(process: u32) -> Result<Duration> {
    ticks(process, 2)
}

/// And its children that have ended.
pub fn cpu_with_ended(process: u32) -> Result<Duration> {
    ticks(process, 4)
}

/// The sum of so many fields of `/proc/{process}/stat`: in user mode, in the kernel, and the same
/// of children; each in hundredths of a second.
fn ticks(process: u32, fields: usize) -> Result<Duration> {
    let stat = read_to_string(format!("/proc/{process}/stat"))?;
    let all = stat.rsplit_once(')').context("no stat")?.1;
    let times = all.split_whitespace().skip(11).take(fields).map(str::parse::<u64>);
    let ticks: u64 = times.sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 10))
}
