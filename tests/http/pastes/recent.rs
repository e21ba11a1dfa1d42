//! The list of public pastes.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn only_public_pastes_are_listed() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for visibility in ["public", "unlisted", "private"] {
        ada.paste_with(
            "x",
            &[("title", &format!("a {visibility} one")), ("visibility", visibility)],
        )
        .await;
    }
    for reader in [site.visitor(), ada] {
        let recent = reader.get("/recent").await.text();
        assert!(recent.contains("a public one"));
        assert!(!recent.contains("a unlisted one") && !recent.contains("a private one"));
        assert!(!recent.contains("/delete"));
    }
}

#[tokio::test]
async fn recent_pastes_come_fifty_at_a_time() {
    let site = Site::start().await;
    for n in 0..120 {
        site.advance(Duration::from_millis(u64::from(n % 3 == 0)));
        site.visitor()
            .paste_with("x", &[("title", &format!("number {n:03}")), ("visibility", "public")])
            .await;
    }
    let mut seen = Vec::new();
    let mut address = "/recent".to_owned();
    loop {
        let page = site.visitor().get(&address).await.text();
        let titles: Vec<String> =
            page.match_indices("number ").map(|(at, _)| page[at + 7..at + 10].to_owned()).collect();
        assert!(titles.len() <= 50);
        seen.extend(titles);
        let Some((_, rest)) = page.split_once("href=\"/recent?after=") else { break };
        address = format!("/recent?after={}", rest.split('"').next().unwrap());
    }
    let unique: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), unique.len()), (120, 120), "none twice, none left out");
    assert_eq!(seen[0].parse::<u32>().unwrap() / 3, 39, "newest first");
}

#[tokio::test]
async fn an_invalid_cursor_is_400() {
    let site = Site::start().await;
    for cursor in ["x", "1-2", "99999999999999999999-abcdefghijkm", "1-abcdefghijkm';--"] {
        let response = site.visitor().get(&format!("/recent?after={cursor}")).await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{cursor}");
    }
}
