//! The settings that say where the data is: command-line flags and environment variables.
//!
//! No secret is shown by Debug, by an error or by `--help`.

pub(crate) mod claim;
pub(crate) mod database;
pub(crate) mod files;
pub(crate) mod leftovers;
pub(crate) mod s3;

use std::io;

pub use secrecy::{ExposeSecret, SecretString};

/// A setting that cannot be used: a line that names it, without any secret.
#[derive(Debug, thiserror::Error)]
#[error("{setting}: {reason}")]
pub struct SettingError {
    setting: String,
    reason: String,
    source: Option<io::Error>,
}

impl SettingError {
    fn new(setting: &str, reason: impl Into<String>) -> Self {
        Self { setting: setting.to_owned(), reason: reason.into(), source: None }
    }

    fn io(setting: &str, reason: impl Into<String>, error: io::Error) -> Self {
        Self { source: Some(error), ..Self::new(setting, reason) }
    }
}
