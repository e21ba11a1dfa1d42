//! Cookies of this site.

use axum::http::HeaderValue;
use cookie::{Cookie, SameSite};

/// A `Set-Cookie` header for a cookie that scripts cannot read and other sites' forms do not send.
/// It lives for `max_age_seconds`; 0 deletes it. `secure` restricts it to https.
pub fn set_cookie(
    secure: bool,
    name: &'static str,
    value: String,
    max_age_seconds: i64,
) -> HeaderValue {
    let cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(cookie::time::Duration::seconds(max_age_seconds))
        .build();
    // Names and values are ours: hex digits, ids and words, all of them valid in a header.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
