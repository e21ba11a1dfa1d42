//! The site as a process, and its use of memory and processor time.

use std::process::Output;
use std::time::{Duration, Instant};

use anyhow::Result;
use testbed::process::{self, Memory};

use crate::client::Client;
use crate::database::Database;
use crate::fleet::Fleet;
use crate::program::{Home, Program};

/// A site in a temporary folder, on a free port, without rate limits.
pub struct Site {
    pub home: Home,
    pub fleet: Option<Fleet>,
    program: Program,
}

impl Site {
    /// Starts an embedded site: `SQLite`, with the texts in its file.
    pub fn start() -> Self {
        Self::start_in(Home::new(), None)
    }

    /// Starts a site on the engines of a fleet.
    pub fn start_in_fleet(fleet: Fleet) -> Self {
        Self::start_in(Home::new(), Some(fleet))
    }

    fn start_in(home: Home, fleet: Option<Fleet>) -> Self {
        let program = home.start_with(&settings(fleet.as_ref()));
        Self { home, fleet, program }
    }

    /// Runs the program with these arguments and the settings of the site.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.home.run(arguments, &settings(self.fleet.as_ref()))
    }

    /// Stops the site and starts it on the same data, with empty caches.
    pub fn restart(self) -> Self {
        let Self { home, fleet, mut program } = self;
        program.signal("-TERM");
        program.wait();
        Self::start_in(home, fleet)
    }

    /// A connection to its database, past the site.
    pub async fn database(&self) -> Result<Database> {
        match &self.fleet {
            Some(fleet) => Database::postgres(fleet.database_url()).await,
            None => Database::sqlite(&self.home.database()).await,
        }
    }

    pub fn url(&self) -> &str {
        &self.program.url
    }

    /// A client with connections of its own.
    pub fn client(&self) -> Result<Client> {
        Client::new(self.url())
    }

    /// The process ids of this project's programs: the site, and the two others of a fleet.
    fn processes(&self) -> Result<Vec<u32>> {
        let others = self.fleet.as_ref().map(Fleet::programs).transpose()?;
        Ok([vec![self.program.id()], others.unwrap_or_default()].concat())
    }

    /// The memory of this project's programs, in MB of 1,000,000 bytes.
    #[expect(clippy::cast_precision_loss, reason = "sizes of memory are far below 2^53")]
    pub fn memory(&self, which: Memory) -> Result<f64> {
        let sizes = self.processes()?.into_iter().map(|pid| process::memory(pid, which));
        Ok(sizes.sum::<Result<u64, _>>()? as f64 / 1e6)
    }

    /// Peak memory is measured from now on.
    pub fn reset_peak_memory(&self) -> Result<()> {
        Ok(self.processes()?.into_iter().try_for_each(process::reset_peak_memory)?)
    }

    /// The processor time that this project's programs have used so far.
    pub fn cpu_time(&self) -> Result<Duration> {
        Ok(self.processes()?.into_iter().map(process::cpu_time).sum::<Result<_, _>>()?)
    }

    /// The processor time that each engine of a fleet has used so far.
    pub fn engine_cpu_times(&self) -> Result<Vec<(&'static str, Duration)>> {
        Ok(self.fleet.as_ref().map(Fleet::engine_cpu_times).transpose()?.unwrap_or_default())
    }

    /// Waits until the site is idle, for ten seconds at most. It goes on highlighting a large text
    /// after it has answered with the first part.
    pub async fn wait_until_idle(&self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut before = None;
        while Instant::now() < deadline {
            let now = self.cpu_time()?;
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
