//! The plain text that a program gets at the address of a page.

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn a_program_gets_the_raw_text_at_the_link_itself() {
    let site = Site::start().await;
    let text = "<script>alert(1)</script>\r\nwhole\n";
    let upload = site.visitor().upload("x.html", text, &[]).await.location();
    for link in [upload.clone(), format!("{upload}.html")] {
        let (at_link, raw) =
            (site.curl().get(&link).await, site.curl().get(&format!("{upload}/raw")).await);
        assert_eq!(at_link.text(), text);
        for header in [
            "etag",
            "content-type",
            "content-security-policy",
            "accept-ranges",
            "cache-control",
            "x-robots-tag",
            "x-content-type-options",
        ] {
            assert_eq!(at_link.header(header), raw.header(header), "{header}");
        }
        assert!(at_link.header("vary").contains("Accept"));
        let known = site.curl().get_with(&link, &[("if-none-match", at_link.header("etag"))]).await;
        assert_eq!((known.status, known.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
        assert!(known.header("vary").contains("Accept"));
        let part = site.curl().get_with(&link, &[("range", "bytes=1-6")]).await;
        assert_eq!((part.status, part.text().as_str()), (StatusCode::PARTIAL_CONTENT, "script"));
    }
}

#[tokio::test]
async fn browsers_and_link_previews_get_the_page() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("words", &[("title", "A title")]).await;
    let page = site.visitor().get(&link).await;
    assert!(page.text().starts_with("<!DOCTYPE html>") && page.header("vary").contains("Accept"));
    assert!(site.visitor().with_htmx().get(&link).await.text().contains("A title"));
    for robot in [
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "Twitterbot/1.0",
        "WhatsApp/2.23.20.0",
    ] {
        let page = site.curl().get_with(&link, &[("user-agent", robot)]).await.text();
        assert!(page.contains("og:title") && page.contains("A title"), "{robot}");
    }
    for program in ["curl/8.5.0", "Wget/1.21.3", "python-requests/2.31"] {
        let text = site.curl().get_with(&link, &[("user-agent", program)]).await.text();
        assert_eq!(text, "words", "{program}");
    }
}

#[tokio::test]
async fn the_raw_text_respects_the_visibility() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada.paste_with("mine", &[("visibility", "private")]).await;
    assert_eq!(site.curl().get(&link).await.status, StatusCode::NOT_FOUND);
    let missing = site.curl().get("/111111111111").await;
    assert_eq!((missing.status, missing.text().lines().count()), (StatusCode::NOT_FOUND, 1));
}

#[tokio::test]
async fn the_front_page_gives_a_program_the_instructions() {
    let site = Site::start_with(&[
        "--public-url=https://paste.example.org",
        "--tcp-listen=127.0.0.1:9999",
    ])
    .await;
    let usage = site.curl().get("/").await;
    assert_eq!(usage.header("content-type"), "text/plain; charset=utf-8");
    assert!(usage.header("vary").contains("Accept"));
    for part in
        ["https://paste.example.org/", "nc paste.example.org 9999", "10 MB", "32", "1w", "no limit"]
    {
        assert!(usage.text().contains(part), "{part} in {}", usage.text());
    }
    assert!(site.visitor().get("/").await.text().contains("<textarea"));
}

#[tokio::test]
async fn what_a_client_accepts_decides_before_its_name() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("words", &[("title", "A title")]).await;
    let unknown = "Mozilla/5.0 (compatible; NewRobot/1.0)";
    for (accept, agent, is_page) in [
        ("*/*", unknown, true),
        ("*/*", "NewPreviewer/1.0", true),
        ("*/*", "some-script/1.0", false),
        ("text/html", "curl/8.5.0", true),
        ("text/plain, */*;q=0.1", unknown, false),
    ] {
        let headers = [("accept", accept), ("user-agent", agent)];
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = headers
            .iter()
            .fold(client.get(format!("{}{link}", site.url)), |request, (name, value)| {
                request.header(*name, *value)
            });
        let response = site.visitor().send(request).await;
        assert_eq!(response.text().contains("og:title"), is_page, "{accept} {agent}");
        let vary = response.headers.get_all("vary").iter();
        let vary: Vec<&str> = vary.map(|value| value.to_str().unwrap()).collect();
        assert!(vary.join(",").contains("Accept"), "{vary:?}");
        assert!(accept == "text/html" || vary.join(",").contains("User-Agent"), "{vary:?}");
    }
}
