//! The headers of the answer to a create: what the link alone does not say.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use encoding_rs::UTF_8;
use store::{Paste, Timestamp};

use crate::http::charset::Source;
use crate::pastes::save::Saved;
use crate::visitor::tokens::{DELETE_TOKEN, format_delete_token};

/// The delete token, under the name by which clients of 0x0 know it.
const X_TOKEN: HeaderName = HeaderName::from_static("x-token");

/// When the pastes expire, as in the API, or `never`.
pub const EXPIRES_AT: HeaderName = HeaderName::from_static("expires-at");

/// The encoding from which a text was decoded to UTF-8. `; lossy` after it means that what could not be
/// read was replaced by U+FFFD.
const DECODED_FROM: HeaderName = HeaderName::from_static("decoded-from");

/// Adds the headers for all pastes of a request, in their order. The pastes have one lifetime.
pub fn insert_headers(headers: &mut HeaderMap, saved: &[Saved]) {
    for token in saved.iter().filter_map(|saved| saved.delete_token.as_ref()) {
        append(headers, DELETE_TOKEN, &format_delete_token(token));
        append(headers, X_TOKEN, &format_delete_token(token));
    }
    if let Some(first) = saved.first() {
        append(headers, EXPIRES_AT, &expires_at(&first.paste));
    }
    if saved.iter().any(|saved| saved.source.is_some()) {
        for saved in saved {
            let source = saved.source.unwrap_or(Source { encoding: UTF_8, is_lossy: false });
            let lossy = if source.is_lossy { "; lossy" } else { "" };
            append(headers, DECODED_FROM, &format!("{}{lossy}", source.encoding.name()));
        }
    }
}

/// When the paste expires, as `2030-01-01T12:00:00Z` or `never`.
pub fn expires_at(paste: &Paste) -> String {
    paste.expires_at.map_or_else(|| "never".to_owned(), Timestamp::rfc3339)
}

fn append(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.append(name, value);
    }
}
