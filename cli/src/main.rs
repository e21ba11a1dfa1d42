//! `pb`: Pastebin from the terminal.

use std::process::ExitCode;

use clap::Parser as _;
use cli::arguments::Cli;

fn main() -> ExitCode {
    cli::run(Cli::parse())
}
