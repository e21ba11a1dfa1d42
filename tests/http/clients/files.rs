//! Several files in one request, and fields with unknown names.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use store::{read, write};

use crate::support::{Response, Site, Visitor};

/// Uploads each text as a file of its own, in one form.
async fn send(visitor: &Visitor, texts: &[&str]) -> Response {
    let part = |(text, n): (&&str, usize)| {
        Part::bytes(text.as_bytes().to_vec()).file_name(format!("{n}.txt"))
    };
    let form =
        texts.iter().zip(1..).map(part).fold(Form::new(), |form, part| form.part("file", part));
    visitor.send(visitor.request(Method::POST, "/").multipart(form)).await
}

#[tokio::test]
async fn a_browser_form_takes_one_file_only() {
    let site = Site::start().await;
    let page = send(&site.visitor(), &["a", "b"]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("Choose one file") && page.text().contains("<textarea"));
    let fragment = send(&site.visitor().with_htmx(), &["a", "b"]).await;
    assert!(fragment.text().contains("Choose one file") && !fragment.text().contains("<html"));
}

#[tokio::test]
async fn thirty_two_files_are_saved_and_thirty_three_are_refused() {
    let site = Site::start().await;
    let texts = vec!["x"; 33];
    let refused = send(&site.curl(), &texts).await;
    assert_eq!(
        (refused.status, refused.text().lines().count()),
        (StatusCode::UNPROCESSABLE_ENTITY, 1)
    );
    assert!(site.store.blobs().list(&store::BlobKey::FIRST, 10).await.unwrap().is_empty());
    let saved = send(&site.curl(), &texts[1..]).await;
    assert_eq!((saved.status, saved.text().lines().count()), (StatusCode::CREATED, 32));
}

#[tokio::test]
async fn when_one_file_cannot_be_saved_none_is() {
    let site = Site::start().await;
    let fail_on_second = "create unique index once on pastes (title) where title = '2.txt'";
    write!(site.store.db(), pool => sqlx::query(fail_on_second).execute(pool).await.map(drop))
        .unwrap();
    site.visitor().paste_with("first", &[("title", "2.txt")]).await;
    let refused = send(&site.curl(), &["a", "b", "c"]).await;
    assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR);
    let query = "select count(*) from pastes where deleted_at is null";
    let count: i64 =
        read!(site.store.db(), pool => sqlx::query_scalar(query).fetch_one(pool).await).unwrap();
    assert_eq!(count, 1);
    assert_eq!(send(&site.curl(), &["a"]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn each_file_counts_against_the_rate_limit_and_a_refusal_costs_nothing() {
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
async fn an_unknown_field_is_named_in_the_error() {
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
    assert_eq!(page.status, StatusCode::SEE_OTHER, "a browser's form may have other fields");
}
