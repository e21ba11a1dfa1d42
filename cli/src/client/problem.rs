//! What a server says where it does not do what it was asked.

use serde::Deserialize;
use ureq::Body;
use ureq::http::{HeaderMap, Response, StatusCode, header};

use crate::error::Error;

/// The longest response body that is read into memory, in bytes. A page of a hundred pastes is far shorter.
const MAX_BODY_BYTES: u64 = 16 * 1024 * 1024;

/// `application/problem+json`
#[derive(Default, Deserialize)]
struct Problem {
    title: Option<String>,
    detail: Option<String>,
    #[serde(default)]
    errors: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    field: String,
    detail: String,
}

pub(super) fn problem(mut answer: Response<Body>) -> Error {
    let status = answer.status();
    let body = read_body(&mut answer).unwrap_or_default();
    let message = message(status, answer.headers(), &body);
    Error::Server { status: status.as_u16(), message }
}

pub(super) fn read_body(answer: &mut Response<Body>) -> Result<Vec<u8>, String> {
    let body = answer.body_mut().with_config().limit(MAX_BODY_BYTES).read_to_vec();
    body.map_err(|error| error.to_string())
}

fn message(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
    if status.is_redirection() {
        // A text, let alone a token, is not sent on to where nobody meant it to go.
        let place = headers.get(header::LOCATION).and_then(|place| place.to_str().ok());
        return format!("the server sends us on to {}: use it with --server", place.unwrap_or("?"));
    }
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let said = match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => in_words(problem),
        Err(_) if media_type.is_some_and(|media_type| media_type.starts_with("text/plain")) => {
            String::from_utf8_lossy(body).lines().next().map(str::to_owned)
        }
        Err(_) => None,
    };
    let said = said.filter(|said| !said.is_empty());
    let said = said.unwrap_or_else(|| format!("the server answers {status}"));
    match seconds(headers) {
        Some(seconds) => format!("{said} (try again in {seconds} s)"),
        None => said,
    }
}

fn in_words(problem: Problem) -> Option<String> {
    let said = problem.detail.or(problem.title);
    let fields = problem.errors.iter().map(|error| format!("{}: {}", error.field, error.detail));
    let fields = fields.collect::<Vec<_>>().join("; ");
    match (said, fields.is_empty()) {
        (said, true) => said,
        (Some(said), false) if !fields.contains(&said) => Some(format!("{said} ({fields})")),
        (_, false) => Some(fields),
    }
}

/// What `Retry-After` asks for.
pub(super) fn seconds(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, headers: &[(header::HeaderName, &str)], body: &str) -> String {
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        message(StatusCode::from_u16(status).unwrap(), &headers, body.as_bytes())
    }

    #[test]
    fn the_servers_own_words_are_shown() {
        let problem = r#"{"type": "about:blank", "title": "Too large", "status": 413,
            "detail": "The text is longer than 10 MiB."}"#;
        assert_eq!(said(413, &[], problem), "The text is longer than 10 MiB.");
        assert_eq!(said(404, &[], r#"{"title": "Not found"}"#), "Not found");
        let fields = r#"{"detail": "It cannot be saved.", "errors": [
            {"field": "syntax", "detail": "Unknown."}, {"field": "expires", "detail": "Bad."}]}"#;
        assert_eq!(said(422, &[], fields), "It cannot be saved. (syntax: Unknown.; expires: Bad.)");
        let later = [(header::RETRY_AFTER, "7")];
        assert_eq!(
            said(429, &later, r#"{"detail": "Slow down."}"#),
            "Slow down. (try again in 7 s)"
        );
    }

    #[test]
    fn of_another_program_at_least_the_status_is_said() {
        let page = [(header::CONTENT_TYPE, "text/html")];
        assert_eq!(said(502, &page, "<h1>nginx</h1>"), "the server answers 502 Bad Gateway");
        let line = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        assert_eq!(said(404, &line, "not here\nmore"), "not here");
        let place = [(header::LOCATION, "https://paste.example.org/")];
        let said = said(301, &place, "");
        assert!(said.contains("https://paste.example.org/"), "{said}");
    }
}
