//! Removes passwords from messages about the command line.

use clap::Error;
use clap::error::ContextValue;

/// The error, with every quoted argument and value redacted.
pub(crate) fn error(mut error: Error) -> Error {
    let quoted: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(value) => Some((kind, ContextValue::String(redacted(value)?))),
            _ => None,
        })
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    error
}

/// The value without what precedes the last `@`, which may be a user and a password; `None` if it
/// has none.
fn redacted(value: &str) -> Option<String> {
    value.rsplit_once('@').map(|(_, host)| format!("…@{host}"))
}
