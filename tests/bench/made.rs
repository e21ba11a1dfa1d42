//! First views of what is made of a text: Markdown, a table, indented JSON, a diff.

use anyhow::Result;

use crate::client::Client;
use crate::report::{Budget, Report, Unit, count};
use crate::site::Site;
use crate::texts::{KIB, MIB, csv, diff, json, markdown, rust_files};
use crate::views::warm;

/// Different texts.
const TIMES: usize = 5;

struct View {
    what: &'static str,
    syntax: &'static str,
    reading: &'static str,
    /// HTML that only this view has.
    has: &'static str,
    text: fn(usize) -> Result<String>,
}

const VIEWS: [View; 4] = [
    View {
        what: "100 KB of Markdown, rendered",
        syntax: "markdown",
        reading: "rendered",
        has: "/rendered\" aria-current=\"page\"",
        text: |seed| markdown(seed, 100 * KIB),
    },
    View {
        what: "1 MiB of CSV as a table",
        syntax: "csv",
        reading: "table",
        has: "<table class=\"csv\"",
        text: |seed| Ok(csv(seed, MIB)),
    },
    View {
        what: "1 MiB of JSON, indented",
        syntax: "json",
        reading: "pretty",
        has: "id=\"made\"",
        text: |seed| Ok(json(seed, MIB)),
    },
    View {
        what: "1 MiB of diff",
        syntax: "diff",
        reading: "diff",
        has: "<span class=\"dh\">",
        text: |seed| diff(seed, MIB),
    },
];

pub async fn measure(report: &mut Report) -> Result<()> {
    report.section("First views of what is made of a text");
    let site = Site::start();
    let client = site.client()?;
    warm(&client, &rust_files(3, 30 * KIB)?).await?;
    for view in &VIEWS {
        first_views(report, &site, &client, view).await?;
    }
    Ok(())
}

async fn first_views(report: &mut Report, site: &Site, client: &Client, view: &View) -> Result<()> {
    let (mut times, mut html) = (Vec::new(), 0);
    // The first one loads the grammar, and does not count.
    for seed in 0..=TIMES {
        let text = (view.text)(seed)?;
        let path = client.paste(&text, view.syntax).await?;
        site.rest().await?;
        let page = client.page(&format!("{path}/{}", view.reading)).await?;
        page.has(view.has)?;
        page.shows(&text)?;
        html = page.body.len();
        times.push(page.last_byte);
        site.rest().await?;
    }
    report.times(&format!("{}, to the last byte", view.what), &times[1..], Budget::None);
    report.row("its HTML", count(html) / 1e3, Unit::Kilobytes, Budget::None, "");
    Ok(())
}
