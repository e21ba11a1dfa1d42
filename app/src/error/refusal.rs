//! Requests that only programs send, and that do not conform to the API.

use axum::http::StatusCode;

/// What only a program can do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not JSON, or a query that does not parse.
    Malformed,
    /// Neither of the media types that are taken.
    MediaType,
    /// JSON, but not what it should say.
    Invalid,
    /// The paste is no more as `If-Match` says.
    Changed,
    /// The `Idempotency-Key` has made something else, or what is gone.
    KeyUsed,
    /// The text has no such part.
    Range,
    /// The request is good, and the paste is another's.
    NotYours,
}

/// A fault, with what exactly is wrong and at which field.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub fault: Fault,
    pub field: Option<String>,
    pub detail: String,
}

impl Refusal {
    pub fn new(fault: Fault, detail: impl Into<String>) -> Self {
        Self { fault, field: None, detail: detail.into() }
    }

    pub const fn status(&self) -> StatusCode {
        match self.fault {
            Fault::Malformed => StatusCode::BAD_REQUEST,
            Fault::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
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
            Fault::Invalid => "The request is not as it should be",
            Fault::Changed => "The paste has changed",
            Fault::KeyUsed => "The key has been used",
            Fault::Range => "There is no such part",
            Fault::NotYours => "The paste is not yours",
        }
    }
}
