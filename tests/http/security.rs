//! The security headers of every response, the session cookie, and cross-site requests.

use reqwest::{Method, StatusCode};

use crate::support::{PASSWORD, Response, Site};

fn assert_security_headers(response: &Response, what: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ] {
        assert_eq!(response.header(name), value, "{name} on {what}");
    }
    // Embeds in other sites' pages load the style sheet too.
    let readers = if what.starts_with("/assets/site") { "cross-origin" } else { "same-origin" };
    assert_eq!(response.header("cross-origin-resource-policy"), readers, "{what}");
    let policy = response.header("content-security-policy");
    for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{part} on {what}");
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("data:"),
        "{what}"
    );
}

#[tokio::test]
async fn every_response_has_the_security_headers() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = visitor.paste("x").await;
    let page = visitor.get("/").await.text();
    let style = page.split("href=\"/assets/site").nth(1).unwrap().split('"').next().unwrap();
    let style = format!("/assets/site{style}");
    let etag = visitor.get(&format!("{link}/raw")).await.header("etag").to_owned();
    for path in [
        "/",
        "/recent",
        "/login",
        "/register",
        "/profile",
        "/nothing",
        "/healthz",
        "/readyz",
        "/assets/none",
        &style,
        &link,
        &format!("{link}/raw"),
        &format!("{link}/download"),
        &format!("{link}/qr"),
        &format!("{link}/expiry"),
        &format!("{link}/source"),
        &format!("{link}/source/lines?part=1&side=after"),
        &format!("{link}/find?q=x"),
        &format!("{link}/syntax"),
        &format!("/oembed?url={}{link}", site.url),
    ] {
        assert_security_headers(&visitor.get(path).await, path);
    }
    let not_modified = visitor.get_with(&format!("{link}/raw"), &[("if-none-match", &etag)]).await;
    assert_eq!(not_modified.status, StatusCode::NOT_MODIFIED);
    assert_security_headers(&not_modified, "304");
    assert_security_headers(&visitor.submit(&[("text", "")]).await, "422");
    assert_security_headers(&visitor.send(visitor.request(Method::PATCH, "/login")).await, "405");
    assert_security_headers(&visitor.submit(&[("text", "x")]).await, "303");
    assert_security_headers(&site.curl().post_bytes("/", None, "x").await, "201");
}

#[tokio::test]
async fn only_https_sites_send_strict_transport_security() {
    let plain = Site::start().await;
    assert_eq!(plain.visitor().get("/").await.header("strict-transport-security"), "");
    let secure = Site::start_with(&["--public-url=https://paste.example.org"]).await;
    assert!(
        secure.visitor().get("/").await.header("strict-transport-security").starts_with("max-age=")
    );
}

#[tokio::test]
async fn the_session_cookie_is_protected() {
    let fields = [("email", "ada@example.org"), ("password", PASSWORD)];
    let plain = Site::start().await;
    let cookie = plain.visitor().post("/register", &fields).await.header("set-cookie").to_owned();
    for part in ["session=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"));
    let value = cookie.split(['=', ';']).nth(1).unwrap();
    assert_eq!(value.len(), 64, "256 bits");

    let secure = Site::start_with(&["--public-url=https://paste.example.org"]).await;
    let cookie = secure.visitor().post("/register", &fields).await.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-session=") && cookie.contains("Secure"), "{cookie}");
    assert!(!cookie.contains("Domain"));
}

#[tokio::test]
async fn cross_site_requests_with_side_effects_are_403() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada.paste("mine").await;
    let forged = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ];
    for (name, value) in forged {
        for (method, path) in [
            (Method::POST, "/".to_owned()),
            (Method::DELETE, link.clone()),
            (Method::POST, format!("{link}/delete")),
            (Method::POST, "/logout".to_owned()),
            (Method::POST, "/login".to_owned()),
            (Method::POST, "/preferences".to_owned()),
        ] {
            let request = ada
                .request(method, &path)
                .header(name, value)
                .header("content-type", "application/x-www-form-urlencoded");
            let response = ada.send(request.body("text=x&theme=dark")).await;
            assert_eq!(response.status, StatusCode::FORBIDDEN, "{path} with {name}: {value}");
            assert!(response.text().contains("<h1>"));
        }
    }
    assert_eq!(ada.raw(&link).await, "mine");
    assert_eq!(ada.get("/profile").await.status, StatusCode::OK);

    let same_site = ada
        .request(Method::DELETE, &link)
        .header("origin", &site.url)
        .header("sec-fetch-site", "same-origin");
    assert_eq!(ada.send(same_site).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_link_from_another_site_can_be_followed() {
    let site = Site::start().await;
    let link = site.visitor().paste("x").await;
    let visitor = site.visitor();
    let response = visitor.get_with(&link, &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(response.status, StatusCode::OK);
}

#[tokio::test]
async fn no_page_has_inline_scripts_styles_or_handlers() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada.paste("x").await;
    for path in ["/", "/recent", "/profile", "/nothing", &link] {
        let page = ada.get(path).await.text();
        for forbidden in
            ["style=\"", " onclick", " onload", " onerror", "hx-on", "javascript:", "js:", "<style"]
        {
            assert!(!page.contains(forbidden), "{forbidden} on {path}");
        }
        assert!(
            page.split("<script").skip(1).all(|script| script.starts_with(" src=\"/assets/")),
            "{path}"
        );
        assert!(
            !page.contains("http://www.") && !page.contains("https://"),
            "no resource of another site on {path}"
        );
    }
}

#[tokio::test]
async fn pages_name_the_headers_that_they_depend_on() {
    let site = Site::start().await;
    let response = site.visitor().get("/").await;
    let vary: Vec<_> = response
        .headers
        .get_all("vary")
        .iter()
        .map(|value| value.to_str().unwrap().to_lowercase())
        .collect();
    for name in ["accept-language", "cookie", "hx-request"] {
        assert!(vary.iter().any(|value| value.contains(name)), "{name} in {vary:?}");
    }
    assert_eq!(response.header("cache-control"), "private, no-cache");
}
