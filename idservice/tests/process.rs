//! The program: what it says when it cannot start, and how it stops.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

fn idservice() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idservice"));
    command.env_remove("REDIS_URL").env_remove("RUST_LOG").env("LISTEN", "127.0.0.1:0");
    command
}

#[test]
fn without_its_redis_it_says_so_in_one_line_without_the_password() {
    let output = idservice().env("REDIS_URL", "redis://:geheim@127.0.0.1:1").output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("REDIS_URL") && !said.contains("geheim"), "{said}");
}

#[test]
fn without_the_setting_it_names_it() {
    let output = idservice().output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("--redis-url"));
}

#[test]
#[ignore = "needs TEST_REDIS_URL"]
fn it_starts_and_stops_on_a_signal() {
    let url = std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis server");
    let mut child = idservice().env("REDIS_URL", url).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("ready"), "{said}");
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}
