//! The engines and programs of a fleet that `just bench fleet` has started.

use std::env::var;
use std::fs::read_to_string;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use testbed::process::{cpu_time, cpu_time_with_ended_children};

/// The settings that `deploy/fleet env` prints for a site, without its address.
const SETTINGS: [&str; 10] = [
    "DATABASE_URL",
    "REDIS_URL",
    "ID_SERVICE_URL",
    "S3_BUCKET",
    "S3_ENDPOINT",
    "S3_REGION",
    "S3_ACCESS_KEY_ID",
    "S3_SECRET_ACCESS_KEY",
    "S3_FORCE_PATH_STYLE",
    "JOBS",
];

#[derive(Debug)]
pub struct Fleet {
    home: PathBuf,
    pub settings: Vec<(&'static str, String)>,
}

impl Fleet {
    /// # Errors
    /// No fleet has been started.
    pub fn find() -> Result<Self> {
        let variable =
            |name| var(name).with_context(|| format!("no {name}: use `just bench fleet`"));
        let settings = SETTINGS.into_iter().map(|name| Ok((name, variable(name)?)));
        let home = variable("FLEET_HOME")?.into();
        Ok(Self { home, settings: settings.collect::<Result<_>>()? })
    }

    pub fn database_url(&self) -> &str {
        let url = self.settings.iter().find(|(name, _)| *name == "DATABASE_URL");
        url.map_or("", |(_, url)| url)
    }

    /// The process ids of this project's other programs.
    pub fn programs(&self) -> Result<Vec<u32>> {
        ["idservice", "jobs"].into_iter().map(|name| self.process(name)).collect()
    }

    /// The processor time that each engine has used so far.
    pub fn engine_cpu_times(&self) -> Result<Vec<(&'static str, Duration)>> {
        let engines = [("PostgreSQL", "postgres"), ("S3", "s3"), ("Redis", "redis")];
        let cpu_time = |(shown, name)| Ok((shown, cpu_time_with_children(self.process(name)?)?));
        engines.into_iter().map(cpu_time).collect()
    }

    fn process(&self, name: &str) -> Result<u32> {
        let file = read_to_string(self.home.join(format!("{name}.pid")))?;
        Ok(file.split_whitespace().next().context("a file without a process id")?.parse()?)
    }
}

/// `PostgreSQL` has a process for each connection. The time of one that has ended is added to its
/// parent's.
fn cpu_time_with_children(pid: u32) -> Result<Duration> {
    let children = read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    let children = children.split_whitespace().map(str::parse).collect::<Result<Vec<u32>, _>>()?;
    // A child that has just ended is counted next time.
    let running = children.into_iter().filter_map(|child| cpu_time(child).ok()).sum::<Duration>();
    Ok(cpu_time_with_ended_children(pid)? + running)
}
