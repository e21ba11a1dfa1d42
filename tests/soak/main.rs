//! The soak test: load, misbehaving clients and injected faults together, for as long as requested.
//!
//! The first and the last third of the time are with faults, the middle third is without. Afterwards
//! every acknowledged paste is read once more and the stored data is checked. The exit code says
//! whether every check passed. `docs/soak.md` describes it and holds the last reports.

#![allow(clippy::print_stdout, reason = "the report is printed")]

mod checks;
mod client;
mod deployment;
#[path = "../fleet/harness/mod.rs"]
mod harness;
mod ledger;
mod monitor;
mod operation;
mod recorder;
mod report;
mod report_file;
mod run;
mod sites;
mod texts;
mod workload;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use testbed::machine;

use deployment::SetUp;
use run::Run;

#[derive(Debug, Parser)]
pub struct Options {
    /// How long, without the checks at the end
    #[arg(default_value = "5")]
    minutes: f64,

    #[arg(value_enum, default_value_t = SetUp::Embedded)]
    set_up: SetUp,

    /// The same seed does the same things, as far as answers and faults come at the same time
    #[arg(long, env = "SOAK_SEED")]
    seed: Option<u64>,

    /// Requests a second, about
    #[arg(long, env = "SOAK_RATE", default_value = "150")]
    rate: f64,

    #[arg(long, env = "SOAK_VISITORS", default_value = "24")]
    visitors: usize,

    /// An argument that cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let mut options = Options::parse();
    let seed = options.seed.map_or_else(getrandom::u64, Ok)?;
    options.seed = Some(seed);
    report_file::check(&options)?;
    println!("{} minutes, {}, seed {seed}", options.minutes, options.set_up.name());
    // Read now: another run may end first and change the working tree by writing its report.
    let revision = machine::revision();
    let (options, report) = Run::start(options, seed).await?.run().await?;
    let path = report_file::write(&options, &revision, &report)?;
    let passed = report.failed() == 0;
    println!("{}\nwritten to {}", report.as_markdown(), path.display());
    println!("seed {seed}: {}", if passed { "passed" } else { "FAILED" });
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
