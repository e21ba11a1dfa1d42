//! The `jobs` program: runs the periodic jobs as a separate process, and prints their status.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use jobs::{Backends, Config, JobState, JobStatus, Worker};
use server::{LogFormat, Program, notify_ready, print_line, stop_signal};
use store::{Clock, Store};
use tracing::info;

/// How long the database may take to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long running jobs may take to finish after a signal to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);

/// Threads for blocking work. The jobs themselves wait for engines; unpacking a text blocks.
const BLOCKING_THREADS: usize = 16;

/// The worker: refills ids, purges what is over, sweeps the store. Any number may run.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    backends: Backends,

    /// How log lines look
    #[arg(long, env, global = true, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,

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
    let cli: Cli = startup::command_line::parse();
    let program = Program {
        name: "jobs",
        log_format: cli.log_format,
        log_filter: "warn,jobs=info,store=info,server=info",
        blocking_threads: BLOCKING_THREADS,
    };
    program.run(async {
        let is_well = match cli.command.unwrap_or(Command::Run) {
            Command::Run => run(&cli.backends).await,
            Command::Status => status(&cli.backends).await,
        }?;
        Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

async fn run(backends: &Backends) -> anyhow::Result<bool> {
    let stop = stop_signal()?;
    let context = backends.open(Clock::System).await?;
    let store = context.store.clone();
    let worker = Worker::start(context, Config::default());
    info!("the worker is ready");
    notify_ready();
    stop.await;
    let all_ended = worker.stop(DRAIN_TIMEOUT).await;
    close(&store).await;
    Ok(all_ended)
}

/// Closes the database, so that no write-ahead log is left. One that does not answer is given up.
async fn close(store: &Store) {
    let _ = tokio::time::timeout(CLOSE_TIMEOUT, store.db().close()).await;
}

/// Prints the status of every job. Returns whether all of them are well.
async fn status(backends: &Backends) -> anyhow::Result<bool> {
    let context = backends.open(Clock::System).await?;
    let statuses = jobs::status(&context).await;
    close(&context.store).await;
    let statuses = statuses?;
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
