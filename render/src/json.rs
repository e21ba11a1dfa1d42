//! Indents JSON. Only the white space between tokens changes: numbers, escapes, the order of keys and
//! duplicate keys stay as they were written.

mod layout;
#[cfg(test)]
mod tests;

use serde::de::IgnoredAny;
use serde_json::Deserializer;
use thiserror::Error;

/// The greatest depth of nested arrays and objects. Other parsers have about the same limit,
/// `serde_json` among them.
pub const MAX_DEPTH: usize = 128;

/// The greatest length of the output, in bytes. At [`MAX_DEPTH`], indentation makes a text 130 times
/// as long; a text that is written to be read grows to two or three times its length.
pub const MAX_OUTPUT: usize = 32 << 20;
const MAX_GROWTH: usize = 16;

/// The first error in a text, and its place. Lines and columns count from 1, columns in bytes.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{message} at line {line} column {column}")]
pub struct BadJson {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// Indents one value, or several one after another (JSON Lines). Each value begins a line. The result
/// ends with a line end if the text does.
///
/// # Errors
///
/// The text is not JSON, it is nested deeper than [`MAX_DEPTH`], or the result would be longer than
/// [`MAX_OUTPUT`] or than 16 times the text (but a mebibyte is always allowed).
pub fn pretty(text: &str) -> Result<String, BadJson> {
    validate(text)?;
    let max_bytes = MAX_OUTPUT.min((text.len() * MAX_GROWTH).max(1 << 20));
    layout::indent(text, max_bytes)
}

/// Parses without building values, which would take many times the memory of the text.
fn validate(text: &str) -> Result<(), BadJson> {
    let mut values = Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        None => return Err(BadJson::at(text, text.len(), "there is no value")),
        Some(first) => first?,
    };
    values.try_for_each(|value| value.map(drop)).map_err(BadJson::from)
}

impl BadJson {
    /// An error at an offset in bytes.
    fn at(text: &str, offset: usize, message: &str) -> Self {
        let before = &text[..offset];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = offset - before.rfind('\n').map_or(0, |end| end + 1) + 1;
        Self { line, column, message: message.to_owned() }
    }
}

impl From<serde_json::Error> for BadJson {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let place = format!(" at line {line} column {column}");
        let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
        Self { line, column: column.max(1), message }
    }
}
