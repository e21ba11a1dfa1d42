//! First views of derived pages: rendered Markdown, a table, indented JSON, a diff.

use anyhow::Result;

use crate::client::Client;
use crate::first_view::warm_up;
use crate::report::{Budget, Report};
use crate::samples::{KIB, MIB, csv, diff, json, markdown, rust_files};
use crate::site::Site;
use crate::unit::{Unit, as_f64};

/// The number of different texts.
const REPETITIONS: usize = 5;

struct View {
    what: &'static str,
    syntax: &'static str,
    suffix: &'static str,
    /// HTML that only this view contains.
    marker: &'static str,
    text: fn(usize) -> Result<String>,
}

const VIEWS: [View; 4] = [
    View {
        what: "100 KB of Markdown, rendered",
        syntax: "markdown",
        suffix: "rendered",
        marker: "/rendered\" aria-current=\"page\"",
        text: |seed| markdown(seed, 100 * KIB),
    },
    View {
        what: "1 MiB of CSV as a table",
        syntax: "csv",
        suffix: "table",
        marker: "<table class=\"csv\"",
        text: |seed| Ok(csv(seed, MIB)),
    },
    View {
        what: "1 MiB of JSON, indented",
        syntax: "json",
        suffix: "pretty",
        marker: "id=\"made\"",
        text: |seed| Ok(json(seed, MIB)),
    },
    View {
        what: "1 MiB of diff",
        syntax: "diff",
        suffix: "diff",
        marker: "<span class=\"dh\">",
        text: |seed| diff(seed, MIB),
    },
];

pub async fn measure(report: &mut Report) -> Result<()> {
    report.section("First view of derived pages");
    let site = Site::start();
    let client = site.client()?;
    warm_up(&client, &rust_files(3, 30 * KIB)?).await?;
    for view in &VIEWS {
        first_views(report, &site, &client, view).await?;
    }
    Ok(())
}

async fn first_views(report: &mut Report, site: &Site, client: &Client, view: &View) -> Result<()> {
    let (mut times, mut html) = (Vec::new(), 0);
    // The first text also loads the grammar and is not counted.
    for seed in 0..=REPETITIONS {
        let text = (view.text)(seed)?;
        let path = client.paste(&text, view.syntax).await?;
        site.wait_until_idle().await?;
        let page = client.page(&format!("{path}/{}", view.suffix)).await?;
        page.expect_html(view.marker)?;
        page.expect_listing(&text)?;
        html = page.body.len();
        times.push(page.last_byte);
        site.wait_until_idle().await?;
    }
    report.times(&format!("{}, to the last byte", view.what), &times[1..], Budget::None);
    report.row("size of its HTML", as_f64(html) / 1e3, Unit::Kilobytes, Budget::None, "");
    Ok(())
}
