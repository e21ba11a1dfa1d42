//! The size of a first visit: the page and all its assets, as sent to a browser.

use anyhow::{Result, ensure};

use crate::client::{Answer, Client};
use crate::report::{Budget, Report};
use crate::site::Site;
use crate::unit::{Unit, as_f64};

/// The size of a page with its assets, in KB.
const BUDGET: Budget = Budget::AtMost(45.0);

pub async fn measure(report: &mut Report) -> Result<()> {
    report.section("First visit: size of headers and bodies as sent");
    let site = Site::start();
    let client = site.client()?;
    page_with_assets(report, &client, "/", "start page").await?;
    let path = client.paste("fn main() {\n    println!(\"Hello\");\n}\n", "rust").await?;
    page_with_assets(report, &client, &path, "page of a small paste").await
}

async fn page_with_assets(
    report: &mut Report,
    client: &Client,
    path: &str,
    what: &str,
) -> Result<()> {
    let assets = assets(client.page(path).await?.text()?);
    ensure!(assets.len() >= 3, "the {what} refers to too few assets: {assets:?}");
    let mut sum = row(report, what, &client.compressed_page(path).await?);
    for asset in assets {
        sum += row(report, &format!("  {asset}"), &client.compressed_page(&asset).await?);
    }
    let what = format!("{what} with its assets");
    report.row(&what, sum / 1e3, Unit::Kilobytes, BUDGET, "");
    Ok(())
}

/// Adds a row. Returns the size in bytes.
fn row(report: &mut Report, what: &str, answer: &Answer) -> f64 {
    let bytes = as_f64(answer.wire_size());
    report.row(what, bytes / 1e3, Unit::Kilobytes, Budget::None, answer.coding());
    bytes
}

/// The paths of the assets of a page, each once, in the order of the page.
fn assets(html: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for piece in html.split("\"/assets/").skip(1) {
        let name = piece.split('"').next().unwrap_or_default();
        let path = format!("/assets/{name}");
        if !found.contains(&path) {
            found.push(path);
        }
    }
    found
}
