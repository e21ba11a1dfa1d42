//! Who sees what: a stranger, the owner, another user, on every route.

use reqwest::StatusCode;

use crate::support::{Site, Visitor};

async fn sees(visitor: &Visitor, link: &str) -> bool {
    let mut responses = Vec::new();
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
        assert!(
            matches!(response.status, StatusCode::OK | StatusCode::NOT_FOUND),
            "{route}: {}",
            response.status
        );
        assert!(
            response.status == StatusCode::OK || !response.text().contains("the secret"),
            "{route}"
        );
        responses.push(response.status == StatusCode::OK);
    }
    assert!(
        responses.iter().all(|seen| *seen == responses[0]),
        "every route says the same: {responses:?}"
    );
    responses[0]
}

#[tokio::test]
async fn every_route_says_the_same_to_each_of_them() {
    let site = Site::start().await;
    let (owner, other, stranger) =
        (site.user("owner").await, site.user("other").await, site.visitor());
    for (visibility, others_see) in [("unlisted", true), ("public", true), ("private", false)] {
        let link = owner.paste_with("the secret", &[("visibility", visibility)]).await;
        assert!(sees(&owner, &link).await, "{visibility}");
        assert_eq!(sees(&other, &link).await, others_see, "{visibility}");
        assert_eq!(sees(&stranger, &link).await, others_see, "{visibility}");

        owner.delete(&link).await;
        for visitor in [&owner, &other, &stranger] {
            assert!(!sees(visitor, &link).await, "deleted {visibility}");
        }
    }
}

#[tokio::test]
async fn missing_foreign_deleted_and_expired_are_the_same_page() {
    let site = Site::start().await;
    let (owner, stranger) = (site.user("owner").await, site.visitor());
    let foreign = owner.paste_with("x", &[("visibility", "private")]).await;
    let deleted = owner.paste("x").await;
    owner.delete(&deleted).await;
    let expired = owner.paste_with("x", &[("expires", "1")]).await;
    site.advance(std::time::Duration::from_secs(1));
    let missing = "/111111111111".to_owned();
    let mut pages = Vec::new();
    for link in [foreign, deleted, expired, missing] {
        let response = stranger.get(&link).await;
        assert_eq!(response.status, StatusCode::NOT_FOUND);
        // The page's own address stands in it, as where to come back to.
        pages.push(response.text().replace(&link, "/…"));
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
}

#[tokio::test]
async fn a_visitor_who_is_not_logged_in_cannot_make_a_private_paste() {
    let site = Site::start().await;
    let response = site.visitor().submit(&[("text", "x"), ("visibility", "private")]).await;
    assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(response.text().contains("id=\"visibility-error\""));
}
