//! Pages that differ between visitors.

use std::collections::HashSet;

use crate::support::Site;

#[tokio::test]
async fn each_language_theme_and_wrapping_has_a_page_of_its_own() {
    let site = Site::start().await;
    let link = site.visitor().paste("x").await;
    let visitor = || site.visitor();
    let russian = visitor().with_header("accept-language", "ru");
    let chose_russian = visitor();
    chose_russian.set_cookie("lang=ru");
    let dark = visitor();
    dark.set_cookie("theme=dark");
    let unwrapped = visitor();
    unwrapped.set_cookie("wrap=off");
    let all = [visitor(), russian, chose_russian, dark, unwrapped];
    let expected = [
        "<html lang=\"en\" data-theme=\"system\"",
        "<html lang=\"ru\" data-theme=\"system\"",
        "<html lang=\"ru\" data-theme=\"system\"",
        "<html lang=\"en\" data-theme=\"dark\"",
        "<html lang=\"en\" data-theme=\"system\"",
    ];
    let mut etags = Vec::new();
    for _ in 0..2 {
        for (visitor, html) in all.iter().zip(expected) {
            let page = visitor.get(&link).await;
            assert!(page.text().contains(html), "{html}");
            etags.push(page.header("etag").to_owned());
        }
        assert!(all[4].get(&link).await.text().contains("class=\"text d1\""), "not wrapped");
        assert!(all[0].get(&link).await.text().contains("class=\"text d1 wrap\""));
    }
    assert_eq!(etags[..5], etags[5..]);
    assert_eq!(etags[1], etags[2], "the header and the cookie lead to the same page");
    assert_eq!(etags[..5].iter().collect::<HashSet<_>>().len(), 4);
}

#[tokio::test]
async fn pages_of_logged_in_users_are_personal_and_not_stored() {
    let site = Site::start().await;
    let (ada, visitor) = (site.user("ada").await, site.visitor());
    let link = ada.paste_with("mine", &[("visibility", "public")]).await;
    let token = ada.token(&["read"]).await;
    ada.get(&link).await; // uses up the flash
    for _ in 0..2 {
        let (hers, anonymous) = (ada.get(&link).await, visitor.get(&link).await);
        assert!(hers.text().contains("/delete") && hers.text().contains("ada@example.org"));
        assert_eq!((hers.header("etag"), hers.header("cache-control")), ("", "no-store"));
        assert!(!anonymous.text().contains("/delete") && !anonymous.text().contains("ada@"));
        let revalidated = ada.revalidate(&link, anonymous.header("etag")).await;
        assert_eq!(
            revalidated.text(),
            hers.text(),
            "the etag of the anonymous page does not match"
        );
        let program = site.visitor().with_header("authorization", &format!("Bearer {token}"));
        let response = program.get(&link).await;
        assert_eq!((response.header("etag"), response.header("cache-control")), ("", "no-store"));
    }
    ada.post("/logout", &[]).await;
    ada.get("/").await; // uses up the flash
    assert_eq!(ada.get(&link).await.text(), visitor.get(&link).await.text());
}

#[tokio::test]
async fn the_created_notice_is_shown_once_and_only_to_the_author() {
    let site = Site::start().await;
    let (author, visitor) = (site.visitor(), site.visitor());
    let link = author.paste_with("new", &[("visibility", "public")]).await;
    let first = author.get(&link).await;
    assert!(first.text().contains("id=\"created\""));
    assert!(first.header("set-cookie").starts_with("flash="));
    assert_eq!((first.header("etag"), first.header("cache-control")), ("", "no-store"));
    for visitor in [&visitor, &author, &visitor] {
        let page = visitor.get(&link).await;
        assert!(!page.text().contains("id=\"created\""));
        assert_eq!(page.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn a_page_with_a_pending_flash_is_not_stored() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("x", &[("visibility", "public")]).await;
    let author = site.visitor();
    author.paste("another").await;
    let page = author.get(&link).await;
    assert!(page.header("set-cookie").starts_with("flash="));
    assert_eq!((page.header("etag"), page.header("cache-control")), ("", "no-store"));
}
