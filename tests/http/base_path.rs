//! A site below a path of a host: `PUBLIC_URL=https://example.org/paste`.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{PASSWORD, Site, Visitor};

const PUBLIC: &str = "http://example.org/paste";

/// A visitor through a proxy that keeps the path.
fn below(site: &Site) -> Visitor {
    Visitor::new(&format!("{}/paste", site.url))
}

/// Checks that every address in this HTML is below the path.
fn assert_below(html: &str, page: &str) {
    let mut count = 0;
    for name in ["href", "src", "action", "hx-get", "hx-post", "hx-delete", "data-src", "data-link"]
    {
        for rest in html.split(&format!(" {name}=\"")).skip(1) {
            let address = rest.split('"').next().unwrap();
            let is_below = address.starts_with("/paste/")
                || address.starts_with(PUBLIC)
                || address.starts_with('#');
            assert!(is_below, "{name}={address:?} on {page}");
            count += 1;
        }
    }
    assert!(count > 0, "no address on {page}");
}

#[tokio::test]
async fn every_address_on_every_page_is_below_the_path() {
    let site = Site::start_with(&[&format!("--public-url={PUBLIC}")]).await;
    let visitor = below(&site);
    let account = [("email", "ada@example.org"), ("password", PASSWORD)];
    let registered = visitor.post("/register", &account).await;
    assert!(registered.location().starts_with("/paste/"), "{}", registered.location());
    assert!(registered.header("set-cookie").contains("Path=/paste;"));
    visitor.token(&["read"]).await;
    let mut pages: Vec<String> = [
        "/",
        "/recent",
        "/profile",
        "/settings",
        "/api",
        "/login",
        "/register?next=/profile",
        "/nothing",
    ]
    .map(str::to_owned)
    .to_vec();
    for (syntax, text) in [
        ("markdown", "# Title\n\n[a link](#title)\n".to_owned()),
        ("csv", "a,b\n".repeat(3000)),
        ("json", format!("[{}1]", "1,".repeat(5000))),
        ("rust", "fn main() {}\n".repeat(5000)),
    ] {
        let created =
            visitor.submit(&[("text", &text), ("syntax", syntax), ("visibility", "public")]).await;
        assert_eq!(created.status, StatusCode::SEE_OTHER, "{syntax}");
        let link = created.location().strip_prefix("/paste").unwrap().to_owned();
        for suffix in [
            "",
            "/source",
            "/find?q=a",
            "/syntax",
            "/embed",
            "/expiry",
            "?part=2",
            "/found?q=a",
            "/syntaxes",
        ] {
            pages.push(format!("{link}{suffix}"));
        }
        pages.push(match syntax {
            "csv" => format!("{link}/table/rows?row=1001"),
            "json" => format!("{link}/pretty/made?part=2&side=after"),
            _ => format!("{link}/source/lines?part=1&side=before"),
        });
        if syntax != "rust" {
            pages.push(format!("/?from={}", &link[1..]));
        }
    }
    for page in pages {
        let has_addresses = !page.contains("side=before") || page.contains("rust");
        let html = visitor.get(&page).await.text();
        if has_addresses && html.contains("=\"/") {
            assert_below(&html, &page);
        }
        // From a proxy that removes the path.
        let stripped = Visitor::new(&site.url).get(&page).await;
        if html.contains("=\"/") {
            assert!(!stripped.text().contains("href=\"/\""), "{page}");
        }
    }
    for path in ["/healthz", "/readyz", "/robots.txt", "", "?from="] {
        let status = visitor.get(path).await.status;
        assert!(status == StatusCode::OK || path == "?from=", "{path}: {status}");
    }
    let asset = visitor.get("/").await.text();
    let asset = asset.split("src=\"/paste").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(visitor.get(&asset).await.status, StatusCode::OK, "{asset}");
}

#[tokio::test]
async fn redirects_lead_below_the_path() {
    let site = Site::start_with(&[&format!("--public-url={PUBLIC}")]).await;
    for visitor in [below(&site), site.visitor()] {
        assert_eq!(visitor.get("/profile").await.location(), "/paste/login?next=/profile");
        let account = [("email", "ada@example.org"), ("password", PASSWORD), ("next", "/settings")];
        let registered = visitor.post("/register", &account).await;
        if registered.status == StatusCode::SEE_OTHER {
            assert_eq!(registered.location(), "/paste/settings");
        }
        let chosen =
            visitor.post("/preferences", &[("theme", "dark"), ("next", "/recent?x")]).await;
        assert_eq!(chosen.location(), "/paste/recent?x");
        let link = visitor.submit(&[("text", "x")]).await.location();
        let id = link.strip_prefix("/paste/").unwrap();
        assert_eq!(
            visitor.get(&format!("/{id}/find?q=:1")).await.location(),
            format!("{link}?lines=1#L1")
        );
        assert_eq!(visitor.get(&format!("/{id}.")).await.location(), link);
    }
    let htmx = below(&site).with_htmx();
    let saved = htmx.submit(&[("text", "x")]).await;
    assert!(saved.header("hx-redirect").starts_with("/paste/"), "{}", saved.header("hx-redirect"));
    // A path that only begins with the same letters is another one.
    assert_eq!(site.visitor().get("/pastes").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn programs_get_links_below_the_path() {
    let site = Site::start_with(&[&format!("--public-url={PUBLIC}/")]).await;
    let curl = below(&site).without_html();
    let link = curl.post_bytes("", None, "text").await.text();
    let id = link.trim().strip_prefix("http://example.org/paste/").unwrap().to_owned();
    assert_eq!(curl.get(&format!("/{id}")).await.text(), "text");
    assert_eq!(curl.put("/main.rs", "fn main() {}").await.status, StatusCode::CREATED);
    let key: Value =
        serde_json::from_str(&curl.post_bytes("/documents", None, "haste").await.text()).unwrap();
    assert_eq!(curl.get(&format!("/raw/{}", key["key"].as_str().unwrap())).await.text(), "haste");
    let description: Value =
        serde_json::from_str(&curl.get("/api/openapi.json").await.text()).unwrap();
    assert_eq!(description["servers"][0]["url"], PUBLIC);
    let oembed = curl.get(&format!("/oembed?url={PUBLIC}/{id}")).await.text();
    assert!(oembed.contains(&format!("{PUBLIC}/{id}/embed")), "{oembed}");
    let api = curl.post_bytes("/api/v1/pastes", Some("text/plain"), "text").await;
    assert!(api.location().starts_with(&format!("{PUBLIC}/api/v1/pastes/")), "{}", api.location());
    assert!(curl.get("/").await.text().contains(&format!("curl -T main.rs {PUBLIC}/\n")));
}

#[tokio::test]
async fn cookies_stay_below_the_path() {
    let secure = Site::start_with(&["--public-url=https://example.org/paste"]).await;
    let cookie = below(&secure).post("/preferences", &[("theme", "dark")]).await;
    let cookie = cookie.header("set-cookie");
    assert!(
        cookie.starts_with("__Secure-theme=dark;") && cookie.contains("Path=/paste;"),
        "{cookie}"
    );
}
