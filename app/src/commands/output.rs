//! Prints the output of commands on the terminal.

use std::io::Write as _;

/// Prints a line to standard output. A closed output is ignored.
pub fn print_line(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
