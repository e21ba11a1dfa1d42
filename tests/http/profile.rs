//! The list of a user's own pastes.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn an_empty_profile_links_to_the_new_paste_form() {
    let site = Site::start().await;
    let page = site.user("ada").await.get("/profile").await.text();
    assert!(page.contains("class=\"empty\"") && page.contains("href=\"/\""), "{page}");
}

#[tokio::test]
async fn an_anonymous_visitor_is_redirected_to_the_login() {
    let site = Site::start().await;
    assert_eq!(site.visitor().get("/profile").await.location(), "/login?next=/profile");
    assert_eq!(
        site.visitor().with_htmx().get("/profile/pastes").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn rows_come_fifty_at_a_time_as_a_page_or_a_fragment() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.user("bob").await.paste_with("x", &[("title", "bobs")]).await;
    for n in 0..60 {
        site.advance(Duration::from_millis(1));
        ada.paste_with("four", &[("title", &format!("number {n:03}"))]).await;
    }
    let page = ada.get("/profile").await.text();
    assert_eq!(page.matches("<tr id=\"paste-").count(), 50);
    assert!(page.contains("60 pastes") && page.contains("240 B"), "the totals count all pastes");
    assert!(!page.contains("bobs"));
    assert!(
        page.contains("number 059") && page.contains("number 010") && !page.contains("number 009")
    );

    let cursor = page.split("href=\"/profile?after=").nth(1).unwrap().split('"').next().unwrap();
    let plain = ada.get(&format!("/profile?after={cursor}")).await.text();
    assert_eq!(plain.matches("<tr id=\"paste-").count(), 10);
    assert!(plain.contains("<html") && plain.contains("number 009"));
    let fragment = ada.with_htmx().get(&format!("/profile/pastes?after={cursor}")).await.text();
    assert!(!fragment.contains("<html") && fragment.matches("<tr id=\"paste-").count() == 10);
}

#[tokio::test]
async fn a_refresh_updates_the_same_rows_and_adds_no_newer_ones() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    ada.paste_with("x", &[("title", "brief"), ("expires", "10m")]).await;
    site.advance(Duration::from_millis(1));
    ada.paste_with("x", &[("title", "lasting"), ("expires", "never")]).await;
    let page = ada.get("/profile").await.text();
    let refresh = page
        .split("hx-get=\"/profile/pastes?")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");

    site.advance(Duration::from_secs(1));
    ada.paste_with("x", &[("title", "created later")]).await;
    site.advance(Duration::from_mins(10));
    let rows = ada.with_htmx().get(&format!("/profile/pastes?{refresh}")).await.text();
    assert!(
        rows.contains("lasting") && !rows.contains("brief"),
        "the expired paste is gone: {rows}"
    );
    assert!(rows.contains("2 pastes"), "the totals are updated");
}

#[tokio::test]
async fn no_page_of_a_user_is_stored_by_the_browser() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada.paste("mine").await;
    for path in ["/profile", "/", &link, "/recent", &format!("{link}/raw"), &format!("{link}/qr")] {
        assert_eq!(ada.get(path).await.header("cache-control"), "no-store", "{path}");
    }
}
