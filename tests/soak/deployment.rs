//! The deployment under test: one embedded site, or a fleet with its engines.

mod faults;
mod postgres;
mod process;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;
use store::{Db, Store};
use tempfile::TempDir;

pub use process::{PANIC, Process};

use crate::harness::{Database, Fleet, Kind, Program};
use crate::recorder::{Recorder, lock};
use crate::sites::Sites;
use postgres::Postgres;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SetUp {
    /// One site, with everything in one file of `SQLite`
    Embedded,
    /// Two sites, two id services and two workers, on `PostgreSQL`, Redis and an S3 server
    Fleet,
}

impl SetUp {
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Fleet => "fleet",
        }
    }
}

/// The names and process ids of the running programs.
pub type ProcessIds = Arc<Mutex<Vec<(String, u32)>>>;

/// Fields are dropped in this order: programs before their engines.
pub struct Deployment {
    /// The sites come first.
    pub processes: Vec<Process>,
    site_count: usize,
    pub engines: Option<(Fleet, Postgres)>,
    pub process_ids: ProcessIds,
    /// The folder for temporary files of all programs.
    pub temporary: TempDir,
    /// The data folder of the embedded site.
    pub data: TempDir,
    /// Every injected fault, in order.
    pub faults: Vec<String>,
}

impl Deployment {
    pub async fn start(set_up: SetUp) -> Result<Self> {
        let mut deployment = Self {
            processes: Vec::new(),
            site_count: 1,
            engines: None,
            process_ids: ProcessIds::default(),
            temporary: TempDir::new()?,
            data: TempDir::new()?,
            faults: Vec::new(),
        };
        match set_up {
            SetUp::Embedded => deployment.start_site().await,
            SetUp::Fleet => deployment.start_fleet().await?,
        }
        deployment.update_process_ids();
        Ok(deployment)
    }

    async fn start_site(&mut self) {
        let own = [
            ("LISTEN", "127.0.0.1:0".to_owned()),
            ("DATABASE_URL", format!("sqlite:{}", self.database_file().display())),
        ];
        let settings = own.into_iter().chain(self.common_settings());
        let settings = settings.map(|(name, value)| (name.to_owned(), value)).collect();
        let site = Program::start(Kind::Site, settings).await;
        self.processes.push(Process::new("site", site));
    }

    /// Two id services with a site on each, and two workers.
    async fn start_fleet(&mut self) -> Result<()> {
        let postgres = Postgres::start().await?;
        let fleet = Fleet::start_on(Database::create_on(&postgres.url()).await).await;
        let common = self.common_settings();
        let start = async |kind: Kind, name: String, more: &[(&str, &str)]| {
            let common = common.iter().map(|(name, value)| (*name, value.as_str()));
            let changes: Vec<(&str, &str)> = common.chain(more.iter().copied()).collect();
            Process::new(&name, fleet.program(kind, &changes).await)
        };
        let mut others = Vec::new();
        for number in 1..=2 {
            let ids = start(Kind::IdService, format!("id service {number}"), &[]).await;
            let settings = [("ID_SERVICE_URL", ids.program.url.as_str())];
            self.processes.push(start(Kind::Site, format!("site {number}"), &settings).await);
            others.push(ids);
        }
        for number in 1..=2 {
            others.push(start(Kind::Worker, format!("worker {number}"), &[]).await);
        }
        self.site_count = self.processes.len();
        self.processes.append(&mut others);
        self.engines = Some((fleet, postgres));
        Ok(())
    }

    fn common_settings(&self) -> [(&'static str, String); 3] {
        [
            ("TMPDIR", self.temporary.path().display().to_string()),
            ("RATE_LIMIT", "on".to_owned()),
            // Each request names its client's address.
            ("TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ]
    }

    /// The database of the embedded site.
    pub fn database_file(&self) -> PathBuf {
        self.data.path().join("pastebin.db")
    }

    pub fn site_urls(&self) -> Vec<String> {
        self.processes[..self.site_count].iter().map(|site| site.program.url.clone()).collect()
    }

    /// The store of the deployment, past the sites and the proxies.
    pub async fn store(&self) -> Result<Store> {
        Ok(match &self.engines {
            Some((fleet, _)) => fleet.store().await,
            None => Store::new(Db::sqlite(&self.database_file()).await?),
        })
    }

    /// The lines of all logs so far that are at ERROR or from a panic.
    pub fn error_lines(&self) -> Vec<String> {
        self.processes.iter().flat_map(Process::error_lines).collect()
    }

    fn update_process_ids(&self) {
        let ids = |process: &Process| (process.name.clone(), process.program.id());
        *lock(&self.process_ids) = self.processes.iter().map(ids).collect();
    }

    pub async fn wait_until_healthy(&self) {
        for process in &self.processes {
            process.program.wait_until_healthy().await;
        }
    }

    /// Ends a process, with SIGTERM or SIGKILL, and starts it again after `pause`.
    pub async fn restart(
        &mut self,
        index: usize,
        gracefully: bool,
        pause: Duration,
        sites: &Sites,
        recorder: &Recorder,
    ) {
        let is_site = index < self.site_count;
        if is_site {
            sites.mark_down(index);
        }
        let process = &mut self.processes[index];
        if gracefully {
            process.terminate(recorder).await;
        } else {
            process.program.kill();
        }
        tokio::time::sleep(pause).await;
        process.restart().await;
        if is_site {
            sites.mark_up(index);
        }
        self.update_process_ids();
    }

    /// Restarts every process gracefully, and waits until all are healthy.
    pub async fn restart_all(&mut self, sites: &Sites, recorder: &Recorder) {
        for index in 0..self.processes.len() {
            self.restart(index, true, Duration::ZERO, sites, recorder).await;
        }
        self.wait_until_healthy().await;
    }

    pub async fn terminate_all(&mut self, recorder: &Recorder) {
        for process in &mut self.processes {
            process.terminate(recorder).await;
        }
    }
}
