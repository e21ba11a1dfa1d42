//! The options of each command. The doc comments are the text of `pb help COMMAND`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use crate::arguments::visibility::Visibility;
use crate::server::Server;
use crate::target::Target;

/// Print the exact text of a paste
///
/// With --json the paste as JSON, with its text in "text" unless that goes to a file.
#[derive(Args, Debug)]
pub(crate) struct GetOptions {
    #[arg(value_name = "ID|URL")]
    pub(crate) paste: Target,

    /// Write it to a file, which is there whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Change what is said of a paste; its text stays
#[derive(Args, Debug)]
pub(crate) struct EditOptions {
    #[arg(value_name = "ID|URL")]
    pub(crate) paste: Target,

    #[command(flatten)]
    pub(crate) changes: Changes,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub(crate) struct Changes {
    /// How long it lives from now on: 10m, 1h, 1d, 1w, 1M, 1y, never, 90m, …
    #[arg(short, long, value_name = "TIME")]
    pub(crate) expires: Option<String>,

    /// What it is written in: rust, json, text, …; auto guesses again
    #[arg(short, long)]
    pub(crate) syntax: Option<String>,

    /// What it is called
    #[arg(short, long)]
    pub(crate) title: Option<String>,

    /// Who may see it
    #[arg(short, long, value_enum)]
    pub(crate) visibility: Option<Visibility>,
}

/// List your pastes, the newest first
///
/// Without a token: those that this computer made on the server and remembers.
#[derive(Args, Debug)]
pub(crate) struct LsOptions {
    /// How many
    #[arg(short = 'n', long, value_name = "N", default_value = "20")]
    pub(crate) limit: NonZeroUsize,

    /// All of them
    #[arg(short, long, conflicts_with = "limit")]
    pub(crate) all: bool,
}

/// Save a token of a server, and use that server from now on
#[derive(Args, Debug)]
pub(crate) struct LoginOptions {
    /// Which server [default: the one in use]
    pub(crate) url: Option<Server>,

    /// Read the token from standard input instead of asking for it
    #[arg(long)]
    pub(crate) with_token: bool,
}
