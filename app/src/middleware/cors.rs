//! Cross-origin requests of pages to the API (CORS): which pages may send them and read the answers.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::settings::origins::Origins;
use crate::state::App;

/// How long a browser remembers a preflight. Browsers cap it at two hours or less.
const MAX_AGE: Duration = Duration::from_hours(2);

const METHODS: [Method; 5] =
    [Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::DELETE];

/// Headers that a request may have, beside those that every page may send.
const REQUEST_HEADERS: [HeaderName; 9] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::RANGE,
    header::CACHE_CONTROL,
    HeaderName::from_static("delete-token"),
    HeaderName::from_static("idempotency-key"),
];

/// Headers of an answer that a page may read, beside `Content-Type` and others that it always may.
const RESPONSE_HEADERS: [HeaderName; 13] = [
    header::ACCEPT_RANGES,
    header::ALLOW,
    header::CONTENT_DISPOSITION,
    header::CONTENT_RANGE,
    header::ETAG,
    header::LINK,
    header::LOCATION,
    header::RETRY_AFTER,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("delete-token"),
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("x-request-id"),
];

/// Answers preflights, and lets pages of allowed origins use the API. Every answer has the headers,
/// errors too, so this is the outermost layer. The API ignores cookies, so such a page acts in no
/// account of its visitor.
pub async fn allow_api(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_preflight = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if !is_api(request.uri().path()) || request.method() == Method::OPTIONS && !is_preflight {
        return next.run(request).await;
    }
    let allowed = app.cors_origins.clone();
    let inner = service_fn(move |request: Request| {
        let next = next.clone();
        let request = without_origin(request, &allowed);
        async { Ok::<_, Infallible>(next.run(request).await) }
    });
    match layer(&app.cors_origins).layer(inner).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn is_api(path: &str) -> bool {
    path == "/api/v1" || path.starts_with("/api/v1/") || path == "/api/openapi.json"
}

fn layer(origins: &Origins) -> CorsLayer {
    let origin = match origins {
        Origins::Any => AllowOrigin::any(),
        Origins::Listed(listed) => AllowOrigin::list(listed.iter().cloned()),
    };
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods(METHODS)
        .allow_headers(REQUEST_HEADERS)
        .expose_headers(RESPONSE_HEADERS)
        .max_age(MAX_AGE)
}

/// The request without the headers by which the check for cross-site requests would refuse it, if
/// its origin is allowed.
fn without_origin(mut request: Request, allowed: &Origins) -> Request {
    const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    let headers = request.headers_mut();
    if headers.get(header::ORIGIN).is_some_and(|origin| allowed.contains(origin)) {
        headers.remove(header::ORIGIN);
        headers.remove(SEC_FETCH_SITE);
    }
    request
}
