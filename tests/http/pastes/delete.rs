//! Deleting pastes.

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn only_the_owner_deletes() {
    let site = Site::start().await;
    let (ada, bob, anonymous) = (site.user("ada").await, site.user("bob").await, site.visitor());
    let link = ada.paste("mine").await;
    for (other, status) in [(&bob, StatusCode::NOT_FOUND), (&anonymous, StatusCode::UNAUTHORIZED)] {
        assert_eq!(other.delete(&link).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.post(&format!("{link}/delete"), &[]).await.status, status);
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

#[tokio::test]
async fn a_row_whose_paste_is_gone_goes_from_the_list() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let (gone, left) = (ada.paste("123").await, ada.paste("1234").await);
    let others = site.user("bob").await.paste("bobs").await;
    ada.post(&format!("{gone}/delete"), &[]).await;

    let page = ada.post(&format!("{gone}/delete"), &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text().contains("It is gone already"), "{}", page.text());
    assert!(page.text().contains("href=\"/profile\""), "{}", page.text());
    let foreign = ada.post(&format!("{others}/delete"), &[]).await;
    assert_eq!(
        foreign.text().replace(&others, &gone),
        page.text(),
        "a foreign paste is the same 404"
    );

    let ada = ada.with_htmx();
    let (again, foreign) = (ada.delete(&gone).await, ada.delete(&others).await);
    assert_eq!((again.status, foreign.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(again.text(), foreign.text());
    assert!(
        again.text().contains("1 paste, 4 B") && again.text().contains("#live"),
        "{}",
        again.text()
    );
    ada.delete(&left).await;
    assert!(ada.delete(&gone).await.text().contains("Nothing here yet"));
}

#[tokio::test]
async fn a_delete_after_the_session_has_ended_leads_to_the_login_and_back() {
    let site = Site::start().await;
    let link = site.user("ada").await.paste("still here").await;
    let referer = format!("{}/profile?after=x", site.url);
    let visitor = site.visitor().with_header("referer", &referer);
    let missing = "/111111111111";
    let page = visitor.post(&format!("{link}/delete"), &[]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    for words in ["You are logged out", "href=\"/login?next=/profile%3Fafter%3Dx\""] {
        assert!(page.text().contains(words), "{}", page.text());
    }
    let of_missing = visitor.post(&format!("{missing}/delete"), &[]).await;
    assert_eq!(of_missing.status, StatusCode::UNAUTHORIZED, "whether the paste exists or not");

    let visitor = visitor.with_htmx();
    for path in [&*link, missing, "/settings/tokens/1"] {
        let notice = visitor.delete(path).await;
        assert_eq!(notice.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(notice.text().contains("/login?next=/profile%3Fafter%3Dx"), "{}", notice.text());
    }
    let elsewhere = site.visitor().with_header("referer", "https://evil.example/profile");
    assert!(!elsewhere.post(&format!("{link}/delete"), &[]).await.text().contains("next=/profile"));
    assert_eq!(visitor.raw(&link).await, "still here");
}
