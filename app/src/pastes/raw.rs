//! The exact bytes: inline and as an attachment, with ETag, 304 and ranges.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use render::syntaxes;
use store::Paste;

use crate::answers::{self, Coding, Tag};
use crate::intake::IsCounted;
use crate::pastes::{Name, show, visible};
use crate::{App, Result, Visit, clients, security};

/// In bytes: what is smaller fits a packet or two as it is.
const SMALLEST: u64 = 1024;

/// In bytes, as what the store keeps of texts in memory. What is larger goes as the frame in which it
/// is kept, or as it is: other codings of it would be work for a few readers at most.
const LARGEST: u64 = 2 * 1024 * 1024;

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
    let tag = Tag::of_text(&paste)?;
    let codings = codings(&paste, asked);
    let mut response = match tag.known(asked, &codings) {
        Some(known) => answers::not_modified(&tag, known),
        None if codings[0] == Coding::Identity && visit.head => {
            // The row has the length, so nobody reads the text for it.
            let mut response = [(header::CONTENT_LENGTH, paste.bytes)].into_response();
            name_whole(&mut response, &tag);
            response
        }
        None if codings[0] == Coding::Identity => {
            let text = app.text(visit, &paste).await?;
            // A range of another text is of no use.
            let same =
                asked.get(header::IF_RANGE).is_none_or(|known| known == tag.etag(Coding::Identity));
            let mut response = body(&tag, text, range(asked).filter(|_| same));
            response.extensions_mut().insert(IsCounted);
            response
        }
        None => {
            let body = packed(app, visit, &paste, &tag, codings[0]).await?;
            answers::answer(&tag, codings[0], body)
        }
    };
    let status = response.status();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, security::SANDBOX);
    if status != StatusCode::NOT_MODIFIED {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    }
    let cache = if status == StatusCode::RANGE_NOT_SATISFIABLE {
        cache_control(visit)
    } else {
        visit.cache_control(app, &paste, None)
    };
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(show::ROBOTS.0, show::ROBOTS.1);
    if let Some(disposition) = disposition(&paste) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// How this text may go to this client, best first. A range is one of the text itself.
fn codings(paste: &Paste, asked: &HeaderMap) -> Vec<Coding> {
    if paste.bytes < SMALLEST || asked.contains_key(header::RANGE) {
        return vec![Coding::Identity];
    }
    let mut codings = Coding::accepted(asked);
    if paste.bytes > LARGEST {
        codings.retain(|coding| matches!(coding, Coding::Zstd | Coding::Identity));
    }
    if codings.is_empty() { vec![Coding::Identity] } else { codings }
}

/// The frame that the store keeps, as it is, or what is made of the text.
async fn packed(
    app: &App,
    visit: &Visit,
    paste: &Paste,
    tag: &Tag,
    coding: Coding,
) -> Result<Bytes> {
    if coding == Coding::Zstd {
        return app.answers.kept(tag, coding, app.packed_text(visit, paste)).await;
    }
    app.answers.packed(tag, coding, app.text(visit, paste)).await
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

/// Two lines are several ranges.
fn range(asked: &HeaderMap) -> Option<&str> {
    let mut lines = asked.get_all(header::RANGE).iter();
    let line = lines.next()?;
    line.to_str().ok().filter(|_| lines.next().is_none())
}

fn body(tag: &Tag, text: Bytes, range: Option<&str>) -> Response {
    let length = text.len() as u64;
    let mut response = match range.map(|range| one_range(range, length)) {
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
    name_whole(&mut response, tag);
    response
}

/// For the text as it is, of which a part may be asked for.
fn name_whole(response: &mut Response, tag: &Tag) {
    let headers = response.headers_mut();
    answers::name(headers, tag, Coding::Identity);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Everything,
    /// First and last byte.
    Part(u64, u64),
    Nothing,
}

/// The one range that is asked for (RFC 9110, 14.1.2). Several at once, and what cannot be read, are
/// answered with the whole, as is allowed.
fn one_range(range: &str, length: u64) -> Asked {
    let ends = range.split_once('=').filter(|(unit, _)| unit.eq_ignore_ascii_case("bytes"));
    let ends = ends.and_then(|(_, range)| range.split_once('-'));
    let (Some((first, last)), Some(end)) = (ends, length.checked_sub(1)) else {
        return Asked::Everything;
    };
    if first.is_empty() {
        return match number(last) {
            None => Asked::Everything,
            Some(0) => Asked::Nothing,
            Some(count) => Asked::Part(length.saturating_sub(count), end),
        };
    }
    let last = if last.is_empty() { Some(u64::MAX) } else { number(last) };
    match (number(first), last) {
        (Some(first), Some(last)) if first <= last && first <= end => {
            Asked::Part(first, last.min(end))
        }
        (Some(first), Some(last)) if first <= last => Asked::Nothing,
        _ => Asked::Everything,
    }
}

/// Of digits alone. What is too large to be a place in a text is behind each end.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

fn index(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
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
        render::escape::without_bidi_controls(&paste.title).chars().map(kept).take(120).collect();
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

#[cfg(test)]
mod tests {
    use super::Asked::{Everything, Nothing, Part};
    use super::*;

    #[test]
    fn a_range_is_read_strictly() {
        for (range, asked) in [
            ("bytes=0-0", Part(0, 0)),
            ("Bytes=2-", Part(2, 9)),
            ("bytes=0-99999999999999999999999999", Part(0, 9)),
            ("bytes=-1", Part(9, 9)),
            ("bytes=-10", Part(0, 9)),
            ("bytes=-999999", Part(0, 9)),
            ("bytes=-99999999999999999999999999", Part(0, 9)),
            ("bytes=-0", Nothing),
            ("bytes=10-", Nothing),
            ("bytes=10-20", Nothing),
            ("bytes=99999999999999999999999999-", Nothing),
            ("bytes=5-4", Everything),
            ("bytes=20-10", Everything),
            ("bytes=0-1,4-5", Everything),
            ("bytes=20-,30-", Everything),
            ("bytes=-", Everything),
            ("bytes=--1", Everything),
            ("bytes=+1-2", Everything),
            ("bytes=1-+2", Everything),
            ("bytes=20-x", Everything),
            ("bytes=x-5", Everything),
            ("bytes", Everything),
            ("lines=1-2", Everything),
        ] {
            assert_eq!(one_range(range, 10), asked, "{range}");
        }
        assert_eq!(one_range("bytes=-5", 0), Everything);
    }
}
