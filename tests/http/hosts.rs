//! The host that a request names: in links, and as a protection against DNS rebinding.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{Site, Visitor};

/// Where other machines can reach the site. Only the setting counts here.
const ALL: &str = "--listen=0.0.0.0:8080";

fn at(site: &Site, headers: &[(&'static str, &str)]) -> Visitor {
    headers.iter().fold(site.curl(), |curl, (name, value)| curl.with_header(name, value))
}

#[tokio::test]
async fn without_a_public_url_every_link_names_the_host_of_its_request() {
    let site = Site::start_with(&[ALL]).await;
    for host in
        ["paste.example.org", "192.168.1.5:8080", "[fe80::1]:8080", "nas.local", "localhost:99"]
    {
        let (curl, url) = (at(&site, &[("host", host)]), format!("http://{host}"));
        let created = curl.post_bytes("/?visibility=public", None, "text").await;
        let link = created.text().trim().to_owned();
        let path = link.strip_prefix(&url).unwrap_or_else(|| panic!("{link} at {host}"));
        assert_eq!(created.location(), link);

        let browser = site.visitor().with_header("host", host);
        let page = browser.get(path).await.text();
        for part in [
            format!("rel=\"canonical\" href=\"{link}\""),
            format!("data-link=\"{link}\""),
            format!("href=\"{url}/oembed?url="),
            format!("src=&quot;{link}/embed&quot;"),
        ] {
            assert!(page.contains(&part), "{part} at {host}");
        }
        assert!(
            browser
                .get(&format!("{path}/embed"))
                .await
                .text()
                .contains(&format!("href=\"{link}\""))
        );
        assert!(curl.get("/").await.text().contains(&format!("@notes.txt {url}\n")));

        let oembed: Value =
            serde_json::from_str(&curl.get(&format!("/oembed?url={link}")).await.text()).unwrap();
        assert_eq!(oembed["provider_url"], url);
        assert!(oembed["html"].as_str().unwrap().contains(&format!("{link}/embed")));

        let api = curl.post_bytes("/api/v1/pastes", Some("text/plain"), "text").await;
        let paste: Value = serde_json::from_str(&api.text()).unwrap();
        assert_eq!(paste["url"], format!("{url}/{}", paste["id"].as_str().unwrap()));
        assert!(api.location().starts_with(&format!("{url}/api/v1/pastes/")));
        let problem: Value =
            serde_json::from_str(&curl.get("/api/v1/nothing").await.text()).unwrap();
        assert!(problem["type"].as_str().unwrap().starts_with(&format!("{url}/api#")));
        assert!(browser.get("/api").await.text().contains(&format!("curl {url}/api/v1/pastes")));
    }
    let qr = async |host| at(&site, &[("host", host)]).get("/qr").await;
    assert_eq!(qr("a.local").await.status, StatusCode::NOT_FOUND);
    let link = site.visitor().paste("x").await;
    let code = async |host| at(&site, &[("host", host)]).get(&format!("{link}/qr")).await.text();
    assert_ne!(code("a.local").await, code("b.local").await);
}

#[tokio::test]
async fn only_trusted_proxies_name_another_host_and_scheme() {
    let forwarded = [
        ("host", "10.0.0.5"),
        ("x-forwarded-host", "paste.example.org"),
        ("x-forwarded-proto", "https"),
    ];
    let link = async |arguments: &[&str]| {
        let site = Site::start_with(arguments).await;
        at(&site, &forwarded).post_bytes("/", None, "x").await.text()
    };
    assert!(link(&[]).await.starts_with("http://10.0.0.5/"));
    assert!(link(&["--trusted-proxies=127.0.0.1"]).await.starts_with("https://paste.example.org/"));
    let fixed = ["--trusted-proxies=127.0.0.1", "--public-url=https://paste.example.org/x"];
    assert!(link(&fixed).await.starts_with("https://paste.example.org/x/"));

    // A browser's Origin is compared with the host that the proxy names.
    let site = Site::start_with(&["--trusted-proxies=127.0.0.1"]).await;
    let from = async |origin| {
        at(&site, &forwarded).with_header("origin", origin).post_bytes("/", None, "x").await.status
    };
    assert_eq!(from("https://paste.example.org").await, StatusCode::CREATED);
    assert_eq!(from("https://evil.example").await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn headers_decide_nothing_about_cookies() {
    let site = Site::start_with(&["--trusted-proxies=127.0.0.1"]).await;
    let forwarded = [("x-forwarded-host", "paste.example.org"), ("x-forwarded-proto", "https")];
    let answer = at(&site, &forwarded).post("/preferences", &[("theme", "dark")]).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("theme=dark;") && !cookie.contains("Secure"), "{cookie}");
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[tokio::test]
async fn a_name_that_an_attacker_can_own_is_misdirected() {
    for arguments in [&[][..], &[ALL, "--public-url=https://paste.example.org"]] {
        let site = Site::start_with(arguments).await;
        let link = site.visitor().paste("secret").await;
        let evil = site.visitor().with_header("host", "rebound.evil.example");
        for path in
            ["/", &link, &format!("{link}/raw"), "/recent", "/login", "/api/v1/pastes", "/nothing"]
        {
            let answer = evil.get(path).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
            assert!(!answer.text().contains("secret") && !answer.text().contains("evil"), "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
        let page = evil.get("/").await.text();
        assert!(page.contains("<h1>") && page.contains("PUBLIC_URL"), "{page}");
        let refused =
            at(&site, &[("host", "rebound.evil.example")]).post_bytes("/", None, "x").await;
        assert_eq!(
            (refused.status.as_u16(), refused.text().lines().count()),
            (421, 1),
            "{}",
            refused.text()
        );
        // Health checks name whatever host their operator has set, and reveal nothing.
        for path in ["/healthz", "/readyz"] {
            assert_eq!(evil.get(path).await.status, StatusCode::OK, "{path}");
        }
        for host in
            ["127.0.0.1:1", "[::1]", "localhost", "site:8080", "pastebin.default.svc.cluster.local"]
        {
            let status = site.visitor().with_header("host", host).get(&link).await.status;
            assert_eq!(status, StatusCode::OK, "{host}");
        }
    }
    let fixed = Site::start_with(&["--public-url=https://paste.example.org"]).await;
    let own = fixed.visitor().with_header("host", "paste.example.org");
    assert_eq!(own.get("/").await.status, StatusCode::OK);
    // A browser on this machine has the address of the proxy, too. The proxy names the host.
    let trusting = ["--public-url=https://paste.example.org", "--trusted-proxies=127.0.0.1"];
    let proxied = Site::start_with(&trusting).await;
    let upstream = proxied.visitor().with_header("host", "backend.example.net");
    assert_eq!(upstream.get("/").await.status, StatusCode::MISDIRECTED_REQUEST);
    let upstream = upstream.with_header("x-forwarded-host", "paste.example.org");
    assert_eq!(upstream.get("/").await.status, StatusCode::OK);
}
