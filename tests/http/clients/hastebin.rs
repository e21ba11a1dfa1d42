//! The protocol of hastebin's clients.

use reqwest::StatusCode;

use crate::support::{Response, Site};

fn json(response: &Response) -> serde_json::Value {
    assert_eq!(response.header("content-type"), "application/json", "{}", response.text());
    serde_json::from_slice(&response.bytes).unwrap()
}

#[tokio::test]
async fn a_saved_document_is_read_by_its_key() {
    let site = Site::start().await;
    let text = "data=a&b\r\n\"quoted\" ж\n";
    let saved = site.curl().post_bytes("/documents", Some("text/plain"), text).await;
    assert_eq!(saved.status, StatusCode::OK);
    let saved = json(&saved);
    let key = saved["key"].as_str().unwrap();
    for path in [format!("/documents/{key}"), format!("/documents/{key}.rs")] {
        let read = site.curl().get(&path).await;
        assert_eq!(read.status, StatusCode::OK);
        assert_eq!(json(&read), serde_json::json!({ "data": text, "key": key }));
    }
    let head = site.curl().head(&format!("/documents/{key}")).await;
    assert_eq!((head.status, head.bytes.len()), (StatusCode::OK, 0));
    assert_eq!(site.curl().get(&format!("/raw/{key}.rs")).await.text(), text);
}

#[tokio::test]
async fn a_document_is_saved_unchanged_whatever_its_media_type() {
    let site = Site::start().await;
    let form = Some("application/x-www-form-urlencoded");
    let saved = site.curl().post_bytes("/documents", form, "data=a%41+b").await;
    assert!(saved.header("delete-token").starts_with("pastebin_del_"));
    let key = json(&saved)["key"].as_str().unwrap().to_owned();
    assert_eq!(site.curl().get(&format!("/raw/{key}")).await.text(), "data=a%41+b");
}

#[tokio::test]
async fn errors_are_json_with_a_message() {
    let site = Site::start_with(&["--max-paste-bytes=1000", "--rate-limit=on"]).await;
    let large = "x".repeat(1001);
    let malformed = Some("multipart/form-data; boundary=x");
    // Clients that accept HTML get JSON too.
    for visitor in [site.curl(), site.visitor()] {
        for (response, status) in [
            (visitor.get("/documents/111111111111").await, 404),
            (visitor.get("/documents/none").await, 404),
            (visitor.get("/documents").await, 405),
            (visitor.post_bytes("/documents", None, large.as_str()).await, 413),
            (visitor.post_bytes("/documents", None, "").await, 422),
            (visitor.post_bytes("/documents", None, b"\xff".as_slice()).await, 422),
            (visitor.post_bytes("/documents", malformed, "x").await, 400),
        ] {
            assert_eq!(response.status.as_u16(), status, "{}", response.text());
            assert!(!json(&response)["message"].as_str().unwrap().is_empty());
        }
    }
    for _ in 0..60 {
        site.curl().post_bytes("/documents", None, "x").await;
    }
    let refused = site.curl().post_bytes("/documents", None, "x").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!refused.header("retry-after").is_empty() && json(&refused)["message"].is_string());
}

#[tokio::test]
async fn a_file_named_documents_may_be_put() {
    let site = Site::start().await;
    let put = site.curl().put("/documents", "x").await;
    assert_eq!(put.status, StatusCode::CREATED);
}
