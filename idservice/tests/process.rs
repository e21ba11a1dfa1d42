//! The `idservice` program: its errors at startup, and how it stops.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use testbed::{BadOutput, settings};

fn idservice() -> Command {
    idservice_by(&[])
}

/// A command that runs `launcher`, which gets the program's path.
fn idservice_by(launcher: &[&str]) -> Command {
    let words = [launcher, &[env!("CARGO_BIN_EXE_idservice")]].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command.env_remove("REDIS_URL").env_remove("RUST_LOG").env("LISTEN", "127.0.0.1:0");
    command
}

#[test]
fn an_unreachable_redis_is_one_error_line_without_the_password() {
    let output = idservice().env("REDIS_URL", "redis://:geheim@127.0.0.1:1").output().unwrap();
    assert!(!output.status.success());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains("REDIS_URL") && !stderr.contains("geheim"), "{stderr}");
}

#[test]
fn a_missing_redis_url_is_named_in_the_error() {
    let output = idservice().output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("--redis-url"));
}

#[test]
#[ignore = "needs TEST_REDIS_URL"]
fn the_program_starts_and_stops_on_a_signal() {
    let url = std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis server");
    let mut child = idservice().env("REDIS_URL", url).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut stderr).unwrap();
    assert!(stderr.contains("ready"), "{stderr}");
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

#[test]
fn every_blank_setting_counts_as_unset() {
    let help = String::from_utf8(idservice().arg("--help").output().unwrap().stdout).unwrap();
    let names = settings::variables(&help);
    for blank in ["", " \t"] {
        let variables = names.iter().map(String::as_str).chain(settings::OF_LIBRARIES);
        let mut command = idservice();
        command.envs(variables.map(|name| (name, blank))).arg(format!("--listen={blank}"));
        // LISTEN is not the fault, so its default holds; Redis has no default.
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("not provided") && stderr.contains("--redis-url"), "{stderr}");
        let output = command.args(["--redis-url", "redis://127.0.0.1:1"]).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("idservice: REDIS_URL: "), "{stderr}");
    }
}

#[test]
fn an_invalid_log_filter_is_an_error() {
    let output = idservice()
        .args(["--redis-url", "redis://127.0.0.1:1"])
        .env("RUST_LOG", "verbose")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("RUST_LOG: \"verbose\""));
}

#[test]
#[ignore = "needs TEST_REDIS_URL"]
fn the_program_serves_and_stops_whatever_becomes_of_its_output() {
    let url = std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis server");
    for output in BadOutput::ALL {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut command = idservice_by(output.launcher());
        let _reader = output.attach(&mut command);
        command.env("REDIS_URL", &url).env("LISTEN", &free).env("RUST_LOG", "debug");
        let mut child = command.spawn().unwrap();
        while TcpStream::connect(&free).is_err() {
            assert!(child.try_wait().unwrap().is_none(), "{output:?}");
        }
        let mut healthy = idservice();
        healthy.arg("healthcheck").env("REDIS_URL", &url).env("LISTEN", &free);
        assert!(healthy.status().unwrap().success(), "{output:?}");
        assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        assert!(child.wait().unwrap().success(), "{output:?}");
    }
}
