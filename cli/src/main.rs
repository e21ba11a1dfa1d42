//! `pb`: Pastebin from the terminal.

use std::process::ExitCode;

use clap::Parser as _;
use cli::arguments::Cli;
use cli::dispatch;

fn main() -> ExitCode {
    dispatch::run(Cli::parse())
}
