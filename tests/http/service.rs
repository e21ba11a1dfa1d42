//! Health checks, assets and compression.

use reqwest::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::Site;

#[tokio::test]
async fn health_checks_report_alive_and_ready() {
    let site = Site::start().await;
    assert_eq!(site.curl().get("/healthz").await.text(), "ok\n");
    assert_eq!(site.curl().get("/readyz").await.text(), "ready\n");
}

#[tokio::test]
async fn assets_are_immutable_and_compressed_at_build_time() {
    let site = Site::start().await;
    let page = site.visitor().get("/").await.text();
    let visitor = site.visitor();
    let mut count = 0;
    for rest in page.split("\"/assets/").skip(1) {
        let path = format!("/assets/{}", rest.split('"').next().unwrap());
        let plain = visitor.get(&path).await;
        assert_eq!(plain.status, StatusCode::OK, "{path}");
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
        for coding in ["br", "gzip"] {
            let compressed = visitor.get_with(&path, &[("accept-encoding", coding)]).await;
            assert_eq!(compressed.header("content-encoding"), coding);
            assert!(compressed.bytes.len() < plain.bytes.len(), "{path} as {coding}");
        }
        for (accepted, coding) in [("br;q=0.1, gzip", "gzip"), ("br;q=0, *", "gzip")] {
            let response = visitor.get_with(&path, &[("accept-encoding", accepted)]).await;
            assert_eq!(response.header("content-encoding"), coding, "{path} as {accepted}");
        }
        count += 1;
    }
    assert!(count >= 4, "an icon, a style and scripts, not {count}");
}

#[tokio::test]
async fn the_first_visit_transfers_at_most_45_kilobytes() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let accepted = [("accept-encoding", "gzip, deflate, br, zstd")];
    let transferred = async |path: &str| visitor.get_with(path, &accepted).await.bytes.len();
    let page = site.visitor().get("/").await.text();
    let mut bytes = transferred("/").await;
    for rest in page.split("\"/assets/").skip(1) {
        bytes += transferred(&format!("/assets/{}", rest.split('"').next().unwrap())).await;
    }
    assert!(bytes <= 45_000, "{bytes} bytes");
}

#[tokio::test]
async fn pages_are_compressed_with_an_accepted_coding() {
    let site = Site::start().await;
    let visitor = site.visitor();
    for coding in ["gzip", "br", "zstd"] {
        let response = visitor.get_with("/", &[("accept-encoding", coding)]).await;
        assert_eq!(response.header("content-encoding"), coding);
    }
}

/// Sends a request as it is, and returns the answer.
async fn exchange(site: &Site, request: &str) -> String {
    let address = site.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_request_without_a_host_or_with_two_is_a_400_in_the_format_of_the_caller() {
    let site = Site::start().await;
    for hosts in ["", "host: a.local\r\nhost: a.local\r\n"] {
        for (path, accept, media_type) in [
            ("/", "text/html", "text/html"),
            ("/", "*/*", "text/plain"),
            ("/api/v1/pastes", "*/*", "application/problem+json"),
            ("/healthz", "*/*", "text/plain"),
        ] {
            let request = format!("GET {path} HTTP/1.1\r\n{hosts}accept: {accept}\r\n\r\n");
            let answer = exchange(&site, &request).await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{request}{answer}");
            assert!(answer.contains(&format!("content-type: {media_type}")), "{request}{answer}");
        }
    }
    let old = exchange(&site, "GET /healthz HTTP/1.0\r\n\r\n").await;
    assert!(old.starts_with("HTTP/1.0 200 "), "{old}");
}

#[tokio::test]
async fn a_client_that_closes_its_side_after_the_request_gets_the_link() {
    let site = Site::start().await;
    let host = site.url.strip_prefix("http://").unwrap();
    for version in ["1.0", "1.1"] {
        let head = format!("POST / HTTP/{version}\r\nhost: {host}\r\ncontent-length: 4\r\n\r\n");
        let answer = exchange(&site, &format!("{head}text")).await;
        assert!(answer.starts_with(&format!("HTTP/{version} 201 ")), "{answer}");
        let link = answer.lines().last().unwrap();
        assert_eq!(site.curl().raw(link).await, "text");
    }
}
