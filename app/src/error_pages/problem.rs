//! Problem details (RFC 9457): an error as JSON, for programs.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Error;
use crate::error_pages::html;
use crate::ui::page::PageContext;

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Problem")]
pub struct ProblemDetails {
    /// Which kind of problem, as an address of its description.
    #[schema(format = "uri")]
    r#type: String,
    /// The kind in words, in the caller's language.
    title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What exactly, and what one can do about it.
    detail: String,
    /// Which fields are at fault, where it is about fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
struct FieldProblem {
    /// Its name, in the body or in the query.
    field: String,
    detail: String,
}

/// The kinds of problems, as the end of their address and what brings each about.
pub const KINDS: &[(&str, u16, &str)] = &[
    ("bad-request", 400, "The body is not JSON, or the query or a header cannot be read."),
    ("unauthorized", 401, "No token, or one that is unknown, expired or revoked."),
    ("forbidden", 403, "The token lacks the scope, or the paste is another's."),
    (
        "not-found",
        404,
        "There is no such paste, or not for you: it may have expired or been deleted.",
    ),
    (
        "method-not-allowed",
        405,
        "The address does not take this method; `Allow` lists those it takes.",
    ),
    ("timeout", 408, "The body stood still for too long, or came too slowly."),
    ("conflict", 409, "This Idempotency-Key has made another paste, or one that is gone."),
    ("precondition-failed", 412, "The paste is no more as `If-Match` says: read it again."),
    ("too-large", 413, "The text, or what was sent, is larger than this site takes."),
    ("unsupported-media-type", 415, "The body is of another type than those that are listed."),
    ("range", 416, "The text has no such part; `Content-Range` has its length."),
    ("misdirected", 421, "The site does not answer at the host that the request names."),
    (
        "invalid",
        422,
        "A field is unknown, of the wrong type, or has a value that is not taken; `errors` names it.",
    ),
    ("too-many-requests", 429, "Slow down; `Retry-After` says for how long."),
    ("internal", 500, "Something broke; the detail has the number under which it is in the log."),
    (
        "unavailable",
        503,
        "The site has too much to do, or a part of it does not answer; `Retry-After` says when to try again.",
    ),
];

fn kind(status: StatusCode) -> &'static str {
    let known = KINDS.iter().find(|(_, of, _)| *of == status.as_u16());
    known.map_or("internal", |(kind, ..)| kind)
}

/// `id` is quoted by internal errors and stands in the log.
pub fn answer(cx: &PageContext, error: &Error, id: &str) -> Response {
    let words = html::words(cx, error, id);
    let status = error.status();
    let details = ProblemDetails {
        r#type: format!("{}/api#{}", cx.public_url, kind(status)),
        title: words.title,
        status: status.as_u16(),
        detail: match error {
            Error::Invalid { .. } => html::line_with_advice(cx, error, id),
            // The action that the page offers for these is one of its buttons.
            Error::BadRequest | Error::MethodNotAllowed => words.description,
            _ if words.action.is_empty() => words.description,
            _ => format!("{} {}", words.description, words.action),
        },
        errors: fields(cx, error),
    };
    let media_type = HeaderValue::from_static("application/problem+json");
    let body = serde_json::to_vec(&details).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, media_type)], body).into_response()
}

fn fields(cx: &PageContext, error: &Error) -> Vec<FieldProblem> {
    match error {
        Error::Invalid { errors, .. } => errors
            .0
            .iter()
            .map(|error| FieldProblem {
                field: error.field().to_owned(),
                detail: error.message(cx.lang),
            })
            .collect(),
        Error::Refused(refusal) => refusal
            .field
            .iter()
            .map(|field| FieldProblem { field: field.clone(), detail: refusal.detail.clone() })
            .collect(),
        _ => Vec::new(),
    }
}
