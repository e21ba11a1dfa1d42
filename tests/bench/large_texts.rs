//! Large texts, which are shown in parts.

use std::time::Duration;

use anyhow::{Result, ensure};
use testbed::process::Memory;

use crate::client::Client;
use crate::first_view::warm_up;
use crate::report::{Budget, Report};
use crate::samples::{KIB, MIB, json, log, rust_files};
use crate::site::Site;
use crate::unit::{Unit, as_f64};

/// The number of different texts, and of repeated views of one.
const REPETITIONS: usize = 5;
/// In milliseconds.
const FIRST_BYTE: Budget = Budget::AtMost(100.0);

pub async fn measure(report: &mut Report) -> Result<()> {
    let site = Site::start();
    let client = site.client()?;
    warm_up(&client, &rust_files(3, 30 * KIB)?).await?;
    // Loads the grammars and the code of these views.
    client.page(&client.paste(&log(999, MIB), "log").await?).await?;
    client.page(&client.paste(&json(999, MIB), "json").await?).await?;

    report.section("A 10 MiB log with ANSI colours");
    let path = pages(report, &site, &client).await?;
    fragments(report, &site, &client).await?;
    search(report, &client, &path).await?;
    report.section("A single line of 5 MiB (JSON)");
    long_line(report, &site, &client).await?;
    report.row(
        "resident memory, peak",
        site.memory(Memory::Peak)?,
        Unit::Megabytes,
        Budget::None,
        "over all large texts",
    );
    Ok(())
}

/// Measures the page of the log. Returns the path of the last text.
async fn pages(report: &mut Report, site: &Site, client: &Client) -> Result<String> {
    let (mut cold, mut hot) = (Vec::new(), Vec::new());
    let (mut path, mut html) = (String::new(), 0);
    for seed in 0..REPETITIONS {
        let text = log(seed, 10 * MIB);
        path = client.paste(&text, "log").await?;
        site.wait_until_idle().await?;
        let page = client.page(&path).await?;
        page.expect_listing(&text)?;
        page.expect_highlighting()?;
        cold.push(page.first_byte);
        html = page.body.len();
        site.wait_until_idle().await?;
    }
    for _ in 0..REPETITIONS {
        hot.push(client.page(&path).await?.first_byte);
    }
    report.times("first byte of the page, cold", &cold, FIRST_BYTE);
    report.times("first byte of the page, hot", &hot, FIRST_BYTE);
    page_size(report, html, "the first 2,000 lines");
    Ok(path)
}

/// Measures a fragment in the middle of the log.
async fn fragments(report: &mut Report, site: &Site, client: &Client) -> Result<()> {
    let (mut cold, mut hot) = (Vec::new(), Vec::new());
    for seed in 100..100 + REPETITIONS {
        let text = log(seed, 10 * MIB);
        let path = client.paste(&text, "log").await?;
        let path = format!("{path}/ansi/lines?part=40&side=after");
        site.wait_until_idle().await?;
        cold.push(part(client, &path).await?);
        site.wait_until_idle().await?;
        hot.push(part(client, &path).await?);
    }
    report.times("part 40, cold (the parts before it are highlighted first)", &cold, Budget::None);
    report.times("part 40, hot", &hot, Budget::None);
    Ok(())
}

async fn part(client: &Client, path: &str) -> Result<Duration> {
    let fragment = client.fragment(path).await?;
    fragment.expect_html("<a id=L78001 href=#L78001")?;
    fragment.expect_html("<i class=\"")?;
    Ok(fragment.last_byte)
}

async fn search(report: &mut Report, client: &Client, path: &str) -> Result<()> {
    let mut times = Vec::new();
    for word in ["deadline", "ACCEPTED", "took", "13.37", "nowhere"] {
        let found = client.fragment(&format!("{path}/found?q={word}")).await?;
        found.expect_html("role=\"status\"")?;
        let is_found = found.text()?.contains("<mark>");
        ensure!(is_found == (word != "nowhere"), "wrong result of the search for {word}");
        times.push(found.last_byte);
    }
    report.times("search for a word that is in some lines, in all, in none", &times, Budget::None);
    Ok(())
}

async fn long_line(report: &mut Report, site: &Site, client: &Client) -> Result<()> {
    let (mut cold, mut hot, mut html) = (Vec::new(), Vec::new(), 0);
    for seed in 0..REPETITIONS {
        let text = json(seed, 5 * MIB);
        let path = client.paste(&text, "json").await?;
        site.wait_until_idle().await?;
        let page = client.page(&path).await?;
        page.expect_listing(&text)?;
        cold.push(page.first_byte);
        site.wait_until_idle().await?;
        hot.push(client.page(&path).await?.first_byte);
        html = page.body.len();
    }
    report.times("first byte of the page, cold", &cold, FIRST_BYTE);
    report.times("first byte of the page, hot", &hot, FIRST_BYTE);
    page_size(report, html, "the first 64 KiB, not highlighted");
    Ok(())
}

fn page_size(report: &mut Report, html: usize, note: &str) {
    report.row("size of its HTML", as_f64(html) / 1e3, Unit::Kilobytes, Budget::None, note);
}
