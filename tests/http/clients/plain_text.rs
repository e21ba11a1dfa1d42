//! What a program gets at the address of a page.

use reqwest::{Method, StatusCode};

use crate::support::{Response, Site};

async fn asked(site: &Site, path: &str, name: &str, value: &str) -> Response {
    let curl = site.curl();
    curl.send(curl.request(Method::GET, path).header(name, value)).await
}

#[tokio::test]
async fn a_program_gets_the_text_at_the_link_itself() {
    let site = Site::start().await;
    let text = "<script>alert(1)</script>\r\nwhole\n";
    let upload = site.visitor().upload("x.html", text, &[]).await.location();
    for link in [upload.clone(), format!("{upload}.html")] {
        let (bare, raw) =
            (site.curl().get(&link).await, site.curl().get(&format!("{upload}/raw")).await);
        assert_eq!(bare.text(), text);
        for header in [
            "etag",
            "content-type",
            "content-security-policy",
            "accept-ranges",
            "cache-control",
            "x-robots-tag",
            "x-content-type-options",
        ] {
            assert_eq!(bare.header(header), raw.header(header), "{header}");
        }
        assert!(bare.header("vary").contains("Accept"));
        let known = asked(&site, &link, "if-none-match", bare.header("etag")).await;
        assert_eq!((known.status, known.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
        assert!(known.header("vary").contains("Accept"));
        let part = asked(&site, &link, "range", "bytes=1-6").await;
        assert_eq!((part.status, part.text().as_str()), (StatusCode::PARTIAL_CONTENT, "script"));
    }
}

#[tokio::test]
async fn who_shows_pages_gets_the_page() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("words", &[("title", "A title")]).await;
    let page = site.visitor().get(&link).await;
    assert!(page.text().starts_with("<!DOCTYPE html>") && page.header("vary").contains("Accept"));
    assert!(site.visitor().with_htmx().get(&link).await.text().contains("A title"));
    for robot in [
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "Twitterbot/1.0",
        "WhatsApp/2.23.20.0",
    ] {
        let page = asked(&site, &link, "user-agent", robot).await.text();
        assert!(page.contains("og:title") && page.contains("A title"), "{robot}");
    }
    for program in ["curl/8.5.0", "Wget/1.21.3", "python-requests/2.31"] {
        assert_eq!(asked(&site, &link, "user-agent", program).await.text(), "words", "{program}");
    }
}

#[tokio::test]
async fn the_bare_text_is_for_who_may_see_it() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada.paste_with("mine", &[("visibility", "private")]).await;
    assert_eq!(site.curl().get(&link).await.status, StatusCode::NOT_FOUND);
    let gone = site.curl().get("/111111111111").await;
    assert_eq!((gone.status, gone.text().lines().count()), (StatusCode::NOT_FOUND, 1));
}

#[tokio::test]
async fn the_start_page_tells_a_program_how_to_use_it() {
    let site = Site::start_with(&[
        "--public-url=https://paste.example.org",
        "--tcp-listen=127.0.0.1:9999",
    ])
    .await;
    let usage = site.curl().get("/").await;
    assert_eq!(usage.header("content-type"), "text/plain; charset=utf-8");
    assert!(usage.header("vary").contains("Accept"));
    for part in
        ["https://paste.example.org/", "nc paste.example.org 9999", "10 MB", "32", "1w", "no limit"]
    {
        assert!(usage.text().contains(part), "{part} in {}", usage.text());
    }
    assert!(site.visitor().get("/").await.text().contains("<textarea"));
}
