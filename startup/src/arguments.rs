//! Arguments of the command line that count as absent.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};

use clap::Command;

use crate::environment::is_blank;

/// The arguments without settings whose value is blank: `--redis-url ''` and `--redis-url=`. An
/// option is a setting if an environment variable can give it as well.
pub(crate) fn without_blank_settings(
    command: &Command,
    arguments: impl IntoIterator<Item = OsString>,
) -> Vec<OsString> {
    let mut settings = HashSet::new();
    collect_settings(command, &mut settings);
    let mut kept = Vec::new();
    let mut arguments = arguments.into_iter().peekable();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            kept.push(argument);
            kept.extend(arguments);
            break;
        }
        let text = argument.to_string_lossy();
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(OsStr::new(value))),
            None => (&*text, None),
        };
        let is_setting = settings.contains(name);
        if is_setting && value.is_some_and(is_blank) {
            continue;
        }
        if is_setting && value.is_none() && arguments.peek().is_some_and(|next| is_blank(next)) {
            arguments.next();
            continue;
        }
        kept.push(argument);
    }
    kept
}

/// The flags of all settings, such as `--redis-url`.
fn collect_settings(command: &Command, settings: &mut HashSet<String>) {
    let with_variable = command.get_arguments().filter(|argument| argument.get_env().is_some());
    settings
        .extend(with_variable.filter_map(|argument| Some(format!("--{}", argument.get_long()?))));
    for subcommand in command.get_subcommands() {
        collect_settings(subcommand, settings);
    }
}
