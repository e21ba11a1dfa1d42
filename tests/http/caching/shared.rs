//! What a shared cache in front of the site may store, and for how many seconds.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::{Response, Site, Visitor};

/// The path suffixes of the addresses whose responses a shared cache may store.
const SUFFIXES: [&str; 4] = ["", "/raw", "/download", "/embed"];

/// Without it, no page goes into a shared cache.
const PUBLIC_URL: &str = "--public-url=http://paste.example.org";

async fn site() -> Site {
    Site::start_with(&[PUBLIC_URL]).await
}

/// How long a shared cache may store a response, in seconds, or `None` if it may not.
fn shared_max_age(response: &Response) -> Option<u64> {
    let directives: Vec<&str> = response.header("cache-control").split(", ").collect();
    let seconds = directives.iter().find_map(|directive| directive.strip_prefix("s-maxage="))?;
    for directive in ["public", "max-age=0", "must-revalidate"] {
        assert!(directives.contains(&directive), "{directive} in {directives:?}");
    }
    assert_eq!(response.header("set-cookie"), "");
    Some(seconds.parse().unwrap())
}

/// Creates a public paste and returns its path.
async fn public_paste(site: &Site, expires: &str) -> String {
    let fields = [("visibility", "public"), ("expires", expires)];
    site.visitor().paste_with("for all", &fields).await
}

/// Requests the paste at every suffix. Returns the paths and the responses.
async fn get_all(visitor: &Visitor, link: &str) -> Vec<(String, Response)> {
    let mut responses = Vec::new();
    for suffix in SUFFIXES {
        let path = format!("{link}{suffix}");
        responses.push((path.clone(), visitor.get(&path).await));
    }
    responses
}

#[tokio::test]
async fn public_pastes_may_be_stored_for_ten_seconds() {
    let site = site().await;
    for expires in ["1d", "never"] {
        let link = public_paste(&site, expires).await;
        for (path, response) in get_all(&site.visitor(), &link).await {
            assert_eq!(shared_max_age(&response), Some(10), "{path}");
            let known = site.visitor().revalidate(&path, response.header("etag")).await;
            assert_eq!(
                (known.status, shared_max_age(&known)),
                (StatusCode::NOT_MODIFIED, Some(10))
            );
        }
        let text = site.curl().get(&link).await;
        assert_eq!((shared_max_age(&text), text.text().as_str()), (Some(10), "for all"));
    }
}

#[tokio::test]
async fn no_paste_is_stored_beyond_its_expiry() {
    let site = site().await;
    let link = public_paste(&site, "1h").await;
    site.advance(Duration::from_millis(3_600_000 - 5_500));
    for (path, response) in get_all(&site.visitor(), &link).await {
        // The page shows the seconds that are left, so it is correct for only half a second more. A
        // cache counts whole seconds and may be one second late, hence 4 of the 5.5 seconds.
        let expected = if path == link { None } else { Some(4) };
        assert_eq!(shared_max_age(&response), expected, "{path}");
    }
    site.advance(Duration::from_secs(5));
    for (path, response) in get_all(&site.visitor(), &link).await {
        assert_eq!(response.header("cache-control"), "private, no-cache", "{path}");
    }
    site.advance(Duration::from_millis(500));
    for (path, response) in get_all(&site.visitor(), &link).await {
        assert_eq!(
            (response.status, shared_max_age(&response)),
            (StatusCode::NOT_FOUND, None),
            "{path}"
        );
        let cache_control = if path.ends_with("/embed") { "private, no-cache" } else { "no-store" };
        assert_eq!(response.header("cache-control"), cache_control, "{path}");
    }
}

#[tokio::test]
async fn no_page_is_stored_longer_than_its_time_left_is_correct() {
    let site = site().await;
    let link = public_paste(&site, "1h").await;
    site.advance(Duration::from_secs(53));
    let visitor = site.visitor();
    assert_eq!(shared_max_age(&visitor.get(&link).await), Some(6));
    assert_eq!(shared_max_age(&visitor.get(&format!("{link}/raw")).await), Some(10));
}

#[tokio::test]
async fn the_setting_sets_the_seconds_and_zero_turns_it_off() {
    let site = Site::start_with(&[PUBLIC_URL, "--shared-max-age=3600"]).await;
    let link = public_paste(&site, "never").await;
    assert_eq!(shared_max_age(&site.visitor().get(&link).await), Some(3600));
    let site = Site::start_with(&[PUBLIC_URL, "--shared-max-age=0"]).await;
    let link = public_paste(&site, "never").await;
    for (path, response) in get_all(&site.visitor(), &link).await {
        assert_eq!(response.header("cache-control"), "private, no-cache", "{path}");
    }
}

#[tokio::test]
async fn only_anonymous_responses_about_public_pastes_may_be_stored() {
    let site = site().await;
    let ada = site.user("ada").await;
    let unlisted = ada.paste("for some").await;
    let private = ada.paste_with("for me", &[("visibility", "private")]).await;
    let public_paste = public_paste(&site, "1d").await;
    for (path, response) in get_all(&site.visitor(), &unlisted).await {
        assert_eq!(response.header("cache-control"), "private, no-cache", "{path}");
    }
    for link in [&unlisted, &private, &public_paste] {
        for suffix in ["", "/raw", "/download"] {
            let response = ada.get(&format!("{link}{suffix}")).await;
            assert_eq!(response.header("cache-control"), "no-store", "{link}{suffix}");
        }
    }
    let api = site.visitor().with_header("accept", "*/*");
    let api = api.get(&format!("/api/v1/pastes{public_paste}/text")).await;
    assert_eq!((api.status, api.header("cache-control")), (StatusCode::OK, "private, no-cache"));
    let unsatisfiable =
        site.visitor().get_with(&format!("{public_paste}/raw"), &[("range", "bytes=99-")]).await;
    assert_eq!(unsatisfiable.header("cache-control"), "private, no-cache");
}

#[tokio::test]
async fn vary_names_every_header_that_the_response_depends_on() {
    let site = site().await;
    let link = public_paste(&site, "1d").await;
    let page = site.visitor().get(&link).await.vary();
    for name in ["accept", "accept-encoding", "accept-language", "authorization", "cookie"] {
        assert!(page.iter().any(|header| header == name), "{name} in {page:?}");
    }
    let robot = site.curl().with_header("user-agent", "Slackbot 1.0").get(&link).await;
    assert!(robot.text().contains("<!DOCTYPE html>"));
    for response in [robot, site.curl().get(&link).await] {
        let vary = response.vary();
        assert!(
            vary.iter().any(|header| header == "user-agent"),
            "curl and a robot differ: {vary:?}"
        );
    }
}

#[tokio::test]
async fn without_a_public_url_no_page_that_names_a_host_may_be_stored() {
    let site = Site::start().await;
    let link = public_paste(&site, "1d").await;
    for (path, response) in get_all(&site.visitor(), &link).await {
        // The text itself is the same at every host.
        let expected =
            if path.ends_with("/raw") || path.ends_with("/download") { Some(10) } else { None };
        assert_eq!(shared_max_age(&response), expected, "{path}");
    }
    let seen = async |host: &str| site.visitor().with_header("host", host).get(&link).await;
    let (one, other) = (seen("one.local").await, seen("other.local").await);
    assert_ne!(one.header("etag"), other.header("etag"));
    assert!(one.text().contains("http://one.local/") && !one.text().contains("other.local"));
    assert!(other.text().contains("http://other.local/") && !other.text().contains("one.local"));
    assert_eq!(seen("one.local").await.bytes, one.bytes, "from the cache");
    let known = site.visitor().with_header("host", "other.local");
    let revalidated = known.revalidate(&link, one.header("etag")).await;
    assert_eq!(revalidated.status, StatusCode::OK, "the page of another host is another page");
}
