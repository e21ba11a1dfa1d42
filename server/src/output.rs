//! Prints the result of a command.

use std::io::Write as _;

/// Prints a line to standard output. A failure is ignored: the command has done its work by then.
pub fn print_line(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
