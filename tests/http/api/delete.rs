//! `DELETE /api/v1/pastes/{id}`, and deletion by delete token.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::api_path;
use crate::support::Site;

#[tokio::test]
async fn a_token_with_the_delete_scope_deletes_a_paste() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["write"]).await;
    let paste = program.save("x", json!({})).await;
    program.send(Method::DELETE, &api_path(&paste), &[], None).await.problem(403);
    let program = site.program_of(&ada, &["delete"]).await;
    let deleted = program.send(Method::DELETE, &api_path(&paste), &[], None).await;
    assert_eq!((deleted.status, deleted.bytes.len()), (StatusCode::NO_CONTENT, 0));
    program.send(Method::DELETE, &api_path(&paste), &[], None).await.problem(404);
    assert_eq!(
        site.visitor().get(&format!("/{}", paste["id"].as_str().unwrap())).await.status,
        404
    );
}

#[tokio::test]
async fn a_delete_with_an_outdated_etag_is_412() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.save("x", json!({})).await;
    let token = paste["delete_token"].as_str().unwrap();
    let seen = program.get(&api_path(&paste)).await.header("etag").to_owned();
    let title = json!({ "title": "newer" });
    program.send(Method::PATCH, &api_path(&paste), &[("delete-token", token)], Some(&title)).await;
    let headers = [("delete-token", token), ("if-match", &seen)];
    program.send(Method::DELETE, &api_path(&paste), &headers, None).await.problem(412);
    let headers = [("delete-token", token)];
    let deleted = program.send(Method::DELETE, &api_path(&paste), &headers, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn curl_deletes_with_the_delete_token() {
    let site = Site::start().await;
    let curl = site.curl();
    let created = curl.post_bytes("/", None, "x").await;
    let link = created.text().trim().to_owned();
    let delete = async |token: &str| {
        curl.send(curl.request(Method::DELETE, &link).header("delete-token", token)).await
    };
    let other = curl.post_bytes("/", None, "y").await;
    assert_eq!(delete(other.header("delete-token")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(delete("nonsense").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(curl.get(&link).await.text(), "x");
    let deleted = delete(created.header("delete-token")).await;
    assert_eq!((deleted.status, deleted.text()), (StatusCode::OK, "deleted\n".to_owned()));
    assert_eq!(curl.get(&link).await.status, StatusCode::NOT_FOUND);
}
