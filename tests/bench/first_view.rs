//! The first view of a Rust file, whose highlighting is not in the cache.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::client::Client;
use crate::report::{Budget, Report};
use crate::samples::{KIB, rust_files};
use crate::site::Site;
use crate::unit::{Unit, as_f64};

const FILES: usize = 20;
/// The number of files that are viewed before the measurement.
const WARM_UP_FILES: usize = 5;
/// The number of starts of the site, each to measure its first page.
const STARTS: usize = 5;

/// To the last byte of the page, in milliseconds.
const PAGE: Budget = Budget::AtMost(30.0);
/// The size of the HTML relative to the text.
const HTML_SIZE: Budget = Budget::AtMost(3.5);

pub async fn measure(report: &mut Report) -> Result<()> {
    report.section("First view of a 30 KB Rust file");
    let files = rust_files(WARM_UP_FILES + STARTS + FILES, 30 * KIB)?;
    let (warm_up_files, files) = files.split_at(WARM_UP_FILES);
    let (start_files, files) = files.split_at(STARTS);
    let site = Site::start();
    warm_up(&site.client()?, warm_up_files).await?;
    let mut views = Views::default();
    for text in files {
        views.measure(&site, text).await?;
    }
    views.report(report);
    first_pages(report, site, start_files).await
}

/// Views these texts, so that work that a process does once is done.
pub async fn warm_up(client: &Client, texts: &[String]) -> Result<()> {
    for text in texts {
        let path = client.paste(text, "rust").await?;
        client.page(&path).await?;
        client.compressed_page(&path).await?;
        client.raw(&path).await?;
    }
    Ok(())
}

/// The measurements of each file.
#[derive(Default)]
struct Views {
    pages: Vec<Duration>,
    compressed_pages: Vec<Duration>,
    raws: Vec<Duration>,
    /// Processor time of all pages.
    cpu: Duration,
    /// The sizes of the HTML relative to the text.
    html_ratios: Vec<f64>,
    /// The sizes of compressed pages with their headers, in KB.
    wire_sizes: Vec<f64>,
    /// The coding of the compressed pages.
    coding: String,
}

impl Views {
    async fn measure(&mut self, site: &Site, text: &str) -> Result<()> {
        let client = site.client()?;
        // Each view is of a paste that was not read before. Colours are cached by text, so the
        // second highlighted page needs another text.
        let path = client.paste(text, "rust").await?;
        let raw_path = client.paste(text, "rust").await?;
        let compressed_path = client.paste(&format!("// Again\n{text}"), "rust").await?;

        let cpu_before = site.cpu_time()?;
        let page = client.page(&path).await?;
        self.cpu += site.cpu_time()?.saturating_sub(cpu_before);
        page.expect_listing(text)?;
        page.expect_highlighting()?;
        let raw = client.raw(&raw_path).await?;
        ensure!(raw.body == text.as_bytes(), "a raw text reads back different");
        let compressed = client.compressed_page(&compressed_path).await?;
        compressed.coding().clone_into(&mut self.coding);

        self.pages.push(page.last_byte);
        self.raws.push(raw.last_byte);
        self.compressed_pages.push(compressed.last_byte);
        self.html_ratios.push(as_f64(page.body.len()) / as_f64(text.len()));
        self.wire_sizes.push(as_f64(compressed.wire_size()) / 1e3);
        Ok(())
    }

    fn report(mut self, report: &mut Report) {
        report.times("highlighted page, to the last byte", &self.pages, PAGE);
        let cpu = self.cpu.as_secs_f64() * 1e3 / as_f64(FILES);
        let note = "mean of the same views";
        report.row("its processor time", cpu, Unit::Milliseconds, Budget::None, note);
        let what = format!("highlighted page, compressed as for a browser ({})", self.coding);
        report.times(&what, &self.compressed_pages, Budget::None);
        report.times("raw text", &self.raws, Budget::None);
        self.html_ratios.sort_by(f64::total_cmp);
        let (median, max) = (self.html_ratios[FILES / 2], self.html_ratios[FILES - 1]);
        let note = format!("the largest of {FILES}; median {median:.2}");
        report.row("size of the HTML, relative to the text", max, Unit::Times, HTML_SIZE, &note);
        self.wire_sizes.sort_by(f64::total_cmp);
        let what = "size of the compressed page, with headers";
        let median = self.wire_sizes[FILES / 2];
        report.row(what, median, Unit::Kilobytes, Budget::None, &self.coding);
    }
}

/// Measures the first page after each start of the site.
async fn first_pages(report: &mut Report, mut site: Site, texts: &[String]) -> Result<()> {
    let mut paths = Vec::new();
    let client = site.client()?;
    for text in texts {
        paths.push(client.paste(text, "rust").await?);
    }
    let mut times = Vec::new();
    for (path, text) in paths.iter().zip(texts) {
        site = site.restart();
        let page = site.client()?.page(path).await?;
        page.expect_listing(text)?;
        page.expect_highlighting()?;
        times.push(page.last_byte);
    }
    report.times("first page after a start of the site", &times, Budget::None);
    Ok(())
}
