//! The commands of the program `pastebin`: serve the site, or maintain its data.

pub mod copy;
pub mod maintenance;
pub mod output;
pub mod serve;

use clap::{Parser, Subcommand};

use crate::commands::copy::CopySettings;
use crate::commands::output::print_line;
use crate::settings::Settings;

/// Threads for blocking work such as packing large texts, hashing passwords and highlighting: eight
/// per core, and at least 16. All blocking pools together use seven per core, so none waits for
/// another's threads. tokio's default is 512, each of which could hold a text.
const BLOCKING_THREADS_PER_CORE: usize = 8;
const MIN_BLOCKING_THREADS: usize = 16;

/// A pastebin: write a text, pick how long it lives, hand somebody the link.
///
/// Without a command it runs the site. Whatever is not set is embedded: nothing to install.
#[derive(Debug, Parser)]
#[command(name = "pastebin", version)]
pub struct Cli {
    #[command(flatten)]
    pub settings: Settings,

    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Run the site (what happens without a command)
    Serve,
    /// Remove expired and deleted pastes and old sessions now, and say how many
    Purge,
    /// Walk the whole store now: remove texts older than a day that no paste names, report pastes without a text
    Sweep,
    /// Ask the site at LISTEN whether it is ready, and exit with 0 if it is
    Healthcheck,
    Copy(CopySettings),
}

/// Runs a command to its end. The runtime is made here and not in `main`, because the compiler
/// generates the code of an async function where it is polled: in `main` it would be compiled after
/// this crate instead of with it.
///
/// # Errors
/// Those of the command, or the operating system starts no threads.
pub fn run(Cli { settings, command }: Cli) -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(MIN_BLOCKING_THREADS.max(BLOCKING_THREADS_PER_CORE * cores))
        .build()?;
    runtime.block_on(async {
        match command.unwrap_or(Command::Serve) {
            Command::Serve => serve::serve(&settings).await,
            Command::Purge => maintenance::purge(&settings).await,
            Command::Sweep => maintenance::sweep(&settings).await,
            Command::Healthcheck => maintenance::healthcheck(&settings).await,
            Command::Copy(options) => copy::run(&options, &settings.backends, print_line).await,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
