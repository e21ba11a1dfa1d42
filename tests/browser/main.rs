//! A real browser against the running site. Each test here runs one file of stories in Node.js
//! against a site of its own. The stories change the site from outside through `control`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod control;

use std::path::Path;
use std::process::Command;

use support::Site;
use tokio::task::spawn_blocking;

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn writing() {
    run_stories("writing.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn editing() {
    run_stories("editing.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn drafts() {
    run_stories("drafts.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn files() {
    run_stories("files.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn limits() {
    run_stories("limits.test.mjs", &["--max-paste-bytes=2000"]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn reading() {
    run_stories("reading.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn lines() {
    run_stories("lines.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn large() {
    run_stories("large.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn view_modes() {
    run_stories("view_modes.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn plain() {
    run_stories("plain.test.mjs", &["--highlight-wait=0"]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn times() {
    run_stories("times.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn countdown() {
    run_stories("countdown.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn profile() {
    run_stories("profile.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn accounts() {
    run_stories("accounts.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn settings() {
    run_stories("settings.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn hostile() {
    run_stories("hostile.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn without_scripts() {
    run_stories("without_scripts.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Firefox, WebKit and Node.js: tests/run brings them"]
async fn engines() {
    run_stories("engines.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn pages() {
    run_stories("pages.test.mjs", &["--max-paste-bytes=50000"]).await;
}

#[tokio::test]
#[ignore = "takes screenshots and tests nothing: just shots"]
async fn shots() {
    run_node(&["shots.mjs"], &["--max-paste-bytes=50000"]).await;
}

/// Runs a file of stories against a site with these settings.
async fn run_stories(file: &str, settings: &[&str]) {
    run_node(&["--test", "--test-reporter=spec", file], settings).await;
}

/// Runs Node.js to its end, with a site of its own. A failure shows its output.
async fn run_node(arguments: &[&str], settings: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/browser");
    assert!(folder.join("node_modules").exists(), "run `npm ci` in tests/browser first");
    let site = Site::start_with(settings).await;
    let control = control::start(&site).await;
    let mut node = Command::new("node");
    node.args(arguments).current_dir(folder).env("SITE_URL", &site.url).env("CONTROL_URL", control);
    let output = spawn_blocking(move || node.output()).await.unwrap().expect("node does not start");
    let [stdout, stderr] =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{stdout}\n{stderr}");
}
