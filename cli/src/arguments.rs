//! The command line. The doc comments of commands and options are the text of `pb --help`.

pub(crate) mod commands;
pub(crate) mod visibility;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::error::Error;
use crate::server::Server;
use crate::target::Target;

use commands::{EditOptions, GetOptions, LoginOptions, LsOptions};
use visibility::Visibility;

const AFTER_HELP: &str = "\
Without a command, pb saves each file (or standard input) and prints its link, one a line:
  pb < notes.txt        make | pb -t 'build log' -e 1d        pb src/main.rs Cargo.toml
A file that is called like a command is meant by a path: pb ./get

The server is that of --server, else PB_SERVER, else that of the last pb login, else
http://127.0.0.1:8080. The token is PB_TOKEN, which goes to PB_SERVER (where that is not set, to the
server in use), else what pb login saved, which goes to no other server than the one it is of.
A paste made without a token can be changed by this computer, which remembers how.
A proxy is taken from ALL_PROXY, HTTPS_PROXY or HTTP_PROXY, but for NO_PROXY and this computer.

With --json, standard output has one JSON object a line: the paste, as the server's API gives it.

Exit codes:
  0  fine                          4  not allowed: no token, or not one for this
  1  anything else                 5  the server refuses it: too large, not text, a bad value
  2  wrong usage                   6  try again later: too many requests, or the server is busy
  3  no such paste                 7  no connection to the server
Where several things are asked for, each is tried; the code is that of the first that failed.";

/// Pastebin from the terminal: a text in, a link out
#[derive(Debug, Parser)]
#[command(name = "pb", version, after_help = AFTER_HELP)]
#[command(override_usage = "pb [OPTIONS] [FILE]…\n       pb [OPTIONS] <COMMAND>")]
pub struct Cli {
    /// What to save; - is standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) new: NewPaste,

    /// Which server: paste.example.org
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<Server>,

    /// Print JSON, one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The details of a new paste.
#[derive(Args, Clone, Debug)]
pub(crate) struct NewPaste {
    /// How long it lives: 10m, 1h, 1d, 1w, 1M, 1y, never, 90m, …
    #[arg(short, long, value_name = "TIME")]
    pub(crate) expires: Option<String>,

    /// What it is written in: rust, json, text, … [default: guessed from name and text]
    #[arg(short, long)]
    pub(crate) syntax: Option<String>,

    /// What it is called [default: the name of the file]
    #[arg(short, long)]
    pub(crate) title: Option<String>,

    /// Who may see it
    #[arg(short, long, value_enum)]
    pub(crate) visibility: Option<Visibility>,

    /// How it is encoded, if it is not UTF-8: windows-1251, …
    #[arg(long, value_name = "NAME")]
    pub(crate) charset: Option<String>,

    /// Keep a text that is not UTF-8, with � for what cannot be read
    #[arg(long)]
    pub(crate) lossy: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Get(GetOptions),
    /// Print what is known of a paste
    Info {
        #[arg(value_name = "ID|URL")]
        paste: Target,
    },
    Edit(EditOptions),
    /// Delete pastes
    Rm {
        #[arg(value_name = "ID|URL", required = true)]
        pastes: Vec<Target>,
    },
    Ls(LsOptions),
    Login(LoginOptions),
    /// Forget the token of a server (it stays valid: it is revoked on the site)
    Logout {
        /// Which server [default: the one in use]
        url: Option<Server>,
    },
    /// Print the script that completes pb in a shell
    Completions {
        shell: Shell,
    },
}

impl Cli {
    /// Rejects the options of a new paste together with a command.
    ///
    /// clap's own setting for this, `args_conflicts_with_subcommands`, would take `ls` in
    /// `pb --json ls` for a file.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let NewPaste { expires, syntax, title, visibility, charset, lossy } = &self.new;
        let texts = [expires, syntax, title, charset];
        let describes_new_paste =
            texts.iter().any(|text| text.is_some()) || visibility.is_some() || *lossy;
        if self.command.is_some() && (describes_new_paste || !self.files.is_empty()) {
            let message = "-e, -s, -t, -v, --charset and --lossy before a command are of no use to it: see pb help COMMAND";
            return Err(Error::Usage(message.to_owned()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
