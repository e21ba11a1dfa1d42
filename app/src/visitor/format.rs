//! The format in which a client wants its answer, above all an error.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseFormat {
    /// A whole page, for a browser that navigates.
    Page,
    /// A part of a page that takes the place of another: htmx with GET.
    Fragment,
    /// A part of a page that appears beside what is there: htmx with any other method.
    Notice,
    /// One line of text, for curl and scripts.
    PlainText,
    /// Problem details, for programs that use the API.
    ProblemJson,
}

/// The request headers that a page depends on, beside its address.
pub const VARY: HeaderValue =
    HeaderValue::from_static("Accept, Accept-Language, Authorization, Cookie, HX-Request");

impl ResponseFormat {
    pub fn of(request: &Request) -> Self {
        const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
        let headers = request.headers();
        if request.uri().path().starts_with("/api/") {
            Self::ProblemJson
        } else if headers.contains_key(HX_REQUEST) {
            if request.method() == Method::GET { Self::Fragment } else { Self::Notice }
        } else if accepts_html(headers) {
            Self::Page
        } else {
            Self::PlainText
        }
    }
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let mut accepted =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|value| value.to_ascii_lowercase().split(',').any(is_html_range))
}

/// `text/html` with any weight but zero.
fn is_html_range(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let is_zero =
        |part: &str| part.strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32));
    parts.next() == Some("text/html") && !parts.any(is_zero)
}

/// Whether a response is a page or a fragment.
pub fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}
