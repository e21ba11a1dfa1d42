//! `Range` requests: one range of bytes at a time (RFC 9110, 14).

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;

/// Which bytes of a body a request asks for.
#[derive(Debug, PartialEq, Eq)]
enum Requested {
    Everything,
    /// The first and the last byte, both included.
    Part(u64, u64),
    /// A range outside of the body.
    Unsatisfiable,
}

/// The body, or the part of it that `range` asks for, with the status and `Content-Range` that
/// belong to it.
pub fn respond(body: Bytes, range: Option<&str>) -> Response {
    let length = body.len() as u64;
    let requested = range.map_or(Requested::Everything, |range| parse(range, length));
    let mut response = match requested {
        Requested::Everything => body.into_response(),
        Requested::Part(first, last) => {
            let part = body.slice(index(first)..=index(last));
            let content_range = format!("bytes {first}-{last}/{length}");
            (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, content_range)], part)
                .into_response()
        }
        Requested::Unsatisfiable => {
            let content_range = format!("bytes */{length}");
            (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, content_range)])
                .into_response()
        }
    };
    response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    response
}

/// The request's `Range`. Several header lines are several ranges, which are answered with
/// the whole body.
pub fn requested(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(header::RANGE).iter();
    let line = lines.next()?;
    line.to_str().ok().filter(|_| lines.next().is_none())
}

/// Parses a single range (RFC 9110, 14.1.2). Several ranges and invalid ones are answered with
/// the whole body, as the RFC allows.
fn parse(range: &str, length: u64) -> Requested {
    let ends = range.split_once('=').filter(|(unit, _)| unit.eq_ignore_ascii_case("bytes"));
    let ends = ends.and_then(|(_, range)| range.split_once('-'));
    let (Some((first, last)), Some(end)) = (ends, length.checked_sub(1)) else {
        return Requested::Everything;
    };
    if first.is_empty() {
        return match number(last) {
            None => Requested::Everything,
            Some(0) => Requested::Unsatisfiable,
            Some(count) => Requested::Part(length.saturating_sub(count), end),
        };
    }
    let last = if last.is_empty() { Some(u64::MAX) } else { number(last) };
    match (number(first), last) {
        (Some(first), Some(last)) if first <= last && first <= end => {
            Requested::Part(first, last.min(end))
        }
        (Some(first), Some(last)) if first <= last => Requested::Unsatisfiable,
        _ => Requested::Everything,
    }
}

/// Digits only. A number that exceeds 64 bits lies behind the end of every text.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

fn index(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::Requested::{Everything, Part, Unsatisfiable};
    use super::*;

    #[test]
    fn a_range_is_parsed_strictly() {
        for (range, requested) in [
            ("bytes=0-0", Part(0, 0)),
            ("Bytes=2-", Part(2, 9)),
            ("bytes=0-99999999999999999999999999", Part(0, 9)),
            ("bytes=-1", Part(9, 9)),
            ("bytes=-10", Part(0, 9)),
            ("bytes=-999999", Part(0, 9)),
            ("bytes=-99999999999999999999999999", Part(0, 9)),
            ("bytes=-0", Unsatisfiable),
            ("bytes=10-", Unsatisfiable),
            ("bytes=10-20", Unsatisfiable),
            ("bytes=99999999999999999999999999-", Unsatisfiable),
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
            assert_eq!(parse(range, 10), requested, "{range}");
        }
        assert_eq!(parse("bytes=-5", 0), Everything);
    }
}
