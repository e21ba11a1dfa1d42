//! `pb`: Pastebin from the terminal.

use std::process::ExitCode;

use cli::dispatch;

fn main() -> ExitCode {
    dispatch::run(startup::command_line::parse())
}
