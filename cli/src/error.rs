//! The errors of a command, each with a message and an exit code.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::server::Server;

// `pb --help` documents these exit codes.
const OTHER: u8 = 1;
pub(crate) const USAGE: u8 = 2;
const NOT_FOUND: u8 = 3;
const NOT_ALLOWED: u8 = 4;
const REJECTED: u8 = 5;
const RETRY_LATER: u8 = 6;
const NO_CONNECTION: u8 = 7;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0}")]
    Usage(String),
    /// The server answered with an error status.
    #[error("{message}")]
    Server { status: u16, message: String },
    #[error("{server}: {reason}")]
    NoConnection { server: Server, reason: String },
    /// An error on this computer, such as an unreadable file.
    #[error("{0}")]
    Local(String),
    /// The reader of standard output, such as `head`, closed it. This counts as success.
    #[error("standard output is closed")]
    OutputClosed,
    /// The error is printed already; only the exit code is left.
    #[error("exit code {0}")]
    Reported(u8),
}

impl Error {
    /// An I/O error of the file at `path`.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Self::Local(format!("{}: {}", path.display(), io_message(error)))
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => USAGE,
            Self::Server { status, .. } => match status {
                404 | 410 => NOT_FOUND,
                401 | 403 => NOT_ALLOWED,
                400 | 413 | 415 | 422 => REJECTED,
                429 | 503 => RETRY_LATER,
                _ => OTHER,
            },
            Self::NoConnection { .. } => NO_CONNECTION,
            Self::Local(_) => OTHER,
            Self::OutputClosed => 0,
            Self::Reported(code) => *code,
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

/// The error's message without its system number: `No such file or directory`.
pub(crate) fn io_message(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.as_str(), |(message, _)| message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_maps_to_an_exit_code() {
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
            assert_eq!(Error::Server { status, message: String::new() }.code(), code, "{status}");
        }
    }
}
