//! Compressed once, and the same bytes for whoever unpacks them.

use std::io::Read as _;

use reqwest::{Method, StatusCode};

use super::WAYS;
use crate::support::{Response, Site, Visitor};

const BROWSER: &str = "gzip, deflate, br, zstd";

fn unpacked(response: &Response) -> Vec<u8> {
    let packed = &response.bytes[..];
    let mut body = Vec::new();
    match response.header("content-encoding") {
        "zstd" => body = zstd::decode_all(packed).unwrap(),
        "br" => {
            brotli::Decompressor::new(packed, 4096).read_to_end(&mut body).unwrap();
        }
        "gzip" => {
            flate2::read::GzDecoder::new(packed).read_to_end(&mut body).unwrap();
        }
        "" => body.extend(packed),
        other => panic!("{other}"),
    }
    body
}

/// Enough to be worth it: 3 KB.
fn text() -> String {
    let lines: Vec<String> =
        (0..100).map(|n| format!("let line{n} = \"as long as this\";\n")).collect();
    lines.concat()
}

async fn asked(visitor: &Visitor, path: &str, accepted: &str) -> Response {
    visitor.get_with(path, &[("accept-encoding", accepted)]).await
}

#[tokio::test]
async fn every_coding_unpacks_to_the_same() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = visitor.paste_with(&text(), &[("syntax", "rust"), ("visibility", "public")]).await;
    let visitor = site.visitor();
    for way in WAYS {
        let path = format!("{link}{way}");
        let plain = visitor.get(&path).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        let mut tags = vec![plain.header("etag").to_owned()];
        for _ in 0..2 {
            for coding in ["zstd", "br", "gzip"] {
                let response = asked(&visitor, &path, coding).await;
                assert_eq!(response.header("content-encoding"), coding, "{path}");
                assert_eq!(unpacked(&response), plain.bytes, "{path} {coding}");
                assert!(response.bytes.len() < plain.bytes.len() / 2, "{path} {coding}");
                let mut vary = response.headers.get_all("vary").iter();
                assert!(vary.any(|line| line == "Accept-Encoding"), "{path}");
                assert_eq!(response.header("content-type"), plain.header("content-type"), "{path}");
                assert_eq!(response.header("accept-ranges"), "", "ranges are of the text itself");
                let etag = response.header("etag").to_owned();
                let again = [("accept-encoding", coding), ("if-none-match", &etag)];
                let again = visitor.get_with(&path, &again).await;
                assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path} {coding}");
                assert_eq!(again.header("etag"), etag);
                tags.push(etag);
            }
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 4, "{path}: {tags:?}");
    }
}

#[tokio::test]
async fn a_client_gets_what_it_takes_and_likes_best() {
    let site = Site::start().await;
    let link = site.visitor().paste(&text()).await;
    let visitor = site.visitor();
    for path in [link.clone(), format!("{link}/raw")] {
        for (accepted, coding) in [
            (BROWSER, "zstd"),
            ("gzip, br", "br"),
            ("gzip", "gzip"),
            ("gzip;q=1, br;q=0.5, zstd;q=0.1", "gzip"),
            ("zstd;q=0, br;q=0, gzip", "gzip"),
            ("zstd;q=0, br;q=0.0, gzip;q=0", ""),
            ("identity", ""),
        ] {
            let response = asked(&visitor, &path, accepted).await;
            assert_eq!(response.header("content-encoding"), coding, "{path}: {accepted}");
        }
        let zstd = asked(&visitor, &path, "zstd").await.header("etag").to_owned();
        let plain = visitor.again(&path, &zstd).await;
        assert_eq!(plain.status, StatusCode::OK, "what it cannot unpack, it does not have");
        let either = [("accept-encoding", BROWSER), ("if-none-match", plain.header("etag"))];
        assert_eq!(visitor.get_with(&path, &either).await.status, StatusCode::NOT_MODIFIED);
    }
}

#[tokio::test]
async fn who_refuses_all_that_we_have_gets_it_as_it_is() {
    let site = Site::start().await;
    let link = site.visitor().paste(&text()).await;
    let visitor = site.visitor();
    for refusal in ["*;q=0", "identity;q=0", "identity;q=0, deflate", "gzip;q=0, *;q=0.000"] {
        for path in ["/".to_owned(), "/nothing".to_owned(), link.clone(), format!("{link}/raw")] {
            let (response, plain) =
                (asked(&visitor, &path, refusal).await, visitor.get(&path).await);
            assert_eq!(
                (response.status, response.header("content-encoding")),
                (plain.status, ""),
                "{path}: {refusal}"
            );
            assert_eq!(response.bytes, plain.bytes, "{path}: {refusal}");
        }
        let picky = site.curl().with_header("accept-encoding", refusal);
        let created = picky.post_bytes("/", None, "hello").await;
        assert_eq!(created.status, StatusCode::CREATED, "{refusal}");
    }
    for only in ["identity;q=0, gzip;q=0.0001", "identity;q=0, gzip;level=1", "*;q=0, gzip; q = 1"]
    {
        for path in ["/", &link] {
            let response = asked(&visitor, path, only).await;
            assert_eq!(
                (response.status, response.header("content-encoding")),
                (StatusCode::OK, "gzip"),
                "{path}: {only}"
            );
        }
    }
}

#[tokio::test]
async fn a_range_is_one_of_the_text_itself() {
    let site = Site::start().await;
    let link = format!("{}/raw", site.visitor().paste(&text()).await);
    let visitor = site.visitor();
    let (plain, zstd) = (visitor.etag(&link).await, asked(&visitor, &link, "zstd").await);
    let part = async |known: &str| {
        let asked = [("accept-encoding", BROWSER), ("range", "bytes=4-8"), ("if-range", known)];
        visitor.get_with(&link, &asked).await
    };
    let response = part(&plain).await;
    assert_eq!((response.status, response.text().as_str()), (StatusCode::PARTIAL_CONTENT, "line0"));
    assert_eq!((response.header("content-encoding"), response.header("etag")), ("", &*plain));
    for other in [zstd.header("etag"), "\"other\"", &format!("W/{plain}")] {
        let response = part(other).await;
        assert_eq!((response.status, response.text()), (StatusCode::OK, text()), "{other}");
    }
}

#[tokio::test]
async fn head_tells_the_same() {
    let site = Site::start().await;
    let link = site.visitor().paste_with(&text(), &[("visibility", "public")]).await;
    let visitor = site.visitor();
    for way in WAYS {
        for coding in ["identity", "zstd", "br", "gzip"] {
            let path = format!("{link}{way}");
            let get = asked(&visitor, &path, coding).await;
            let head = visitor.request(Method::HEAD, &path).header("accept-encoding", coding);
            let head = visitor.send(head).await;
            assert_eq!((head.status, head.bytes.len()), (get.status, 0), "{path}");
            for name in
                ["etag", "content-length", "content-encoding", "content-type", "cache-control"]
            {
                assert_eq!(head.header(name), get.header(name), "{name} of {path} {coding}");
            }
        }
    }
}

#[tokio::test]
async fn a_small_text_stays_as_it_is() {
    let site = Site::start().await;
    let link = site.visitor().paste("hello").await;
    let response = asked(&site.visitor(), &format!("{link}/raw"), BROWSER).await;
    assert_eq!((response.text().as_str(), response.header("content-encoding")), ("hello", ""));
}

#[tokio::test]
async fn a_large_text_goes_as_it_is_kept_or_as_it_is() {
    let site = Site::start().await;
    let text = text().repeat(1000);
    let link = site.curl().post_bytes("/", None, text.clone()).await.location();
    let link = format!("{}/raw", link.strip_prefix(&site.url).unwrap());
    for (accepted, coding) in [(BROWSER, "zstd"), ("gzip, br", "")] {
        let response = asked(&site.curl(), &link, accepted).await;
        assert_eq!(response.header("content-encoding"), coding);
        assert!(unpacked(&response) == text.as_bytes());
    }
}

#[tokio::test]
async fn many_at_once_get_the_same_page() {
    let site = Site::start().await;
    let link = site.visitor().paste_with(&text(), &[("syntax", "rust")]).await;
    let visitors: Vec<Visitor> = (0..50).map(|_| site.visitor()).collect();
    let all = visitors.iter().map(async |visitor| asked(visitor, &link, BROWSER).await);
    let pages = futures_util::future::join_all(all).await;
    assert!(pages.iter().all(|page| page.status == StatusCode::OK && page.bytes == pages[0].bytes));
    assert_eq!(unpacked(&pages[0]), site.visitor().get(&link).await.bytes);
}
