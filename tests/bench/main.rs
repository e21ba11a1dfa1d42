//! The benchmark: starts the site, loads it, prints what it measured beside what it may cost, and
//! writes that into `docs/performance.md`. No number fails it; a wrong answer does.

#![allow(clippy::print_stdout, reason = "its table goes there")]

mod client;
mod database;
mod fleet;
mod large;
mod load;
mod made;
mod memory;
mod paper;
#[allow(dead_code, clippy::unwrap_used, reason = "it is shared with the tests, which panic")]
#[path = "../process/program.rs"]
mod program;
mod report;
mod scale;
mod site;
mod texts;
mod tools;
mod views;
mod visit;

use std::path::Path;

use anyhow::Result;
use fleet::Fleet;
use report::Report;
use site::Site;
use tools::Tools;

/// Without an argument the embedded site, with a chapter's name that chapter alone, written nowhere;
/// with `fleet` a site of the fleet that is running.
fn main() -> Result<()> {
    // cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().filter(|one| one != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    match arguments[..] {
        [] => embedded(),
        [name @ ("load" | "scale")] => chapter(name, || Ok(Site::start())),
        ["fleet", name @ ("load" | "scale")] => chapter(name, in_started_fleet),
        ["fleet"] => in_fleet(),
        [load::served::BARE, folder] => load::served::bare(Path::new(folder)),
        _ => anyhow::bail!("the benchmark takes load, scale, fleet or nothing"),
    }
}

fn in_started_fleet() -> Result<Site> {
    Ok(Site::start_in_fleet(Fleet::started()?))
}

/// One thread, so that the site has the others.
#[tokio::main(flavor = "current_thread")]
async fn embedded() -> Result<()> {
    let tools = Tools::find()?;
    let mut report = Report::default();
    views::measure(&mut report).await?;
    load::measure(&mut report, &tools, Site::start()).await?;
    large::measure(&mut report).await?;
    made::measure(&mut report).await?;
    visit::measure(&mut report).await?;
    memory::measure(&mut report).await?;
    scale::measure(&mut report, Site::start()).await?;
    paper::write(&report, &tools, "just bench")
}

#[tokio::main(flavor = "current_thread")]
async fn chapter(name: &str, site: fn() -> Result<Site>) -> Result<()> {
    let mut report = Report::default();
    match name {
        "load" => load::measure(&mut report, &Tools::find()?, site()?).await,
        _ => scale::measure(&mut report, site()?).await,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn in_fleet() -> Result<()> {
    let tools = Tools::find()?;
    let mut report = Report::default();
    load::measure(&mut report, &tools, in_started_fleet()?).await?;
    scale::measure(&mut report, in_started_fleet()?).await?;
    paper::write(&report, &tools, "just bench fleet")
}
