//! Every error in its caller's format.

use reqwest::{Method, StatusCode};

use crate::support::Site;

#[tokio::test]
async fn a_page_for_browsers_a_fragment_for_htmx_a_line_for_programs() {
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
async fn what_is_no_id_is_not_found_and_never_a_fault() {
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
async fn a_method_that_a_route_does_not_have_is_told_what_it_has() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let response = visitor.send(visitor.request(Method::PATCH, "/login")).await;
    assert_eq!(response.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(response.header("allow").contains("GET") && response.text().contains("<h1>"));
}

#[tokio::test]
async fn a_form_that_is_no_form_is_a_bad_request() {
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
async fn a_text_that_is_gone_from_the_store_is_a_loud_error_with_an_id_to_quote() {
    let site = Site::start().await;
    let link = site.visitor().paste("lost").await;
    let id = link[1..].parse().unwrap();
    let paste = site.store.visible_paste(&id, None, &site.clock).await.unwrap().unwrap();
    site.store.blobs().delete(std::slice::from_ref(&paste.blob_key)).await.unwrap();
    let page = site.visitor().get(&link).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    let quoted = page.text().split(|c: char| !c.is_ascii_hexdigit()).any(|word| word.len() == 8);
    assert!(quoted, "{}", page.text());
    assert_eq!(
        site.curl().get(&format!("{link}/raw")).await.status,
        StatusCode::INTERNAL_SERVER_ERROR
    );
}

#[tokio::test]
async fn without_its_database_the_site_says_so_and_stays_up() {
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
        assert!(response.text().contains("<h1>"), "a page, not a broken connection");
    }
    assert_eq!(
        site.visitor().get("/").await.status,
        StatusCode::OK,
        "what needs no database works"
    );
    assert_eq!(site.visitor().get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(site.visitor().get("/healthz").await.status, StatusCode::OK);
}
