//! Too often is told when to come back, in the caller's format.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::{Answer, Site};

fn seconds(answer: &Answer) -> u64 {
    answer.header("retry-after").parse().unwrap()
}

#[tokio::test]
async fn saving_too_often_waits_a_moment_and_loses_nothing_else() {
    let site = Site::start_with(&["--rate-limit=on"]).await;
    for _ in 0..60 {
        assert_eq!(site.curl().post_bytes("/", None, "x").await.status, StatusCode::CREATED);
    }
    let line = site.curl().post_bytes("/", None, "x").await;
    assert_eq!((line.status, line.text().lines().count()), (StatusCode::TOO_MANY_REQUESTS, 1));
    let page = site.visitor().submit(&[("text", "x")]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.text().contains("<h1>"));
    let fragment = site.visitor().with_htmx().submit(&[("text", "x")]).await;
    assert!(fragment.status == StatusCode::TOO_MANY_REQUESTS && !fragment.text().contains("<html"));
    assert_eq!(site.visitor().get("/").await.status, StatusCode::OK, "reading goes on");

    site.advance(Duration::from_secs(seconds(&line)));
    assert_eq!(site.curl().post_bytes("/", None, "x").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn passwords_and_links_are_not_guessed_at_speed() {
    let site = Site::start_with(&["--rate-limit=on"]).await;
    let visitor = site.visitor();
    let guess = [("email", "ada@example.org"), ("password", "a guess")];
    for _ in 0..10 {
        assert_eq!(visitor.post("/login", &guess).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(visitor.post("/login", &guess).await.status, StatusCode::TOO_MANY_REQUESTS);
    for _ in 0..100 {
        assert_eq!(visitor.get("/111111111111").await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(visitor.get("/111111111111").await.status, StatusCode::TOO_MANY_REQUESTS);
    let link = visitor.paste("there").await;
    assert_eq!(visitor.get(&link).await.status, StatusCode::OK, "what is there is read as before");
}
