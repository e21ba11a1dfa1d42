//! The page of a paste.

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn the_page_shows_the_text_and_its_metadata() {
    let site = Site::start().await;
    let link =
        site.visitor().paste_with("a\nb\nc", &[("title", "Three"), ("syntax", "python")]).await;
    let page = site.visitor().get(&link).await;
    assert_eq!(page.status, StatusCode::OK);
    for fact in ["Three", "Python", "3 lines", "5 B"] {
        assert!(page.text().contains(fact), "{fact}");
    }
    assert_eq!(page.shown_text(), "a\nb\nc");
}

#[tokio::test]
async fn the_extension_picks_the_syntax() {
    let site = Site::start().await;
    let link = site.visitor().paste("x = 1").await;
    assert!(site.visitor().get(&link).await.text().contains("Plain text"));
    assert!(site.visitor().get(&format!("{link}.py")).await.text().contains(">Python</a>"));
    assert_eq!(site.visitor().get(&format!("{link}.unheard-of")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_public_pastes_may_be_indexed_by_search_engines() {
    let site = Site::start().await;
    let unlisted = site.visitor().paste("quiet").await;
    let public = site.visitor().paste_with("loud", &[("visibility", "public")]).await;
    assert_eq!(site.visitor().get(&unlisted).await.header("x-robots-tag"), "noindex, nofollow");
    assert_eq!(site.visitor().get(&public).await.header("x-robots-tag"), "");
}

#[tokio::test]
async fn only_the_owner_gets_the_delete_button() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada.paste("mine").await;
    assert!(ada.get(&link).await.text().contains(&format!("action=\"{link}/delete\"")));
    assert!(!site.visitor().get(&link).await.text().contains("/delete"));
    assert!(!site.user("bob").await.get(&link).await.text().contains("/delete"));
}

#[tokio::test]
async fn head_has_no_body() {
    let site = Site::start().await;
    let link = site.visitor().paste("hello").await;
    let response = site.visitor().head(&link).await;
    assert_eq!((response.status, response.bytes.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn a_detected_syntax_is_labelled_and_can_be_overridden() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = visitor.paste("#!/usr/bin/env python3\nprint('x')\n").await;
    let page = visitor.get(&link).await.text();
    assert!(page.contains(">Python</a>") && page.contains("(detected)"));
    assert!(page.contains(&format!("href=\"{link}/syntax\"")));
    for path in ["syntax", "syntaxes"] {
        let list = visitor.get(&format!("{link}/{path}")).await.text();
        assert!(list.matches("<li").count() >= 200, "{path}");
        assert!(list.contains(&format!("href=\"{link}.python\" aria-current=\"true\"")), "{path}");
    }
    let ruby = visitor.get(&format!("{link}.ruby")).await;
    assert!(ruby.text().contains(">Ruby</a>") && !ruby.text().contains("(detected)"));
    assert_eq!(ruby.shown_text(), visitor.raw(&link).await);
    let chosen = visitor.paste_with("print('x')", &[("syntax", "python")]).await;
    assert!(!visitor.get(&chosen).await.text().contains("(detected)"));
}

#[tokio::test]
async fn the_form_can_start_with_the_text_of_a_paste() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let text = "\n<b>&amp;\n</textarea>";
    let fields = [("title", "notes"), ("syntax", "html"), ("visibility", "private")];
    let link = ada.paste_with(text, &fields).await;
    let from = format!("/?from={}", &link[1..]);
    assert!(ada.get(&link).await.text().contains(&format!("href=\"{from}\"")));
    let form = ada.get(&from).await.text();
    assert!(form.contains("\n\n&lt;b&gt;&amp;amp;\n&lt;/textarea&gt;</textarea>"));
    assert!(form.contains("value=\"notes\"") && form.contains("value=\"html\" selected"));
    assert!(
        form.contains("value=\"private\" checked"),
        "a copy of a private paste starts as private"
    );
    for inaccessible in [from.as_str(), "/?from=111111111111", "/?from=nonsense"] {
        let response = site.visitor().get(inaccessible).await;
        assert_eq!(response.status, StatusCode::NOT_FOUND, "{inaccessible}");
    }
}

#[tokio::test]
async fn wrapping_is_remembered() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = visitor.paste_with("x", &[("syntax", "rust")]).await;
    let wraps = async || visitor.get(&link).await.text().contains("class=\"text d1 wrap\"");
    assert!(!wraps().await, "code is not wrapped by default");
    let response = visitor.post("/preferences", &[("wrap", "on"), ("next", &link)]).await;
    assert_eq!(response.location(), link);
    assert!(wraps().await);
    visitor.post("/preferences", &[("wrap", "off")]).await;
    assert!(!wraps().await);
    let bad = visitor.post("/preferences", &[("wrap", "sideways")]).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}
