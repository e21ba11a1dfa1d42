use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::address;
use crate::support::Site;

#[tokio::test]
async fn an_owner_changes_all_but_the_text() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read", "write"]).await;
    let paste = program.saved("fn main() {}", json!({ "title": "one", "expires": "1h" })).await;
    site.advance(Duration::from_mins(30));
    let change =
        json!({ "title": "two.rs", "expires": "1d", "visibility": "private", "syntax": "auto" });
    let response = program.send(Method::PATCH, &address(&paste), &[], Some(&change)).await;
    let changed = response.json();
    assert_eq!(response.status, StatusCode::OK, "{changed}");
    assert_eq!(changed["expires_at"], "2030-01-02T12:30:00Z", "it counts from now");
    assert_eq!((&changed["title"], &changed["visibility"]), (&json!("two.rs"), &json!("private")));
    assert_eq!((&changed["syntax"], &changed["syntax_guessed"]), (&json!("rust"), &json!(true)));
    assert_eq!(program.get(&address(&paste)).await.json(), changed);
    site.program().get(&address(&paste)).await.problem(404);
    let nothing = program.send(Method::PATCH, &address(&paste), &[], Some(&json!({}))).await;
    assert_eq!(nothing.json(), changed);
    let title = json!({ "title": "three" });
    let only = program.send(Method::PATCH, &address(&paste), &[], Some(&title)).await.json();
    assert_eq!(
        (&only["expires_at"], &only["syntax"]),
        (&changed["expires_at"], &changed["syntax"])
    );
}

#[tokio::test]
async fn a_change_is_refused_where_somebody_elses_came_before() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.saved("x", json!({})).await;
    let seen = program.get(&address(&paste)).await.header("etag").to_owned();
    let token = paste["delete_token"].as_str().unwrap();
    let patch = async |etag: &str, title: &str| {
        let headers = [("delete-token", token), ("if-match", etag)];
        let title = json!({ "title": title });
        program.send(Method::PATCH, &address(&paste), &headers, Some(&title)).await
    };
    let one = patch(&seen, "one").await;
    assert_eq!(one.status, StatusCode::OK);
    patch(&seen, "two").await.problem(412);
    patch("nonsense", "two").await.problem(412);
    assert_eq!(program.get(&address(&paste)).await.json()["title"], "one");
    assert_eq!(patch(one.header("etag"), "two").await.status, StatusCode::OK);
    assert_eq!(patch("*", "three").await.status, StatusCode::OK);
}

#[tokio::test]
async fn many_changes_at_once_all_come_through() {
    let site = Site::start().await;
    let program = site.program();
    let paste = program.saved("x", json!({})).await;
    let headers = [("delete-token", paste["delete_token"].as_str().unwrap())];
    let path = address(&paste);
    let changes: Vec<_> = (0..24).map(|n| json!({ "title": format!("title {n}") })).collect();
    let sent =
        changes.iter().map(|change| program.send(Method::PATCH, &path, &headers, Some(change)));
    let responses = join_all(sent).await;
    assert!(responses.iter().all(|response| response.status == StatusCode::OK), "{responses:?}");
}

#[tokio::test]
async fn others_change_nothing() {
    let site = Site::start().await;
    let (ada, bob) = (site.user("ada").await, site.user("bob").await);
    let hers = site.program_of(&ada, &["read", "write"]).await;
    let (open, secret) = (
        hers.saved("x", json!({})).await,
        hers.saved("x", json!({ "visibility": "private" })).await,
    );
    let nobodys = site.program().saved("x", json!({})).await;
    let his = site.program_of(&bob, &["read", "write", "delete"]).await;
    let title = json!({ "title": "stolen" });
    for method in [Method::PATCH, Method::DELETE] {
        let send = async |program: &super::Program, paste, headers: &[(&'static str, &str)]| {
            program.send(method.clone(), &address(paste), headers, Some(&title)).await
        };
        send(&his, &open, &[]).await.problem(403);
        send(&his, &nobodys, &[]).await.problem(403);
        send(&his, &secret, &[]).await.problem(404);
        send(&site.program(), &open, &[]).await.problem(401);
        let other = [("delete-token", nobodys["delete_token"].as_str().unwrap())];
        send(&site.program(), &open, &other).await.problem(403);
        send(&site.program(), &secret, &other).await.problem(404);
        send(&site.program(), &open, &[("delete-token", "nonsense")]).await.problem(401);
    }
    let reader = site.program_of(&ada, &["read", "delete"]).await;
    reader.send(Method::PATCH, &address(&open), &[], Some(&title)).await.problem(403);
    for paste in [&open, &secret] {
        assert_eq!(hers.get(&address(paste)).await.json()["title"], "");
    }
}

#[tokio::test]
async fn a_change_is_judged_as_a_new_paste_is() {
    let site = Site::start_with(&["--max-expiry=1d"]).await;
    let program = site.program();
    let paste = program.saved("x", json!({})).await;
    let headers = [("delete-token", paste["delete_token"].as_str().unwrap())];
    for (field, change) in [
        ("title", json!({ "title": "t".repeat(201) })),
        ("title", json!({ "title": null })),
        ("syntax", json!({ "syntax": "klingon" })),
        ("expires", json!({ "expires": "never" })),
        ("visibility", json!({ "visibility": "private" })),
        ("text", json!({ "text": "another" })),
    ] {
        let response = program.send(Method::PATCH, &address(&paste), &headers, Some(&change)).await;
        response.problem_of(field);
    }
}
