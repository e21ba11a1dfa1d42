//! Pastebin from the terminal: a text in, a link out.

pub mod arguments;
mod client;
mod commands;
mod environment;
mod error;
mod keep;
mod meter;
mod output;
mod paste;
mod server;
mod source;
mod target;
mod whole;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::CommandFactory as _;

use arguments::{Cli, Command};
use commands::Pb;
use environment::Environment;
use error::Error;

/// Does what the command line asks, says on standard error what went wrong, and how it ended.
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.tell();
            error.exit_code()
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), Error> {
    cli.check()?;
    if cli.command.is_none() && cli.files.is_empty() && std::io::stdin().is_terminal() {
        output::warn(&Cli::command().render_help().to_string());
        return Err(Error::Told(error::USAGE));
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
