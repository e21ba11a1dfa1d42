//! What a cache between us and many visitors may keep, and for how long.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::{Response, Site, Visitor};

/// For nobody in particular.
const WAYS: [&str; 4] = ["", "/raw", "/download", "/embed"];

/// How long a shared cache may keep it, in seconds.
fn shared(response: &Response) -> Option<u64> {
    let words: Vec<&str> = response.header("cache-control").split(", ").collect();
    let seconds = words.iter().find_map(|word| word.strip_prefix("s-maxage="))?;
    for word in ["public", "max-age=0", "must-revalidate"] {
        assert!(words.contains(&word), "{word} in {words:?}");
    }
    assert_eq!(response.header("set-cookie"), "");
    Some(seconds.parse().unwrap())
}

async fn public(site: &Site, expires: &str) -> String {
    let fields = [("visibility", "public"), ("expires", expires)];
    site.visitor().paste_with("for all", &fields).await
}

async fn each(visitor: &Visitor, link: &str) -> Vec<(String, Response)> {
    let mut responses = Vec::new();
    for way in WAYS {
        let path = format!("{link}{way}");
        responses.push((path.clone(), visitor.get(&path).await));
    }
    responses
}

#[tokio::test]
async fn what_is_public_is_kept_for_ten_seconds() {
    let site = Site::start().await;
    for expires in ["1d", "never"] {
        let link = public(&site, expires).await;
        for (path, response) in each(&site.visitor(), &link).await {
            assert_eq!(shared(&response), Some(10), "{path}");
            let known = site.visitor().again(&path, response.header("etag")).await;
            assert_eq!((known.status, shared(&known)), (StatusCode::NOT_MODIFIED, Some(10)));
        }
        let bare = site.curl().get(&link).await;
        assert_eq!((shared(&bare), bare.text().as_str()), (Some(10), "for all"));
    }
}

#[tokio::test]
async fn never_longer_than_the_paste_lives() {
    let site = Site::start().await;
    let link = public(&site, "1h").await;
    site.advance(Duration::from_millis(3_600_000 - 5_500));
    for (path, response) in each(&site.visitor(), &link).await {
        // A page says the seconds that are left, so it is true for half a second more. A cache may
        // count a second too much.
        let expected = if path == link { None } else { Some(4) };
        assert_eq!(shared(&response), expected, "{path}");
    }
    site.advance(Duration::from_secs(5));
    for (path, response) in each(&site.visitor(), &link).await {
        assert_eq!(response.header("cache-control"), "private, no-cache", "{path}");
    }
    site.advance(Duration::from_millis(500));
    for (path, response) in each(&site.visitor(), &link).await {
        assert_eq!((response.status, shared(&response)), (StatusCode::NOT_FOUND, None), "{path}");
        let kept = if path.ends_with("/embed") { "private, no-cache" } else { "no-store" };
        assert_eq!(response.header("cache-control"), kept, "{path}");
    }
}

#[tokio::test]
async fn a_page_never_longer_than_its_words_are_true() {
    let site = Site::start().await;
    let link = public(&site, "1h").await;
    site.advance(Duration::from_secs(53));
    let visitor = site.visitor();
    assert_eq!(shared(&visitor.get(&link).await), Some(6));
    assert_eq!(shared(&visitor.get(&format!("{link}/raw")).await), Some(10));
}

#[tokio::test]
async fn the_setting_says_how_long_and_nought_is_never() {
    let site = Site::start_with(&["--shared-max-age=3600"]).await;
    let link = public(&site, "never").await;
    assert_eq!(shared(&site.visitor().get(&link).await), Some(3600));
    let site = Site::start_with(&["--shared-max-age=0"]).await;
    let link = public(&site, "never").await;
    for (path, response) in each(&site.visitor(), &link).await {
        assert_eq!(response.header("cache-control"), "private, no-cache", "{path}");
    }
}

#[tokio::test]
async fn only_what_is_public_is_shared_and_only_for_nobody_in_particular() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let unlisted = ada.paste("for some").await;
    let private = ada.paste_with("for me", &[("visibility", "private")]).await;
    let public = public(&site, "1d").await;
    for (path, response) in each(&site.visitor(), &unlisted).await {
        assert_eq!(response.header("cache-control"), "private, no-cache", "{path}");
    }
    for link in [&unlisted, &private, &public] {
        for way in ["", "/raw", "/download"] {
            let response = ada.get(&format!("{link}{way}")).await;
            assert_eq!(response.header("cache-control"), "no-store", "{link}{way}");
        }
    }
    let api = site.visitor().with_header("accept", "*/*");
    let api = api.get(&format!("/api/v1/pastes{public}/text")).await;
    assert_eq!((api.status, api.header("cache-control")), (StatusCode::OK, "private, no-cache"));
    let beyond = site.visitor().get_with(&format!("{public}/raw"), &[("range", "bytes=99-")]).await;
    assert_eq!(beyond.header("cache-control"), "private, no-cache");
}

#[tokio::test]
async fn a_cache_can_tell_apart_who_gets_what() {
    let site = Site::start().await;
    let link = public(&site, "1d").await;
    let vary = |response: &Response| {
        let lines = response.headers.get_all("vary").iter();
        lines.map(|line| line.to_str().unwrap().to_lowercase()).collect::<Vec<_>>().join(", ")
    };
    let page = vary(&site.visitor().get(&link).await);
    for name in ["accept", "accept-encoding", "accept-language", "authorization", "cookie"] {
        assert!(page.split(", ").any(|word| word == name), "{name} in {page}");
    }
    let robot = site.curl().with_header("user-agent", "Slackbot 1.0").get(&link).await;
    assert!(robot.text().contains("<!DOCTYPE html>"));
    for response in [robot, site.curl().get(&link).await] {
        let vary = vary(&response);
        assert!(vary.contains("user-agent"), "curl shall not get what a robot got: {vary}");
    }
}
