//! Which pastes the owner, another user and an anonymous visitor can see, on every route.

use reqwest::StatusCode;

use crate::support::{Site, Visitor};

/// Whether a visitor can see the paste. Every route must give the same answer.
async fn can_see(visitor: &Visitor, link: &str) -> bool {
    let mut visible = Vec::new();
    for route in [
        link.to_owned(),
        format!("{link}.txt"),
        format!("{link}/raw"),
        format!("/raw{link}"),
        format!("{link}/download"),
        format!("{link}/qr"),
        format!("{link}/expiry"),
    ] {
        let response = visitor.get(&route).await;
        let is_visible = response.status == StatusCode::OK;
        assert!(
            is_visible || response.status == StatusCode::NOT_FOUND,
            "{route}: {}",
            response.status
        );
        assert!(is_visible || !response.text().contains("the secret"), "{route}");
        visible.push(is_visible);
    }
    assert!(visible.iter().all(|route| *route == visible[0]), "routes differ: {visible:?}");
    visible[0]
}

#[tokio::test]
async fn every_route_follows_the_visibility_of_the_paste() {
    let site = Site::start().await;
    let (owner, other, anonymous) =
        (site.user("owner").await, site.user("other").await, site.visitor());
    for (visibility, visible_to_others) in
        [("unlisted", true), ("public", true), ("private", false)]
    {
        let link = owner.paste_with("the secret", &[("visibility", visibility)]).await;
        assert!(can_see(&owner, &link).await, "{visibility}");
        assert_eq!(can_see(&other, &link).await, visible_to_others, "{visibility}");
        assert_eq!(can_see(&anonymous, &link).await, visible_to_others, "{visibility}");

        owner.delete(&link).await;
        for visitor in [&owner, &other, &anonymous] {
            assert!(!can_see(visitor, &link).await, "deleted {visibility}");
        }
    }
}

#[tokio::test]
async fn missing_private_deleted_and_expired_pastes_get_the_same_404_page() {
    let site = Site::start().await;
    let (owner, anonymous) = (site.user("owner").await, site.visitor());
    let private = owner.paste_with("x", &[("visibility", "private")]).await;
    let deleted = owner.paste("x").await;
    owner.delete(&deleted).await;
    let expired = owner.paste_with("x", &[("expires", "1")]).await;
    site.advance(std::time::Duration::from_secs(1));
    let missing = "/111111111111".to_owned();
    let mut pages = Vec::new();
    for link in [private, deleted, expired, missing] {
        let response = anonymous.get(&link).await;
        assert_eq!(response.status, StatusCode::NOT_FOUND);
        // The page has its own path in it: logging in leads back to it.
        pages.push(response.text().replace(&link, "/…"));
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
}

#[tokio::test]
async fn an_anonymous_visitor_cannot_create_a_private_paste() {
    let site = Site::start().await;
    let response = site.visitor().submit(&[("text", "x"), ("visibility", "private")]).await;
    assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(response.text().contains("id=\"visibility-error\""));
}
