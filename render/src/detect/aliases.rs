//! Names that interpreters and editors give to languages.

use crate::syntaxes::aliases::slug_of_alias;
use crate::syntaxes::{self, PLAIN};

/// Modes of editors that stand for no syntax.
const NO_SYNTAX: [&str; 3] = ["conf-unix", "help", "fundamental"];

/// The slug of the syntax that an interpreter or an editor's mode stands for: `python3`, `c++`,
/// `sh`. `None` for an unknown name and for plain text.
pub fn slug_of(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    if NO_SYNTAX.contains(&&*name) {
        return None;
    }
    slug_of_alias(&name).or_else(|| {
        let unversioned = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        let syntax = syntaxes::find(&name).or_else(|| syntaxes::find(unversioned))?;
        (syntax.slug != PLAIN).then_some(syntax.slug)
    })
}
