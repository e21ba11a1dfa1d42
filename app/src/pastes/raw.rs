//! The exact bytes of a text, inline or as an attachment, with `ETag`, 304 and ranges.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use render::syntaxes;
use store::Paste;

use crate::error::Result;
use crate::http::body::IsCounted;
use crate::http::content_coding::ContentCoding;
use crate::http::etag::EntityTag;
use crate::http::{csp, range, response_cache};
use crate::pastes::headers::{ROBOTS, cache_control};
use crate::pastes::name::{Name, visible};
use crate::pastes::text;
use crate::state::App;
use crate::visitor::{Visitor, programs};

/// The smallest text that is compressed, in bytes: smaller ones fit into a packet or two.
const MIN_ENCODED_BYTES: u64 = 1024;

/// The largest text that is compressed on the fly, in bytes, as large as those that the store caches.
/// A larger one is sent as its stored zstd frame or as it is: few readers would share the work.
const MAX_ENCODED_BYTES: u64 = 2 * 1024 * 1024;

/// `GET /{id}/raw`.
pub async fn inline(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
    headers: HeaderMap,
) -> Result<Response> {
    respond(&app, &visitor, &name, &headers, |_| None).await
}

/// The text at the address of the page, for clients that do not ask for HTML.
pub async fn instead_of_page(
    app: &App,
    visitor: &Visitor,
    name: &Name,
    headers: &HeaderMap,
) -> Result<Response> {
    let mut response = respond(app, visitor, name, headers, |_| None).await?;
    response.headers_mut().append(header::VARY, programs::VARY);
    Ok(response)
}

/// `GET /{id}/download`.
pub async fn attachment(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
    headers: HeaderMap,
) -> Result<Response> {
    respond(&app, &visitor, &name, &headers, |paste| Some(disposition(paste))).await
}

/// The text with the `Content-Disposition` that `disposition` returns.
///
/// # Errors
/// [`crate::error::Error::NotFound`] if the visitor may not see the paste; otherwise those of [`text::load`].
pub async fn respond(
    app: &App,
    visitor: &Visitor,
    name: &Name,
    headers: &HeaderMap,
    disposition: impl FnOnce(&Paste) -> Option<HeaderValue>,
) -> Result<Response> {
    let paste = visible(app, visitor, name).await?;
    let mut response = content(app, visitor, &paste, headers).await?;
    let status = response.status();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, csp::SANDBOX);
    if status != StatusCode::NOT_MODIFIED {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    }
    let cache = if status == StatusCode::RANGE_NOT_SATISFIABLE {
        cache_control(visitor)
    } else {
        visitor.cache_control(app, &paste, None)
    };
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(ROBOTS.0, ROBOTS.1);
    if let Some(disposition) = disposition(&paste) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// The text in the best coding that the request accepts, or a 304.
async fn content(
    app: &App,
    visitor: &Visitor,
    paste: &Paste,
    headers: &HeaderMap,
) -> Result<Response> {
    let tag = EntityTag::from_sha256(&paste.sha256)?;
    let codings = codings(paste, headers);
    if let Some(known) = tag.matching(headers, &codings) {
        return Ok(response_cache::not_modified(&tag, known));
    }
    match codings[0] {
        // The row has the length, so the text is not read for a HEAD.
        ContentCoding::Identity if visitor.is_head => {
            let mut response = [(header::CONTENT_LENGTH, paste.bytes)].into_response();
            response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
            response_cache::set_tag(response.headers_mut(), &tag, ContentCoding::Identity);
            Ok(response)
        }
        ContentCoding::Identity => {
            Ok(identity(&tag, text::load(app, visitor, paste).await?, headers))
        }
        coding => {
            let body = encoded(app, visitor, paste, &tag, coding).await?;
            Ok(response_cache::respond(&tag, coding, body))
        }
    }
}

/// The codings in which this text may be sent to this client, best first, at least one. A range always
/// refers to the text as it is.
fn codings(paste: &Paste, headers: &HeaderMap) -> Vec<ContentCoding> {
    if paste.bytes < MIN_ENCODED_BYTES || headers.contains_key(header::RANGE) {
        return vec![ContentCoding::Identity];
    }
    let mut codings = ContentCoding::accepted(headers);
    if paste.bytes > MAX_ENCODED_BYTES {
        codings.retain(|coding| matches!(coding, ContentCoding::Zstd | ContentCoding::Identity));
    }
    if codings.is_empty() { vec![ContentCoding::Identity] } else { codings }
}

/// The zstd frame as the store keeps it, or the text in another coding.
async fn encoded(
    app: &App,
    visitor: &Visitor,
    paste: &Paste,
    tag: &EntityTag,
    coding: ContentCoding,
) -> Result<Bytes> {
    if coding == ContentCoding::Zstd {
        return app.responses.cached(tag, coding, text::load_packed(app, visitor, paste)).await;
    }
    let text = text::load(app, visitor, paste);
    app.responses.encoded(visitor.client_key(), tag, coding, text).await
}

/// The text as it is, or the part that the request asks for.
fn identity(tag: &EntityTag, text: Bytes, headers: &HeaderMap) -> Response {
    // If `If-Range` has another tag, the client has a part of another text, which the range does
    // not continue.
    let is_same = headers
        .get(header::IF_RANGE)
        .is_none_or(|known| known == tag.header(ContentCoding::Identity));
    let mut response = range::respond(text, range::requested(headers).filter(|_| is_same));
    response_cache::set_tag(response.headers_mut(), tag, ContentCoding::Identity);
    response.extensions_mut().insert(IsCounted);
    response
}

/// An attachment with the name of [`file_name`].
fn disposition(paste: &Paste) -> HeaderValue {
    /// RFC 8187 percent-encodes all but these characters.
    const ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'!')
        .remove(b'#')
        .remove(b'$')
        .remove(b'&')
        .remove(b'+')
        .remove(b'-')
        .remove(b'.')
        .remove(b'^')
        .remove(b'_')
        .remove(b'`')
        .remove(b'|')
        .remove(b'~');
    let name = file_name(paste);
    let ascii: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && c != '"' || c == ' ' { c } else { '_' })
        .collect();
    let value = format!(
        "attachment; filename=\"{ascii}\"; filename*=UTF-8''{}",
        utf8_percent_encode(&name, ATTR_CHAR)
    );
    HeaderValue::from_str(&value).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// The title as a file name, or the id if there is no title. A name without a known extension gets that
/// of the syntax. Characters that file systems do not allow become `_`.
fn file_name(paste: &Paste) -> String {
    let safe = |c: char| if "/\\:*?\"<>|".contains(c) || c.is_control() { '_' } else { c };
    let title: String =
        render::escape::without_invisible(&paste.title).chars().map(safe).take(120).collect();
    let title = title.trim().trim_end_matches('.');
    if syntaxes::by_file_name(title).is_some() {
        return title.to_owned();
    }
    let title = title.trim_start_matches('.');
    let stem = if title.is_empty() { paste.id.as_str() } else { title };
    let has_extension =
        stem.rsplit_once('.').is_some_and(|(_, extension)| syntaxes::find(extension).is_some());
    if has_extension {
        return stem.to_owned();
    }
    let syntax = syntaxes::find(&paste.syntax).unwrap_or_else(syntaxes::plain);
    match syntax.extensions.first() {
        Some(extension) => format!("{stem}.{extension}"),
        None => format!("{stem}.txt"),
    }
}
