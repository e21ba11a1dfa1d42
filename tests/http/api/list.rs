//! `GET /api/v1/pastes`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Site;

fn titles(page: &Value) -> Vec<&str> {
    page["pastes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|paste| paste["title"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn own_pastes_are_listed_newest_first_in_pages() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read", "write"]).await;
    site.program().save("anonymous", json!({ "visibility": "public" })).await;
    for n in 0..5 {
        site.advance(Duration::from_secs(1));
        program.save("x", json!({ "title": format!("{n}"), "visibility": "private" })).await;
    }
    let first = program.get("/api/v1/pastes?limit=2").await;
    let link = first.header("link").to_owned();
    let first = first.json();
    assert_eq!(titles(&first), ["4", "3"]);
    program.save("x", json!({ "title": "created meanwhile" })).await;
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let second = program.get(next).await.json();
    assert_eq!(titles(&second), ["2", "1"]);
    let cursor = second["next_cursor"].as_str().unwrap();
    let last = program.get(&format!("/api/v1/pastes?limit=2&cursor={cursor}")).await;
    assert_eq!(last.header("link"), "");
    let last = last.json();
    assert_eq!((titles(&last), &last["next_cursor"]), (vec!["0"], &Value::Null));
    assert_eq!(titles(&program.get("/api/v1/pastes").await.json()).len(), 6);
}

#[tokio::test]
async fn invalid_list_requests_are_refused() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read"]).await;
    assert_eq!(
        program.get("/api/v1/pastes").await.json(),
        json!({ "pastes": [], "next_cursor": null })
    );
    for (field, query) in [
        ("limit", "limit=0"),
        ("limit", "limit=101"),
        ("limit", "limit=many"),
        ("cursor", "cursor=nonsense"),
        ("page", "page=2"),
    ] {
        program.get(&format!("/api/v1/pastes?{query}")).await.problem_with(field);
    }
    site.program().get("/api/v1/pastes").await.problem(401);
    site.program_of(&ada, &["write", "delete"]).await.get("/api/v1/pastes").await.problem(403);
}
