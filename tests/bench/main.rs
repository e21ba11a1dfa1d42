//! The benchmark: starts the site, loads it, prints what it measured beside what it may cost, and
//! writes that into `docs/performance.md`. No number fails it; a wrong answer does.

#![allow(clippy::print_stdout, reason = "its table goes there")]

mod client;
mod hot;
mod large;
mod made;
mod memory;
mod paper;
#[allow(dead_code, clippy::unwrap_used, reason = "it is shared with the tests, which panic")]
#[path = "../process/program.rs"]
mod program;
mod report;
mod site;
mod texts;
mod tools;
mod views;
mod visit;

use report::Report;

/// One thread, so that the site has the others.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let tools = tools::Tools::find()?;
    let mut report = Report::default();
    views::measure(&mut report).await?;
    hot::measure(&mut report, &tools).await?;
    large::measure(&mut report).await?;
    made::measure(&mut report).await?;
    visit::measure(&mut report).await?;
    memory::measure(&mut report).await?;
    paper::write(&report, &tools)?;
    Ok(())
}
