//! Texts that are shown a part at a time.

use std::time::Duration;

use anyhow::Result;

use crate::client::{Answer, Client};
use crate::report::{Budget, Report, Unit, count};
use crate::site::Site;
use crate::texts::{KIB, MIB, json, log, rust_files};
use crate::views::warm;

/// Different texts, and looks at the same one.
const TIMES: usize = 5;
const FIRST_BYTE: Budget = Budget::AtMost(100.0);

pub async fn measure(report: &mut Report) -> Result<()> {
    let site = Site::start();
    let client = site.client()?;
    warm(&client, &rust_files(3, 30 * KIB)?).await?;
    // The grammars and the ways to read are warm too.
    client.page(&client.paste(&log(999, MIB), "log").await?).await?;
    client.page(&client.paste(&json(999, MIB), "json").await?).await?;

    report.section("A 10 MiB log in a terminal's colours");
    let path = pages(report, &site, &client).await?;
    fragments(report, &site, &client).await?;
    search(report, &client, &path).await?;
    report.section("One line of 5 MiB (JSON)");
    long_line(report, &site, &client).await?;
    report.row(
        "resident memory, peak",
        site.memory("VmHWM")?,
        Unit::Megabytes,
        Budget::None,
        "of all the large texts",
    );
    Ok(())
}

/// Answers the path of the last one.
async fn pages(report: &mut Report, site: &Site, client: &Client) -> Result<String> {
    let (mut cold, mut hot) = (Vec::new(), Vec::new());
    let (mut path, mut html) = (String::new(), 0);
    for seed in 0..TIMES {
        let text = log(seed, 10 * MIB);
        path = client.paste(&text, "log").await?;
        site.rest().await?;
        let page = client.page(&path).await?;
        check(&page, &text)?;
        cold.push(page.first_byte);
        html = page.body.len();
        site.rest().await?;
    }
    for _ in 0..TIMES {
        hot.push(client.page(&path).await?.first_byte);
    }
    report.times("first byte of its page, cold", &cold, FIRST_BYTE);
    report.times("first byte of its page, hot", &hot, FIRST_BYTE);
    report.row(
        "HTML of its page",
        count(html) / 1e3,
        Unit::Kilobytes,
        Budget::None,
        "the first 2,000 lines",
    );
    Ok(path)
}

fn check(page: &Answer, text: &str) -> Result<()> {
    page.shows(text)?;
    page.is_coloured()
}

async fn fragments(report: &mut Report, site: &Site, client: &Client) -> Result<()> {
    let (mut cold, mut hot) = (Vec::new(), Vec::new());
    for seed in 100..100 + TIMES {
        let text = log(seed, 10 * MIB);
        let path = client.paste(&text, "log").await?;
        let path = format!("{path}/ansi/lines?part=40&side=after");
        site.rest().await?;
        cold.push(part(client, &path).await?);
        site.rest().await?;
        hot.push(part(client, &path).await?);
    }
    report.times("part 40, cold (those before it are painted first)", &cold, Budget::None);
    report.times("part 40, hot", &hot, Budget::None);
    Ok(())
}

async fn part(client: &Client, path: &str) -> Result<Duration> {
    let fragment = client.fragment(path).await?;
    fragment.has("<a id=L78001 href=#L78001")?;
    fragment.has("<i class=\"")?;
    Ok(fragment.last_byte)
}

async fn search(report: &mut Report, client: &Client, path: &str) -> Result<()> {
    let mut times = Vec::new();
    for word in ["deadline", "ACCEPTED", "took", "13.37", "nowhere"] {
        let found = client.fragment(&format!("{path}/found?q={word}")).await?;
        found.has("role=\"status\"")?;
        anyhow::ensure!(
            (word == "nowhere") != found.text()?.contains("<mark>"),
            "{word} is not found as it stands"
        );
        times.push(found.last_byte);
    }
    report.times("search, a word in some lines, in all, in none", &times, Budget::None);
    Ok(())
}

async fn long_line(report: &mut Report, site: &Site, client: &Client) -> Result<()> {
    let (mut cold, mut hot, mut html) = (Vec::new(), Vec::new(), 0);
    for seed in 0..TIMES {
        let text = json(seed, 5 * MIB);
        let path = client.paste(&text, "json").await?;
        site.rest().await?;
        let page = client.page(&path).await?;
        page.shows(&text)?;
        cold.push(page.first_byte);
        site.rest().await?;
        hot.push(client.page(&path).await?.first_byte);
        html = page.body.len();
    }
    report.times("first byte of its page, cold", &cold, FIRST_BYTE);
    report.times("first byte of its page, hot", &hot, FIRST_BYTE);
    report.row(
        "HTML of its page",
        count(html) / 1e3,
        Unit::Kilobytes,
        Budget::None,
        "the first 64 KiB, plain",
    );
    Ok(())
}
