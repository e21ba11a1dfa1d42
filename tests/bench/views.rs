//! The first view of a Rust file: nobody has asked for its colours before.

use std::time::Duration;

use anyhow::Result;

use crate::client::Client;
use crate::report::{Budget, Report, Unit, count};
use crate::site::Site;
use crate::texts::{KIB, rust_files};

const FILES: usize = 20;
/// Views before those that count, so that the process is warm.
const OTHERS: usize = 5;
/// Starts of the process, for its very first view.
const STARTS: usize = 5;

pub async fn measure(report: &mut Report) -> Result<()> {
    report.section("First view of a 30 KB Rust file");
    let files = rust_files(FILES + OTHERS + STARTS, 30 * KIB)?;
    let (others, files) = files.split_at(OTHERS + STARTS);
    let mut site = Site::start();
    let client = site.client()?;
    warm(&client, &others[..OTHERS]).await?;
    views(report, &site, files).await?;

    let (mut paths, mut times) = (Vec::new(), Vec::new());
    for text in &others[OTHERS..] {
        paths.push(client.paste(text, "rust").await?);
    }
    for (path, text) in paths.iter().zip(&others[OTHERS..]) {
        site = site.restart();
        let page = site.client()?.page(path).await?;
        page.shows(text)?;
        page.is_coloured()?;
        times.push(page.last_byte);
    }
    report.times("the very first page of a process", &times, Budget::None);
    Ok(())
}

/// What a process does only once is done after this.
pub async fn warm(client: &Client, texts: &[String]) -> Result<()> {
    for text in texts {
        let path = client.paste(text, "rust").await?;
        client.page(&path).await?;
        client.compressed(&path).await?;
        client.raw(&path).await?;
    }
    Ok(())
}

async fn views(report: &mut Report, site: &Site, files: &[String]) -> Result<()> {
    let client = site.client()?;
    let mut cpu = Duration::ZERO;
    let (mut pages, mut raws, mut browsers) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ratios, mut wire) = (Vec::new(), Vec::new());
    for text in files {
        // Each of the three is cold: a paste of its own, and for the browser a text of its own too.
        let again = format!("// Again\n{text}");
        let path = client.paste(text, "rust").await?;
        let raw_path = client.paste(text, "rust").await?;
        let browser_path = client.paste(&again, "rust").await?;

        let before = site.cpu()?;
        let page = client.page(&path).await?;
        cpu += site.cpu()?.saturating_sub(before);
        page.shows(text)?;
        page.is_coloured()?;
        let raw = client.raw(&raw_path).await?;
        anyhow::ensure!(raw.body == text.as_bytes(), "a raw read is another text");
        let browser = client.compressed(&browser_path).await?;
        pages.push(page.last_byte);
        raws.push(raw.last_byte);
        browsers.push((browser.last_byte, browser.coding().to_owned()));
        ratios.push(count(page.body.len()) / count(text.len()));
        wire.push(count(browser.on_the_wire()) / 1e3);
    }
    report.times("its page, highlighted, to the last byte", &pages, Budget::AtMost(30.0));
    let cpu = cpu.as_secs_f64() * 1e3 / count(FILES);
    report.row(
        "its processor time",
        cpu,
        Unit::Milliseconds,
        Budget::None,
        "the mean of the same views",
    );
    let coding = &browsers[0].1;
    let times: Vec<_> = browsers.iter().map(|(time, _)| *time).collect();
    report.times(
        &format!("the same, compressed as for a browser ({coding})"),
        &times,
        Budget::None,
    );
    report.times("its raw read", &raws, Budget::None);
    ratios.sort_by(f64::total_cmp);
    let note = format!("the largest of {FILES}; median {:.2}", ratios[FILES / 2]);
    report.row(
        "HTML of the page by its text",
        ratios[FILES - 1],
        Unit::Times,
        Budget::AtMost(3.5),
        &note,
    );
    wire.sort_by(f64::total_cmp);
    report.row("the page over the wire", wire[FILES / 2], Unit::Kilobytes, Budget::None, coding);
    Ok(())
}
