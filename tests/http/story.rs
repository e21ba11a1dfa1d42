//! The main use of the site from beginning to end: by an anonymous visitor, by a user, and with htmx.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::{PASSWORD, Site};

#[tokio::test]
async fn an_anonymous_visitor_shares_a_paste_until_it_expires() {
    let site = Site::start().await;
    let author = site.visitor();
    assert!(author.get("/").await.text().contains("<textarea"));

    let link =
        author.paste_with("see you\nat eight\n", &[("title", "Tonight"), ("expires", "1h")]).await;
    let created = author.get(&link).await.text();
    let shown_link = format!("value=\"{}{link}\"", site.url);
    assert!(created.contains(&shown_link), "the author sees the link");
    let again = author.get(&link).await.text();
    assert!(!again.contains(&shown_link), "the link is not shown again");

    let reader = site.visitor();
    let page = reader.get(&link).await.text();
    assert!(
        page.contains("Tonight") && page.contains("see you") && page.contains("expires in 1 hour")
    );
    assert_eq!(reader.raw(&link).await, "see you\nat eight\n");

    site.advance(Duration::from_hours(1));
    assert_eq!(reader.get(&link).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_user_registers_creates_lists_and_deletes_pastes() {
    let site = Site::start().await;
    let ada = site.visitor();
    let response =
        ada.post("/register", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(
        (response.status, response.location().as_str()),
        (StatusCode::SEE_OTHER, "/profile")
    );
    assert!(ada.get("/profile").await.text().contains("ada@example.org"));

    let first = ada.paste_with("one", &[("title", "The first")]).await;
    site.advance(Duration::from_millis(1));
    let second = ada.paste_with("two", &[("title", "The second"), ("visibility", "private")]).await;
    let profile = ada.get("/profile").await.text();
    let (newer, older) = (profile.find("The second").unwrap(), profile.find("The first").unwrap());
    assert!(newer < older, "newest first");

    let response = ada.post(&format!("{first}/delete"), &[]).await;
    assert_eq!(
        (response.status, response.location().as_str()),
        (StatusCode::SEE_OTHER, "/profile")
    );
    assert!(!ada.get("/profile").await.text().contains("The first"));
    assert_eq!(site.visitor().get(&first).await.status, StatusCode::NOT_FOUND);

    assert_eq!(ada.post("/logout", &[]).await.status, StatusCode::SEE_OTHER);
    let logged_out = ada.get(&second).await.status;
    assert_eq!(logged_out, StatusCode::NOT_FOUND, "the paste is private");
    assert_eq!(ada.get("/profile").await.location(), "/login?next=/profile");

    assert_eq!(ada.log_in("ada@example.org").await.status, StatusCode::SEE_OTHER);
    assert_eq!(ada.raw(&second).await, "two");
}

#[tokio::test]
async fn htmx_saves_and_deletes_in_place() {
    let site = Site::start().await;
    let ada = site.user("ada").await.with_htmx();
    let saved = ada.submit(&[("text", "in place"), ("title", "Row")]).await;
    assert_eq!(saved.status, StatusCode::OK);
    let link = saved.header("hx-redirect").to_owned();
    assert_eq!(ada.raw(&link).await, "in place");

    let refused = ada.submit(&[("text", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.text().contains("<html"), "a fragment");
    assert!(refused.text().contains("hx-partial"));

    let countdown = ada.get(&format!("{link}/expiry")).await;
    assert_eq!(countdown.status, StatusCode::OK);
    assert!(countdown.text().starts_with("<time id=\"expiry\""), "{}", countdown.text());

    let deleted = ada.delete(&link).await;
    assert_eq!(deleted.status, StatusCode::OK);
    assert!(deleted.text().contains("#totals") && deleted.text().contains("#live"));
    assert_eq!(ada.delete(&link).await.status, StatusCode::NOT_FOUND);
}
