//! The commands of the program `pastebin`: serve the site, or maintain its data.

pub mod copy;
pub mod maintenance;
pub mod output;
pub mod serve;

use clap::{Parser, Subcommand};

use crate::commands::copy::CopySettings;
use crate::settings::Settings;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
