use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::address;
use crate::support::Site;

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.saved("x", json!({})).await;
    for path in [address(&paste), format!("{}/text", address(&paste))] {
        let first = program.get(&path).await;
        let known = [("if-none-match", first.header("etag"))];
        let again = program.send(Method::GET, &path, &known, None).await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(program.send(Method::HEAD, &path, &[], None).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_text_comes_in_parts_if_asked() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.saved("0123456789", json!({})).await;
    let path = format!("{}/text", address(&paste));
    let part = program.send(Method::GET, &path, &[("range", "bytes=3-5")], None).await;
    assert_eq!((part.status, part.text()), (StatusCode::PARTIAL_CONTENT, "345".to_owned()));
    let none = program.send(Method::GET, &path, &[("range", "bytes=10-")], None).await;
    none.problem(416);
    assert_eq!(none.header("content-range"), "bytes */10");
}

#[tokio::test]
async fn what_takes_no_query_says_so() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read", "write", "delete"]).await;
    let paste = address(&program.saved("x", json!({})).await);
    for path in [paste.clone(), format!("{paste}/text"), "/api/v1/user".to_owned()] {
        program.get(&format!("{path}?bogus=1")).await.problem_of("bogus");
    }
    for method in [Method::PATCH, Method::DELETE] {
        let path = format!("{paste}?bogus=1");
        program.send(method, &path, &[], Some(&json!({}))).await.problem_of("bogus");
    }
}

#[tokio::test]
async fn what_is_not_there_is_one_problem_for_all() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.saved("x", json!({ "expires": "1h" })).await;
    assert_eq!(program.get(&address(&paste)).await.json()["delete_token"], json!(null));
    site.advance(Duration::from_hours(1));
    let over = program.get(&address(&paste)).await.problem(404);
    for path in ["/api/v1/pastes/aaaaaaaaaaaa", "/api/v1/pastes/no", "/api/v1/nothing", "/api/x"] {
        assert_eq!(program.get(path).await.problem(404), over);
    }
    program.text(&paste).await.problem(404);
    program.send(Method::PUT, &address(&paste), &[], None).await.problem(405);
}
