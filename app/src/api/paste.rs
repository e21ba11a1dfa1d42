//! A paste in the answers of the API.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum_extra::headers::ETag;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::error::Result;
use crate::pastes::link::link;
use crate::visitor::Visitor;

/// All that is known of a paste but its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Paste {
    #[schema(pattern = "^[1-9A-HJ-NP-Za-km-z]{12}$", example = "8zjgpsJtJG3w")]
    id: String,
    /// The link to hand on.
    #[schema(format = "uri", example = "https://paste.example.org/8zjgpsJtJG3w")]
    url: String,
    #[schema(max_length = 200)]
    title: String,
    /// The slug of a syntax.
    #[schema(example = "rust")]
    syntax: String,
    /// Whether the syntax is the site's guess.
    syntax_guessed: bool,
    #[schema(value_type = Visibility)]
    visibility: &'static str,
    /// Length of the text.
    bytes: u64,
    lines: u64,
    /// Of the text, in hex.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    #[schema(format = "date-time")]
    created_at: String,
    /// Null where it lives until it is deleted.
    #[schema(format = "date-time", required = true)]
    expires_at: Option<String>,
}

/// Who may read a paste: whoever has the link; everybody, for it is listed; its owner alone.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only the API's description uses it")]
pub enum Visibility {
    Unlisted,
    Public,
    Private,
}

impl Paste {
    /// `public_url` is the address of the site as the caller reaches it.
    pub fn new(public_url: &str, paste: store::Paste) -> Self {
        Self {
            url: link(public_url, &paste.id),
            id: paste.id.to_string(),
            title: paste.title,
            syntax: paste.syntax,
            syntax_guessed: paste.syntax_guessed,
            visibility: paste.visibility.as_str(),
            bytes: paste.bytes,
            lines: paste.lines,
            sha256: hex::encode(paste.sha256),
            created_at: paste.created_at.rfc3339(),
            expires_at: paste.expires_at.map(store::Timestamp::rfc3339),
        }
    }
}

/// A tag of the id and of every field that can change.
///
/// # Errors
/// [`Error::Internal`](crate::error::Error::Internal), for a tag that is not a valid header.
pub fn etag(paste: &store::Paste) -> Result<ETag> {
    let state = (
        paste.id.as_str(),
        &paste.title,
        &paste.syntax,
        paste.syntax_guessed,
        paste.visibility.as_str(),
        paste.expires_at.map(|at| at.0),
    );
    let state = serde_json::to_vec(&state).map_err(anyhow::Error::from)?;
    let digest = Sha256::digest(state);
    Ok(format!("\"{}\"", hex::encode(&digest[..16]))
        .parse()
        .map_err(|_| anyhow::anyhow!("a quoted string of hex digits is not an ETag"))?)
}

/// An answer belongs to one client, which must revalidate it each time.
pub const CACHE_CONTROL: (header::HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));

/// The paste as JSON, with its `ETag`.
///
/// # Errors
/// Those of [`etag`].
pub fn response(visitor: &Visitor, paste: store::Paste) -> Result<Response> {
    let etag = etag(&paste)?;
    let mut response = axum::Json(Paste::new(&visitor.public_url, paste)).into_response();
    insert_etag(response.headers_mut(), etag);
    Ok(response)
}

/// Adds the `ETag` and [`CACHE_CONTROL`].
pub fn insert_etag(headers: &mut HeaderMap, etag: ETag) {
    use axum_extra::headers::HeaderMapExt as _;
    headers.typed_insert(etag);
    headers.insert(CACHE_CONTROL.0, CACHE_CONTROL.1);
}
