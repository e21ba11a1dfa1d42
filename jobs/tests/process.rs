//! The program: it works, says how its jobs are doing, and stops.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use testbed::S3Server;

fn jobs(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobs"));
    command.args(arguments).current_dir(folder);
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
fn status_tells_a_fleet_without_a_worker_from_one_with() {
    let folder = TempDir::new().unwrap();
    let alone = status(folder.path());
    assert!(!alone.status.success());
    assert_eq!(String::from_utf8(alone.stdout).unwrap().matches("missing").count(), 4);

    let mut worker = jobs(folder.path(), &[]).stderr(Stdio::null()).spawn().unwrap();
    let patience = Instant::now() + Duration::from_mins(1);
    let said = loop {
        let with = status(folder.path());
        let said = String::from_utf8(with.stdout).unwrap();
        if with.status.success() && said.matches("next run").count() == 4 {
            break said;
        }
        assert!(Instant::now() < patience, "{said}");
    };
    for job in ["refill", "reap", "purge", "sweep"] {
        assert!(said.contains(job), "{said}");
    }
    stop(&mut worker);
}

#[test]
fn a_database_that_cannot_be_used_is_one_line_without_the_password() {
    let folder = TempDir::new().unwrap();
    let output = jobs(folder.path(), &[])
        .env("DATABASE_URL", "postgres://me:geheim@127.0.0.1:1/x")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("DATABASE_URL") && !said.contains("geheim"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_cannot_be_used_is_one_line_that_names_the_setting() {
    let folder = TempDir::new().unwrap();
    let server = S3Server::start().await;
    let endpoint = server.endpoint();
    let right = [
        ("S3_BUCKET", testbed::BUCKET),
        ("S3_ENDPOINT", &endpoint),
        ("S3_ACCESS_KEY_ID", testbed::ACCESS_KEY),
        ("S3_SECRET_ACCESS_KEY", testbed::SECRET_KEY),
        ("S3_FORCE_PATH_STYLE", "true"),
    ];
    let status = |wrong: Option<(&str, &str)>| {
        let mut command = jobs(folder.path(), &["status"]);
        command.envs(right).envs(wrong).output().unwrap()
    };
    assert!(String::from_utf8(status(None).stdout).unwrap().contains("refill"));
    for wrong in [
        ("S3_BUCKET", "another"),
        ("S3_ENDPOINT", "http://127.0.0.1:1"),
        ("S3_ACCESS_KEY_ID", "AKIANOBODY"),
        ("S3_SECRET_ACCESS_KEY", "geheim"),
    ] {
        let output = status(Some(wrong));
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(wrong.0), "{said}");
        assert!(!said.contains("geheim") && !said.contains(testbed::SECRET_KEY), "{said}");
    }
}
