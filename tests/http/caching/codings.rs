//! Content codings: every client gets the same text, compressed in a coding that it accepts.

use std::io::Read as _;

use reqwest::{Method, StatusCode};

use super::SUFFIXES;
use crate::support::{Response, Site, Visitor};

/// The `accept-encoding` of a browser.
const BROWSER: &str = "gzip, deflate, br, zstd";

/// The body after the content coding is undone.
fn decoded(response: &Response) -> Vec<u8> {
    let encoded = &response.bytes[..];
    let mut body = Vec::new();
    match response.header("content-encoding") {
        "zstd" => body = zstd::decode_all(encoded).unwrap(),
        "br" => {
            brotli::Decompressor::new(encoded, 4096).read_to_end(&mut body).unwrap();
        }
        "gzip" => {
            flate2::read::GzDecoder::new(encoded).read_to_end(&mut body).unwrap();
        }
        "" => body.extend(encoded),
        other => panic!("{other}"),
    }
    body
}

/// A text of 3 KB, which is large enough to be compressed.
fn sample_text() -> String {
    let lines: Vec<String> =
        (0..100).map(|n| format!("let line{n} = \"as long as this\";\n")).collect();
    lines.concat()
}

async fn get_accepting(visitor: &Visitor, path: &str, accepted: &str) -> Response {
    visitor.get_with(path, &[("accept-encoding", accepted)]).await
}

#[tokio::test]
async fn every_coding_decodes_to_the_same_bytes() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link =
        visitor.paste_with(&sample_text(), &[("syntax", "rust"), ("visibility", "public")]).await;
    let visitor = site.visitor();
    for suffix in SUFFIXES {
        let path = format!("{link}{suffix}");
        let plain = visitor.get(&path).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        let mut etags = vec![plain.header("etag").to_owned()];
        for _ in 0..2 {
            for coding in ["zstd", "br", "gzip"] {
                let response = get_accepting(&visitor, &path, coding).await;
                assert_eq!(response.header("content-encoding"), coding, "{path}");
                assert_eq!(decoded(&response), plain.bytes, "{path} {coding}");
                assert!(response.bytes.len() < plain.bytes.len() / 2, "{path} {coding}");
                let mut vary = response.headers.get_all("vary").iter();
                assert!(vary.any(|line| line == "Accept-Encoding"), "{path}");
                assert_eq!(response.header("content-type"), plain.header("content-type"), "{path}");
                assert_eq!(
                    response.header("accept-ranges"),
                    "",
                    "only the uncompressed text has ranges"
                );
                let etag = response.header("etag").to_owned();
                let revalidated = [("accept-encoding", coding), ("if-none-match", &etag)];
                let revalidated = visitor.get_with(&path, &revalidated).await;
                assert_eq!(revalidated.status, StatusCode::NOT_MODIFIED, "{path} {coding}");
                assert_eq!(revalidated.header("etag"), etag);
                etags.push(etag);
            }
        }
        etags.sort();
        etags.dedup();
        assert_eq!(etags.len(), 4, "{path}: {etags:?}");
    }
}

#[tokio::test]
async fn a_client_gets_the_coding_that_it_prefers() {
    let site = Site::start().await;
    let link = site.visitor().paste(&sample_text()).await;
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
            let response = get_accepting(&visitor, &path, accepted).await;
            assert_eq!(response.header("content-encoding"), coding, "{path}: {accepted}");
        }
        let zstd = get_accepting(&visitor, &path, "zstd").await.header("etag").to_owned();
        let plain = visitor.revalidate(&path, &zstd).await;
        assert_eq!(plain.status, StatusCode::OK, "the etag of one coding does not match another");
        let either = [("accept-encoding", BROWSER), ("if-none-match", plain.header("etag"))];
        assert_eq!(visitor.get_with(&path, &either).await.status, StatusCode::NOT_MODIFIED);
    }
}

#[tokio::test]
async fn a_client_that_refuses_every_coding_gets_none() {
    let site = Site::start().await;
    let link = site.visitor().paste(&sample_text()).await;
    let visitor = site.visitor();
    for refusal in ["*;q=0", "identity;q=0", "identity;q=0, deflate", "gzip;q=0, *;q=0.000"] {
        for path in ["/".to_owned(), "/nothing".to_owned(), link.clone(), format!("{link}/raw")] {
            let response = get_accepting(&visitor, &path, refusal).await;
            let plain = visitor.get(&path).await;
            assert_eq!(response.status, plain.status, "{path}: {refusal}");
            assert_eq!(response.header("content-encoding"), "", "{path}: {refusal}");
            assert_eq!(response.bytes, plain.bytes, "{path}: {refusal}");
        }
        let curl = site.curl().with_header("accept-encoding", refusal);
        let created = curl.post_bytes("/", None, "hello").await;
        assert_eq!(created.status, StatusCode::CREATED, "{refusal}");
    }
    for only in ["identity;q=0, gzip;q=0.0001", "identity;q=0, gzip;level=1", "*;q=0, gzip; q = 1"]
    {
        for path in ["/", &link] {
            let response = get_accepting(&visitor, path, only).await;
            assert_eq!(response.status, StatusCode::OK, "{path}: {only}");
            assert_eq!(response.header("content-encoding"), "gzip", "{path}: {only}");
        }
    }
}

#[tokio::test]
async fn a_range_is_one_of_the_uncompressed_text() {
    let site = Site::start().await;
    let link = format!("{}/raw", site.visitor().paste(&sample_text()).await);
    let visitor = site.visitor();
    let plain = visitor.etag(&link).await;
    let zstd = get_accepting(&visitor, &link, "zstd").await;
    let part = async |known: &str| {
        let headers = [("accept-encoding", BROWSER), ("range", "bytes=4-8"), ("if-range", known)];
        visitor.get_with(&link, &headers).await
    };
    let response = part(&plain).await;
    assert_eq!((response.status, response.text().as_str()), (StatusCode::PARTIAL_CONTENT, "line0"));
    assert_eq!((response.header("content-encoding"), response.header("etag")), ("", &*plain));
    for other in [zstd.header("etag"), "\"other\"", &format!("W/{plain}")] {
        let response = part(other).await;
        assert_eq!((response.status, response.text()), (StatusCode::OK, sample_text()), "{other}");
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get_in_every_coding() {
    let site = Site::start().await;
    let link = site.visitor().paste_with(&sample_text(), &[("visibility", "public")]).await;
    let visitor = site.visitor();
    for suffix in SUFFIXES {
        for coding in ["identity", "zstd", "br", "gzip"] {
            let path = format!("{link}{suffix}");
            let get = get_accepting(&visitor, &path, coding).await;
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
async fn a_small_text_is_not_compressed() {
    let site = Site::start().await;
    let link = site.visitor().paste("hello").await;
    let response = get_accepting(&site.visitor(), &format!("{link}/raw"), BROWSER).await;
    assert_eq!((response.text().as_str(), response.header("content-encoding")), ("hello", ""));
}

#[tokio::test]
async fn a_large_text_is_sent_as_it_is_stored_or_uncompressed() {
    let site = Site::start().await;
    let text = sample_text().repeat(1000);
    let link = site.curl().post_bytes("/", None, text.clone()).await.location();
    let link = format!("{}/raw", link.strip_prefix(&site.url).unwrap());
    for (accepted, coding) in [(BROWSER, "zstd"), ("gzip, br", "")] {
        let response = get_accepting(&site.curl(), &link, accepted).await;
        assert_eq!(response.header("content-encoding"), coding);
        assert!(decoded(&response) == text.as_bytes());
    }
}

#[tokio::test]
async fn concurrent_visitors_get_the_same_page() {
    let site = Site::start().await;
    let link = site.visitor().paste_with(&sample_text(), &[("syntax", "rust")]).await;
    let visitors: Vec<Visitor> = (0..50).map(|_| site.visitor()).collect();
    let requests =
        visitors.iter().map(async |visitor| get_accepting(visitor, &link, BROWSER).await);
    let pages = futures_util::future::join_all(requests).await;
    assert!(pages.iter().all(|page| page.status == StatusCode::OK && page.bytes == pages[0].bytes));
    assert_eq!(decoded(&pages[0]), site.visitor().get(&link).await.bytes);
}
