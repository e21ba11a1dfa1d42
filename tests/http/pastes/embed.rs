//! Embeds in pages of other sites, oEmbed, and link previews.

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn any_site_may_frame_an_embed_and_nothing_else() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = visitor.paste_with("fn main() {}", &[("title", "main.rs")]).await;
    let frame = visitor.get(&format!("{link}/embed?theme=dark")).await;
    assert_eq!(frame.status, StatusCode::OK);
    assert_eq!(frame.shown_text(), "fn main() {}");
    let policy = frame.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors *"), "{policy}");
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    assert_eq!(frame.header("x-content-type-options"), "nosniff");
    assert!(frame.text().contains("data-theme=\"dark\"") && !frame.text().contains("<script"));
    for path in [link.clone(), format!("{link}/source"), format!("{link}/raw")] {
        let policy = visitor.get(&path).await.header("content-security-policy").to_owned();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn an_embed_shows_errors_and_links_to_the_whole_text() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = visitor.paste(&"a line\n".repeat(2_001)).await;
    let frame = visitor.get(&format!("{link}/embed")).await.text();
    assert!(frame.contains("The whole text"));
    let wrong = visitor.get(&format!("{link}/embed?lines=x")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.header("content-security-policy").ends_with("frame-ancestors *"));
    let page = visitor.get("/").await.text();
    let style = page.split("href=\"/assets/site").nth(1).unwrap().split('"').next().unwrap();
    let style = visitor.get(&format!("/assets/site{style}")).await;
    // The embed code that the site offers is a sandboxed frame, which counts as another origin.
    // Without this header the frame could not load the style sheet.
    assert_eq!(style.header("cross-origin-resource-policy"), "cross-origin");
}

#[tokio::test]
async fn the_setting_names_the_sites_that_may_frame_an_embed() {
    let site = Site::start_with(&["--frame-ancestors='self' https://blog.example.org"]).await;
    let link = site.visitor().paste("x").await;
    let frame = site.visitor().get(&format!("{link}/embed")).await;
    let policy = frame.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors 'self' https://blog.example.org"), "{policy}");
}

#[tokio::test]
async fn private_and_missing_pastes_are_404_as_embeds() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let private = ada.paste_with("secret", &[("visibility", "private")]).await;
    for path in [format!("{private}/embed"), "/111111111111/embed".to_owned()] {
        let response = ada.get(&path).await;
        assert_eq!(response.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            response.text().contains("There is nothing here")
                && !response.text().contains("secret")
        );
        assert!(response.header("content-security-policy").ends_with("frame-ancestors *"));
    }
    let described = ada.get(&format!("/oembed?url={}{private}", site.url)).await;
    assert_eq!(described.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn oembed_describes_the_embed_of_a_link() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = visitor.paste_with("x", &[("title", "A \"title\""), ("visibility", "public")]).await;
    let page = visitor.get(&link).await.text();
    assert!(page.contains("type=\"application/json+oembed\""));
    let response = visitor.get(&format!("/oembed?url={}{link}&maxwidth=300", site.url)).await;
    assert_eq!(response.header("content-type"), "application/json");
    let oembed: serde_json::Value = serde_json::from_slice(&response.bytes).unwrap();
    assert_eq!((&oembed["type"], &oembed["version"]), (&"rich".into(), &"1.0".into()));
    assert_eq!((&oembed["width"], &oembed["title"]), (&300.into(), &"A \"title\"".into()));
    let html = oembed["html"].as_str().unwrap();
    assert!(html.contains(&format!("src=\"{}{link}/embed\"", site.url)), "{html}");
    assert!(html.contains("A &quot;title&quot;"), "{html}");
    for (query, status) in [
        (format!("url={}{link}&format=xml", site.url), StatusCode::NOT_IMPLEMENTED),
        ("url=https://elsewhere.example/111111111111".to_owned(), StatusCode::NOT_FOUND),
        (format!("url={}/recent", site.url), StatusCode::NOT_FOUND),
        (String::new(), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(visitor.get(&format!("/oembed?{query}")).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn link_previews_reveal_public_pastes_only() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for (visibility, revealed) in [("public", true), ("unlisted", false), ("private", false)] {
        let fields = [("title", "The plan"), ("visibility", visibility)];
        let link = ada.paste_with("step one", &fields).await;
        let page = ada.get(&link).await.text();
        let metas: String = page
            .split('<')
            .filter(|tag| tag.starts_with("meta ") || tag.starts_with("link "))
            .collect();
        assert_eq!(metas.contains("The plan"), revealed, "{visibility}: {metas}");
        assert_eq!(metas.contains("step one"), revealed, "{visibility}");
        assert!(metas.contains("og:title"), "{visibility}");
        if visibility == "unlisted" {
            let response = ada.get(&format!("/oembed?url={}{link}", site.url)).await;
            assert!(response.status == StatusCode::OK && !response.text().contains("The plan"));
        }
    }
}
