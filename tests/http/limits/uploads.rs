//! How many request bodies are received at a time, and how many bytes of them.

use std::time::Duration;

use reqwest::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Site, Visitor};

/// A request with an unfinished body.
struct Upload(TcpStream);

impl Upload {
    /// Sends the head and all but one byte of a body of `bytes + 1`, as a proxy that forwards
    /// `client`.
    async fn begin(site: &Site, client: &str, bytes: usize) -> Self {
        let mut stream = TcpStream::connect(site.address()).await.unwrap();
        let head = format!(
            "POST /api/v1/pastes HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {client}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            bytes + 1
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let _ = stream.write_all(&vec![b' '; bytes]).await;
        Self(stream)
    }
}

const SETTINGS: &[&str] =
    &["--rate-limit=on", "--trusted-proxies=127.0.0.1", "--max-paste-bytes=1MiB"];

/// Clients in turn start uploads of a mebibyte each, until one upload is refused with this status.
/// Adds the accepted ones to `uploads` and returns the response to the refused one.
async fn send_until_refused(
    site: &Site,
    uploads: &mut Vec<Upload>,
    clients: &[&str],
    status: StatusCode,
) -> String {
    let status_line = format!("HTTP/1.1 {} ", status.as_u16());
    for n in 0..300 {
        uploads.push(Upload::begin(site, clients[n % clients.len()], 1024 * 1024).await);
        let mut refused = None;
        uploads.retain(|upload| {
            let mut buffer = vec![0; 4096];
            let Ok(read @ 1..) = upload.0.try_read(&mut buffer) else { return true };
            let response = String::from_utf8_lossy(&buffer[..read]).into_owned();
            refused =
                refused.take().or_else(|| response.starts_with(&status_line).then_some(response));
            false
        });
        if let Some(response) = refused {
            return response;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{clients:?} are never refused");
}

/// One client starts uploads of one byte until one is refused. The first 64 are accepted, since a
/// client subnet has at least that many slots for unfinished requests.
async fn open_until_refused(site: &Site, client: &str) -> Vec<Upload> {
    let mut uploads = Vec::new();
    loop {
        assert!(uploads.len() < 100, "{client} is never refused");
        let mut upload = Upload::begin(site, client, 1).await;
        if uploads.len() >= 64 {
            let mut buffer = vec![0; 4096];
            let read = upload.0.read(&mut buffer);
            let read = tokio::time::timeout(Duration::from_millis(200), read).await;
            if let Ok(Ok(read @ 1..)) = read {
                let response = String::from_utf8_lossy(&buffer[..read]);
                assert!(response.starts_with("HTTP/1.1 429 "), "{response}");
                return uploads;
            }
        }
        uploads.push(upload);
    }
}

#[tokio::test]
async fn bodies_in_transit_are_limited_in_total_and_per_client_subnet() {
    let site = Site::start_with(SETTINGS).await;
    let other = || site.curl().with_header("x-forwarded-for", "203.0.113.9");
    // Bodies in transit may be sixteen times the maximum paste size, and half of that per client
    // subnet.
    let mut uploads = Vec::new();
    let per_client =
        send_until_refused(&site, &mut uploads, &["203.0.113.1"], StatusCode::TOO_MANY_REQUESTS)
            .await;
    assert!(per_client.contains("\r\nretry-after: 1\r\n"), "{per_client}");
    assert!(per_client.contains("application/problem+json"), "{per_client}");
    assert_eq!(other().post_bytes("/", None, "x").await.status, StatusCode::CREATED);

    let others = ["203.0.113.2", "203.0.113.3"];
    let total =
        send_until_refused(&site, &mut uploads, &others, StatusCode::SERVICE_UNAVAILABLE).await;
    assert!(total.contains("\r\nretry-after: 1\r\n"), "{total}");
    assert_eq!(
        other().get("/").await.status,
        StatusCode::OK,
        "requests without a body are not refused"
    );
    assert_eq!(other().get("/healthz").await.status, StatusCode::OK);
    let small = "x".repeat(60 * 1024);
    let small = other().post_bytes("/", None, small).await;
    assert_eq!(small.status, StatusCode::CREATED, "small bodies are not refused");

    drop(uploads);
    let text = "x".repeat(1024 * 1024);
    let freed = async {
        while other().post_bytes("/", None, text.clone()).await.status != StatusCode::CREATED {}
    };
    tokio::time::timeout(Duration::from_mins(1), freed).await.expect("the quota is released");
}

#[tokio::test]
async fn unfinished_uploads_do_not_block_other_requests() {
    let site = Site::start_with(SETTINGS).await;
    let mut uploads = open_until_refused(&site, "203.0.113.1").await;
    // A request that waits for its body blocks no other, not even of the same client.
    let same = site.visitor().with_header("x-forwarded-for", "203.0.113.1");
    assert_eq!(same.get("/").await.status, StatusCode::OK);
    let other = site.curl().with_header("x-forwarded-for", "203.0.113.2");
    assert_eq!(other.post_bytes("/", None, "x").await.status, StatusCode::CREATED);
    uploads.truncate(50);
    let freed =
        async { while same.post("/", &[("text", "x")]).await.status != StatusCode::SEE_OTHER {} };
    tokio::time::timeout(Duration::from_mins(1), freed).await.expect("a slot is free again");
}

#[tokio::test]
async fn too_many_uploads_are_a_page_for_browsers_and_a_line_for_curl() {
    let site = Site::start_with(SETTINGS).await;
    let _uploads = open_until_refused(&site, "203.0.113.1").await;
    let from = |visitor: Visitor| visitor.with_header("x-forwarded-for", "203.0.113.1");
    let page = from(site.visitor()).submit(&[("text", "x")]).await;
    let notice = from(site.visitor().with_htmx()).submit(&[("text", "x")]).await;
    let line = from(site.curl()).post_bytes("/", None, "x").await;
    for refused in [&page, &notice, &line] {
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.retry_after(), 1);
        assert!(refused.text().contains("too much at once"), "{}", refused.text());
    }
    assert!(page.text().contains("<h1>") && !notice.text().contains("<html"));
    assert_eq!(line.text().lines().count(), 1);
}
