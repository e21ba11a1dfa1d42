//! Standard output and standard error.

use std::io::{self, ErrorKind, Write as _};

use serde::Serialize;

use crate::error::{Error, io_message};

/// Prints a line to standard output.
pub(crate) fn print_line(line: &str) -> Result<(), Error> {
    print_bytes(format!("{line}\n").as_bytes())
}

/// Prints a value as one line of JSON to standard output.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Error> {
    let json = serde_json::to_string(value).map_err(|error| Error::Local(error.to_string()))?;
    print_line(&json)
}

pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| stdout_error(&error))
}

pub(crate) fn stdout_error(error: &io::Error) -> Error {
    match error.kind() {
        ErrorKind::BrokenPipe => Error::OutputClosed,
        _ => Error::Local(format!("standard output: {}", io_message(error))),
    }
}

/// Prints a line to standard error. A failure is ignored, since it could not be reported anywhere.
pub(crate) fn print_error_line(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Makes untrusted text safe to print on one line of a terminal.
///
/// Line breaks and tabs become spaces. Control characters and marks of text direction become
/// `U+FFFD`, so that the text cannot move the cursor, set colours or reverse the order of what
/// follows.
pub(crate) fn sanitize_line(text: &str) -> String {
    let sanitized = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        // Direction marks, embeddings, overrides and isolates.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => '\u{fffd}',
        c => c,
    };
    text.chars().map(sanitized).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_replaced() {
        assert_eq!(
            sanitize_line("\x1b]0;pwned\x07\x1b[2Jred"),
            "\u{fffd}]0;pwned\u{fffd}\u{fffd}[2Jred"
        );
        assert_eq!(sanitize_line("\u{9b}31m"), "\u{fffd}31m");
        assert_eq!(sanitize_line("two\nlines"), "two lines");
        assert_eq!(sanitize_line("evil\u{202e}txt.exe"), "evil\u{fffd}txt.exe");
        assert_eq!(sanitize_line("naïve 日本 🦀"), "naïve 日本 🦀");
    }
}
