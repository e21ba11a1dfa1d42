//! What a first visit sends: the page and everything that it loads, as a browser gets them.

use anyhow::{Result, ensure};

use crate::client::{Answer, Client};
use crate::report::{Budget, Report, Unit, count};
use crate::site::Site;

pub async fn measure(report: &mut Report) -> Result<()> {
    report.section("First visit, heads and bodies over the wire");
    let site = Site::start();
    let client = site.client()?;
    whole(report, &client, "/", "the start page", Budget::AtMost(45.0)).await?;
    let path = client.paste("fn main() {\n    println!(\"Hello\");\n}\n", "rust").await?;
    whole(report, &client, &path, "a small paste's page", Budget::AtMost(45.0)).await
}

async fn whole(
    report: &mut Report,
    client: &Client,
    path: &str,
    what: &str,
    budget: Budget,
) -> Result<()> {
    let assets = assets(client.page(path).await?.text()?);
    ensure!(assets.len() >= 3, "{what} names too few assets: {assets:?}");
    let mut sum = row(report, what, &client.compressed(path).await?);
    for asset in assets {
        sum += row(report, &format!("  {asset}"), &client.compressed(&asset).await?);
    }
    let all = format!("{what} with all that it loads");
    report.row(&all, sum / 1e3, Unit::Kilobytes, budget, "");
    Ok(())
}

fn row(report: &mut Report, what: &str, answer: &Answer) -> f64 {
    let bytes = count(answer.on_the_wire());
    report.row(what, bytes / 1e3, Unit::Kilobytes, Budget::None, answer.coding());
    bytes
}

/// Each once, in the order of the page.
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
