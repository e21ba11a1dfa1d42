//! A cache between us and the visitors that is not ours: nginx, which counts whole seconds.

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use tempfile::TempDir;

use crate::support::{Site, Visitor};

const NGINX: &str = "/usr/sbin/nginx";

const MINUTES: Duration = Duration::from_mins(10);
const NEARLY: Duration = Duration::from_secs(595);
const MILLISECOND: Duration = Duration::from_millis(1);

struct Nginx {
    url: String,
    process: Child,
    _folder: TempDir,
}

impl Nginx {
    async fn before(site: &Site) -> Self {
        let folder = TempDir::new().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let config = format!(
            "daemon off; master_process off; pid nginx.pid; error_log stderr error;
             events {{}}
             http {{
               access_log off;
               client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
               uwsgi_temp_path uwsgi; scgi_temp_path scgi;
               proxy_cache_path kept keys_zone=kept:1m;
               server {{
                 listen {address};
                 location / {{
                   proxy_pass {};
                   proxy_cache kept;
                   proxy_cache_key $request_uri;
                   add_header X-Cache $upstream_cache_status always;
                 }}
               }}
             }}",
            site.url
        );
        fs::write(folder.path().join("nginx.conf"), config).unwrap();
        let prefix = format!("{}/", folder.path().display());
        let program = if fs::exists(NGINX).unwrap() { NGINX } else { "nginx" };
        let process = Command::new(program).args(["-p", &prefix, "-c", "nginx.conf"]).spawn();
        let nginx =
            Self { url: format!("http://{address}"), process: process.unwrap(), _folder: folder };
        let until = Instant::now() + Duration::from_mins(1);
        while std::net::TcpStream::connect(address).is_err() {
            assert!(Instant::now() < until, "nginx does not start");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        nginx
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// nginx' clock cannot be moved, so the site's is moved to shortly before the end, and goes from
/// there as nginx' does: never ahead of it. The ends lie across a second, for what is rounded.
#[tokio::test]
#[ignore = "needs nginx"]
async fn what_is_public_comes_from_the_cache_and_never_after_its_end() {
    let site = Site::start().await;
    let nginx = Nginx::before(&site).await;
    let visitor = Visitor::new(&nginx.url);
    let mut pastes = Vec::new();
    for _ in 0..10 {
        let fields = [("visibility", "public"), ("expires", "10m")];
        let link = site.visitor().paste_with("for all", &fields).await;
        pastes.push((link, site.clock.now().plus(MINUTES)));
        site.advance(Duration::from_millis(110));
    }
    site.advance(NEARLY);

    let (mut hits, mut gone) = (0, 0);
    let (began, mut passed) = (Instant::now(), Duration::ZERO);
    while gone < 2 * pastes.len() {
        gone = 0;
        for (link, end) in &pastes {
            for way in ["", "/raw"] {
                // The site's time is whole milliseconds, of which none shall be lost.
                while passed + MILLISECOND <= began.elapsed() {
                    passed += MILLISECOND;
                    site.advance(MILLISECOND);
                }
                let is_over = site.clock.now() >= *end;
                let response = visitor.get(&format!("{link}{way}")).await;
                let cache = response.header("x-cache");
                match response.status {
                    StatusCode::OK => {
                        assert!(!is_over, "{way}: {cache} after the end of the paste");
                        hits += usize::from(cache == "HIT");
                    }
                    StatusCode::NOT_FOUND => gone += 1,
                    other => panic!("{other}"),
                }
            }
        }
    }
    assert!(hits > 0, "nothing came from the cache");
}
