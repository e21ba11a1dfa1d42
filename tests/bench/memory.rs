//! What many pastes leave in memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::report::{Budget, Report, Unit, count};
use crate::site::Site;
use crate::texts::{KIB, rust_files};

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
    resident(report, &site, "resident after they are created", Some(started.elapsed()))?;
    for round in ["each page is read", "each page is read again"] {
        let started = Instant::now();
        read(&client, &texts, &paths).await?;
        resident(report, &site, &format!("resident after {round}"), Some(started.elapsed()))?;
    }
    report.row("resident, peak", site.memory("VmHWM")?, Unit::Megabytes, BUDGET, "");
    Ok(())
}

fn resident(report: &mut Report, site: &Site, what: &str, took: Option<Duration>) -> Result<()> {
    let note = took.map(|took| {
        let rate = count(PASTES) / took.as_secs_f64();
        format!("{rate:.0} a second on {CONNECTIONS} connections, with the check of each answer")
    });
    report.row(what, site.memory("VmRSS")?, Unit::Megabytes, BUDGET, &note.unwrap_or_default());
    Ok(())
}

/// Answers their paths, in the order of the texts.
async fn create(client: &Client, texts: &Arc<Vec<String>>) -> Result<Arc<Vec<String>>> {
    let mut tasks = JoinSet::new();
    for first in 0..CONNECTIONS {
        let (client, texts) = (client.clone(), texts.clone());
        tasks.spawn(async move {
            let mut paths = Vec::new();
            for nth in (first..PASTES).step_by(CONNECTIONS) {
                paths.push((nth, client.put("main.rs", texts[nth].clone()).await?));
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
            for nth in (first..PASTES).step_by(CONNECTIONS) {
                client.page(&paths[nth]).await?.shows(&texts[nth])?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    tasks.join_all().await.into_iter().collect()
}
