//! Runs the command that the command line names.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::arguments::{Cli, Command};
use crate::commands::{self, Pb};
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::{output, report};

/// Runs the command, prints an error to standard error and returns the exit code.
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::report(&error);
            error.exit_code()
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), Error> {
    cli.check()?;
    if cli.command.is_none() && cli.files.is_empty() && std::io::stdin().is_terminal() {
        output::warn(&Cli::command().render_help().to_string());
        return Err(Error::Reported(error::USAGE));
    }
    let pb = || Pb::new(Environment::of_this_process()?, cli.server, cli.json);
    match cli.command {
        None => commands::create(&pb()?, &cli.files, &cli.new),
        Some(Command::Get(what)) => commands::get(&pb()?, &what),
        Some(Command::Info { paste }) => commands::info(&pb()?, &paste),
        Some(Command::Edit(what)) => commands::edit(&pb()?, &what),
        Some(Command::Rm { pastes }) => commands::rm(&pb()?, &pastes),
        Some(Command::Ls(what)) => commands::ls(&pb()?, &what),
        Some(Command::Login(what)) => commands::login(&pb()?, &what),
        Some(Command::Logout { url }) => commands::logout(&pb()?, url.as_ref()),
        Some(Command::Completions { shell }) => commands::completions(shell),
    }
}
