//! `Idempotency-Key`.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{Program, api_path};
use crate::support::{Response, Site};

/// Creates a paste with an idempotency key.
async fn create(program: &Program, key: &str, text: &str) -> Response {
    let headers = [("idempotency-key", key)];
    program.send(Method::POST, "/api/v1/pastes", &headers, Some(&json!({ "text": text }))).await
}

#[tokio::test]
async fn a_repeated_key_returns_the_same_paste_and_delete_token_for_a_day() {
    let site = Site::start().await;
    let program = site.program();
    let first = create(&program, "one", "hello").await;
    assert_eq!(first.status, StatusCode::CREATED);
    site.advance(Duration::from_hours(23));
    let again = create(&program, "one", "hello").await;
    assert_eq!((again.status, again.json()), (StatusCode::CREATED, first.json()));
    create(&program, "one", "another").await.problem(409);
    assert_ne!(create(&program, "two", "hello").await.json()["id"], first.json()["id"]);
    site.advance(Duration::from_hours(1));
    let later = create(&program, "one", "hello").await.json();
    assert_ne!(later["id"], first.json()["id"], "the key is forgotten after a day");

    let token = first.json()["delete_token"].as_str().unwrap().to_owned();
    let headers = [("delete-token", token.as_str())];
    let deleted = program.send(Method::DELETE, &api_path(&first.json()), &headers, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT, "the token is valid");
}

#[tokio::test]
async fn concurrent_requests_with_one_key_get_the_same_paste() {
    let site = Site::start().await;
    let program = site.program();
    let responses = join_all((0..8).map(|_| create(&program, "at-once", "hello"))).await;
    let first = responses[0].json();
    assert_eq!(responses[0].status, StatusCode::CREATED, "{first}");
    assert!(responses.iter().all(|response| response.json() == first), "{responses:?}");
}

#[tokio::test]
async fn each_sender_has_its_own_keys() {
    let site = Site::start().await;
    let (ada, bob) = (site.user("ada").await, site.user("bob").await);
    let adas = site.program_of(&ada, &["write"]).await;
    let bobs = site.program_of(&bob, &["write"]).await;
    let anonymous = site.program();
    let responses = [&adas, &bobs, &anonymous].map(|program| create(program, "same", "hello"));
    let mut ids: Vec<_> = join_all(responses)
        .await
        .iter()
        .map(|response| response.json()["id"].to_string())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn the_key_of_a_deleted_paste_is_409_and_a_malformed_key_is_400() {
    let site = Site::start().await;
    let program = site.program();
    let paste = create(&program, "gone", "hello").await.json();
    let headers = [("delete-token", paste["delete_token"].as_str().unwrap())];
    program.send(Method::DELETE, &api_path(&paste), &headers, None).await;
    create(&program, "gone", "hello").await.problem(409);
    for bad in ["", " ", "two words", &"k".repeat(256)] {
        create(&program, bad, "hello").await.problem(400);
    }
}
