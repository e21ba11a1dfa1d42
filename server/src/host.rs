//! Which host a request names.

use axum::http::{HeaderMap, Version, header};

/// Whether a request of this version names exactly one host. Only HTTP/1.0 may name none.
pub fn has_valid_host(version: Version, headers: &HeaderMap) -> bool {
    match headers.get_all(header::HOST).iter().count() {
        0 => version <= Version::HTTP_10,
        count => count == 1,
    }
}
