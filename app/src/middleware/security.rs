//! Security headers on every answer, and the refusal of requests that other sites' pages send.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use url::Url;

use crate::error::Error;
use crate::http::csp;
use crate::state::App;

pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(csp::PAGE);
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if app.address.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    response
}

/// How a refused request is answered.
pub type Refusal = fn(ProtectionError) -> Response;

/// Refuses unsafe requests that another site's page makes a browser send, by `Sec-Fetch-Site` and
/// `Origin`. Clients that are not browsers send neither header, and no cookie of a visitor either.
/// `public_url` counts as this site's own origin, because a proxy in front may put another name
/// into `Host`. [`super::address::resolve`] has brought `Host` into the spelling of `Origin`.
pub fn refuse_cross_site(public_url: Option<&Arc<str>>) -> CsrfLayer<Refusal> {
    let refuse: Refusal = |_| Error::CrossSite.into_response();
    let layer = CsrfLayer::new();
    let public = public_url.and_then(|url| Url::parse(url).ok());
    let public = public.map(|url| url.origin().ascii_serialization());
    let trusting = public.and_then(|origin| layer.clone().add_trusted_origin(origin).ok());
    trusting.unwrap_or(layer).with_rejection_response(refuse)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::any;
    use tower::ServiceExt as _;

    use super::*;

    async fn accepts(headers: &[(&str, &str)]) -> bool {
        let csrf = refuse_cross_site(Some(&"https://public.org/paste".into()));
        let site = Router::new().route("/", any(async || "done")).layer(csrf);
        let request = headers
            .iter()
            .fold(Request::post("/"), |request, (name, value)| request.header(*name, *value));
        let response = site.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        response.status() == StatusCode::OK
    }

    #[tokio::test]
    async fn browsers_say_where_a_request_comes_from() {
        assert!(accepts(&[("sec-fetch-site", "same-origin")]).await);
        assert!(accepts(&[("sec-fetch-site", "none")]).await);
        assert!(!accepts(&[("sec-fetch-site", "cross-site")]).await);
        assert!(!accepts(&[("sec-fetch-site", "same-site")]).await);
        let forged =
            [("sec-fetch-site", "cross-site"), ("origin", "http://p.org"), ("host", "p.org")];
        assert!(!accepts(&forged).await);
    }

    #[tokio::test]
    async fn without_sec_fetch_site_the_origin_must_be_the_host_or_the_public_url() {
        assert!(accepts(&[]).await);
        assert!(accepts(&[("origin", "http://p.org:8080"), ("host", "p.org:8080")]).await);
        assert!(accepts(&[("origin", "https://public.org"), ("host", "10.0.0.1:8080")]).await);
        assert!(!accepts(&[("origin", "http://evil.org"), ("host", "p.org")]).await);
        assert!(!accepts(&[("origin", "http://p.org:1"), ("host", "p.org:2")]).await);
        assert!(!accepts(&[("origin", "null"), ("host", "p.org")]).await);
        assert!(!accepts(&[("origin", "http://p.org")]).await);
    }
}
