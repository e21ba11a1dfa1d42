//! `GET /api/v1/pastes/{id}`, and its text.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::api_path;
use crate::support::Site;

#[tokio::test]
async fn a_matching_etag_is_answered_with_304() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.save("x", json!({})).await;
    for path in [api_path(&paste), format!("{}/text", api_path(&paste))] {
        let first = program.get(&path).await;
        let known = [("if-none-match", first.header("etag"))];
        let again = program.send(Method::GET, &path, &known, None).await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(program.send(Method::HEAD, &path, &[], None).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_range_of_a_text_can_be_requested() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.save("0123456789", json!({})).await;
    let path = format!("{}/text", api_path(&paste));
    let part = program.send(Method::GET, &path, &[("range", "bytes=3-5")], None).await;
    assert_eq!((part.status, part.text()), (StatusCode::PARTIAL_CONTENT, "345".to_owned()));
    let beyond = program.send(Method::GET, &path, &[("range", "bytes=10-")], None).await;
    beyond.problem(416);
    assert_eq!(beyond.header("content-range"), "bytes */10");
}

#[tokio::test]
async fn unknown_query_parameters_are_refused() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read", "write", "delete"]).await;
    let paste = api_path(&program.save("x", json!({})).await);
    for path in [paste.clone(), format!("{paste}/text"), "/api/v1/user".to_owned()] {
        program.get(&format!("{path}?bogus=1")).await.problem_with("bogus");
    }
    for method in [Method::PATCH, Method::DELETE] {
        let path = format!("{paste}?bogus=1");
        program.send(method, &path, &[], Some(&json!({}))).await.problem_with("bogus");
    }
}

#[tokio::test]
async fn missing_and_expired_pastes_get_the_same_404() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.save("x", json!({ "expires": "1h" })).await;
    assert_eq!(program.get(&api_path(&paste)).await.json()["delete_token"], json!(null));
    site.advance(Duration::from_hours(1));
    let expired = program.get(&api_path(&paste)).await.problem(404);
    for path in ["/api/v1/pastes/aaaaaaaaaaaa", "/api/v1/pastes/no", "/api/v1/nothing", "/api/x"] {
        assert_eq!(program.get(path).await.problem(404), expired);
    }
    program.get_text(&paste).await.problem(404);
    program.send(Method::PUT, &api_path(&paste), &[], None).await.problem(405);
}
