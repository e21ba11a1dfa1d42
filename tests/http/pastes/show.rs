use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn the_page_shows_the_text_and_what_is_known_of_it() {
    let site = Site::start().await;
    let link =
        site.visitor().paste_with("a\nb\nc", &[("title", "Three"), ("syntax", "python")]).await;
    let page = site.visitor().get(&link).await;
    assert_eq!(page.status, StatusCode::OK);
    for fact in
        ["Three", "Python", "3 lines", "5 B", "<span>a\n</span><span>b\n</span><span>c</span>"]
    {
        assert!(page.text().contains(fact), "{fact}");
    }
}

#[tokio::test]
async fn the_extension_picks_the_syntax() {
    let site = Site::start().await;
    let link = site.visitor().paste("x = 1").await;
    assert!(site.visitor().get(&link).await.text().contains("Plain text"));
    assert!(site.visitor().get(&format!("{link}.py")).await.text().contains("<span>Python</span>"));
    assert_eq!(site.visitor().get(&format!("{link}.unheard-of")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_public_pastes_are_for_search_engines() {
    let site = Site::start().await;
    let unlisted = site.visitor().paste("quiet").await;
    let public = site.visitor().paste_with("loud", &[("visibility", "public")]).await;
    assert_eq!(site.visitor().get(&unlisted).await.header("x-robots-tag"), "noindex, nofollow");
    assert_eq!(site.visitor().get(&public).await.header("x-robots-tag"), "");
}

#[tokio::test]
async fn only_the_owner_is_offered_to_delete() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada.paste("mine").await;
    assert!(ada.get(&link).await.text().contains(&format!("action=\"{link}/delete\"")));
    assert!(!site.visitor().get(&link).await.text().contains("/delete"));
    assert!(!site.user("bob").await.get(&link).await.text().contains("/delete"));
}

#[tokio::test]
async fn head_answers_without_a_body() {
    let site = Site::start().await;
    let link = site.visitor().paste("hello").await;
    let visitor = site.visitor();
    let answer = visitor.send(visitor.request(reqwest::Method::HEAD, &link)).await;
    assert_eq!((answer.status, answer.bytes.len()), (StatusCode::OK, 0));
}
