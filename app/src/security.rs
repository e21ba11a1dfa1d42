//! What holds for every answer and every request that changes something.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

use crate::{App, Error};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// For the one page that may stand in another site's: style, its icon, and nothing else.
pub fn framed(ancestors: &str) -> anyhow::Result<HeaderValue> {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors";
    Ok(format!("{policy} {ancestors}").parse()?)
}

/// For what a visitor wrote and a browser shows as it is: nothing runs, nothing loads.
pub const SANDBOX: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
);

pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if app.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    response
}

/// Refuses what another site's page makes a visitor's browser send. Clients that are no browsers
/// carry neither header, and no cookie of a visitor either.
pub async fn refuse_cross_site(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_same_origin(request.headers(), &app.public_url) {
        Ok(next.run(request).await)
    } else {
        Err(Error::CrossSite)
    }
}

fn is_same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    // Older browsers, and sites on plain http: the page's origin must be the host it talks to, or
    // the public one where a proxy in front puts another name into Host.
    let origin = origin.to_str().ok().and_then(|origin| Url::parse(origin).ok());
    let of_public_url = |origin: &Url| {
        Url::parse(public_url).is_ok_and(|public| public.origin() == origin.origin())
    };
    if origin.as_ref().is_some_and(of_public_url) {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (origin, host) {
        (Some(origin), Some(host)) => Url::parse(&format!("{}://{host}", origin.scheme()))
            .is_ok_and(|target| target.origin() == origin.origin()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same_origin(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_same_origin(&headers.collect(), "https://public.org")
    }

    #[test]
    fn browsers_say_where_a_request_comes_from() {
        assert!(same_origin(&[("sec-fetch-site", "same-origin")]));
        assert!(same_origin(&[("sec-fetch-site", "none")]));
        assert!(!same_origin(&[("sec-fetch-site", "cross-site")]));
        assert!(!same_origin(&[("sec-fetch-site", "same-site")]));
        assert!(!same_origin(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://p.org"),
            ("host", "p.org")
        ]));
    }

    #[test]
    fn without_that_the_origin_must_be_the_host() {
        assert!(same_origin(&[]));
        assert!(same_origin(&[("origin", "http://p.org:8080"), ("host", "p.org:8080")]));
        assert!(same_origin(&[("origin", "https://p.org"), ("host", "p.org:443")]));
        assert!(same_origin(&[("origin", "https://public.org"), ("host", "10.0.0.1:8080")]));
        assert!(!same_origin(&[("origin", "http://evil.org"), ("host", "p.org")]));
        assert!(!same_origin(&[("origin", "http://p.org:1"), ("host", "p.org:2")]));
        assert!(!same_origin(&[("origin", "null"), ("host", "p.org")]));
        assert!(!same_origin(&[("origin", "http://p.org")]));
    }
}
