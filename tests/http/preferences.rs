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

#[tokio::test]
async fn under_https_cookies_are_bound_to_the_host_and_old_ones_are_renamed() {
    let site = Site::start_with(&["--public-url=https://paste.example.org"]).await;
    let chosen = site
        .visitor()
        .post("/preferences", &[("theme", "dark"), ("lang", "ru"), ("wrap", "on")])
        .await;
    let cookies: Vec<_> =
        chosen.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 3);
    assert!(
        cookies.iter().all(|cookie| cookie.starts_with("__Host-") && cookie.contains("; Secure"))
    );
    let flash = site.visitor().submit(&[("text", "x")]).await;
    assert!(flash.header("set-cookie").starts_with("__Host-flash=created-"));

    let page = site.visitor().get_with("/", &[("cookie", "theme=dark; lang=ru; wrap=bogus")]).await;
    assert!(page.text().contains("data-theme=\"dark\"") && page.text().contains("lang=\"ru\""));
    let cookies: Vec<_> =
        page.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    for expected in ["__Host-theme=dark;", "__Host-lang=ru;", "theme=;", "lang=;", "wrap=;"] {
        assert!(
            cookies.iter().any(|cookie| cookie.starts_with(expected)),
            "{expected} in {cookies:?}"
        );
    }
    assert_eq!(cookies.len(), 5, "{cookies:?}");
    // A page of a sibling domain can set the old names, but not override the new ones.
    let both = [("cookie", "theme=light; __Host-theme=dark")];
    assert!(site.visitor().get_with("/", &both).await.text().contains("data-theme=\"dark\""));
    let planted = [("cookie", "flash=deleted; session=00")];
    let page = site.visitor().get_with("/", &planted).await;
    assert!(!page.text().contains("class=\"flash\""));
}
