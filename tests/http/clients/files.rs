//! Several files at once, and names that nobody knows.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use store::{read, write};

use crate::support::{Response, Site, Visitor};

async fn send(visitor: &Visitor, texts: &[&str]) -> Response {
    let part = |(text, n): (&&str, usize)| {
        Part::bytes(text.as_bytes().to_vec()).file_name(format!("{n}.txt"))
    };
    let form =
        texts.iter().zip(1..).map(part).fold(Form::new(), |form, part| form.part("file", part));
    visitor.send(visitor.request(Method::POST, "/").multipart(form)).await
}

#[tokio::test]
async fn a_browsers_form_saves_one() {
    let site = Site::start().await;
    let page = send(&site.visitor(), &["a", "b"]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("Choose one file") && page.text().contains("<textarea"));
    let fragment = send(&site.visitor().with_htmx(), &["a", "b"]).await;
    assert!(fragment.text().contains("Choose one file") && !fragment.text().contains("<html"));
}

#[tokio::test]
async fn thirty_two_are_kept_and_one_more_is_none() {
    let site = Site::start().await;
    let texts = vec!["x"; 33];
    let refused = send(&site.curl(), &texts).await;
    assert_eq!(
        (refused.status, refused.text().lines().count()),
        (StatusCode::UNPROCESSABLE_ENTITY, 1)
    );
    assert!(site.store.blobs().list(&store::BlobKey::FIRST, 10).await.unwrap().is_empty());
    let kept = send(&site.curl(), &texts[1..]).await;
    assert_eq!((kept.status, kept.text().lines().count()), (StatusCode::CREATED, 32));
}

#[tokio::test]
async fn where_one_cannot_be_kept_none_is() {
    let site = Site::start().await;
    let once = "create unique index once on pastes (title) where title = '2.txt'";
    write!(site.store.db(), pool => sqlx::query(once).execute(pool).await.map(drop)).unwrap();
    site.visitor().paste_with("first", &[("title", "2.txt")]).await;
    let refused = send(&site.curl(), &["a", "b", "c"]).await;
    assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR);
    let there = "select count(*) from pastes where deleted_at is null";
    let there: i64 =
        read!(site.store.db(), pool => sqlx::query_scalar(there).fetch_one(pool).await).unwrap();
    assert_eq!(there, 1);
    assert_eq!(send(&site.curl(), &["a"]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn each_counts_and_who_is_refused_has_spent_nothing() {
    let site = Site::start_with(&["--rate-limit=on"]).await;
    let texts = vec!["x"; 32];
    assert_eq!(send(&site.curl(), &texts).await.status, StatusCode::CREATED);
    let refused = send(&site.curl(), &texts).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(send(&site.curl(), &texts[..28]).await.status, StatusCode::CREATED);
    let wait = refused.header("retry-after").parse().unwrap();
    assert!((1..=4).contains(&wait), "{wait}");
    site.advance(std::time::Duration::from_secs(32));
    assert_eq!(send(&site.curl(), &texts).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_named() {
    let site = Site::start().await;
    for path in ["/?expire=1h", "/?expires=1h&x\u{202e}y"] {
        let response = site.curl().post_bytes(path, None, "x").await;
        assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(response.text().starts_with("Unknown: ") && !response.text().contains('\u{202e}'));
    }
    let response = site.curl().post("/", &[("text", "x"), ("lang", "rust")]).await;
    assert!(response.text().contains("lang"), "{}", response.text());
    assert_eq!(site.visitor().get("/?expire=1h").await.status, StatusCode::OK);
    let page = site.visitor().post("/", &[("text", "x"), ("button", "")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "what a page sends beside its form is its own");
}
