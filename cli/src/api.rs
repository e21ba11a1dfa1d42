//! The JSON bodies of API responses.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::serde::rfc3339;

/// Fields unknown to this version are kept in `rest`, so that `--json` prints them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Paste {
    pub(crate) id: String,
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) syntax: String,
    #[serde(default)]
    pub(crate) syntax_guessed: bool,
    pub(crate) visibility: String,
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
    pub(crate) sha256: String,
    #[serde(with = "rfc3339")]
    pub(crate) created_at: OffsetDateTime,
    #[serde(with = "rfc3339::option")]
    pub(crate) expires_at: Option<OffsetDateTime>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CreatedPaste {
    #[serde(flatten)]
    pub(crate) paste: Paste,
    /// Present if the paste was created without a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) delete_token: Option<String>,
    /// The encoding from which the server decoded the text, if it was not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decoded_from: Option<String>,
    /// The server replaced what it could not read of the text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) lossy: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PastePage {
    pub(crate) pastes: Vec<Paste>,
    pub(crate) next_cursor: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) email: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// `2030-01-08 12:00 UTC`
pub(crate) fn format_utc(time: OffsetDateTime) -> String {
    let (date, clock) = (time.date(), time.time());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year}-{month:02}-{day:02} {:02}:{:02} UTC", clock.hour(), clock.minute())
}

impl Paste {
    pub(crate) fn format_expiry(&self) -> String {
        self.expires_at.map_or_else(|| "never".to_owned(), format_utc)
    }
}
