//! The `jobs` program: runs the periodic jobs as a separate process, and prints their status.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use jobs::{Backends, Config, JobState, JobStatus, Worker};
use store::Clock;
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

/// How long running jobs may take to finish after a signal to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);

/// The worker: refills ids, purges what is over, sweeps the store. Any number may run.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    backends: Backends,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Command {
    /// Work until told to stop (what happens without a command)
    Run,
    /// Say of each chain when it last went well, when it runs next, and what is stuck
    Status,
}

fn main() -> ExitCode {
    let cli: Cli = startup::parse();
    tracing_subscriber::fmt()
        .with_env_filter(startup::log::filter("warn,jobs=info,store=info"))
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    match run(&cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            print_error(&error);
            ExitCode::FAILURE
        }
    }
}

/// Runs the command. Returns whether all is well.
#[tokio::main]
async fn run(cli: &Cli) -> anyhow::Result<bool> {
    match cli.command.unwrap_or(Command::Run) {
        Command::Run => work(&cli.backends).await,
        Command::Status => status(&cli.backends).await,
    }
}

async fn work(backends: &Backends) -> anyhow::Result<bool> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let worker = Worker::start(backends.open(Clock::System).await?, Config::default());
    info!("the worker is ready");
    tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    info!("stopping after the running jobs");
    Ok(worker.stop(DRAIN_TIMEOUT).await)
}

/// Prints the status of every job. Returns whether all of them are well.
async fn status(backends: &Backends) -> anyhow::Result<bool> {
    let context = backends.open(Clock::System).await?;
    let statuses = jobs::status(&context).await?;
    for status in &statuses {
        print_line(&describe(status));
    }
    Ok(statuses
        .iter()
        .all(|status| matches!(status.state, JobState::Waiting { .. } | JobState::Running)))
}

fn describe(status: &JobStatus) -> String {
    let now = match status.state {
        JobState::Missing => "missing: no worker has seen to it".to_owned(),
        JobState::Waiting { next_run } => format!("next run {}", next_run.rfc3339()),
        JobState::Running => "running".to_owned(),
        JobState::Stuck { since } => format!("stuck since {}", since.rfc3339()),
    };
    let last = match &status.last_success {
        Some((at, result)) => format!("last success {}: {result}", at.rfc3339()),
        None => "no success yet".to_owned(),
    };
    let error = match &status.last_error {
        Some((at, error)) => format!("; last error {}: {error}", at.rfc3339()),
        None => String::new(),
    };
    format!("{:<8}{now}; {last}{error}", status.job.name())
}

/// Writes to standard output. A closed pipe is ignored.
fn print_line(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[expect(clippy::print_stderr, reason = "the reason for a failed start goes to standard error")]
fn print_error(error: &anyhow::Error) {
    eprintln!("jobs: {error:#}");
}
