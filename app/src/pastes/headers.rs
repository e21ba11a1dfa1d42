//! Headers of answers about pastes.

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

use crate::visitor::Visitor;

/// Keeps a paste out of search engines, even if its unlisted link is published somewhere.
pub const ROBOTS: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));

pub async fn hide_from_robots(mut response: Response) -> Response {
    response.headers_mut().insert(ROBOTS.0, ROBOTS.1);
    response
}

/// `Cache-Control` of an answer that only browsers store, and revalidate every time, so that a
/// delete or an expiry holds at once. Answers to a logged-in visitor are not stored: the next person
/// at the same browser must not find them.
pub fn cache_control(visitor: &Visitor) -> HeaderValue {
    HeaderValue::from_static(if visitor.user_id().is_some() {
        "no-store"
    } else {
        "private, no-cache"
    })
}
