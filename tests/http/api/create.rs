//! `POST /api/v1/pastes`.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::api_path;
use crate::support::Site;

#[tokio::test]
async fn a_created_paste_is_returned_with_its_delete_token() {
    let site = Site::start().await;
    let program = site.program();
    let response = program
        .create(&json!({
            "text": "fn main() {}\r\n", "title": "main.rs", "expires": "1h", "visibility": "public"
        }))
        .await;
    assert_eq!(response.status, StatusCode::CREATED);
    let paste = response.json();
    assert_eq!(paste["url"], format!("{}/{}", site.url, paste["id"].as_str().unwrap()));
    assert_eq!(response.location(), format!("{}{}", site.url, api_path(&paste)));
    assert_eq!((&paste["syntax"], &paste["syntax_guessed"]), (&json!("rust"), &json!(true)));
    assert_eq!((&paste["bytes"], &paste["lines"]), (&json!(14), &json!(1)));
    assert_eq!(paste["visibility"], "public");
    assert_eq!(paste["created_at"], "2030-01-01T12:00:00Z");
    assert_eq!(paste["expires_at"], "2030-01-01T13:00:00Z");
    assert!(paste["delete_token"].as_str().unwrap().starts_with("pastebin_del_"));
    assert_eq!(program.get_text(&paste).await.text(), "fn main() {}\r\n", "byte for byte");
    assert!(!response.headers.contains_key("set-cookie"));
    let page = site.visitor().get(&format!("/{}", paste["id"].as_str().unwrap())).await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn a_plain_text_body_takes_its_options_from_the_query() {
    let site = Site::start().await;
    let program = site.program();
    let response = program.post_text("?title=a%20b.py&expires=never&syntax=auto", "print(1)").await;
    assert_eq!(response.status, StatusCode::CREATED, "{}", response.text());
    let paste = response.json();
    assert_eq!((&paste["title"], &paste["expires_at"]), (&json!("a b.py"), &json!(null)));
    assert_eq!(program.get_text(&paste).await.text(), "print(1)");
    let query = "/api/v1/pastes?title=query&syntax=rust";
    let body = json!({ "text": "x", "title": "body" });
    let both = program.send(Method::POST, query, &[], Some(&body)).await.json();
    assert_eq!((&both["title"], &both["syntax"]), (&json!("body"), &json!("rust")));
}

#[tokio::test]
async fn a_paste_created_with_an_access_token_belongs_to_its_user() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["write"]).await;
    let paste = program.save("hers", json!({ "visibility": "private" })).await;
    assert_eq!(paste["delete_token"], json!(null), "a paste with an owner has no delete token");
    assert!(ada.get("/profile").await.text().contains(paste["id"].as_str().unwrap()));
    program.get(&api_path(&paste)).await.problem(404);
    site.program().get(&api_path(&paste)).await.problem(404);
    let reader = site.program_of(&ada, &["read"]).await;
    assert_eq!(reader.get_text(&paste).await.text(), "hers");
    let refused = reader.create(&json!({ "text": "x" })).await.problem(403);
    assert!(refused["detail"].as_str().unwrap().contains("write"), "{refused}");
    site.program_with_token("pastebin_pat_00").create(&json!({ "text": "x" })).await.problem(401);
    site.program_with_token("something else").create(&json!({ "text": "x" })).await.problem(401);
}

/// So that a script whose token variable is empty does not publish anonymously by accident.
#[tokio::test]
async fn a_malformed_token_is_401_and_never_anonymous() {
    let site = Site::start().await;
    let json = site.visitor().with_header("content-type", "application/json");
    for authorization in ["Bearer ", "Bearer", "", "Basic YTpi", "pastebin_pat_00"] {
        let request = json.request(Method::POST, "/api/v1/pastes").body(r#"{"text":"x"}"#);
        json.send(request.header("authorization", authorization)).await.problem(401);
    }
    assert_eq!(paste_count(&site).await, 0);
}

#[tokio::test]
async fn responses_with_tokens_or_private_data_are_not_stored() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read", "write"]).await;
    let anonymous = site.program().create(&json!({ "text": "x" })).await;
    let plain = site.curl().post_bytes("/", None, "x").await;
    let own = program.get("/api/v1/pastes").await;
    for response in [anonymous, plain, own, program.get("/api/v1/user").await] {
        assert_eq!(response.header("cache-control"), "no-store", "{}", response.text());
    }
}

#[tokio::test]
async fn the_api_ignores_session_cookies() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let request = ada.request(Method::POST, "/api/v1/pastes");
    let request = request.header("content-type", "application/json");
    let response = ada.send(request.body(r#"{"text":"whose?"}"#)).await;
    assert_eq!(response.status, StatusCode::CREATED, "{}", response.text());
    assert!(response.json()["delete_token"].is_string(), "the paste has no owner");
    assert!(ada.get("/profile").await.text().contains("class=\"empty\""));
    ada.get("/api/v1/user").await.problem(401);
}

#[tokio::test]
async fn validation_errors_name_the_field_and_nothing_is_saved() {
    let site = Site::start_with(&["--max-paste-bytes=1000", "--max-expiry=1d"]).await;
    let program = site.program();
    let invalid = [
        ("text", json!({ "text": "" })),
        ("text", json!({ "text": "a\u{0}b" })),
        ("text", json!({ "text": 1 })),
        ("title", json!({ "text": "x", "title": null })),
        ("title", json!({ "text": "x", "title": "t".repeat(201) })),
        ("syntax", json!({ "text": "x", "syntax": "klingon" })),
        ("expires", json!({ "text": "x", "expires": "soon" })),
        ("expires", json!({ "text": "x", "expires": "1w" })),
        ("expires", json!({ "text": "x", "expires": 60 })),
        ("expires", json!({ "text": "x", "expires": "" })),
        ("syntax", json!({ "text": "x", "syntax": " " })),
        ("visibility", json!({ "text": "x", "visibility": "secret" })),
        ("visibility", json!({ "text": "x", "visibility": "private" })),
        ("expire", json!({ "text": "x", "expire": "1h" })),
        ("Text", json!({ "Text": "x" })),
    ];
    program.create(&json!({})).await.problem(422);
    for (field, body) in invalid {
        program.create(&body).await.problem_with(field);
    }
    program.post_text("?expire=1h", "x").await.problem_with("expire");
    program.post_text("?expires=soon", "x").await.problem_with("expires");
    let invalid_in_query = json!({ "text": "x", "expires": "1h" });
    let response = program
        .send(Method::POST, "/api/v1/pastes?expires=soon", &[], Some(&invalid_in_query))
        .await;
    response.problem_with("expires");
    program.post_text("", b"\xff\xfe".as_slice()).await.problem_with("text");
    program.post_text("", "x".repeat(1001)).await.problem(413);
    program.create(&json!({ "text": "x".repeat(1001) })).await.problem(413);
    program.create(&json!({ "text": "x".repeat(200_000) })).await.problem(413);
    assert_eq!(paste_count(&site).await, 0);
    program.create(&json!({ "text": "я".repeat(500) })).await;
    assert_eq!(paste_count(&site).await, 1);
}

#[tokio::test]
async fn malformed_json_and_wrong_media_types_are_refused() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let post = async |media_type: Option<&str>, body: &[u8]| {
        visitor.post_bytes("/api/v1/pastes", media_type, body).await
    };
    let json = Some("application/json");
    for body in
        [&b""[..], b"{", b"{\"text\":\"x\"}}", b"\xff", b"{\"text\":\"\\ud800\"}", b"text=x"]
    {
        post(json, body).await.problem(400);
    }
    for body in [&b"[]"[..], b"null", b"\"text\"", b"{\"text\":\"a\",\"text\":\"b\"}"] {
        post(json, body).await.problem(422);
    }
    post(json, br#"["hello", "t", "rust", "1h", "public"]"#).await.problem(422);
    for media_type in [None, Some("text/html"), Some("application/x-www-form-urlencoded"), Some("")]
    {
        post(media_type, b"{\"text\":\"x\"}").await.problem(415);
    }
    assert_eq!(paste_count(&site).await, 0);
    let response =
        post(Some("application/json; charset=utf-8"), br#"{"text":"\u0434\ud83e\udd80"}"#).await;
    assert_eq!(response.json()["bytes"], 6);
}

/// The limit counts the bytes of the text, not those of the JSON around it.
#[tokio::test]
async fn a_text_of_the_maximum_size_fits_however_it_is_escaped() {
    let site = Site::start_with(&["--max-paste-bytes=60000"]).await;
    for (escape, times) in [(r"\u0434", 30_000), (r"\u0001", 60_000)] {
        let escaped = format!(r#"{{"text":"{}"}}"#, escape.repeat(times));
        let visitor = site.visitor();
        let response =
            visitor.post_bytes("/api/v1/pastes", Some("application/json"), escaped).await;
        assert_eq!(response.status, StatusCode::CREATED, "{}", response.text());
        assert_eq!(response.json()["bytes"], 60_000);
    }
}

/// How many pastes the database has.
async fn paste_count(site: &Site) -> i64 {
    store::read!(site.store.db(), pool => {
        sqlx::query_scalar("select count(*) from pastes").fetch_one(pool).await
    })
    .unwrap()
}
