//! The API for pages of other origins.

use reqwest::{Method, StatusCode};

use crate::support::{Response, Site};

const ORIGIN: &str = "https://app.example.org";

fn allowed(answer: &Response) -> &str {
    answer.header("access-control-allow-origin")
}

async fn preflight(site: &Site, path: &str, origin: &str, method: &str) -> Response {
    let curl = site.curl().with_header("origin", origin);
    let request = curl.request(Method::OPTIONS, path);
    let request = request
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,content-type,idempotency-key")
        .header("sec-fetch-site", "cross-site");
    curl.send(request).await
}

#[tokio::test]
async fn any_page_may_use_the_api_without_credentials() {
    let site = Site::start().await;
    for method in ["POST", "PATCH", "DELETE"] {
        let answer = preflight(&site, "/api/v1/pastes/x", ORIGIN, method).await;
        assert_eq!((answer.status, allowed(&answer)), (StatusCode::OK, "*"), "{method}");
        assert!(answer.header("access-control-allow-methods").contains(method));
        assert!(answer.header("access-control-allow-headers").contains("idempotency-key"));
    }
    let page = site
        .curl()
        .with_header("origin", ORIGIN)
        .with_header("sec-fetch-site", "cross-site")
        .with_header("sec-fetch-mode", "cors");
    let created = page.post_bytes("/api/v1/pastes", Some("text/plain"), "text").await;
    assert_eq!(
        (created.status, allowed(&created)),
        (StatusCode::CREATED, "*"),
        "{}",
        created.text()
    );
    assert_eq!(created.header("access-control-allow-credentials"), "");
    for header in ["etag", "location", "link", "ratelimit", "retry-after"] {
        assert!(created.header("access-control-expose-headers").contains(header), "{header}");
    }
    for (path, status) in [
        ("/api/v1/pastes/8zjgpsJtJG3w", 404),
        ("/api/v1/pastes", 401),
        ("/api/v1/nothing", 404),
        ("/api/v1/pastes?limit=x", 422),
        ("/api/openapi.json", 200),
    ] {
        let answer = page.get(path).await;
        assert_eq!((answer.status.as_u16(), allowed(&answer)), (status, "*"), "{path}");
    }
    let unparsable = page.post_bytes("/api/v1/pastes", Some("application/json"), "{").await;
    assert_eq!((unparsable.status.as_u16(), allowed(&unparsable)), (400, "*"));
}

#[tokio::test]
async fn the_rest_of_the_site_is_closed_to_other_pages() {
    let site = Site::start().await;
    let page =
        site.visitor().with_header("origin", ORIGIN).with_header("sec-fetch-site", "cross-site");
    for path in ["/", "/recent", "/api", "/api/v1x", "/documents"] {
        assert_eq!(allowed(&page.get(path).await), "", "{path}");
        assert_eq!(allowed(&preflight(&site, path, ORIGIN, "POST").await), "", "{path}");
    }
    assert_eq!(page.post("/", &[("text", "x")]).await.status, StatusCode::FORBIDDEN);
    let ada = site.user("ada").await;
    let cookie = ada.cookies();
    let with_cookie = page.get_with("/api/v1/pastes", &[("cookie", &cookie)]).await;
    assert_eq!(with_cookie.status, StatusCode::UNAUTHORIZED, "cookies do not count");
}

#[tokio::test]
async fn a_setting_narrows_the_origins() {
    let site = Site::start_with(&[&format!("--cors-origins={ORIGIN},http://localhost:3000")]).await;
    let status = async |origin: &str| {
        let page =
            site.curl().with_header("origin", origin).with_header("sec-fetch-site", "cross-site");
        let answer = page.post_bytes("/api/v1/pastes", Some("text/plain"), "text").await;
        (answer.status.as_u16(), allowed(&answer).to_owned())
    };
    assert_eq!(status(ORIGIN).await, (201, ORIGIN.to_owned()));
    assert_eq!(status("https://evil.example").await, (403, String::new()));
    assert_eq!(
        allowed(&preflight(&site, "/api/v1/pastes", "https://evil.example", "POST").await),
        ""
    );
    assert_eq!(
        allowed(&preflight(&site, "/api/v1/pastes", "http://localhost:3000", "POST").await),
        "http://localhost:3000"
    );
    let closed = Site::start_with(&["--cors-origins=none"]).await;
    assert_eq!(allowed(&preflight(&closed, "/api/v1/pastes", ORIGIN, "POST").await), "");
}
