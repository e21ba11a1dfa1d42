//! Throughput: the site under load, beside reference servers that do less.

mod bare_server;
mod commits;
mod mixed;
mod reads;
mod reference;
mod row;
mod wrk;

use std::time::Duration;

use anyhow::{Result, ensure};
use testbed::process::Memory;

pub use bare_server::{BARE_SERVER, run as run_bare_server};

use crate::report::{Budget, Report};
use crate::samples::{KIB, rust_files};
use crate::site::Site;
use crate::tools::Tools;
use crate::unit::Unit;
use row::{Goal, Reference};
use wrk::{Outcome, Plan, wrk};

/// The duration of a row, of the row of creates, and of a reference, in seconds.
const SECONDS: u64 = 5;
const CREATE_SECONDS: u64 = 8;
const REFERENCE_SECONDS: u64 = 3;

const CONNECTIONS: u64 = 16;
/// The number of connections of rows whose requests wait for the disk or for each other.
const MANY_CONNECTIONS: u64 = 64;

/// The number of pastes of the cold rows: more texts than fit into the site's cache.
const PASTES: usize = 30_000;
/// The number of create runs to make them. Where creates are slow, there are fewer pastes.
const CREATE_RUNS: usize = 3;
/// How many of them belong to the user of the profile, and how many are on `/recent`.
const OWN_PASTES: usize = 10_000;
const PUBLIC_PASTES: usize = 1_000;

/// In the embedded site, creates must reach this many times the rate of single commits.
const CREATE_FACTOR: f64 = 8.0;

const COLUMNS: &[&str] = &[
    "workload",
    " per second",
    " p50",
    " p99",
    " errors",
    " CPU each",
    " peak memory",
    "reference",
    "budget",
    "result",
    "notes",
];

pub async fn measure(report: &mut Report, tools: &Tools, site: Site) -> Result<()> {
    let title = format!("Throughput: wrk -t1 -c{CONNECTIONS} -d{SECONDS}s");
    report.table(&title, COLUMNS);
    let mut load = Load { report, has_nginx: tools.nginx.is_some() };
    load.create(&site).await?;
    let session = site.client()?.register().await?;
    let site = fill(site).await?;
    load.cold(&site, "/raw", "raw, cold").await?;
    let site = site.restart();
    load.cold(&site, "", "page, cold").await?;
    load.hot(&site).await?;
    load.profile(&site, &session).await?;
    load.mixed(&site).await
}

struct Load<'a> {
    report: &'a mut Report,
    has_nginx: bool,
}

/// What a row measured.
struct Measured {
    outcome: Outcome,
    /// Processor time of this project's programs.
    cpu: Duration,
    /// Peak memory of this project's programs, in MB.
    peak: f64,
    /// Processor time of each engine.
    engines: Vec<(&'static str, Duration)>,
}

/// Runs a plan against the site.
fn run(site: &Site, plan: &Plan, connections: u64, seconds: u64) -> Result<Measured> {
    site.reset_peak_memory()?;
    let (cpu, engines) = (site.cpu_time()?, site.engine_cpu_times()?);
    let outcome = wrk(site.url(), plan, connections, seconds)?;
    let since = |(now, before): ((&'static str, Duration), (_, Duration))| {
        (now.0, now.1.saturating_sub(before.1))
    };
    Ok(Measured {
        outcome,
        cpu: site.cpu_time()?.saturating_sub(cpu),
        peak: site.memory(Memory::Peak)?,
        engines: site.engine_cpu_times()?.into_iter().zip(engines).map(since).collect(),
    })
}

/// Makes the pastes of the cold rows, gives the newest user their own pastes, and restarts the site.
async fn fill(site: Site) -> Result<Site> {
    let mut database = site.database().await?;
    for _ in 0..CREATE_RUNS {
        if database.newest_ids(PASTES).await?.len() == PASTES {
            break;
        }
        wrk(site.url(), &Plan::create(), MANY_CONNECTIONS, SECONDS)?;
    }
    for sql in [
        "update pastes set syntax = 'rust', syntax_guessed = false".to_owned(),
        format!(
            "update pastes set owner_id = (select id from users order by created_at desc limit 1)
             where id in (select id from pastes order by id limit {OWN_PASTES})"
        ),
        format!(
            "update pastes set visibility = 'public'
             where id in (select id from pastes order by id desc limit {PUBLIC_PASTES})"
        ),
        "analyze".to_owned(),
    ] {
        database.execute(&sql).await?;
    }
    Ok(site.restart())
}

impl Load<'_> {
    async fn create(&mut self, site: &Site) -> Result<()> {
        let client = site.client()?;
        let text = &rust_files(1, 3 * KIB)?[0];
        let path = client.put("main.rs", text.clone()).await?;
        let raw = client.raw(&path).await?;
        ensure!(raw.body == text.as_bytes(), "a paste reads back different");

        let rate = match &site.fleet {
            None => commits::sqlite(site.home.path()).await?,
            Some(fleet) => commits::postgres(fleet.database_url()).await?,
        };
        let measured = run(site, &Plan::create(), MANY_CONNECTIONS, CREATE_SECONDS)?;
        let references = [Reference { name: "single commits", rate, unit: Unit::Times }];
        let goal = match site.fleet {
            None => Goal::Relative(references[0].name, Budget::AtLeast(CREATE_FACTOR)),
            Some(_) => Goal::None,
        };
        let note = format!("-c{MANY_CONNECTIONS} -d{CREATE_SECONDS}s");
        self.row("create, 3 KB", &measured, &references, goal, &note);
        Ok(())
    }
}
