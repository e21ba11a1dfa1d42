//! How a program ends, with an output that takes nothing. Each test starts itself again as the
//! program.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::File;
use std::process::{Command, ExitCode, Output, Stdio};
use std::time::Duration;

use server::{LogFormat, Program};

/// In the environment of the program.
const PROGRAM: &str = "TEST_IS_PROGRAM";

const NAME: &str = "test";

/// Runs `work` as a program of its own, and returns its outcome. In that program this does not return.
fn run(test: &str, stderr: Stdio, work: impl Future<Output = anyhow::Result<ExitCode>>) -> Output {
    if std::env::var_os(PROGRAM).is_some() {
        let program = Program {
            name: NAME,
            log_format: LogFormat::Text,
            log_filter: "off",
            blocking_threads: 2,
        };
        let code = program.run(work);
        std::process::exit(i32::from(code != ExitCode::SUCCESS));
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]).env(PROGRAM, "1").env_remove("RUST_LOG");
    command.stderr(stderr).stdout(Stdio::null()).spawn().unwrap().wait_with_output().unwrap()
}

async fn panic_in_a_task() {
    let task = tokio::spawn(async { panic!("a defect") });
    assert!(task.await.unwrap_err().is_panic());
}

#[test]
fn a_panic_of_a_task_is_reported_and_ends_no_program() {
    let work = async {
        panic_in_a_task().await;
        Ok(ExitCode::SUCCESS)
    };
    let name = "a_panic_of_a_task_is_reported_and_ends_no_program";
    let output = run(name, Stdio::piped(), work);
    assert!(output.status.success());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("a defect") && stderr.contains("program.rs"), "{stderr}");
}

#[test]
fn a_panic_that_cannot_be_reported_ends_no_program() {
    let work = async {
        panic_in_a_task().await;
        Ok(ExitCode::SUCCESS)
    };
    let full = File::options().write(true).open("/dev/full").unwrap();
    let name = "a_panic_that_cannot_be_reported_ends_no_program";
    let output = run(name, full.into(), work);
    assert!(output.status.success());
}

#[test]
fn blocking_work_without_an_end_does_not_hold_the_program() {
    let work = async {
        tokio::task::spawn_blocking(|| std::thread::sleep(Duration::MAX));
        Ok(ExitCode::SUCCESS)
    };
    let name = "blocking_work_without_an_end_does_not_hold_the_program";
    let output = run(name, Stdio::piped(), work);
    assert!(output.status.success());
}

#[test]
fn an_error_is_one_line() {
    let work = async { Err(anyhow::anyhow!("cause").context("it failed")) };
    let output = run("an_error_is_one_line", Stdio::piped(), work);
    assert!(!output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "test: it failed: cause\n");
}
