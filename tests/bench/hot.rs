//! The same page again and again.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::client::Client;
use crate::report::{Budget, Report, Unit};
use crate::site::Site;
use crate::texts::{KIB, rust_files};
use crate::tools::{CONNECTIONS, Nginx, SECONDS, Tools, wrk};

pub async fn measure(report: &mut Report, tools: &Tools) -> Result<()> {
    report.section(&format!("A 30 KB Rust file, hot: wrk -t1 -c{CONNECTIONS} -d{SECONDS}s"));
    let text = &rust_files(1, 30 * KIB)?[0];
    let site = Site::start();
    let client = site.client()?;
    let path = client.paste(text, "rust").await?;
    let page = client.page(&path).await?;
    page.shows(text)?;
    page.is_coloured()?;
    let (page, raw) = (format!("{}{path}", site.url()), format!("{}{path}/raw", site.url()));

    rate(report, &site, "its page", &page, &[], Budget::AtLeast(10_000.0))?;
    let browser = ["accept-encoding: gzip, deflate, br, zstd"];
    rate(report, &site, "its page, compressed as for a browser", &page, &browser, Budget::None)?;
    let ours = rate(report, &site, "its raw read", &raw, &[], Budget::None)?;
    if tools.nginx.is_some() {
        let theirs = nginx(report, text).await?;
        let share = 100.0 * ours / theirs;
        report.row("raw, beside nginx", share, Unit::Percent, Budget::AtLeast(50.0), "");
    }

    client.page(&path).await?.shows(text)?;
    report.row("resident memory, peak", site.memory("VmHWM")?, Unit::Megabytes, Budget::None, "");
    Ok(())
}

fn rate(
    report: &mut Report,
    site: &Site,
    what: &str,
    url: &str,
    headers: &[&str],
    budget: Budget,
) -> Result<f64> {
    let before = site.cpu()?;
    let rate = wrk(url, headers)?;
    let note = cost(rate, site.cpu()?.saturating_sub(before));
    report.row(what, rate, Unit::PerSecond, budget, &note);
    Ok(rate)
}

/// On a machine that does something else too, this says more than the rate.
fn cost(rate: f64, cpu: Duration) -> String {
    let cores = cpu.as_secs_f64() / Duration::from_secs(SECONDS).as_secs_f64();
    format!("{cores:.2} cores busy, {:.0} µs of processor time each", cores / rate * 1e6)
}

async fn nginx(report: &mut Report, text: &str) -> Result<f64> {
    let nginx = Nginx::serve(text)?;
    let served = Client::new(&nginx.url)?.page(Nginx::FILE).await?;
    ensure!(served.body == text.as_bytes(), "nginx serves another text");
    let before = nginx.cpu()?;
    let rate = wrk(&format!("{}{}", nginx.url, Nginx::FILE), &[])?;
    let note = cost(rate, nginx.cpu()?.saturating_sub(before));
    report.row("nginx, the same bytes as a file", rate, Unit::PerSecond, Budget::None, &note);
    Ok(rate)
}
