use reqwest::{Method, StatusCode};
use serde_json::json;

use super::address;
use crate::support::Site;

#[tokio::test]
async fn whoever_may_deletes_a_paste_for_everybody() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["write"]).await;
    let paste = program.saved("x", json!({})).await;
    program.send(Method::DELETE, &address(&paste), &[], None).await.problem(403);
    let program = site.program_of(&ada, &["delete"]).await;
    let deleted = program.send(Method::DELETE, &address(&paste), &[], None).await;
    assert_eq!((deleted.status, deleted.bytes.len()), (StatusCode::NO_CONTENT, 0));
    program.send(Method::DELETE, &address(&paste), &[], None).await.problem(404);
    assert_eq!(
        site.visitor().get(&format!("/{}", paste["id"].as_str().unwrap())).await.status,
        404
    );
}

#[tokio::test]
async fn a_delete_may_name_what_was_seen() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.saved("x", json!({})).await;
    let token = paste["delete_token"].as_str().unwrap();
    let seen = program.get(&address(&paste)).await.header("etag").to_owned();
    let title = json!({ "title": "newer" });
    program.send(Method::PATCH, &address(&paste), &[("delete-token", token)], Some(&title)).await;
    let headers = [("delete-token", token), ("if-match", &seen)];
    program.send(Method::DELETE, &address(&paste), &headers, None).await.problem(412);
    let headers = [("delete-token", token)];
    let deleted = program.send(Method::DELETE, &address(&paste), &headers, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn curl_deletes_with_the_token_that_it_was_given() {
    let site = Site::start().await;
    let curl = site.curl();
    let made = curl.post_bytes("/", None, "x").await;
    let link = made.text().trim().to_owned();
    let delete = async |token: &str| {
        curl.send(curl.request(Method::DELETE, &link).header("delete-token", token)).await
    };
    let other = curl.post_bytes("/", None, "y").await;
    assert_eq!(delete(other.header("delete-token")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(delete("nonsense").await.status, StatusCode::UNAUTHORIZED);
    let kept = curl.get(&link).await;
    assert_eq!(kept.text(), "x");
    let deleted = delete(made.header("delete-token")).await;
    assert_eq!((deleted.status, deleted.text()), (StatusCode::OK, "deleted\n".to_owned()));
    assert_eq!(curl.get(&link).await.status, StatusCode::NOT_FOUND);
}
