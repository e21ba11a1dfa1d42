//! Language and theme.

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn the_language_follows_the_browser_until_the_visitor_chooses_one() {
    let site = Site::start().await;
    let visitor = site.visitor().with_header("accept-language", "ru-RU,ru;q=0.9,en;q=0.5");
    assert!(visitor.get("/login").await.text().contains("<html lang=\"ru\""));
    let response =
        visitor.post("/preferences", &[("lang", "en"), ("next", "/login?next=/recent")]).await;
    assert_eq!(
        (response.status, response.location().as_str()),
        (StatusCode::SEE_OTHER, "/login?next=/recent")
    );
    assert!(visitor.get("/login").await.text().contains("<html lang=\"en\""));
}

#[tokio::test]
async fn the_theme_is_remembered() {
    let site = Site::start().await;
    let visitor = site.visitor();
    assert!(visitor.get("/").await.text().contains("data-theme=\"system\""));
    visitor.post("/preferences", &[("theme", "dark"), ("next", "/")]).await;
    assert!(visitor.get("/").await.text().contains("data-theme=\"dark\""));
    assert!(
        visitor.get("/nothing-here").await.text().contains("data-theme=\"dark\""),
        "on errors too"
    );
}

#[tokio::test]
async fn preferences_redirect_within_this_site_and_refuse_unknown_values() {
    let site = Site::start().await;
    let response =
        site.visitor().post("/preferences", &[("theme", "dark"), ("next", "//evil.example")]).await;
    assert_eq!(response.location(), "/");
    for bad in [("lang", "tlh"), ("theme", "neon")] {
        assert_eq!(
            site.visitor().post("/preferences", &[bad]).await.status,
            StatusCode::BAD_REQUEST
        );
    }
}

#[tokio::test]
async fn russian_plurals_match_the_number() {
    let site = Site::start().await;
    let visitor = site.visitor().with_header("accept-language", "ru");
    for (lines, count) in
        [(1, "1 строка"), (2, "2 строки"), (5, "5 строк"), (11, "11 строк"), (21, "21 строка")]
    {
        let link = visitor.paste(&"x\n".repeat(lines)).await;
        assert!(
            visitor.get(&link).await.text().contains(&format!("<span>{count}</span>")),
            "{count}"
        );
    }
}
