//! `PATCH /api/v1/pastes/{id}`.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::api_path;
use crate::support::Site;

#[tokio::test]
async fn an_owner_changes_everything_but_the_text() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read", "write"]).await;
    let paste = program.save("fn main() {}", json!({ "title": "one", "expires": "1h" })).await;
    site.advance(Duration::from_mins(30));
    let change =
        json!({ "title": "two.rs", "expires": "1d", "visibility": "private", "syntax": "auto" });
    let response = program.send(Method::PATCH, &api_path(&paste), &[], Some(&change)).await;
    let changed = response.json();
    assert_eq!(response.status, StatusCode::OK, "{changed}");
    assert_eq!(
        changed["expires_at"], "2030-01-02T12:30:00Z",
        "the new lifetime starts at the change"
    );
    assert_eq!((&changed["title"], &changed["visibility"]), (&json!("two.rs"), &json!("private")));
    assert_eq!((&changed["syntax"], &changed["syntax_guessed"]), (&json!("rust"), &json!(true)));
    assert_eq!(program.get(&api_path(&paste)).await.json(), changed);
    site.program().get(&api_path(&paste)).await.problem(404);
    let nothing = program.send(Method::PATCH, &api_path(&paste), &[], Some(&json!({}))).await;
    assert_eq!(nothing.json(), changed);
    let title = json!({ "title": "three" });
    let changed_title =
        program.send(Method::PATCH, &api_path(&paste), &[], Some(&title)).await.json();
    assert_eq!(
        (&changed_title["expires_at"], &changed_title["syntax"]),
        (&changed["expires_at"], &changed["syntax"])
    );
}

#[tokio::test]
async fn a_change_with_an_outdated_etag_is_412() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.save("x", json!({})).await;
    let seen = program.get(&api_path(&paste)).await.header("etag").to_owned();
    let token = paste["delete_token"].as_str().unwrap();
    let patch = async |etag: &str, title: &str| {
        let headers = [("delete-token", token), ("if-match", etag)];
        let title = json!({ "title": title });
        program.send(Method::PATCH, &api_path(&paste), &headers, Some(&title)).await
    };
    let one = patch(&seen, "one").await;
    assert_eq!(one.status, StatusCode::OK);
    patch(&seen, "two").await.problem(412);
    patch("nonsense", "two").await.problem(412);
    assert_eq!(program.get(&api_path(&paste)).await.json()["title"], "one");
    assert_eq!(patch(one.header("etag"), "two").await.status, StatusCode::OK);
    assert_eq!(patch("*", "three").await.status, StatusCode::OK);
}

#[tokio::test]
async fn concurrent_changes_all_succeed() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.save("x", json!({})).await;
    let headers = [("delete-token", paste["delete_token"].as_str().unwrap())];
    let path = api_path(&paste);
    let changes: Vec<_> = (0..24).map(|n| json!({ "title": format!("title {n}") })).collect();
    let sent =
        changes.iter().map(|change| program.send(Method::PATCH, &path, &headers, Some(change)));
    let responses = join_all(sent).await;
    assert!(responses.iter().all(|response| response.status == StatusCode::OK), "{responses:?}");
}

#[tokio::test]
async fn only_the_owner_or_a_token_holder_changes_and_deletes() {
    let site = Site::start().await;
    let (ada, bob) = (site.user("ada").await, site.user("bob").await);
    let owner = site.program_of(&ada, &["read", "write"]).await;
    let (unlisted, private) = (
        owner.save("x", json!({})).await,
        owner.save("x", json!({ "visibility": "private" })).await,
    );
    let anonymous_paste = site.program().save("x", json!({})).await;
    let other = site.program_of(&bob, &["read", "write", "delete"]).await;
    let title = json!({ "title": "stolen" });
    for method in [Method::PATCH, Method::DELETE] {
        let send = async |program: &super::Program, paste, headers: &[(&'static str, &str)]| {
            program.send(method.clone(), &api_path(paste), headers, Some(&title)).await
        };
        send(&other, &unlisted, &[]).await.problem(403);
        send(&other, &anonymous_paste, &[]).await.problem(403);
        send(&other, &private, &[]).await.problem(404);
        send(&site.program(), &unlisted, &[]).await.problem(401);
        let wrong_token = [("delete-token", anonymous_paste["delete_token"].as_str().unwrap())];
        send(&site.program(), &unlisted, &wrong_token).await.problem(403);
        send(&site.program(), &private, &wrong_token).await.problem(404);
        send(&site.program(), &unlisted, &[("delete-token", "nonsense")]).await.problem(401);
    }
    let reader = site.program_of(&ada, &["read", "delete"]).await;
    reader.send(Method::PATCH, &api_path(&unlisted), &[], Some(&title)).await.problem(403);
    for paste in [&unlisted, &private] {
        assert_eq!(owner.get(&api_path(paste)).await.json()["title"], "");
    }
}

#[tokio::test]
async fn a_change_is_validated_like_a_new_paste() {
    let site = Site::start_with(&["--max-expiry=1d"]).await;
    let program = site.program();
    let paste = program.save("x", json!({})).await;
    let headers = [("delete-token", paste["delete_token"].as_str().unwrap())];
    for (field, change) in [
        ("title", json!({ "title": "t".repeat(201) })),
        ("title", json!({ "title": null })),
        ("syntax", json!({ "syntax": "klingon" })),
        ("expires", json!({ "expires": "never" })),
        ("visibility", json!({ "visibility": "private" })),
        ("text", json!({ "text": "another" })),
    ] {
        let response =
            program.send(Method::PATCH, &api_path(&paste), &headers, Some(&change)).await;
        response.problem_with(field);
    }
}
