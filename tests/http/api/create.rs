use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{address, names};
use crate::support::Site;

#[tokio::test]
async fn a_text_becomes_a_paste_that_its_token_deletes() {
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
    assert_eq!(response.location(), format!("{}{}", site.url, address(&paste)));
    assert_eq!((&paste["syntax"], &paste["syntax_guessed"]), (&json!("rust"), &json!(true)));
    assert_eq!((&paste["bytes"], &paste["lines"]), (&json!(14), &json!(1)));
    assert_eq!(paste["visibility"], "public");
    assert_eq!(paste["created_at"], "2030-01-01T12:00:00Z");
    assert_eq!(paste["expires_at"], "2030-01-01T13:00:00Z");
    assert!(paste["delete_token"].as_str().unwrap().starts_with("pastebin_del_"));
    assert_eq!(program.text(&paste).await.text(), "fn main() {}\r\n", "byte for byte");
    assert!(!names(&response.headers).contains(&"set-cookie"));
    let page = site.visitor().get(&format!("/{}", paste["id"].as_str().unwrap())).await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn the_bare_text_says_the_rest_in_the_query() {
    let site = Site::start().await;
    let program = site.program();
    let response = program.post_text("?title=a%20b.py&expires=never&syntax=auto", "print(1)").await;
    assert_eq!(response.status, StatusCode::CREATED, "{}", response.text());
    let paste = response.json();
    assert_eq!((&paste["title"], &paste["expires_at"]), (&json!("a b.py"), &json!(null)));
    assert_eq!(program.text(&paste).await.text(), "print(1)");
    let query = "/api/v1/pastes?title=query&syntax=rust";
    let body = json!({ "text": "x", "title": "body" });
    let both = program.send(Method::POST, query, &[], Some(&body)).await.json();
    assert_eq!((&both["title"], &both["syntax"]), (&json!("body"), &json!("rust")));
}

#[tokio::test]
async fn with_a_token_it_is_its_users() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["write"]).await;
    let paste = program.saved("hers", json!({ "visibility": "private" })).await;
    assert_eq!(paste["delete_token"], json!(null), "its owner deletes it");
    assert!(ada.get("/profile").await.text().contains(paste["id"].as_str().unwrap()));
    program.get(&address(&paste)).await.problem(404);
    site.program().get(&address(&paste)).await.problem(404);
    let reader = site.program_of(&ada, &["read"]).await;
    assert_eq!(reader.text(&paste).await.text(), "hers");
    let refused = reader.create(&json!({ "text": "x" })).await.problem(403);
    assert!(refused["detail"].as_str().unwrap().contains("write"), "{refused}");
    site.program_with("pastebin_pat_00").create(&json!({ "text": "x" })).await.problem(401);
    site.program_with("something else").create(&json!({ "text": "x" })).await.problem(401);
}

/// A script whose variable is empty does not publish in nobody's name.
#[tokio::test]
async fn a_token_that_is_none_is_not_nobody() {
    let site = Site::start().await;
    let json = site.visitor().with_header("content-type", "application/json");
    for authorization in ["Bearer ", "Bearer", "", "Basic YTpi", "pastebin_pat_00"] {
        let request = json.request(Method::POST, "/api/v1/pastes").body(r#"{"text":"x"}"#);
        json.send(request.header("authorization", authorization)).await.problem(401);
    }
    assert_eq!(kept(&site).await, 0);
}

#[tokio::test]
async fn an_answer_with_a_token_is_not_kept_on_its_way() {
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
async fn cookies_do_not_count() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let request = ada.request(Method::POST, "/api/v1/pastes");
    let request = request.header("content-type", "application/json");
    let response = ada.send(request.body(r#"{"text":"whose?"}"#)).await;
    assert_eq!(response.status, StatusCode::CREATED, "{}", response.text());
    assert!(response.json()["delete_token"].is_string(), "it is nobody's");
    assert!(ada.get("/profile").await.text().contains("class=\"empty\""));
    ada.get("/api/v1/user").await.problem(401);
}

#[tokio::test]
async fn what_is_wrong_is_said_by_field_and_nothing_is_kept() {
    let site = Site::start_with(&["--max-paste-bytes=1000", "--max-expiry=1d"]).await;
    let program = site.program();
    let wrong = [
        ("text", json!({})),
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
    for (field, body) in wrong {
        let response = program.create(&body).await;
        if field == "text" && body == json!({}) {
            response.problem(422);
        } else {
            response.problem_of(field);
        }
    }
    program.post_text("?expire=1h", "x").await.problem_of("expire");
    program.post_text("?expires=soon", "x").await.problem_of("expires");
    program.post_text("?title=%FF%FE", "x").await.problem(400);
    let overruled = json!({ "text": "x", "expires": "1h" });
    let response =
        program.send(Method::POST, "/api/v1/pastes?expires=soon", &[], Some(&overruled)).await;
    response.problem_of("expires");
    program.post_text("", b"\xff\xfe".as_slice()).await.problem_of("text");
    program.post_text("", "x".repeat(1001)).await.problem(413);
    program.create(&json!({ "text": "x".repeat(1001) })).await.problem(413);
    program.create(&json!({ "text": "x".repeat(200_000) })).await.problem(413);
    assert_eq!(kept(&site).await, 0);
    program.create(&json!({ "text": "я".repeat(500) })).await;
    assert_eq!(kept(&site).await, 1);
}

#[tokio::test]
async fn what_is_no_json_is_refused_as_such() {
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
    assert_eq!(kept(&site).await, 0);
    let response =
        post(Some("application/json; charset=utf-8"), br#"{"text":"\u0434\ud83e\udd80"}"#).await;
    assert_eq!(response.json()["bytes"], 6);
}

/// However it is escaped: a text of the largest size fits.
#[tokio::test]
async fn the_largest_text_fits_in_its_escapes() {
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

async fn kept(site: &Site) -> i64 {
    store::read!(site.store.db(), pool => {
        sqlx::query_scalar("select count(*) from pastes").fetch_one(pool).await
    })
    .unwrap()
}
