//! The raw text: `ETag`, ranges, HEAD and downloads.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};

use crate::support::Site;

#[tokio::test]
async fn a_raw_text_is_sandboxed_plain_text() {
    let site = Site::start().await;
    let link = site.visitor().paste("<script>alert(1)</script>").await;
    for path in [format!("{link}/raw"), format!("/raw{link}")] {
        let raw = site.visitor().get(&path).await;
        assert_eq!(raw.text(), "<script>alert(1)</script>");
        assert_eq!(raw.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(raw.header("x-content-type-options"), "nosniff");
        assert!(raw.header("content-security-policy").contains("sandbox"));
        assert_eq!(raw.header("content-length"), "25");
    }
}

#[tokio::test]
async fn a_matching_etag_is_answered_with_304() {
    let site = Site::start().await;
    let link = site.visitor().paste("hello").await;
    let etag = site.curl().get(&format!("{link}/raw")).await.header("etag").to_owned();
    assert!(etag.starts_with('"'), "strong: {etag}");
    for known in [etag.clone(), format!("\"other\", {etag}"), "*".to_owned(), format!("W/{etag}")] {
        let response =
            site.curl().get_with(&format!("{link}/raw"), &[("if-none-match", &known)]).await;
        assert_eq!(
            (response.status, response.bytes.len()),
            (StatusCode::NOT_MODIFIED, 0),
            "{known}"
        );
        assert_eq!(response.header("etag"), etag);
        assert!(response.header("content-security-policy").contains("sandbox"));
    }
    let other = [("if-none-match", "\"other\"")];
    let response = site.curl().get_with(&format!("{link}/raw"), &other).await;
    assert_eq!(response.status, StatusCode::OK);
}

#[tokio::test]
async fn an_expired_text_is_404_whatever_etag_the_client_has() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("gone", &[("expires", "1h")]).await;
    let etag = site.curl().get(&format!("{link}/raw")).await.header("etag").to_owned();
    site.advance(std::time::Duration::from_hours(1));
    let known = [("if-none-match", etag.as_str())];
    let response = site.curl().get_with(&format!("{link}/raw"), &known).await;
    assert_eq!(response.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_range_is_served() {
    let site = Site::start().await;
    let link = format!("{}/raw", site.visitor().paste("0123456789").await);
    for (range, part, content_range) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=8-99", "89", "bytes 8-9/10"),
        ("bytes=-999999", "0123456789", "bytes 0-9/10"),
    ] {
        let response = site.curl().get_with(&link, &[("range", range)]).await;
        assert_eq!(
            (response.status, response.text().as_str()),
            (StatusCode::PARTIAL_CONTENT, part),
            "{range}"
        );
        assert_eq!(response.header("content-range"), content_range);
    }
    for beyond in ["bytes=10-", "bytes=-0"] {
        let response = site.curl().get_with(&link, &[("range", beyond)]).await;
        assert_eq!(
            (response.status, response.header("content-range")),
            (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */10"),
            "{beyond}"
        );
    }
    for ignored in ["bytes=0-1,4-5", "bytes=20-30,40-50", "bytes=5-4", "lines=1-2"] {
        let response = site.curl().get_with(&link, &[("range", ignored)]).await;
        assert_eq!(
            (response.status, response.text().as_str()),
            (StatusCode::OK, "0123456789"),
            "{ignored}"
        );
    }
    let outdated = [("range", "bytes=0-3"), ("if-range", "\"other\"")];
    let response = site.curl().get_with(&link, &outdated).await;
    assert_eq!(response.text(), "0123456789", "the range was meant for another text");
}

#[tokio::test]
async fn head_has_the_content_length() {
    let site = Site::start().await;
    let link = site.visitor().paste("hello").await;
    let curl = site.curl();
    let response = curl.head(&format!("{link}/raw")).await;
    assert_eq!(
        (response.status, response.header("content-length"), response.bytes.len()),
        (StatusCode::OK, "5", 0)
    );
}

#[tokio::test]
async fn head_has_the_headers_of_get() {
    let site = Site::start().await;
    for text in ["hello".to_owned(), "line\n".repeat(100_000)] {
        let link = site.visitor().paste(&text).await;
        let curl = site.curl();
        let api = link.replacen('/', "/api/v1/pastes/", 1);
        for path in [
            link.clone(),
            format!("{link}/raw"),
            format!("{link}/download"),
            format!("{api}/text"),
            api,
        ] {
            let get = curl.get(&path).await;
            let head = curl.head(&path).await;
            assert_eq!((head.status, head.bytes.len()), (StatusCode::OK, 0), "{path}");
            let without_date = |headers: &HeaderMap| {
                let mut headers = headers.clone();
                headers.remove("date");
                headers
            };
            assert_eq!(without_date(&head.headers), without_date(&get.headers), "{path}");
        }
    }
}

#[tokio::test]
async fn head_ignores_ranges() {
    let site = Site::start().await;
    let link = format!("{}/raw", site.visitor().paste("0123456789").await);
    let curl = site.curl();
    for range in ["bytes=0-3", "bytes=10-"] {
        let response = curl.send(curl.request(Method::HEAD, &link).header("range", range)).await;
        let content_range = response.header("content-range");
        assert_eq!(
            (response.status, response.header("content-length"), content_range),
            (StatusCode::OK, "10", ""),
            "{range}"
        );
    }
}

#[tokio::test]
async fn a_download_is_named_after_its_title_and_syntax() {
    let site = Site::start().await;
    for (title, syntax, name) in [
        ("notes", "markdown", "notes.md"),
        ("main.rs", "rust", "main.rs"),
        ("../../etc/passwd", "text", "_.._etc_passwd.txt"),
        ("план", "text", "план.txt"),
        ("a\"b\\c", "json", "a_b_c.json"),
    ] {
        let link = site.visitor().paste_with("x", &[("title", title), ("syntax", syntax)]).await;
        let response = site.visitor().get(&format!("{link}/download")).await;
        let disposition = response.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
        let encoded = disposition.split("filename*=UTF-8''").nth(1).unwrap();
        let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap();
        assert_eq!(decoded, name, "{title}");
    }
    let untitled = site.visitor().paste("x").await;
    let response = site.visitor().get(&format!("{untitled}/download")).await;
    assert!(response.header("content-disposition").contains(&format!("{}.txt", &untitled[1..])));
}
