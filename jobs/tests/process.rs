//! The `jobs` program: it runs the jobs, prints their status, and stops on a signal.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use testbed::{BadOutput, S3Server, settings};

fn jobs(folder: &Path, arguments: &[&str]) -> Command {
    jobs_by(&[], folder, arguments)
}

/// A command that runs `launcher`, which gets the program's path and arguments.
fn jobs_by(launcher: &[&str], folder: &Path, arguments: &[&str]) -> Command {
    let words = [launcher, &[env!("CARGO_BIN_EXE_jobs")], arguments].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(folder);
    for setting in ["DATABASE_URL", "REDIS_URL", "S3_BUCKET", "RUST_LOG"] {
        command.env_remove(setting);
    }
    command
}

fn status(folder: &Path) -> Output {
    jobs(folder, &["status"]).output().unwrap()
}

fn stop(child: &mut Child) {
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

#[test]
fn status_fails_without_a_worker_and_succeeds_with_one() {
    let folder = TempDir::new().unwrap();
    let without_worker = status(folder.path());
    assert!(!without_worker.status.success());
    assert_eq!(String::from_utf8(without_worker.stdout).unwrap().matches("missing").count(), 4);

    let mut worker = jobs(folder.path(), &[]).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    let stdout = loop {
        let output = status(folder.path());
        let stdout = String::from_utf8(output.stdout).unwrap();
        if output.status.success() && stdout.matches("next run").count() == 4 {
            break stdout;
        }
        assert!(Instant::now() < deadline, "{stdout}");
    };
    for job in ["refill", "reap", "purge", "sweep"] {
        assert!(stdout.contains(job), "{stdout}");
    }
    stop(&mut worker);
}

#[test]
fn the_jobs_run_and_stop_whatever_becomes_of_the_output() {
    for output in BadOutput::ALL {
        let folder = TempDir::new().unwrap();
        // Makes the database, so that the worker and the next `status` do not both do it.
        status(folder.path());
        let mut command = jobs_by(output.launcher(), folder.path(), &[]);
        let _reader = output.attach(&mut command);
        let mut worker = command.env("RUST_LOG", "debug").spawn().unwrap();
        while !status(folder.path()).status.success() {
            assert!(worker.try_wait().unwrap().is_none(), "{output:?}");
        }
        stop(&mut worker);
    }
}

#[test]
fn an_unusable_database_is_one_error_line_without_the_password() {
    let folder = TempDir::new().unwrap();
    let output = jobs(folder.path(), &[])
        .env("DATABASE_URL", "postgres://me:geheim@127.0.0.1:1/x")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains("DATABASE_URL") && !stderr.contains("geheim"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unusable_bucket_is_one_error_line_that_names_the_setting() {
    let folder = TempDir::new().unwrap();
    let server = S3Server::start().await;
    let endpoint = server.endpoint();
    let valid = [
        ("S3_BUCKET", testbed::BUCKET),
        ("S3_ENDPOINT", &endpoint),
        ("S3_ACCESS_KEY_ID", testbed::ACCESS_KEY),
        ("S3_SECRET_ACCESS_KEY", testbed::SECRET_KEY),
        ("S3_FORCE_PATH_STYLE", "true"),
    ];
    let status = |invalid: Option<(&str, &str)>| {
        let mut command = jobs(folder.path(), &["status"]);
        command.envs(valid).envs(invalid).output().unwrap()
    };
    assert!(String::from_utf8(status(None).stdout).unwrap().contains("refill"));
    for invalid in [
        ("S3_BUCKET", "another"),
        ("S3_ENDPOINT", "http://127.0.0.1:1"),
        ("S3_ACCESS_KEY_ID", "AKIANOBODY"),
        ("S3_SECRET_ACCESS_KEY", "geheim"),
    ] {
        let output = status(Some(invalid));
        assert!(!output.status.success());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(stderr.contains(invalid.0), "{stderr}");
        assert!(!stderr.contains("geheim") && !stderr.contains(testbed::SECRET_KEY), "{stderr}");
    }
}

#[test]
fn every_blank_setting_counts_as_unset_and_no_setting_prints_a_password() {
    let folder = TempDir::new().unwrap();
    let help =
        String::from_utf8(jobs(folder.path(), &["--help"]).output().unwrap().stdout).unwrap();
    let names = settings::variables(&help);
    for blank in ["", " \t"] {
        let flags: Vec<_> =
            names.iter().map(|name| format!("{}={blank}", settings::flag(name))).collect();
        let flags = flags.iter().map(String::as_str).chain(["status"]).collect::<Vec<_>>();
        let variables = names.iter().map(String::as_str).chain(settings::OF_LIBRARIES);
        let output =
            jobs(folder.path(), &flags).envs(variables.map(|name| (name, blank))).output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains("refill"));
    }
    for name in &names {
        let mut command = jobs(folder.path(), &["status"]);
        let output = command.env(name, "https://me:geheim@127.0.0.1:1").output().unwrap();
        assert!(!String::from_utf8(output.stderr).unwrap().contains("geheim"), "{name}");
    }
    let output = jobs(folder.path(), &["status"]).env("RUST_LOG", "verbose").output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("RUST_LOG: \"verbose\""));
}
