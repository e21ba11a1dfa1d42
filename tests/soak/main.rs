//! The soak: everything at once for as long as one wishes, with clients that go away and programs
//! that are killed. A third of the time in a storm of kills, a third undisturbed, a third in a
//! storm again; then all that was acknowledged is read once more, and the store looked through.
//! Whether all is as it must be is the exit code.

#![allow(clippy::print_stdout, reason = "its report goes there")]

mod aborts;
mod book;
mod changes;
mod check;
mod client;
mod creates;
mod dice;
#[path = "../fleet/harness/mod.rs"]
mod harness;
mod judge;
mod load;
mod machines;
mod paper;
mod people;
mod postgres;
mod reads;
mod records;
mod report;
mod texts;
mod warm;
mod watch;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Parser;
use futures_util::future::join_all;

use aborts::Counts;
use client::{Client, Sites};
use dice::Dice;
use judge::Stretch;
use load::{Visitor, World};
use machines::{Machines, SetUp};
use records::{Records, lock};
use report::{Report, Section};
use watch::Watch;

/// Accounts that are there when the visitors come.
const ACCOUNTS: usize = 12;

/// Between two strikes, in milliseconds.
const BETWEEN: (usize, usize) = (2_000, 12_000);

/// After the warm-up, until times are judged.
const QUIET: Duration = Duration::from_secs(10);

#[derive(Debug, Parser)]
pub struct Soak {
    /// How long, without the checks at the end
    #[arg(default_value = "5")]
    minutes: f64,

    #[arg(value_enum, default_value_t = SetUp::Embedded)]
    set_up: SetUp,

    /// The same seed does the same things, as far as answers and strikes come at the same time
    #[arg(long, env = "SOAK_SEED")]
    seed: Option<u64>,

    /// Requests a second, about
    #[arg(long, env = "SOAK_RATE", default_value = "150")]
    rate: f64,

    #[arg(long, env = "SOAK_VISITORS", default_value = "24")]
    visitors: usize,

    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let mut soak = Soak::parse();
    let seed = soak.seed.map_or_else(getrandom::u64, Ok)?;
    soak.seed = Some(seed);
    paper::is_writable(&soak)?;
    println!("{} minutes, {}, seed {seed}", soak.minutes, soak.set_up.name());
    // Both set-ups may run at one time, and the one that ends first writes into the tree.
    let revision = paper::revision();
    let report = run(&soak, seed).await?;
    let text = report.write();
    let path = paper::write(&soak, &revision, &text, report.failed())?;
    println!("\n{text}\nwritten to {}", path.display());
    let passed = report.failed() == 0;
    println!("seed {seed}: {}", if passed { "passed" } else { "FAILED" });
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run(soak: &Soak, seed: u64) -> Result<Report> {
    let mut machines = Machines::start(soak.set_up).await?;
    machines.all_healthy().await;
    let records = Arc::new(Records::new());
    let sites = Arc::new(Sites::new(machines.urls()));
    let client = Client::new(sites.clone(), records.clone())?;
    let world = Arc::new(World::new(client, seed));
    let length = Duration::from_secs_f64(soak.minutes * 60.0);
    let watch = Watch::start(machines.roll.clone(), records.started, every(length));
    let mut report = Report::default();

    let mut first = Visitor::new(world.clone(), soak.visitors);
    for _ in 0..ACCOUNTS {
        first.done += 1;
        first.register().await;
    }
    let large = first.landmark().await.context("not even the first text was kept")?;
    let aborted = Counts::default();
    let mut clients = load::start(&world, soak.visitors, soak.rate);
    clients.extend(aborts::start(&world, &large.id, &aborted));

    let mut dice = Dice::new(seed, 0);
    let started = Instant::now();
    storm(&mut machines, &mut dice, &sites, &records, started + length / 3).await?;
    let calm = calm(&machines, &mut first, soak, started + length * 2 / 3, &mut report).await;
    storm(&mut machines, &mut dice, &sites, &records, started + length).await?;

    world.end();
    for client in join_all(clients).await {
        client?;
    }
    println!("{:7.1} s  the load is over", records.started.elapsed().as_secs_f64());
    for which in 0..machines.members.len() {
        machines.restart(which, true, Duration::ZERO, &sites, &records).await;
    }
    machines.all_healthy().await;
    check::read_all(&world, &mut report).await;
    let readings = watch.readings();
    judge::processes(&readings, &calm, &mut report);
    let rest = watch::now(&machines.roll, records.started);
    judge::at_rest(&readings, &rest, &calm, &mut report);
    check::look_through(&machines, &mut report).await?;
    for which in 0..machines.members.len() {
        end(&mut machines, which, &records).await;
    }
    check::inspect(&machines, &mut report).await?;

    judge::complaints(&machines, &mut report);
    let samples = records.samples();
    judge::wrongs(&records, &samples, &mut report);
    judge::requests(&samples, &mut report);
    judge::minutes(&samples, &calm, &mut report);
    judge::calm(&samples, &calm, &mut report);
    struck(&machines, &aborted, &mut report);
    Ok(report)
}

/// Between two looks at the processes.
fn every(length: Duration) -> Duration {
    (length / 90).min(Duration::from_secs(10))
}

async fn storm(
    machines: &mut Machines,
    dice: &mut Dice,
    sites: &Sites,
    records: &Records,
    until: Instant,
) -> Result<()> {
    loop {
        let pause = Duration::from_millis(dice.between(BETWEEN.0, BETWEEN.1) as u64);
        if Instant::now() + pause >= until {
            break;
        }
        tokio::time::sleep(pause).await;
        machines.strike(dice, sites, records).await?;
    }
    tokio::time::sleep_until(until.into()).await;
    Ok(())
}

/// Nothing is struck until then. Gives what of it is judged.
async fn calm(
    machines: &Machines,
    first: &mut Visitor,
    soak: &Soak,
    until: Instant,
    report: &mut Report,
) -> Stretch {
    machines.all_healthy().await;
    let records = first.world.client.records.clone();
    println!("{:7.1} s  undisturbed", records.started.elapsed().as_secs_f64());
    let length = until.saturating_duration_since(Instant::now());
    warm::up(first, soak.minutes, Instant::now() + length / 3).await;
    tokio::time::sleep(QUIET.min(length / 10)).await;
    let from = records.started.elapsed();
    println!("{:7.1} s  warm", from.as_secs_f64());
    let errors = machines.complaints();
    tokio::time::sleep_until(until.into()).await;
    let to = records.started.elapsed();
    judge::calm_errors(&errors, machines, report);
    from..to
}

async fn end(machines: &mut Machines, which: usize, records: &Records) {
    let member = &mut machines.members[which];
    member.program.terminate();
    let status = member.program.wait_for_exit().await;
    if !status.success() {
        records.wrong(&format!("{} ends with {status} when it is asked to", member.name));
    }
}

fn struck(machines: &Machines, aborted: &Counts, report: &mut Report) {
    let mut times = lock(aborted).iter().map(|(what, n)| ((*what).to_owned(), *n)).collect();
    let count = |times: &mut std::collections::BTreeMap<String, usize>, what: &str| {
        *times.entry(what.to_owned()).or_default() += 1;
    };
    for (_, what) in &machines.struck {
        count(&mut times, what);
    }
    for (what, times) in times {
        report.section(Section::Struck).row(vec![what, times.to_string()]);
    }
}
