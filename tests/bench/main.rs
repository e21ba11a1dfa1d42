//! The benchmark: starts the site, loads it, and writes what it measured beside its budgets into
//! `docs/performance.md`. A missed budget does not fail it; a wrong answer does.

#![allow(clippy::print_stdout, reason = "the tables are printed")]

mod answer_checks;
mod client;
mod database;
mod derived_views;
mod first_view;
mod first_visit;
mod fleet;
mod large_texts;
mod load;
mod memory;
#[allow(dead_code, clippy::unwrap_used, reason = "it is shared with the tests, which panic")]
#[path = "../process/program.rs"]
mod program;
mod report;
mod report_file;
mod samples;
mod scale;
mod site;
mod tools;
mod unit;

use std::path::Path;

use anyhow::Result;
use fleet::Fleet;
use report::Report;
use site::Site;
use tools::Tools;

/// Without an argument it measures the embedded site, with `fleet` a site of the running fleet. With
/// the name of a chapter it measures that chapter alone and only prints it.
fn main() -> Result<()> {
    // cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().filter(|one| one != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    match arguments[..] {
        [] => embedded(),
        [name @ ("load" | "scale")] => chapter(name, || Ok(Site::start())),
        ["fleet", name @ ("load" | "scale")] => chapter(name, start_in_fleet),
        ["fleet"] => in_fleet(),
        [load::BARE_SERVER, folder] => load::run_bare_server(Path::new(folder)),
        _ => anyhow::bail!("the benchmark takes load, scale, fleet or nothing"),
    }
}

fn start_in_fleet() -> Result<Site> {
    Ok(Site::start_in_fleet(Fleet::find()?))
}

/// It uses one thread, so that the site has the other cores.
#[tokio::main(flavor = "current_thread")]
async fn embedded() -> Result<()> {
    let tools = Tools::find()?;
    let mut report = Report::new();
    first_view::measure(&mut report).await?;
    load::measure(&mut report, &tools, Site::start()).await?;
    large_texts::measure(&mut report).await?;
    derived_views::measure(&mut report).await?;
    first_visit::measure(&mut report).await?;
    memory::measure(&mut report).await?;
    scale::measure(&mut report, Site::start()).await?;
    report_file::write(&report, &tools, "just bench")
}

#[tokio::main(flavor = "current_thread")]
async fn chapter(name: &str, start: fn() -> Result<Site>) -> Result<()> {
    let mut report = Report::new();
    match name {
        "load" => load::measure(&mut report, &Tools::find()?, start()?).await,
        _ => scale::measure(&mut report, start()?).await,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn in_fleet() -> Result<()> {
    let tools = Tools::find()?;
    let mut report = Report::new();
    load::measure(&mut report, &tools, start_in_fleet()?).await?;
    scale::measure(&mut report, start_in_fleet()?).await?;
    report_file::write(&report, &tools, "just bench fleet")
}
