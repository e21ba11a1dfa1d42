//! The command line of a program.

use std::ffi::OsString;

use clap::{Command, Error, Parser};

use crate::{arguments, environment, redact};

/// Parses the command line of this process. Ends the process with a message if it is invalid, or if
/// it asks for help or the version.
///
/// Call it first in `main`, before there is a second thread: it removes blank variables from the
/// environment, so that libraries do not see them either.
pub fn parse<C: Parser>() -> C {
    environment::remove_blank_variables();
    try_parse_from(std::env::args_os()).unwrap_or_else(|error| error.exit())
}

/// As [`parse`], with given arguments. The first one is the name of the program.
///
/// # Errors
/// The arguments are invalid, or ask for help or the version.
pub fn try_parse_from<C: Parser>(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<C, Error> {
    let mut command = without_values_in_help(C::command());
    let arguments = arguments::without_blank_settings(&command, arguments);
    let parsed = command.try_get_matches_from_mut(arguments).and_then(|mut matches| {
        C::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
    });
    parsed.map_err(redact::error)
}

/// `--help` names the variables without their values, which may hold passwords.
fn without_values_in_help(command: Command) -> Command {
    command
        .mut_args(|argument| argument.hide_env_values(true))
        .mut_subcommands(without_values_in_help)
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[arg(long, env = "STARTUP_TEST_LISTEN", global = true, default_value = "127.0.0.1:1")]
        listen: SocketAddr,
        #[arg(long)]
        title: Option<String>,
        #[command(subcommand)]
        command: Option<Sub>,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Sub {
        Run { words: Vec<String> },
    }

    fn parse(arguments: &[&str]) -> Result<Cli, String> {
        let arguments = ["program"].iter().chain(arguments).map(OsString::from);
        try_parse_from(arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn a_blank_flag_of_a_setting_counts_as_absent() {
        for blank in
            [&["--listen", ""][..], &["--listen="], &["--listen", " \t"], &["run", "--listen="]]
        {
            assert_eq!(parse(blank).unwrap().listen.port(), 1, "{blank:?}");
        }
        assert_eq!(parse(&["--listen=127.0.0.1:2"]).unwrap().listen.port(), 2);
    }

    #[test]
    fn other_blank_arguments_are_kept() {
        assert_eq!(parse(&["--title", ""]).unwrap().title.as_deref(), Some(""));
        let Some(Sub::Run { words }) = parse(&["run", "", "--", "--listen", ""]).unwrap().command
        else {
            panic!("a command is given");
        };
        assert_eq!(words, ["", "--listen", ""]);
    }

    #[test]
    fn no_error_shows_a_password() {
        for arguments in [
            &["--listen=http://me:geheim@host"][..],
            &["http://me:geheim@host"],
            &["--me:geheim@host"],
        ] {
            let error = parse(arguments).unwrap_err();
            assert!(!error.contains("geheim") && error.contains("host"), "{error}");
        }
    }
}
