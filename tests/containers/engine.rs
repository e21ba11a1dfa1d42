//! Commands of the Docker engine.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a container may take until it is healthy, also after a kill on a slow machine.
const HEALTHY: Duration = Duration::from_mins(3);

/// The folder of the project, which is the build context.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Whether an engine and Compose v2 answer. Says so where they do not.
pub fn is_here() -> bool {
    let answers = |args: &[&str]| {
        let mut command = Command::new("docker");
        command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let here = answers(&["info"]) && answers(&["compose", "version"]);
    if !here {
        eprintln!("skipped: no Docker engine with Compose v2 answers");
    }
    here
}

/// Runs `docker` and returns what it prints, without the last line end.
///
/// # Panics
/// The command fails.
pub fn docker(args: &[&str]) -> String {
    run(Command::new("docker").args(args))
}

/// Runs a command and returns its standard output, without the last line end.
///
/// # Panics
/// The command fails.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// A value of `docker inspect`, such as `.State.ExitCode`.
pub fn inspect(container: &str, value: &str) -> String {
    docker(&["inspect", "--format", &format!("{{{{{value}}}}}"), container])
}

/// Waits until the health check of a container succeeds.
pub fn until_healthy(container: &str) {
    let start = Instant::now();
    while inspect(container, ".State.Health.Status") != "healthy" {
        assert!(start.elapsed() < HEALTHY, "{container}: {}", docker(&["logs", container]));
        sleep(Duration::from_millis(200));
    }
}

/// Ends the first process of a container as the kernel does when memory runs out. `docker kill` would
/// count as an order to stay down.
pub fn kill(container: &str) {
    let (pid, started) = (inspect(container, ".State.Pid"), inspect(container, ".State.StartedAt"));
    let mut command = Command::new("docker");
    command.args(["run", "--rm", "--pid=host", "--user=0", "--cap-add=KILL", "--entrypoint=sh"]);
    command.args(["pastebin", "-c", &format!("kill -9 {pid}")]);
    run(&mut command);
    let start = Instant::now();
    while inspect(container, ".State.StartedAt") == started {
        assert!(start.elapsed() < HEALTHY, "{container} was not started again");
        sleep(Duration::from_millis(100));
    }
}

/// A port of this machine that is free.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
