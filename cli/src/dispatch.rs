//! Runs the command that the command line names.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::arguments::{Cli, Command};
use crate::commands::completions::completions;
use crate::commands::create::create;
use crate::commands::edit::edit;
use crate::commands::get::get;
use crate::commands::info::info;
use crate::commands::login::{login, logout};
use crate::commands::ls::ls;
use crate::commands::rm::rm;
use crate::context::Context;
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::output;
use crate::report::report;

/// Runs the command, prints an error to standard error and returns the exit code.
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            error.exit_code()
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), Error> {
    cli.check()?;
    if cli.command.is_none() && cli.files.is_empty() && std::io::stdin().is_terminal() {
        output::print_error_line(&Cli::command().render_help().to_string());
        return Err(Error::Reported(error::USAGE));
    }
    let context = || Context::new(Environment::from_process()?, cli.server, cli.json);
    match cli.command {
        None => create(&context()?, &cli.files, &cli.new),
        Some(Command::Get(options)) => get(&context()?, &options),
        Some(Command::Info { paste }) => info(&context()?, &paste),
        Some(Command::Edit(options)) => edit(&context()?, &options),
        Some(Command::Rm { pastes }) => rm(&context()?, &pastes),
        Some(Command::Ls(options)) => ls(&context()?, &options),
        Some(Command::Login(options)) => login(&context()?, &options),
        Some(Command::Logout { url }) => logout(&context()?, url.as_ref()),
        Some(Command::Completions { shell }) => completions(shell),
    }
}
