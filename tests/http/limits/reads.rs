//! How many large texts are read at a time.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Site, Visitor};

/// Requests a text as a proxy that forwards `client`, and reads no more than the status of the
/// response.
async fn begin_reading(site: &Site, client: &str, path: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    // Small, so that the operating system's buffers do not take the whole text.
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let mut stream = socket.connect(site.address()).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {client}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut line = [0; 13];
    stream.read_exact(&mut line).await.unwrap();
    assert_eq!(&line, b"HTTP/1.1 200 ");
    stream
}

/// Checks that every request that needs the text of the paste with this id is refused.
async fn assert_refused_on_every_route(program: &Visitor, browser: &Visitor, id: &str) {
    for path in [
        format!("/{id}/raw"),
        format!("/{id}/find?q=x"),
        format!("/{id}/found?q=x"),
        format!("/{id}/source/lines?part=2&side=after"),
        format!("/{id}/embed"),
        format!("/documents/{id}"),
        format!("/api/v1/pastes/{id}/text"),
    ] {
        assert_eq!(program.get(&path).await.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    for path in [format!("/{id}"), format!("/?from={id}")] {
        assert_eq!(browser.get(&path).await.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    let zstd = [("accept-encoding", "zstd")];
    let compressed = program.get_with(&format!("/{id}/raw"), &zstd).await;
    assert_eq!(compressed.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn large_reads_are_limited_per_client_subnet_on_every_route() {
    const LARGEST: usize = 10 * 1024 * 1024;
    let site = Site::start_with(&["--rate-limit=on", "--trusted-proxies=127.0.0.1"]).await;
    let from = |client: &str| site.curl().with_header("x-forwarded-for", client);
    let (same, other) = (from("203.0.113.1"), from("203.0.113.2"));
    let paste = async |text: String| {
        let link = other.post_bytes("/", None, text).await.text();
        link.trim().rsplit('/').next().unwrap().to_owned()
    };
    let large = paste("1234567\n".repeat(LARGEST / 8)).await;
    let small = paste("small".to_owned()).await;

    // A client subnet may read four texts of the maximum size at a time.
    let raw = format!("/{large}/raw");
    let mut readers = Vec::new();
    for _ in 0..4 {
        readers.push(begin_reading(&site, "203.0.113.1", &raw).await);
    }
    let range_request =
        |visitor: &Visitor| visitor.request(Method::GET, &raw).header("range", "bytes=0-9");
    let refused = same.send(range_request(&same)).await;
    let status = refused.status;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "a range needs the whole text in memory");
    assert_eq!(refused.retry_after(), 1);
    let browser = site.visitor().with_header("x-forwarded-for", "203.0.113.1");
    assert_refused_on_every_route(&same, &browser, &large).await;
    let head = same.head(&raw).await;
    let length = LARGEST.to_string();
    assert_eq!((head.status, head.header("content-length")), (StatusCode::OK, &*length));

    assert_eq!(same.get(&format!("/{small}/raw")).await.status, StatusCode::OK);
    assert_eq!(browser.get(&format!("/{small}")).await.status, StatusCode::OK);
    assert_eq!(other.send(range_request(&other)).await.status, StatusCode::PARTIAL_CONTENT);

    drop(readers);
    let freed = async {
        while same.send(range_request(&same)).await.status != StatusCode::PARTIAL_CONTENT {}
    };
    tokio::time::timeout(Duration::from_mins(1), freed).await.expect("the quota is released");
}
