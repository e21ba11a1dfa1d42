//! The commands of the program `pastebin`: serve the site, or maintain its data.

pub mod backup;
pub mod copy;
pub mod maintenance;
pub mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::{Program, print_line};

use crate::commands::copy::CopySettings;
use crate::settings::Settings;

/// Threads for blocking work such as packing large texts, hashing passwords and highlighting: nine
/// per core, and at least 18. All blocking pools together use no more, so none waits for another's
/// threads. tokio's default is 512, each of which could hold a text.
const BLOCKING_THREADS_PER_CORE: usize = 9;
const MIN_BLOCKING_THREADS: usize = 18;

/// The log filter without `RUST_LOG`: events of this workspace, and warnings of its dependencies.
const LOG: &str = "warn,pastebin=info,app=info,jobs=info,store=info,idservice=info,server=info";

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
    Purge {
        /// Also remove what expired by a jump of the clock in the last day, or while no site ran
        #[arg(long)]
        trust_clock: bool,
    },
    /// Walk the whole store now: remove texts older than a day that no paste names, report pastes without a text
    Sweep {
        /// Also read every text, check it against its hash, and report those that are damaged
        #[arg(long)]
        verify: bool,
    },
    /// Bring the database's tables up to date now, and say what was done. The site does so when it starts,
    /// unless its own user may not
    Migrate,
    /// Ask the site at LISTEN whether it is ready, and exit with 0 if it is
    Healthcheck,
    /// Write the database to a new file while the site runs, check it, and leave it to be restored
    Backup {
        /// The file to make
        file: PathBuf,
    },
    /// Put a backup in the place of the database while no site runs; the database before is kept beside it
    Restore {
        /// A file that `backup` made, or another copy of a database
        file: PathBuf,
    },
    Copy(CopySettings),
}

/// Runs a command to its end. This is not in `main`, because the compiler generates the code of an
/// async function where it is polled: in `main` it would be compiled after this crate instead of
/// with it.
pub fn run(Cli { settings, command }: Cli) -> ExitCode {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let program = Program {
        name: "pastebin",
        log_format: settings.log_format,
        log_filter: LOG,
        blocking_threads: MIN_BLOCKING_THREADS.max(BLOCKING_THREADS_PER_CORE * cores),
    };
    program.run(async {
        match command.unwrap_or(Command::Serve) {
            Command::Serve => serve::serve(&settings).await,
            Command::Purge { trust_clock } => maintenance::purge(&settings, trust_clock).await,
            Command::Sweep { verify } => maintenance::sweep(&settings, verify).await,
            Command::Migrate => maintenance::migrate(&settings).await,
            Command::Healthcheck => maintenance::healthcheck(&settings).await,
            Command::Backup { file } => backup::back_up(&settings.backends, &file).await,
            Command::Restore { file } => backup::restore(&settings.backends, &file).await,
            Command::Copy(options) => copy::run(&options, &settings.backends, print_line).await,
        }?;
        Ok(ExitCode::SUCCESS)
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
