//! Reads: raw texts and pages that are in the caches or not, and the profile.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use reqwest::StatusCode;

use super::row::Goal;
use super::wrk::Plan;
use super::{CONNECTIONS, Load, OWN_PASTES, PASTES, SECONDS, run};
use crate::client::{Answer, BROWSER_CODINGS, Client, HTML};
use crate::report::Budget;
use crate::samples::{KIB, rust_files};
use crate::site::Site;
use crate::unit::{as_f64, with_separators};

/// A hot raw read must reach this share of nginx' rate, in percent.
const RAW_SHARE: f64 = 50.0;
/// A hot page must reach this rate, in answers per second.
const PAGE_RATE: f64 = 10_000.0;

pub(super) const ACCEPT: (&str, &str) = ("accept", HTML);
const ZSTD: (&str, &str) = ("accept-encoding", "zstd");
const BROWSER: (&str, &str) = ("accept-encoding", BROWSER_CODINGS);

/// A row that requests one address again and again.
struct Read<'a> {
    what: &'a str,
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
    goal: Goal,
}

impl Load<'_> {
    /// Reads every paste once, and then again from the first.
    pub(super) async fn cold(&mut self, site: &Site, suffix: &str, what: &str) -> Result<()> {
        let ids = site.database().await?.newest_ids(PASTES).await?;
        let client = site.client()?;
        let first = ids.first().context("no pastes")?;
        let text = client.raw(&format!("/{first}")).await?;
        ensure!(text.text()?.starts_with("// "), "a paste reads back different");
        let path = format!("/{first}{suffix}");
        let check = |answer: &Answer| {
            if suffix.is_empty() {
                answer.expect_listing(text.text()?)?;
                answer.expect_highlighting()?;
            }
            Ok(())
        };
        let answer = checked(&client, &path, &[ACCEPT], check).await?;
        let plan = Plan::gets(ids.iter().skip(1).map(|id| format!("/{id}{suffix}")));
        let measured = run(site, &plan.with(ACCEPT.0, ACCEPT.1), CONNECTIONS, SECONDS)?;
        let references = self.references(&answer, &[ACCEPT]).await?;
        let times = measured.outcome.requests / as_f64(ids.len());
        let count = with_separators(as_f64(ids.len()));
        let note = format!("{count} pastes of 3 KB, each read {times:.2} times");
        self.row(what, &measured, &references, Goal::None, &note);
        Ok(())
    }

    /// Reads one raw text and one page, in different codings.
    pub(super) async fn hot(&mut self, site: &Site) -> Result<()> {
        let text = &rust_files(1, 30 * KIB)?[0];
        let page = site.client()?.paste(text, "rust").await?;
        self.hot_raw(site, &format!("{page}/raw"), text).await?;
        self.hot_page(site, &page, text).await
    }

    async fn hot_raw(&mut self, site: &Site, path: &str, text: &str) -> Result<()> {
        let check = |answer: &Answer| {
            let body = answer.decompressed()?.body;
            ensure!(body == text.as_bytes(), "a raw text reads back different");
            Ok(())
        };
        let goal = Goal::Relative("nginx", Budget::AtLeast(RAW_SHARE));
        let read = Read { what: "raw, 30 KB, hot", path, headers: &[ACCEPT], goal };
        self.read(site, &read, check).await?;
        let read = Read {
            what: "raw, 30 KB, hot, zstd",
            headers: &[ACCEPT, ZSTD],
            goal: Goal::None,
            ..read
        };
        self.read(site, &read, check).await?;
        self.not_modified(site, "raw, 30 KB, hot, If-None-Match (304)", path).await
    }

    async fn hot_page(&mut self, site: &Site, path: &str, text: &str) -> Result<()> {
        let check = |answer: &Answer| {
            let answer = answer.decompressed()?;
            answer.expect_listing(text)?;
            answer.expect_highlighting()
        };
        let goal = Goal::Rate(Budget::AtLeast(PAGE_RATE));
        let read = Read { what: "page, 30 KB, hot", path, headers: &[ACCEPT], goal };
        self.read(site, &read, check).await?;
        let read = Read {
            what: "page, 30 KB, hot, as for a browser",
            headers: &[ACCEPT, BROWSER],
            goal: Goal::None,
            ..read
        };
        self.read(site, &read, check).await?;
        self.not_modified(site, "page, 30 KB, hot, If-None-Match (304)", path).await
    }

    pub(super) async fn profile(&mut self, site: &Site, session: &str) -> Result<()> {
        let what = format!("profile, {} own pastes", with_separators(as_f64(OWN_PASTES)));
        let headers = [ACCEPT, ("cookie", session)];
        let read = Read { what: &what, path: "/profile", headers: &headers, goal: Goal::None };
        self.read(site, &read, |answer| {
            answer.expect_html("action=\"/logout\"")?;
            answer.expect_html("/profile?after=")
        })
        .await
    }

    async fn read(
        &mut self,
        site: &Site,
        read: &Read<'_>,
        check: impl Fn(&Answer) -> Result<()>,
    ) -> Result<()> {
        let answer = checked(&site.client()?, read.path, read.headers, check).await?;
        let measured = run(site, &Plan::get_with(read.path, read.headers), CONNECTIONS, SECONDS)?;
        let references = self.references(&answer, read.headers).await?;
        let coding = match answer.coding() {
            "none" => String::new(),
            coding => format!("{coding}, "),
        };
        let note = format!("{coding}{:.1} KB", as_f64(answer.body.len()) / 1e3);
        self.row(read.what, &measured, &references, read.goal, &note);
        Ok(())
    }

    /// Reads with the `ETag` of an earlier answer.
    async fn not_modified(&mut self, site: &Site, what: &str, path: &str) -> Result<()> {
        let client = site.client()?;
        let answer = client.get_with(path, &[ACCEPT]).await?;
        let Some(etag) = answer.header("etag") else {
            self.skipped_row(what, "left out: there is no ETag");
            return Ok(());
        };
        let headers = [ACCEPT, ("if-none-match", etag)];
        let status = client.status(path, &headers).await?;
        ensure!(status == StatusCode::NOT_MODIFIED, "{path} answered its ETag with {status}");
        let measured = run(site, &Plan::get_with(path, &headers), CONNECTIONS, SECONDS)?;
        let references = self.references(&answer, &headers).await?;
        self.row(what, &measured, &references, Goal::None, "");
        Ok(())
    }
}

/// The answer, once it passes its check: on a busy machine a page is answered without highlighting
/// first, and has it a moment later.
async fn checked(
    client: &Client,
    path: &str,
    headers: &[(&str, &str)],
    check: impl Fn(&Answer) -> Result<()>,
) -> Result<Answer> {
    for _ in 0..50 {
        let answer = client.get_with(path, headers).await?;
        if check(&answer).is_ok() {
            return Ok(answer);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let answer = client.get_with(path, headers).await?;
    check(&answer)?;
    Ok(answer)
}
