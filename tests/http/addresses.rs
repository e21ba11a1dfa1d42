//! Addresses that arrive changed, and those that robots and browsers ask for by themselves.

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn an_address_with_more_characters_redirects_to_the_paste() {
    let site = Site::start().await;
    let link = site.visitor().paste("text").await;
    for end in [
        "/",
        ".",
        ",",
        ")",
        "%3E",
        "%22",
        "%E2%80%8B",
        "%EF%BB%BF",
        "%C2%AD",
        "%C2%A0",
        "%20",
        "%C2%BB",
    ] {
        for path in
            [link.clone(), format!("{link}/raw"), format!("/raw{link}"), format!("{link}.rs")]
        {
            for visitor in [site.visitor(), site.curl()] {
                let answer = visitor.get(&format!("{path}{end}")).await;
                assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{path}{end}");
                assert_eq!(answer.location(), path, "{path}{end}");
                assert_eq!(visitor.get(&answer.location()).await.status, StatusCode::OK);
            }
        }
    }
    let answer = site.visitor().get(&format!("{link}/?lines=1")).await;
    assert_eq!(answer.location(), format!("{link}?lines=1"));
    for path in ["/nothing/", "/nothing.", "/recent/", "/-----------.", "/%F0%9F%99%82"] {
        assert_eq!(site.visitor().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(site.curl().put("/notes.txt.", "x").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn robots_may_ask_for_every_paste() {
    let site = Site::start().await;
    let robots = site.curl().get("/robots.txt").await;
    assert_eq!(
        (robots.status, robots.header("content-type")),
        (StatusCode::OK, "text/plain; charset=utf-8")
    );
    assert!(!robots.text().contains("Disallow: /\n") && robots.text().contains("User-agent: *"));
    assert!(!robots.text().to_lowercase().contains("sitemap"));
    assert_eq!(site.curl().put("/robots.txt", "x").await.status, StatusCode::CREATED, "a file");
}

#[tokio::test]
async fn only_public_pages_may_be_listed_by_search_engines() {
    let site = Site::start().await;
    let unlisted = site.visitor().paste("a,b\n1,2\n").await;
    let public = site.visitor().paste_with("x", &[("visibility", "public")]).await;
    for suffix in [
        "",
        "/raw",
        "/download",
        "/qr",
        "/embed",
        "/expiry",
        "/find?q=x",
        "/found?q=x",
        "/syntax",
        "/source",
    ] {
        let answer = site.visitor().get(&format!("{unlisted}{suffix}")).await;
        assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{suffix}");
    }
    for path in [
        format!("/api/v1/pastes{unlisted}"),
        format!("/api/v1/pastes{unlisted}/text"),
        format!("/documents{unlisted}"),
        format!("/raw{unlisted}"),
        format!("/?from={}", &unlisted[1..]),
        format!("/oembed?url={}{unlisted}", site.url),
    ] {
        let answer = site.visitor().get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{path}");
    }
    for path in [&public, "/", "/recent"] {
        assert_eq!(site.visitor().get(path).await.header("x-robots-tag"), "", "{path}");
    }
}

#[tokio::test]
async fn the_icon_and_the_security_contact_are_at_their_fixed_addresses() {
    let site = Site::start().await;
    let icon = site.curl().get("/favicon.ico").await;
    assert_eq!((icon.status, icon.header("content-type")), (StatusCode::OK, "image/x-icon"));
    assert_eq!(icon.bytes[..4], [0, 0, 1, 0], "an ICO file");
    let path = "/.well-known/security.txt";
    assert_eq!(site.curl().get(path).await.status, StatusCode::NOT_FOUND);
    let site = Site::start_with(&[
        "--security-contact=mailto:security@example.org",
        "--public-url=https://paste.example.org",
    ])
    .await;
    assert_eq!(
        site.curl().get(path).await.text(),
        "Contact: mailto:security@example.org\nExpires: 2030-06-30T12:00:00Z\n\
         Preferred-Languages: en, ru\nCanonical: https://paste.example.org/.well-known/security.txt\n"
    );
}
