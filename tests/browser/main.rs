//! A real browser against the running site. Each test here gives a site of its own to a file of
//! stories that Node tells; what the stories change behind the site's back goes through `control`.

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
    tell("writing.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn editing() {
    tell("editing.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn files() {
    tell("files.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn limits() {
    tell("limits.test.mjs", &["--max-paste-bytes=2000"]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn reading() {
    tell("reading.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn lines() {
    tell("lines.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn large() {
    tell("large.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn readings() {
    tell("readings.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn plain() {
    tell("plain.test.mjs", &["--highlight-wait=0"]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn countdown() {
    tell("countdown.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn profile() {
    tell("profile.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn accounts() {
    tell("accounts.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn settings() {
    tell("settings.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn hostile() {
    tell("hostile.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn without_scripts() {
    tell("without_scripts.test.mjs", &[]).await;
}

#[tokio::test]
#[ignore = "needs Chromium and Node.js: tests/run brings them"]
async fn pages() {
    tell("pages.test.mjs", &["--max-paste-bytes=50000"]).await;
}

#[tokio::test]
#[ignore = "draws every page and tests nothing: just shots"]
async fn shots() {
    run(&["shots.mjs"], &["--max-paste-bytes=50000"]).await;
}

async fn tell(stories: &str, settings: &[&str]) {
    run(&["--test", "--test-reporter=spec", stories], settings).await;
}

/// Node with a site of its own, to its end; what it said is shown when it failed.
async fn run(arguments: &[&str], settings: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/browser");
    assert!(folder.join("node_modules").exists(), "run `npm ci` in tests/browser first");
    let site = Site::start_with(settings).await;
    let control = control::start(&site).await;
    let mut node = Command::new("node");
    node.args(arguments).current_dir(folder).env("SITE_URL", &site.url).env("CONTROL_URL", control);
    let output = spawn_blocking(move || node.output()).await.unwrap().expect("node does not start");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}
