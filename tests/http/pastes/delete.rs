//! Deleting pastes.

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn only_the_owner_deletes() {
    let site = Site::start().await;
    let (ada, bob, anonymous) = (site.user("ada").await, site.user("bob").await, site.visitor());
    let link = ada.paste("mine").await;
    for other in [&bob, &anonymous] {
        assert_eq!(other.delete(&link).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.post(&format!("{link}/delete"), &[]).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(anonymous.raw(&link).await, "mine");
    assert_eq!(ada.delete(&link).await.status, StatusCode::OK);
    assert_eq!(anonymous.get(&link).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_paste_without_an_owner_cannot_be_deleted_by_visitors() {
    let site = Site::start().await;
    let link = site.visitor().paste("anonymous").await;
    assert_eq!(site.visitor().delete(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.user("ada").await.delete(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.visitor().raw(&link).await, "anonymous");
}

#[tokio::test]
async fn the_response_to_a_delete_has_the_new_totals_and_the_title() {
    let site = Site::start().await;
    let ada = site.user("ada").await.with_htmx();
    site.user("bob").await.paste("not counted").await;
    let first =
        ada.submit(&[("text", "12345"), ("title", "First")]).await.header("hx-redirect").to_owned();
    ada.submit(&[("text", "123"), ("title", "Second")]).await;
    let response = ada.delete(&first).await.text();
    assert!(response.contains("1 paste") && response.contains("3 B"), "{response}");
    assert!(response.contains("First"), "{response}");
}

#[tokio::test]
async fn get_deletes_nothing() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada.paste("still here").await;
    let response = ada.get(&format!("{link}/delete")).await;
    assert_eq!(response.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.header("allow"), "POST");
    assert_eq!(ada.raw(&link).await, "still here");
}
