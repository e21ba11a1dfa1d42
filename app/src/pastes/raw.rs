//! The exact bytes: inline and as an attachment, with ETag, 304 and ranges.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::headers::{ETag, HeaderMapExt as _, IfNoneMatch, IfRange, Range};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use store::Paste;

use crate::pastes::{Name, show, visible};
use crate::{App, Result, Visit, clients, security, syntaxes};

pub async fn inline(
    State(app): State<App>,
    visit: Visit,
    name: Name,
    headers: HeaderMap,
) -> Result<Response> {
    answer(&app, &visit, &name, &headers, |_| None).await
}

/// At the address of the page, for who wants no page.
pub async fn instead_of_page(
    app: &App,
    visit: &Visit,
    name: &Name,
    headers: &HeaderMap,
) -> Result<Response> {
    let mut response = answer(app, visit, name, headers, |_| None).await?;
    response.headers_mut().append(header::VARY, clients::VARY);
    Ok(response)
}

pub async fn attachment(
    State(app): State<App>,
    visit: Visit,
    name: Name,
    headers: HeaderMap,
) -> Result<Response> {
    answer(&app, &visit, &name, &headers, |paste| Some(disposition(paste))).await
}

pub async fn answer(
    app: &App,
    visit: &Visit,
    name: &Name,
    asked: &HeaderMap,
    disposition: impl FnOnce(&Paste) -> Option<HeaderValue>,
) -> Result<Response> {
    let paste = visible(app, visit, name).await?;
    let etag = etag(&paste)?;
    // A condition that cannot be read is none: whoever asks gets the whole text.
    let known = asked.typed_get::<IfNoneMatch>();
    let mut response = if known.is_some_and(|known| !known.precondition_passes(&etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let text = app.store.text(&paste).await?;
        let still =
            asked.typed_get::<IfRange>().is_none_or(|known| !known.is_modified(Some(&etag), None));
        body(text, asked.typed_get::<Range>().filter(|_| still))
    };
    let headers = response.headers_mut();
    headers.typed_insert(etag);
    headers.insert(header::CONTENT_SECURITY_POLICY, security::SANDBOX);
    headers.insert(header::CACHE_CONTROL, cache_control(visit));
    headers.insert(show::ROBOTS.0, show::ROBOTS.1);
    if let Some(disposition) = disposition(&paste) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// Kept but asked about every time: a delete or an expiry holds at once. What somebody sees who is
/// logged in is not kept at all: the next one at the same browser shall not find it.
pub fn cache_control(visit: &Visit) -> HeaderValue {
    HeaderValue::from_static(if visit.user_id().is_some() {
        "no-store"
    } else {
        "private, no-cache"
    })
}

fn body(text: Bytes, range: Option<Range>) -> Response {
    let length = text.len() as u64;
    let mut response = match range.map(|range| one_range(&range, length)) {
        None | Some(Asked::Everything) => text.into_response(),
        Some(Asked::Part(start, end)) => {
            let part = text.slice(index(start)..=index(end));
            let place = format!("bytes {start}-{end}/{length}");
            (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, place)], part).into_response()
        }
        Some(Asked::Nothing) => {
            let place = format!("bytes */{length}");
            (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, place)]).into_response()
        }
    };
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    response
}

enum Asked {
    Everything,
    /// First and last byte.
    Part(u64, u64),
    Nothing,
}

/// One range is served as asked; several at once are answered with the whole, as is allowed.
fn one_range(range: &Range, length: u64) -> Asked {
    use std::ops::Bound::{Excluded, Included, Unbounded};
    let mut ranges = range.satisfiable_ranges(length);
    let (Some((start, end)), None) = (ranges.next(), ranges.next()) else {
        let any = range.satisfiable_ranges(length).next().is_some();
        return if any { Asked::Everything } else { Asked::Nothing };
    };
    let start = match start {
        Included(at) => at,
        Excluded(at) => at + 1,
        Unbounded => 0,
    };
    let end = match end {
        Included(at) => at.min(length - 1),
        Excluded(at) => at - 1,
        Unbounded => length - 1,
    };
    if start <= end { Asked::Part(start, end) } else { Asked::Nothing }
}

fn index(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// Strong: the text never changes, and its hash is known before it is read.
fn etag(paste: &Paste) -> Result<ETag> {
    Ok(format!("\"{}\"", hex::encode(&paste.sha256))
        .parse()
        .map_err(|_| anyhow::anyhow!("an etag of hex digits is refused"))?)
}

/// The title as a file's name, or the id; with an ending that fits the syntax, if it has none.
fn disposition(paste: &Paste) -> HeaderValue {
    /// What RFC 8187 lets stand as it is.
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

fn file_name(paste: &Paste) -> String {
    let kept = |c: char| if "/\\:*?\"<>|".contains(c) || c.is_control() { '_' } else { c };
    let title: String =
        crate::text::without_bidi_controls(&paste.title).chars().map(kept).take(120).collect();
    let title = title.trim().trim_end_matches('.');
    if syntaxes::by_file(title).is_some() {
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
