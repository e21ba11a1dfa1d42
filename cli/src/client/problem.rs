//! Turns an error response into an [`Error`] with a message for the user.

use serde::Deserialize;
use ureq::Body;
use ureq::http::{HeaderMap, Response, StatusCode, header};

use crate::error::Error;

/// The longest body that is read into memory, in bytes. A page of a hundred pastes is far shorter.
const MAX_BODY_BYTES: u64 = 16 * 1024 * 1024;

/// A body of type `application/problem+json`.
#[derive(Default, Deserialize)]
struct Problem {
    title: Option<String>,
    detail: Option<String>,
    #[serde(default)]
    errors: Vec<FieldError>,
}

#[derive(Deserialize)]
struct FieldError {
    field: String,
    detail: String,
}

pub(super) fn error_from(mut response: Response<Body>) -> Error {
    let status = response.status();
    let body = read_body(&mut response).unwrap_or_default();
    let message = message(status, response.headers(), &body);
    Error::Server { status: status.as_u16(), message }
}

pub(super) fn read_body(response: &mut Response<Body>) -> Result<Vec<u8>, String> {
    let body = response.body_mut().with_config().limit(MAX_BODY_BYTES).read_to_vec();
    body.map_err(|error| error.to_string())
}

fn message(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
    if status.is_redirection() {
        // A redirect is not followed: it could send the text or the token to a server that the user
        // did not name.
        let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        return format!(
            "the server sends us on to {}: use it with --server",
            location.unwrap_or("?")
        );
    }
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let text = match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => problem_message(problem),
        Err(_) if media_type.is_some_and(|media_type| media_type.starts_with("text/plain")) => {
            String::from_utf8_lossy(body).lines().next().map(str::to_owned)
        }
        Err(_) => None,
    };
    let text = text.filter(|text| !text.is_empty());
    let text = text.unwrap_or_else(|| format!("the server answers {status}"));
    match retry_after_seconds(headers) {
        Some(seconds) => format!("{text} (try again in {seconds} s)"),
        None => text,
    }
}

fn problem_message(problem: Problem) -> Option<String> {
    let summary = problem.detail.or(problem.title);
    let fields = problem.errors.iter().map(|error| format!("{}: {}", error.field, error.detail));
    let fields = fields.collect::<Vec<_>>().join("; ");
    match (summary, fields.is_empty()) {
        (summary, true) => summary,
        (Some(summary), false) if !fields.contains(&summary) => {
            Some(format!("{summary} ({fields})"))
        }
        (_, false) => Some(fields),
    }
}

/// The seconds in a `Retry-After` header. A date there is ignored.
pub(super) fn retry_after_seconds(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message_for(status: u16, headers: &[(header::HeaderName, &str)], body: &str) -> String {
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        message(StatusCode::from_u16(status).unwrap(), &headers, body.as_bytes())
    }

    #[test]
    fn the_servers_message_is_shown() {
        let problem = r#"{"type": "about:blank", "title": "Too large", "status": 413,
            "detail": "The text is longer than 10 MiB."}"#;
        assert_eq!(message_for(413, &[], problem), "The text is longer than 10 MiB.");
        assert_eq!(message_for(404, &[], r#"{"title": "Not found"}"#), "Not found");
        let fields = r#"{"detail": "It cannot be saved.", "errors": [
            {"field": "syntax", "detail": "Unknown."}, {"field": "expires", "detail": "Bad."}]}"#;
        assert_eq!(
            message_for(422, &[], fields),
            "It cannot be saved. (syntax: Unknown.; expires: Bad.)"
        );
        let later = [(header::RETRY_AFTER, "7")];
        assert_eq!(
            message_for(429, &later, r#"{"detail": "Slow down."}"#),
            "Slow down. (try again in 7 s)"
        );
    }

    #[test]
    fn the_status_is_shown_if_the_response_has_no_message() {
        let page = [(header::CONTENT_TYPE, "text/html")];
        assert_eq!(message_for(502, &page, "<h1>nginx</h1>"), "the server answers 502 Bad Gateway");
        let line = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        assert_eq!(message_for(404, &line, "not here\nmore"), "not here");
        let location = [(header::LOCATION, "https://paste.example.org/")];
        let message = message_for(301, &location, "");
        assert!(message.contains("https://paste.example.org/"), "{message}");
    }
}
