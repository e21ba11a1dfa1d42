//! Who sees what: a stranger, the owner, another user, on every route.

use reqwest::StatusCode;

use crate::support::{Site, Visitor};

async fn sees(visitor: &Visitor, link: &str) -> bool {
    let mut answers = Vec::new();
    for route in [
        link.to_owned(),
        format!("{link}.txt"),
        format!("{link}/raw"),
        format!("/raw{link}"),
        format!("{link}/download"),
        format!("{link}/qr"),
        format!("{link}/expiry"),
    ] {
        let answer = visitor.get(&route).await;
        assert!(
            matches!(answer.status, StatusCode::OK | StatusCode::NOT_FOUND),
            "{route}: {}",
            answer.status
        );
        assert!(
            answer.status == StatusCode::OK || !answer.text().contains("the secret"),
            "{route}"
        );
        answers.push(answer.status == StatusCode::OK);
    }
    assert!(
        answers.iter().all(|seen| *seen == answers[0]),
        "every route says the same: {answers:?}"
    );
    answers[0]
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
        let answer = stranger.get(&link).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        // The page's own address stands in it, as where to come back to.
        pages.push(answer.text().replace(&link, "/…"));
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
}

#[tokio::test]
async fn a_visitor_who_is_not_logged_in_cannot_make_a_private_paste() {
    let site = Site::start().await;
    let answer = site.visitor().submit(&[("text", "x"), ("visibility", "private")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("id=\"visibility-error\""));
}
