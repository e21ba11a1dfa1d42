//! Memory after many pastes were created and read.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use testbed::process::Memory;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::report::{Budget, Report};
use crate::samples::{KIB, rust_files};
use crate::site::Site;
use crate::unit::{Unit, as_f64};

const PASTES: usize = 10_000;
const BYTES: usize = 3 * KIB;
const CONNECTIONS: usize = 16;
const BUDGET: Budget = Budget::AtMost(120.0);

pub async fn measure(report: &mut Report) -> Result<()> {
    report.section("Memory after 10,000 pastes of 3 KB, each page read");
    let texts = Arc::new(rust_files(PASTES, BYTES)?);
    let site = Site::start();
    let client = site.client()?;
    resident(report, &site, "resident at the start", None)?;

    let started = Instant::now();
    let paths = create(&client, &texts).await?;
    resident(report, &site, "resident after creating them", Some(started.elapsed()))?;
    for round in ["reading each page", "reading each page again"] {
        let started = Instant::now();
        read(&client, &texts, &paths).await?;
        resident(report, &site, &format!("resident after {round}"), Some(started.elapsed()))?;
    }
    report.row("resident, peak", site.memory(Memory::Peak)?, Unit::Megabytes, BUDGET, "");
    Ok(())
}

fn resident(report: &mut Report, site: &Site, what: &str, took: Option<Duration>) -> Result<()> {
    let note = took.map(|took| {
        let rate = as_f64(PASTES) / took.as_secs_f64();
        format!("{rate:.0} per second on {CONNECTIONS} connections, each answer checked")
    });
    report.row(
        what,
        site.memory(Memory::Resident)?,
        Unit::Megabytes,
        BUDGET,
        &note.unwrap_or_default(),
    );
    Ok(())
}

/// Saves the texts. Returns their paths, in the order of the texts.
async fn create(client: &Client, texts: &Arc<Vec<String>>) -> Result<Arc<Vec<String>>> {
    let mut tasks = JoinSet::new();
    for first in 0..CONNECTIONS {
        let (client, texts) = (client.clone(), texts.clone());
        tasks.spawn(async move {
            let mut paths = Vec::new();
            for index in (first..PASTES).step_by(CONNECTIONS) {
                paths.push((index, client.put("main.rs", texts[index].clone()).await?));
            }
            Ok::<_, anyhow::Error>(paths)
        });
    }
    let mut paths = tasks.join_all().await.into_iter().collect::<Result<Vec<_>>>()?.concat();
    paths.sort();
    Ok(Arc::new(paths.into_iter().map(|(_, path)| path).collect()))
}

async fn read(client: &Client, texts: &Arc<Vec<String>>, paths: &Arc<Vec<String>>) -> Result<()> {
    let mut tasks = JoinSet::new();
    for first in 0..CONNECTIONS {
        let (client, texts, paths) = (client.clone(), texts.clone(), paths.clone());
        tasks.spawn(async move {
            for index in (first..PASTES).step_by(CONNECTIONS) {
                client.page(&paths[index]).await?.expect_listing(&texts[index])?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    tasks.join_all().await.into_iter().collect()
}
