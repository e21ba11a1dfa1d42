//! What is printed, and where it stops.

use std::io::{self, ErrorKind, Write as _};

use serde::Serialize;

use crate::error::{Error, io_message};

/// A line on standard output.
pub(crate) fn say(line: &str) -> Result<(), Error> {
    write(format!("{line}\n").as_bytes())
}

pub(crate) fn say_json(value: &impl Serialize) -> Result<(), Error> {
    let json = serde_json::to_string(value).map_err(|error| Error::Local(error.to_string()))?;
    say(&json)
}

pub(crate) fn write(bytes: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| unwritten(&error))
}

pub(crate) fn unwritten(error: &io::Error) -> Error {
    match error.kind() {
        ErrorKind::BrokenPipe => Error::OutputClosed,
        _ => Error::Local(format!("standard output: {}", io_message(error))),
    }
}

/// A line on standard error, unless nobody listens there any more.
pub(crate) fn warn(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// What others wrote, fit for a terminal and for one line: it moves no cursor, sets no colour and
/// turns no text around.
pub(crate) fn one_line(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        // Marks, embeddings, overrides and isolates of direction.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_steered_by_a_title() {
        assert_eq!(
            one_line("\x1b]0;pwned\x07\x1b[2Jred"),
            "\u{fffd}]0;pwned\u{fffd}\u{fffd}[2Jred"
        );
        assert_eq!(one_line("\u{9b}31m"), "\u{fffd}31m");
        assert_eq!(one_line("two\nlines"), "two lines");
        assert_eq!(one_line("evil\u{202e}txt.exe"), "evil\u{fffd}txt.exe");
        assert_eq!(one_line("naïve 日本 🦀"), "naïve 日本 🦀");
    }
}
