//! `pastebin`: the site, and the maintenance of its data by hand.

use std::process::ExitCode;

use app::commands::output::print_line;
use app::commands::{Cli, Command, copy, maintenance, serve};
use app::settings::LogFormat;
use clap::Parser as _;
use mimalloc::MiMalloc;
use tracing_subscriber::EnvFilter;

/// A request makes dozens of small allocations, for which the system's allocator takes a quarter of
/// the time, and a few large ones, after which it keeps the memory. Huge pages are off (`no_thp`):
/// they made the process a third larger, but reads no faster.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The log filter without `RUST_LOG`: events of this workspace, and warnings of its dependencies.
const LOG: &str = "warn,pastebin=info,app=info,jobs=info,store=info,idservice=info";

/// Threads for blocking work such as packing large texts, hashing passwords and highlighting: eight
/// per core, and at least 16. All blocking pools together use seven per core, so none waits for
/// another's threads. tokio's default is 512, each of which could hold a text.
const BLOCKING_THREADS_PER_CORE: usize = 8;
const MIN_BLOCKING_THREADS: usize = 16;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr(cli.settings.log_format);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(MIN_BLOCKING_THREADS.max(BLOCKING_THREADS_PER_CORE * cores))
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(cli)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(Cli { settings, command }: Cli) -> anyhow::Result<()> {
    match command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&settings).await,
        Command::Purge => maintenance::purge(&settings).await,
        Command::Sweep => maintenance::sweep(&settings).await,
        Command::Healthcheck => maintenance::healthcheck(&settings).await,
        Command::Copy(options) => copy::run(&options, &settings.backends, print_line).await,
    }
}

fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => {
            log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init();
        }
        LogFormat::Json => log.json().init(),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "why the program ends goes to standard error, in any log format"
)]
fn report(error: &anyhow::Error) {
    eprintln!("pastebin: {error:#}");
}
