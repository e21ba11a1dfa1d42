//! Errors, in the format that the caller accepts.

use reqwest::{Method, StatusCode};

use crate::support::Site;

#[tokio::test]
async fn errors_are_a_page_for_browsers_a_fragment_for_htmx_and_a_line_for_programs() {
    let site = Site::start().await;
    let page = site.visitor().get("/nothing-here").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text().starts_with("<!DOCTYPE html>") && page.text().contains("<h1>"));

    let fragment = site.visitor().with_htmx().get("/nothing-here").await;
    assert_eq!(fragment.status, StatusCode::NOT_FOUND);
    assert!(fragment.text().starts_with("<section class=\"problem\""));

    let line = site.curl().get("/nothing-here").await;
    assert_eq!(line.status, StatusCode::NOT_FOUND);
    assert_eq!(line.header("content-type"), "text/plain; charset=utf-8");
    assert!(line.text().lines().count() == 1 && !line.text().contains('<'));
}

#[tokio::test]
async fn an_invalid_id_is_404() {
    let site = Site::start().await;
    for path in [
        "/%00",
        "/%FF",
        "/..%2f..%2fetc",
        "/0OIl0OIl0OIl",
        "/a.b.c",
        "/é",
        "/'or''='",
        "/abc/raw",
        "/x/y/z",
        "//",
    ] {
        assert_eq!(site.visitor().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn an_unsupported_method_is_405_with_the_allowed_ones() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let response = visitor.send(visitor.request(Method::PATCH, "/login")).await;
    assert_eq!(response.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(response.header("allow").contains("GET") && response.text().contains("<h1>"));
}

#[tokio::test]
async fn a_malformed_form_is_400() {
    let site = Site::start().await;
    for (media_type, body) in [
        ("multipart/form-data", "no boundary"),
        ("multipart/form-data; boundary=x", "not what the boundary says"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\ncut off",
        ),
    ] {
        let response = site.visitor().post_bytes("/", Some(media_type), body).await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(response.text().contains("<h1>"));
    }
    let response = site.visitor().post_bytes("/login", Some("application/json"), "{}").await;
    assert_eq!(response.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_lost_text_is_500_with_an_error_id() {
    let site = Site::start().await;
    let link = site.visitor().paste("lost").await;
    let id = link[1..].parse().unwrap();
    let paste = site.store.visible_paste(&id, None, &site.clock).await.unwrap().unwrap();
    site.store.blobs().delete(std::slice::from_ref(&paste.blob_key)).await.unwrap();
    let page = site.visitor().get(&link).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    let has_id = page.text().split(|c: char| !c.is_ascii_hexdigit()).any(|word| word.len() == 8);
    assert!(has_id, "{}", page.text());
    let raw = site.curl().get(&format!("{link}/raw")).await;
    assert_eq!(raw.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn without_a_database_pages_are_503_and_the_site_stays_up() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada.paste("x").await;
    site.store.db().close().await;
    for (visitor, path) in [
        (&ada, "/profile"),
        (&ada, "/"),
        (&site.visitor(), link.as_str()),
        (&site.visitor(), "/recent"),
    ] {
        let response = visitor.get(path).await;
        assert_eq!(response.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(response.header("retry-after"), "5");
        assert!(response.text().contains("<h1>"), "an error page");
    }
    let front_page = site.visitor().get("/").await;
    assert_eq!(front_page.status, StatusCode::OK, "the front page needs no database");
    assert_eq!(site.visitor().get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(site.visitor().get("/healthz").await.status, StatusCode::OK);
}
