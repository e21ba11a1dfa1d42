//! Files that robots, browsers and researchers look for at fixed addresses: `robots.txt`,
//! `favicon.ico`, `security.txt`.

use std::fmt::Write as _;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

use crate::error::{Error, Result};
use crate::state::App;

/// A day: these files change with a new version or a new setting.
const CACHE: (HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=86400");

/// How long `security.txt` is valid: 180 days. RFC 9116 recommends less than a year.
const SECURITY_LIFETIME: Duration = Duration::from_hours(180 * 24);

/// Pastes are not excluded here: a robot has to ask for a page to learn from its `X-Robots-Tag` that
/// it may not list it. There is no sitemap; public pastes are linked from `/recent`.
const ROBOTS: &str = "\
# Pages that search engines may not list say so themselves, by X-Robots-Tag.
# These are forms and programs' addresses, or cost the site work for nothing.
User-agent: *
Disallow: /api/
Disallow: /documents/
Disallow: /login
Disallow: /register
Disallow: /settings
Disallow: /profile
Disallow: /*?from=
Disallow: /*/find
Disallow: /*/found
";

pub async fn robots() -> impl IntoResponse {
    ([CACHE], ROBOTS)
}

/// For browsers and programs that do not read the page's own link to its icon.
pub async fn favicon() -> impl IntoResponse {
    const ICON: &[u8] = include_bytes!("../../assets/favicon.ico");
    ([CACHE, (header::CONTENT_TYPE, "image/x-icon")], ICON)
}

/// Where to report a vulnerability (RFC 9116), if `SECURITY_CONTACT` says so.
///
/// # Errors
/// [`Error::NotFound`] without that setting.
pub async fn security(State(app): State<App>) -> Result<impl IntoResponse> {
    let contact = app.security_contact.as_ref().ok_or(Error::NotFound)?;
    let expires = app.clock.now().plus(SECURITY_LIFETIME);
    let mut text = format!("Contact: {contact}\nExpires: {}\n", expires.rfc3339());
    text += "Preferred-Languages: en, ru\n";
    if let Some(url) = app.address.public_url() {
        let _ = writeln!(text, "Canonical: {url}/.well-known/security.txt");
    }
    Ok(([CACHE], text))
}
