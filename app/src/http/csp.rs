//! Content security policies.

use axum::http::HeaderValue;

/// For the site's own pages: only its own scripts, styles and images, and no frames.
pub const PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
);

/// For visitors' content that a browser shows as it is: no script runs and nothing is loaded.
pub const SANDBOX: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
);

/// For the one page that other sites may show in a frame: styles and the icon, and no script.
///
/// # Errors
/// `ancestors` is not valid in a header.
pub fn embed(ancestors: &str) -> anyhow::Result<HeaderValue> {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors";
    Ok(format!("{policy} {ancestors}").parse()?)
}
