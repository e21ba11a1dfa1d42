//! Access tokens: creation, scopes and revocation.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Site, Visitor, token_in};

/// The path that revokes the newest token of a user.
async fn revoke_path(user: &Visitor) -> String {
    let page = user.get("/settings").await.text();
    let start = page.find("hx-delete=\"/settings/tokens/").unwrap() + "hx-delete=\"".len();
    page[start..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_is_shown_once_and_reports_its_scopes_and_expiry() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let fields = [("name", "<laptop>"), ("read", "on"), ("delete", "on"), ("expires", "1M")];
    let created = ada.post("/settings/tokens", &fields).await;
    assert_eq!(created.header("cache-control"), "no-store");
    let token = token_in(&created.text()).unwrap();
    let page = ada.get("/settings").await.text();
    assert!(page.contains("&lt;laptop&gt;") && page.contains("read, delete"), "{page}");
    assert_eq!(token_in(&page), None, "only once");
    assert!(page.contains("Never used"));

    let program = site.program_with_token(&token);
    let user = program.get("/api/v1/user").await.json();
    assert_eq!(
        user,
        json!({
            "email": "ada@example.org",
            "pastes": { "count": 0, "bytes": 0 },
            "token": {
                "name": "<laptop>", "scopes": ["read", "delete"], "expires_at": "2030-01-31T12:00:00Z"
            },
        })
    );
    assert!(!ada.get("/settings").await.text().contains("Never used"));
    site.advance(Duration::from_hours(30 * 24));
    program.get("/api/v1/user").await.problem(401);
    let ada = site.visitor();
    ada.log_in("ada@example.org").await;
    assert!(ada.get("/settings").await.text().contains("Expired"));
}

#[tokio::test]
async fn a_revoked_token_is_401_at_once() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read"]).await;
    let path = revoke_path(&ada).await;
    assert_eq!(site.user("bob").await.delete(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.visitor().delete(&path).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(program.get("/api/v1/user").await.status, StatusCode::OK);
    assert!(ada.delete(&path).await.text().contains("Revoked: a program"));
    program.get("/api/v1/user").await.problem(401);

    let program = site.program_of(&ada, &["read"]).await;
    let plain = ada.post(&format!("{}/revoke", revoke_path(&ada).await), &[]).await;
    assert_eq!(plain.location(), "/settings");
    assert!(ada.get("/settings").await.text().contains("The token is revoked."));
    program.get("/api/v1/user").await.problem(401);
}

#[tokio::test]
async fn an_incomplete_token_form_is_returned_with_its_error() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let long = "n".repeat(101);
    for fields in [
        [("name", " "), ("read", "on"), ("expires", "1M")],
        [("name", &long), ("read", "on"), ("expires", "1M")],
        [("name", "kept"), ("nothing", "on"), ("expires", "1M")],
        [("name", "kept"), ("read", "on"), ("expires", "soon")],
    ] {
        let response = ada.post("/settings/tokens", &fields).await;
        assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY);
        let name = fields[0].1.trim();
        assert!(response.text().contains(&format!("value=\"{name}\"")), "the form keeps the name");
        let without_error = response.text().matches("-error\"></p>").count();
        assert_eq!(without_error, 2, "one field of three has an error: {}", response.text());
        assert_eq!(token_in(&response.text()), None);
    }
    assert!(!ada.get("/settings").await.text().contains("<table"));
    assert_eq!(site.visitor().get("/settings").await.location(), "/login?next=/settings");
    let anonymous = site.visitor().post("/settings/tokens", &[("name", "x"), ("read", "on")]).await;
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
}

/// A program cannot get around the scopes of its token by other routes than the API's.
#[tokio::test]
async fn token_scopes_apply_outside_the_api_too() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let bearer = async |scopes: &[&str]| {
        site.curl().with_header("authorization", &format!("Bearer {}", ada.token(scopes).await))
    };
    let (reader, writer, deleter) =
        (bearer(&["read"]).await, bearer(&["write"]).await, bearer(&["delete"]).await);
    assert_eq!(reader.post_bytes("/", None, "x").await.status, StatusCode::FORBIDDEN);
    let created = writer.post("/", &[("text", "hers"), ("visibility", "private")]).await;
    assert_eq!((created.status, created.header("delete-token")), (StatusCode::CREATED, ""));
    let link = created.text().trim().to_owned();
    assert_eq!(reader.raw(&link).await, "hers");
    assert_eq!(writer.get(&format!("{link}/raw")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(reader.delete(&link).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        reader.get("/settings").await.location(),
        "/login?next=/settings",
        "a token cannot create tokens"
    );
    let post = reader.post("/settings/tokens", &[("name", "more"), ("write", "on")]).await;
    assert_eq!(post.status, StatusCode::UNAUTHORIZED);
    assert_eq!(deleter.delete(&link).await.text(), "deleted\n");
    let wrong = site
        .curl()
        .with_header("authorization", &format!("Bearer pastebin_pat_{}", "0".repeat(64)));
    assert_eq!(wrong.post_bytes("/", None, "x").await.status, StatusCode::UNAUTHORIZED);
    let others = site.curl().with_header("authorization", "Bearer of-another-site");
    assert_eq!(others.post_bytes("/", None, "x").await.status, StatusCode::CREATED);
    assert_eq!(others.request(Method::GET, "/").send().await.unwrap().status(), StatusCode::OK);
}
