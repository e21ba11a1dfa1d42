//! What is kept, by the site, by browsers and by caches in between, and that it is never another's
//! and never too old.

mod codings;
mod nginx;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use app::commands::Cli;
use app::commands::serve::connection_limits;
use app::http::server;
use app::router::router;
use app::state::App;
use clap::Parser as _;
use idservice::MemoryPool;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{Response, Site, Visitor};

/// Every way to read a text that has an address of its own.
const WAYS: [&str; 6] = ["", "/source", "/raw", "/download", "/embed", "?lines=1"];

impl Visitor {
    async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.request(Method::GET, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request).await
    }

    /// As a browser asks that has been there before.
    async fn again(&self, path: &str, etag: &str) -> Response {
        self.get_with(path, &[("if-none-match", etag)]).await
    }

    async fn etag(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status, StatusCode::OK, "{path}");
        let etag = response.header("etag").to_owned();
        assert!(etag.starts_with('"') && etag.len() > 2, "strong: {etag:?} of {path}");
        assert!(!etag.contains(','));
        etag
    }
}

/// Another site of the same fleet, on the same store.
async fn beside(site: &Site, public_url: &str) -> Visitor {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let line = ["pastebin", &format!("--public-url={public_url}"), "--highlight-wait=60000"];
    let settings = Cli::parse_from(line).settings;
    let ids = Arc::new(MemoryPool::default());
    let app = App::new(&settings, site.store.clone(), ids, site.clock.clone()).unwrap();
    let limits = connection_limits(&settings, &app);
    tokio::spawn(server::serve(listener, router(app), limits, std::future::pending()));
    Visitor::new(&url)
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = site.visitor().paste_with("fn main() {}", &[("syntax", "rust")]).await;
    for way in WAYS {
        let path = format!("{link}{way}");
        let first = visitor.get(&path).await;
        let etag = visitor.etag(&path).await;
        let list = format!("\"other\", {etag}");
        for known in [etag.clone(), format!("W/{etag}"), list, "*".to_owned()] {
            let response = visitor.again(&path, &known).await;
            assert_eq!(
                (response.status, response.bytes.len()),
                (StatusCode::NOT_MODIFIED, 0),
                "{path}"
            );
            for name in ["etag", "cache-control", "content-security-policy", "referrer-policy"] {
                assert_eq!(response.header(name), first.header(name), "{name} of {path}");
            }
            let vary = |response: &Response| {
                let all = response.headers.get_all("vary").iter();
                let mut all: Vec<_> = all
                    .flat_map(|line| line.to_str().unwrap().split(", "))
                    .map(str::to_lowercase)
                    .collect();
                all.sort();
                all
            };
            assert_eq!(vary(&response), vary(&first), "{path}");
        }
        assert_eq!(visitor.again(&path, "\"other\"").await.bytes, first.bytes, "{path}");
    }
}

#[tokio::test]
async fn a_tag_changes_with_everything_that_the_page_shows() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read", "write"]).await;
    let link = ada.paste_with("x = 1", &[("visibility", "public"), ("expires", "1d")]).await;
    let visitor = site.visitor();
    let mut seen = vec![visitor.etag(&link).await];
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
        for known in &seen {
            assert_eq!(visitor.again(&link, known).await.status, StatusCode::OK, "{change}");
        }
        seen.push(visitor.etag(&link).await);
    }
    let page = visitor.get(&link).await.text();
    for shown in ["main.py", ">Python</a>", "Unlisted", "kept for ever"] {
        assert!(page.contains(shown), "{shown}");
    }
    for address in [format!("{link}.rb"), format!("{link}?lines=1"), format!("{link}/source")] {
        seen.push(visitor.etag(&address).await);
    }
    seen.sort();
    let count = seen.len();
    seen.dedup();
    assert_eq!(seen.len(), count);
}

#[tokio::test]
async fn a_kept_page_never_says_an_old_time() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("tick", &[("expires", "3h")]).await;
    let visitor = site.visitor();
    let words = async || {
        let page = visitor.get(&link).await.text();
        let words = page.split("id=\"expiry\"").nth(1).unwrap();
        let words = words.split_once('>').unwrap().1.split('<').next().unwrap();
        words.replace('\u{a0}', " ")
    };
    let [second, minute] = [1, 60].map(Duration::from_secs);
    let etag = visitor.etag(&link).await;
    assert_eq!(words().await, "expires in 3 hours");
    site.advance(Duration::from_secs(3_599));
    assert_eq!(visitor.again(&link, &etag).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(words().await, "expires in 3 hours");
    site.advance(second);
    assert_eq!(visitor.again(&link, &etag).await.status, StatusCode::OK);
    assert_eq!(words().await, "expires in 2 hours");
    site.advance(minute);
    assert_eq!(words().await, "expires in 1 hour 59 minutes");
    site.advance(117 * minute);
    assert_eq!(words().await, "expires in 2 minutes");
    for left in ["expires in 1 minute 59 seconds", "expires in 1 minute 58 seconds"] {
        site.advance(second);
        assert_eq!(words().await, left);
    }
}

#[tokio::test]
async fn nobody_gets_a_page_in_anothers_language_or_theme() {
    let site = Site::start().await;
    let link = site.visitor().paste("x").await;
    let visitor = || site.visitor();
    let russian = visitor().with_header("accept-language", "ru");
    let chosen = visitor();
    chosen.set_cookie("lang=ru");
    let dark = visitor();
    dark.set_cookie("theme=dark");
    let wrapped = visitor();
    wrapped.set_cookie("wrap=off");
    let all = [visitor(), russian, chosen, dark, wrapped];
    let marks = [
        "<html lang=\"en\" data-theme=\"system\"",
        "<html lang=\"ru\" data-theme=\"system\"",
        "<html lang=\"ru\" data-theme=\"system\"",
        "<html lang=\"en\" data-theme=\"dark\"",
        "<html lang=\"en\" data-theme=\"system\"",
    ];
    let mut tags = Vec::new();
    for _ in 0..2 {
        for (visitor, mark) in all.iter().zip(marks) {
            let page = visitor.get(&link).await;
            assert!(page.text().contains(mark), "{mark}");
            tags.push(page.header("etag").to_owned());
        }
        assert!(all[4].get(&link).await.text().contains("class=\"text d1\""), "not wrapped");
        assert!(all[0].get(&link).await.text().contains("class=\"text d1 wrap\""));
    }
    assert_eq!(tags[..5], tags[5..]);
    assert_eq!(tags[1], tags[2], "the same page");
    assert_eq!(tags[..5].iter().collect::<std::collections::HashSet<_>>().len(), 4);
}

#[tokio::test]
async fn who_is_logged_in_has_a_page_of_ones_own() {
    let site = Site::start().await;
    let (ada, visitor) = (site.user("ada").await, site.visitor());
    let link = ada.paste_with("mine", &[("visibility", "public")]).await;
    let token = ada.token(&["read"]).await;
    ada.get(&link).await; // the flash
    for _ in 0..2 {
        let (hers, anyones) = (ada.get(&link).await, visitor.get(&link).await);
        assert!(hers.text().contains("/delete") && hers.text().contains("ada@example.org"));
        assert_eq!((hers.header("etag"), hers.header("cache-control")), ("", "no-store"));
        assert!(!anyones.text().contains("/delete") && !anyones.text().contains("ada@"));
        let again = ada.again(&link, anyones.header("etag")).await;
        assert_eq!(again.text(), hers.text(), "a tag of another's page means nothing");
        let program = site.visitor().with_header("authorization", &format!("Bearer {token}"));
        let response = program.get(&link).await;
        assert_eq!((response.header("etag"), response.header("cache-control")), ("", "no-store"));
    }
    ada.post("/logout", &[]).await;
    ada.get("/").await; // the flash
    assert_eq!(ada.get(&link).await.text(), visitor.get(&link).await.text());
}

#[tokio::test]
async fn what_its_author_sees_once_nobody_else_sees() {
    let site = Site::start().await;
    let (author, visitor) = (site.visitor(), site.visitor());
    let link = author.paste_with("new", &[("visibility", "public")]).await;
    let first = author.get(&link).await;
    assert!(first.text().contains("id=\"created\""));
    assert!(first.header("set-cookie").starts_with("flash="));
    assert_eq!((first.header("etag"), first.header("cache-control")), ("", "no-store"));
    for visitor in [&visitor, &author, &visitor] {
        let page = visitor.get(&link).await;
        assert!(!page.text().contains("id=\"created\""));
        assert_eq!(page.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn a_flash_that_waits_for_another_page_is_not_kept_either() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("x", &[("visibility", "public")]).await;
    let author = site.visitor();
    author.paste("another").await;
    let page = author.get(&link).await;
    assert!(page.header("set-cookie").starts_with("flash="));
    assert_eq!((page.header("etag"), page.header("cache-control")), ("", "no-store"));
}

#[tokio::test]
async fn what_is_gone_is_not_confirmed() {
    let site = Site::start().await;
    let (ada, visitor) = (site.user("ada").await, site.visitor());
    let fields = [("visibility", "public"), ("expires", "1h")];
    let (deleted, expired) =
        (ada.paste_with("x", &fields).await, ada.paste_with("x", &fields).await);
    let hidden = ada.paste_with("x", &fields).await;
    let mut known = Vec::new();
    for link in [&deleted, &expired, &hidden] {
        for way in WAYS {
            let path = format!("{link}{way}");
            known.push((path.clone(), visitor.etag(&path).await));
        }
    }
    ada.delete(&deleted).await;
    let program = site.program_of(&ada, &["write"]).await;
    let private = json!({ "visibility": "private", "expires": "1d" });
    program.send(Method::PATCH, &format!("/api/v1/pastes{hidden}"), &[], Some(&private)).await;
    let status = async |path: &str, etag: &str| visitor.again(path, etag).await.status;
    for (path, etag) in &known[..6] {
        assert_eq!(status(path, etag).await, StatusCode::NOT_FOUND, "{path}");
    }
    for (path, etag) in &known[6..12] {
        assert_eq!(status(path, etag).await, StatusCode::NOT_MODIFIED, "{path}");
    }
    site.advance(Duration::from_hours(1));
    for (path, etag) in &known[6..] {
        assert_eq!(status(path, etag).await, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(status(path, "*").await, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn all_sites_of_a_fleet_say_the_same() {
    let url = "http://paste.example.org";
    let site = Site::start_with(&[&format!("--public-url={url}")]).await;
    let (here, there) = (site.visitor(), beside(&site, url).await);
    let elsewhere = beside(&site, "http://other.example.org").await;
    let ada = site.user("ada").await;
    let text = "a line that is long enough to be compressed\n".repeat(100);
    let link = ada.paste_with(&text, &[("visibility", "public"), ("expires", "1d")]).await;
    for way in WAYS {
        let path = format!("{link}{way}");
        for coding in ["identity", "zstd", "br", "gzip"] {
            let asked = [("accept-encoding", coding)];
            let one = here.get_with(&path, &asked).await;
            site.advance(Duration::from_secs(1));
            let other = there.get_with(&path, &asked).await;
            assert_eq!(one.header("etag"), other.header("etag"), "{path}");
            assert_eq!(one.bytes, other.bytes, "{path} {coding}");
        }
        assert_eq!(
            there.again(&path, &here.etag(&path).await).await.status,
            StatusCode::NOT_MODIFIED
        );
    }
    assert_ne!(elsewhere.etag(&link).await, here.etag(&link).await, "its links are others");
    ada.delete(&link).await;
    for way in WAYS {
        assert_eq!(there.get(&format!("{link}{way}")).await.status, StatusCode::NOT_FOUND, "{way}");
    }
}

#[tokio::test]
async fn without_room_all_goes_on() {
    let site = Site::start_with(&["--cache-size=1"]).await;
    let text = "a line that is long enough to be compressed\n".repeat(100);
    let link = site.visitor().paste_with(&text, &[("syntax", "rust")]).await;
    for _ in 0..2 {
        assert_eq!(site.visitor().get(&link).await.shown_text(), text);
        assert_eq!(site.visitor().raw(&link).await, text);
    }
}
