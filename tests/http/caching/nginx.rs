//! nginx as a shared cache in front of the site. It counts time in whole seconds.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use tempfile::TempDir;

use crate::support::{Site, Visitor};

/// Where Debian installs it, which is not in every user's `PATH`.
const NGINX: &str = "/usr/sbin/nginx";

const LIFETIME: Duration = Duration::from_mins(10);
const ALMOST_LIFETIME: Duration = Duration::from_secs(595);
const MILLISECOND: Duration = Duration::from_millis(1);

struct Nginx {
    url: String,
    process: Child,
    _folder: TempDir,
}

impl Nginx {
    /// Starts nginx on a free port, as a caching proxy of the site.
    async fn in_front_of(site: &Site) -> Self {
        let address = free_address();
        Self::start(address, &caching(&site.url)).await
    }

    /// Starts nginx on `address` with these directives of its server.
    async fn start(address: SocketAddr, directives: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let config = config(address, directives);
        fs::write(folder.path().join("nginx.conf"), config).unwrap();
        let prefix = format!("{}/", folder.path().display());
        let program = if fs::exists(NGINX).unwrap() { NGINX } else { "nginx" };
        let process = Command::new(program).args(["-p", &prefix, "-c", "nginx.conf"]).spawn();
        let nginx =
            Self { url: format!("http://{address}"), process: process.unwrap(), _folder: folder };
        let deadline = Instant::now() + Duration::from_mins(1);
        while std::net::TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "nginx does not start");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        nginx
    }
}

/// An address that is free now, and unlikely to be taken before nginx starts.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The directives that cache the responses of `site`.
fn caching(site: &str) -> String {
    format!(
        "location / {{
           proxy_pass {site};
           proxy_cache cache;
           proxy_cache_key $request_uri;
           add_header X-Cache $upstream_cache_status always;
         }}"
    )
}

/// The configuration of a server that listens on `address`.
fn config(address: SocketAddr, directives: &str) -> String {
    format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr error;
             events {{}}
             http {{
               access_log off;
               client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
               uwsgi_temp_path uwsgi; scgi_temp_path scgi;
               proxy_cache_path cache keys_zone=cache:1m;
               server {{
                 listen {address};
                 {directives}
               }}
             }}"
    )
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The test cannot move nginx's clock. It moves the site's clock to shortly before the expiry, and
/// from there on lets it run as fast as real time, never ahead of it. The pastes expire at ten
/// moments of a second, so that errors of rounding show.
#[tokio::test]
#[ignore = "needs nginx"]
async fn nginx_caches_public_pastes_and_never_serves_them_after_their_expiry() {
    let site = Site::start_with(&["--public-url=http://paste.example.org"]).await;
    let nginx = Nginx::in_front_of(&site).await;
    let visitor = Visitor::new(&nginx.url);
    let mut pastes = Vec::new();
    for _ in 0..10 {
        let fields = [("visibility", "public"), ("expires", "10m")];
        let link = site.visitor().paste_with("for all", &fields).await;
        pastes.push((link, site.clock.now().plus(LIFETIME)));
        site.advance(Duration::from_millis(110));
    }
    site.advance(ALMOST_LIFETIME);

    let (mut hits, mut not_found) = (0, 0);
    let (started, mut passed) = (Instant::now(), Duration::ZERO);
    while not_found < 2 * pastes.len() {
        not_found = 0;
        for (link, expiry) in &pastes {
            for suffix in ["", "/raw"] {
                // The site's clock takes whole milliseconds. Single steps lose no fraction.
                while passed + MILLISECOND <= started.elapsed() {
                    passed += MILLISECOND;
                    site.advance(MILLISECOND);
                }
                let is_expired = site.clock.now() >= *expiry;
                let response = visitor.get(&format!("{link}{suffix}")).await;
                let cache = response.header("x-cache");
                match response.status {
                    StatusCode::OK => {
                        assert!(!is_expired, "{suffix}: {cache} after the expiry of the paste");
                        hits += usize::from(cache == "HIT");
                    }
                    StatusCode::NOT_FOUND => not_found += 1,
                    other => panic!("{other}"),
                }
            }
        }
    }
    assert!(hits > 0, "no response came from the cache");
}

/// As README.md shows it: with a slash after `proxy_pass`, nginx removes the path; without, it keeps it.
#[tokio::test]
#[ignore = "needs nginx"]
async fn a_site_below_a_path_works_whether_the_proxy_removes_the_path_or_not() {
    for slash in ["", "/"] {
        let address = free_address();
        let public_url = format!("http://{address}/paste");
        let trusted = "--trusted-proxies=127.0.0.1";
        let site = Site::start_with(&[&format!("--public-url={public_url}"), trusted]).await;
        let directives = format!(
            "location /paste/ {{
               proxy_pass {}{slash};
               proxy_set_header Host $http_host;
               proxy_set_header X-Forwarded-For $remote_addr;
             }}
             location / {{ return 418; }}",
            site.url
        );
        let nginx = Nginx::start(address, &directives).await;
        // All that a browser asks for is below the path: nginx answers 418 to the rest.
        let visitor = Visitor::new(&nginx.url);
        let start = visitor.get("/paste/").await;
        assert_eq!(start.status, StatusCode::OK, "{slash}");
        let html = start.text();
        for rest in html.split(" src=\"").chain(html.split(" href=\"/")).skip(1) {
            let path = rest.trim_start_matches('/').split('"').next().unwrap();
            if path.starts_with("paste/") {
                assert_eq!(visitor.get(&format!("/{path}")).await.status, StatusCode::OK, "{path}");
            }
        }
        let program = Visitor::new(&nginx.url).without_html();
        let link = program.post_bytes("/paste/", None, "text").await.text();
        let path = link.trim().strip_prefix(&nginx.url).unwrap();
        assert_eq!(program.get(path).await.text(), "text");
        let account = [("email", "ada@example.org"), ("password", crate::support::PASSWORD)];
        let registered = visitor.post("/paste/register", &account).await;
        assert_eq!(registered.status, StatusCode::SEE_OTHER);
        let profile = visitor.get(&registered.location()).await;
        assert!(profile.text().contains("ada@example.org"), "the session cookie reaches the path");
        assert_eq!(visitor.get("/paste/healthz").await.status, StatusCode::OK);
        assert_eq!(visitor.get("/elsewhere").await.status.as_u16(), 418);
    }
}
