//! `pastebin`: the site, and the maintenance of its data by hand.

use std::process::ExitCode;

use app::commands::{Cli, run};
use app::settings::LogFormat;
use mimalloc::MiMalloc;

/// A request makes dozens of small allocations, for which the system's allocator takes a quarter of
/// the time, and a few large ones, after which it keeps the memory. Huge pages are off (`no_thp`):
/// they made the process a third larger, but reads no faster.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The log filter without `RUST_LOG`: events of this workspace, and warnings of its dependencies.
const LOG: &str = "warn,pastebin=info,app=info,jobs=info,store=info,idservice=info";

fn main() -> ExitCode {
    let cli: Cli = startup::parse();
    log_to_stderr(cli.settings.log_format);
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr(format: LogFormat) {
    let filter = startup::log::filter(LOG);
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
