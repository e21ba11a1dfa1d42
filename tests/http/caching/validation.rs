//! `ETag`s: when a stored page is still valid, and when it is not.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::SUFFIXES;
use crate::support::Site;

#[tokio::test]
async fn a_matching_etag_is_answered_with_304_and_the_same_headers() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = site.visitor().paste_with("fn main() {}", &[("syntax", "rust")]).await;
    for suffix in SUFFIXES {
        let path = format!("{link}{suffix}");
        let first = visitor.get(&path).await;
        let etag = visitor.etag(&path).await;
        let list = format!("\"other\", {etag}");
        for known in [etag.clone(), format!("W/{etag}"), list, "*".to_owned()] {
            let response = visitor.revalidate(&path, &known).await;
            let expected = (StatusCode::NOT_MODIFIED, 0);
            assert_eq!((response.status, response.bytes.len()), expected, "{path}");
            for name in ["etag", "cache-control", "content-security-policy", "referrer-policy"] {
                assert_eq!(response.header(name), first.header(name), "{name} of {path}");
            }
            assert_eq!(response.vary(), first.vary(), "{path}");
        }
        assert_eq!(visitor.revalidate(&path, "\"other\"").await.bytes, first.bytes, "{path}");
    }
}

#[tokio::test]
async fn the_etag_changes_with_everything_that_the_page_shows() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read", "write"]).await;
    let link = ada.paste_with("x = 1", &[("visibility", "public"), ("expires", "1d")]).await;
    let visitor = site.visitor();
    let mut etags = vec![visitor.etag(&link).await];
    for change in [
        json!({ "title": "main.py" }),
        json!({ "syntax": "python" }),
        json!({ "visibility": "unlisted" }),
        json!({ "expires": "2d" }),
        json!({ "expires": "never" }),
    ] {
        let address = format!("/api/v1/pastes{link}");
        let response = program.send(Method::PATCH, &address, &[], Some(&change)).await;
        assert_eq!(response.status, StatusCode::OK, "{}", response.text());
        for known in &etags {
            assert_eq!(visitor.revalidate(&link, known).await.status, StatusCode::OK, "{change}");
        }
        etags.push(visitor.etag(&link).await);
    }
    let page = visitor.get(&link).await.text();
    for shown in ["main.py", ">Python</a>", "Unlisted", "kept for ever"] {
        assert!(page.contains(shown), "{shown}");
    }
    for address in [format!("{link}.rb"), format!("{link}?lines=1"), format!("{link}/source")] {
        etags.push(visitor.etag(&address).await);
    }
    etags.sort();
    let count = etags.len();
    etags.dedup();
    assert_eq!(etags.len(), count);
}

#[tokio::test]
async fn a_stored_page_never_shows_an_outdated_expiry() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("tick", &[("expires", "3h")]).await;
    let visitor = site.visitor();
    let expiry = async || {
        let page = visitor.get(&link).await.text();
        let expiry = page.split("id=\"expiry\"").nth(1).unwrap();
        let expiry = expiry.split_once('>').unwrap().1.split('<').next().unwrap();
        expiry.replace('\u{a0}', " ")
    };
    let [second, minute] = [1, 60].map(Duration::from_secs);
    let etag = visitor.etag(&link).await;
    assert_eq!(expiry().await, "expires in 3 hours");
    site.advance(Duration::from_secs(3_599));
    assert_eq!(visitor.revalidate(&link, &etag).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(expiry().await, "expires in 3 hours");
    site.advance(second);
    assert_eq!(visitor.revalidate(&link, &etag).await.status, StatusCode::OK);
    assert_eq!(expiry().await, "expires in 2 hours");
    site.advance(minute);
    assert_eq!(expiry().await, "expires in 1 hour 59 minutes");
    site.advance(117 * minute);
    assert_eq!(expiry().await, "expires in 2 minutes");
    for left in ["expires in 1 minute 59 seconds", "expires in 1 minute 58 seconds"] {
        site.advance(second);
        assert_eq!(expiry().await, left);
    }
}

#[tokio::test]
async fn a_deleted_expired_or_hidden_paste_is_404_whatever_etag_the_client_has() {
    let site = Site::start().await;
    let (ada, visitor) = (site.user("ada").await, site.visitor());
    let fields = [("visibility", "public"), ("expires", "1h")];
    let (deleted, expired) =
        (ada.paste_with("x", &fields).await, ada.paste_with("x", &fields).await);
    let hidden = ada.paste_with("x", &fields).await;
    let mut known = Vec::new();
    for link in [&deleted, &expired, &hidden] {
        for suffix in SUFFIXES {
            let path = format!("{link}{suffix}");
            known.push((path.clone(), visitor.etag(&path).await));
        }
    }
    ada.delete(&deleted).await;
    let program = site.program_of(&ada, &["write"]).await;
    let private = json!({ "visibility": "private", "expires": "1d" });
    program.send(Method::PATCH, &format!("/api/v1/pastes{hidden}"), &[], Some(&private)).await;
    let status = async |path: &str, etag: &str| visitor.revalidate(path, etag).await.status;
    let (of_deleted, of_others) = known.split_at(SUFFIXES.len());
    let of_expired = &of_others[..SUFFIXES.len()];
    for (path, etag) in of_deleted {
        assert_eq!(status(path, etag).await, StatusCode::NOT_FOUND, "{path}");
    }
    for (path, etag) in of_expired {
        assert_eq!(status(path, etag).await, StatusCode::NOT_MODIFIED, "{path}");
    }
    site.advance(Duration::from_hours(1));
    for (path, etag) in of_others {
        assert_eq!(status(path, etag).await, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(status(path, "*").await, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn all_sites_of_a_fleet_send_the_same_bytes_and_etags() {
    let url = "http://paste.example.org";
    let site = Site::start_with(&[&format!("--public-url={url}")]).await;
    let (first, second) = (site.visitor(), site.visitor_of_second_site(url).await);
    let other_url = site.visitor_of_second_site("http://other.example.org").await;
    let ada = site.user("ada").await;
    let text = "a line that is long enough to be compressed\n".repeat(100);
    let link = ada.paste_with(&text, &[("visibility", "public"), ("expires", "1d")]).await;
    for suffix in SUFFIXES {
        let path = format!("{link}{suffix}");
        for coding in ["identity", "zstd", "br", "gzip"] {
            let accepted = [("accept-encoding", coding)];
            let one = first.get_with(&path, &accepted).await;
            site.advance(Duration::from_secs(1));
            let other = second.get_with(&path, &accepted).await;
            assert_eq!(one.header("etag"), other.header("etag"), "{path}");
            assert_eq!(one.bytes, other.bytes, "{path} {coding}");
        }
        let revalidated = second.revalidate(&path, &first.etag(&path).await).await;
        assert_eq!(revalidated.status, StatusCode::NOT_MODIFIED, "{path}");
    }
    assert_ne!(other_url.etag(&link).await, first.etag(&link).await, "the pages have other links");
    ada.delete(&link).await;
    for suffix in SUFFIXES {
        let deleted = second.get(&format!("{link}{suffix}")).await;
        assert_eq!(deleted.status, StatusCode::NOT_FOUND, "{suffix}");
    }
}

#[tokio::test]
async fn pages_are_served_when_the_cache_is_too_small() {
    let site = Site::start_with(&["--cache-size=1"]).await;
    let text = "a line that is long enough to be compressed\n".repeat(100);
    let link = site.visitor().paste_with(&text, &[("syntax", "rust")]).await;
    for _ in 0..2 {
        assert_eq!(site.visitor().get(&link).await.shown_text(), text);
        assert_eq!(site.visitor().raw(&link).await, text);
    }
}
