//! What goes wrong, in a line and in an exit code.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::server::Server;

const ANYTHING_ELSE: u8 = 1;
pub(crate) const USAGE: u8 = 2;
const NOT_THERE: u8 = 3;
const NOT_ALLOWED: u8 = 4;
const REFUSED: u8 = 5;
const LATER: u8 = 6;
const NO_CONNECTION: u8 = 7;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0}")]
    Usage(String),
    /// What the server says, under its status.
    #[error("{words}")]
    Server { status: u16, words: String },
    #[error("{server}: {why}")]
    NoConnection { server: Server, why: String },
    #[error("{0}")]
    Here(String),
    /// Standard output was closed by who reads it, such as `head`: no reason to complain.
    #[error("nobody reads the output")]
    Unread,
    /// The line is already said.
    #[error("exit code {0}")]
    Told(u8),
}

impl Error {
    /// Of a file on this computer.
    pub(crate) fn at(path: &Path, error: &io::Error) -> Self {
        Self::Here(format!("{}: {}", path.display(), plain(error)))
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => USAGE,
            Self::Server { status, .. } => match status {
                404 | 410 => NOT_THERE,
                401 | 403 => NOT_ALLOWED,
                400 | 413 | 415 | 422 => REFUSED,
                429 | 503 => LATER,
                _ => ANYTHING_ELSE,
            },
            Self::NoConnection { .. } => NO_CONNECTION,
            Self::Here(_) => ANYTHING_ELSE,
            Self::Unread => 0,
            Self::Told(code) => *code,
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

/// Without the number that the system gives it: `No such file or directory`.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.as_str(), |(words, _)| words).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_can_tell_why() {
        for (status, code) in [
            (404, 3),
            (401, 4),
            (403, 4),
            (400, 5),
            (413, 5),
            (422, 5),
            (429, 6),
            (503, 6),
            (500, 1),
        ] {
            assert_eq!(Error::Server { status, words: String::new() }.code(), code, "{status}");
        }
    }
}
