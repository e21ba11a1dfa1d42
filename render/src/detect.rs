//! Detects the syntax of a paste: first by its name, then by markers in the text, then by the
//! shape of its lines, and last by keywords.
//!
//! A wrong guess is worse than none, so a text that is not clearly one syntax is plain text.
//!
//! This is our own code because no maintained library detects a syntax from a text alone:
//! hyperpolyglot is from 2020, `linguist` only chooses between languages that share a file
//! extension, and magika needs a neural network and its runtime.

mod aliases;
mod keywords;
mod markers;
mod name;
mod shape;
#[cfg(test)]
mod tests;

use crate::syntaxes::{self, Syntax};

/// The detectors look at this many bytes from the start of a text: enough for a licence header and
/// some code.
const SAMPLE_BYTES: usize = 16 * 1024;

/// Detects the syntax of `text`. `name` is a file name or a title, and may be any sentence or empty.
///
/// The cost is bounded: well under 2 ms for any text.
pub fn detect(name: &str, text: &str) -> &'static Syntax {
    let text = text.trim_start_matches('\u{feff}');
    let sample = &text[..text.floor_char_boundary(SAMPLE_BYTES)];
    let slug = match name::detect(name) {
        Some(named) => Some(disambiguate(named, sample)),
        None => markers::detect(sample)
            .or_else(|| shape::detect(text, sample))
            .or_else(|| keywords::detect(sample)),
    };
    slug.and_then(syntaxes::find).unwrap_or_else(syntaxes::plain)
}

/// Some file extensions belong to more than one language. For those, the text decides.
fn disambiguate(named: &'static str, sample: &str) -> &'static str {
    let alternatives: &[&str] = match named {
        "c" => &["cpp", "objc"],
        "objc" => &["matlab", "octave"],
        "ini" => &["apache", "nginx"],
        "typescript" => &["xml"],
        _ => return named,
    };
    let detected = markers::detect(sample).or_else(|| keywords::detect(sample));
    detected.filter(|slug| alternatives.contains(slug)).unwrap_or(named)
}
