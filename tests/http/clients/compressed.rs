//! Compressed request bodies.

use reqwest::{Method, StatusCode};

use crate::support::{Response, Site, Visitor};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn send(
    visitor: &Visitor,
    (method, path): (Method, &str),
    media_type: &str,
    coding: &str,
    body: Vec<u8>,
) -> Response {
    let request = visitor.request(method, path).header("content-encoding", coding);
    visitor.send(request.header("content-type", media_type).body(body)).await
}

#[tokio::test]
async fn a_compressed_body_is_decoded_in_every_kind_of_create() {
    let site = Site::start().await;
    let curl = site.curl();
    let form = "application/x-www-form-urlencoded";
    let multipart = "multipart/form-data; boundary=x";
    let part = "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nпривет\r\n--x--\r\n";
    let post = |path| (Method::POST, path);
    for (target, media_type, body) in [
        (post("/"), "", "привет"),
        ((Method::PUT, "/x.txt"), "", "привет"),
        (post("/"), form, "text=привет"),
        (post("/"), multipart, part),
        (post("/documents"), "text/plain", "привет"),
        (post("/api/v1/pastes"), "text/plain", "привет"),
        (post("/api/v1/pastes"), "application/json", "{\"text\":\"привет\"}"),
    ] {
        let name = format!("{} {media_type}", target.1);
        let created = send(&curl, target, media_type, "gzip", gzip(body.as_bytes())).await;
        assert!(created.status.is_success(), "{name} {}", created.text());
        let answer = created.text();
        let id = answer.split(['"', '/', '\n']).find(|word| word.len() == 12);
        assert_eq!(curl.raw(&format!("/{}", id.unwrap())).await, "привет", "{name}");
    }
    let zstd = zstd::stream::encode_all(&gzip("привет".as_bytes())[..], 1).unwrap();
    let created = send(&curl, (Method::POST, "/"), "", "gzip, zstd", zstd).await;
    assert_eq!(curl.raw(created.text().trim()).await, "привет");
}

#[tokio::test]
async fn a_body_that_cannot_be_decoded_is_refused() {
    let site = Site::start_with(&["--max-paste-bytes=1000000"]).await;
    let curl = site.curl();
    let post = async |coding: &str, body: Vec<u8>| {
        send(&curl, (Method::POST, "/"), "", coding, body).await
    };
    let whole = gzip(b"some text");
    for body in [whole[..10].to_vec(), [&whole[..], b"more"].concat(), b"some text".to_vec()] {
        let refused = post("gzip", body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text().contains("Content-Encoding"), "{}", refused.text());
    }
    for coding in ["compress", "aws-chunked", "gzip, lzma"] {
        let refused = post(coding, whole.clone()).await;
        assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{coding}");
        assert_eq!(refused.header("accept-encoding"), "gzip, zstd, br, deflate");
        assert_eq!(refused.text().lines().count(), 1);
    }
    for bytes in [1_000_001, 200_000_000] {
        let refused = post("gzip", gzip(&vec![b'x'; bytes])).await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{bytes}");
    }
    let fits = post("gzip", gzip(&vec![b'x'; 1_000_000])).await;
    assert_eq!(fits.status, StatusCode::CREATED);
    let log_in = send(
        &curl,
        (Method::POST, "/login"),
        "application/x-www-form-urlencoded",
        "gzip",
        gzip(&[b"email=", &vec![b'x'; 1_000_000][..]].concat()),
    );
    assert_eq!(log_in.await.status, StatusCode::PAYLOAD_TOO_LARGE);
}
