//! Errors of requests that only programs send and that do not conform to the API.

use axum::http::StatusCode;

/// The kind of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The body is not JSON, or the query or a header does not parse.
    Malformed,
    /// The body's media type is not accepted.
    MediaType,
    /// The body's `Content-Encoding` is not accepted.
    Coding,
    /// The JSON or the query has an unknown field or a value that is not accepted.
    Invalid,
    /// The paste's `ETag` is not the one in `If-Match`.
    Changed,
    /// The `Idempotency-Key` belongs to another request, or to a paste that no longer exists.
    KeyUsed,
    /// The text does not have the requested range.
    Range,
    /// The caller may see the paste but not change it.
    NotYours,
}

/// An error with its explanation.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub fault: Fault,
    /// The name of the field at fault, if it is one field.
    pub field: Option<String>,
    /// An explanation for the developer of the program.
    pub detail: String,
}

impl Refusal {
    pub fn new(fault: Fault, detail: impl Into<String>) -> Self {
        Self { fault, field: None, detail: detail.into() }
    }

    pub const fn status(&self) -> StatusCode {
        match self.fault {
            Fault::Malformed => StatusCode::BAD_REQUEST,
            Fault::MediaType | Fault::Coding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Fault::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Fault::Changed => StatusCode::PRECONDITION_FAILED,
            Fault::KeyUsed => StatusCode::CONFLICT,
            Fault::Range => StatusCode::RANGE_NOT_SATISFIABLE,
            Fault::NotYours => StatusCode::FORBIDDEN,
        }
    }

    pub const fn title(&self) -> &'static str {
        match self.fault {
            Fault::Malformed => "The request is malformed",
            Fault::MediaType => "This media type is not taken here",
            Fault::Coding => "This encoding is not taken here",
            Fault::Invalid => "The request is not as it should be",
            Fault::Changed => "The paste has changed",
            Fault::KeyUsed => "The key has been used",
            Fault::Range => "There is no such part",
            Fault::NotYours => "The paste is not yours",
        }
    }
}
