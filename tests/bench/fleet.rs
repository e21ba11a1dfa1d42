//! The engines and the other programs of a fleet that `just bench fleet` has started.

use std::env::var;
use std::fs::read_to_string;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::site::{cpu, cpu_with_ended};

/// What `deploy/fleet env` tells a site, but for where it listens.
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
    /// There is none.
    pub fn started() -> Result<Self> {
        let set = |name| var(name).with_context(|| format!("no {name}: use `just bench fleet`"));
        let settings = SETTINGS.into_iter().map(|name| Ok((name, set(name)?)));
        Ok(Self { home: set("FLEET_HOME")?.into(), settings: settings.collect::<Result<_>>()? })
    }

    pub fn database(&self) -> &str {
        let url = self.settings.iter().find(|(name, _)| *name == "DATABASE_URL");
        url.map_or("", |(_, url)| url)
    }

    /// Ours, beside the site.
    pub fn programs(&self) -> Result<Vec<u32>> {
        ["idservice", "jobs"].into_iter().map(|name| self.process(name)).collect()
    }

    /// Processor time of each engine so far.
    pub fn engines(&self) -> Result<Vec<(&'static str, Duration)>> {
        let engines = [("PostgreSQL", "postgres"), ("S3", "s3"), ("Redis", "redis")];
        let of = |(shown, name)| Ok((shown, with_children(self.process(name)?)?));
        engines.into_iter().map(of).collect()
    }

    fn process(&self, name: &str) -> Result<u32> {
        let file = read_to_string(self.home.join(format!("{name}.pid")))?;
        Ok(file.split_whitespace().next().context("no process")?.parse()?)
    }
}

/// PostgreSQL is a process for each connection. One that has ended counts as its parent's.
fn with_children(process: u32) -> Result<Duration> {
    let children = read_to_string(format!("/proc/{process}/task/{process}/children"))?;
    let children = children.split_whitespace().map(str::parse).collect::<Result<Vec<u32>, _>>()?;
    // Not there any more: it is counted next time.
    let running = children.into_iter().filter_map(|child| cpu(child).ok()).sum::<Duration>();
    Ok(cpu_with_ended(process)? + running)
}
