//! Work that takes processor time: a client that keeps every pool busy delays no other client.

use std::net::IpAddr;
use std::sync::mpsc;
use std::time::Duration;

use app::http::blocking::{BlockingPool, Pools};
use reqwest::StatusCode;
use tokio::time::timeout;

use crate::support::{PASSWORD, Site, Visitor};

/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_mins(2);

const HOSTILE: [u8; 4] = [203, 0, 113, 1];

/// Work of the hostile client in every pool, more than it may have at once. It ends when this is
/// dropped.
struct Flood(#[expect(dead_code, reason = "held until the end")] Vec<mpsc::Sender<()>>);

impl Flood {
    async fn start(pools: &Pools) -> Self {
        let Pools { highlighting, derived_views, searches, compression, decoding, hashing, rating } =
            pools;
        let mut ends = Vec::new();
        for pool in [highlighting, derived_views, searches, compression, decoding, hashing, rating]
        {
            ends.extend(fill(pool).await);
        }
        Self(ends)
    }
}

/// Returns when the first work has begun.
async fn fill(pool: &BlockingPool) -> Vec<mpsc::Sender<()>> {
    let (begun, mut has_begun) = tokio::sync::mpsc::unbounded_channel();
    let work = |_| {
        let (end, ended) = mpsc::channel::<()>();
        let (pool, begun) = (pool.clone(), begun.clone());
        tokio::spawn(async move {
            let work = move || {
                let _ = begun.send(());
                let _ = ended.recv();
            };
            let _ = pool.run(IpAddr::from(HOSTILE).into(), work).await;
        });
        end
    };
    let ends = (0..64).map(work).collect();
    timeout(DEADLINE, has_begun.recv()).await.unwrap().unwrap();
    ends
}

/// The pages of a new paste with this text, each with something that it must contain.
async fn read(victim: &Visitor, syntax: &str, text: &str, pages: &[(&str, &str)]) {
    let path = victim.paste_with(text, &[("syntax", syntax)]).await;
    for (page, content) in pages {
        let address = format!("{path}{page}");
        let response = victim.get(&address).await;
        assert_eq!(response.status, StatusCode::OK, "{syntax} {page}");
        assert!(response.text().contains(content), "{syntax} {page}: {}", response.text());
        let compressed = victim.get_with(&address, &[("accept-encoding", "gzip")]).await;
        assert_eq!(compressed.status, StatusCode::OK, "{syntax} {page}");
    }
}

#[tokio::test]
async fn a_client_that_keeps_every_pool_busy_delays_no_other() {
    let site = Site::start_with(&["--rate-limit=on", "--trusted-proxies=127.0.0.1"]).await;
    let flood = Flood::start(&site.app.pools).await;
    let victim = || site.visitor().with_header("x-forwarded-for", "203.0.113.2");
    let everything = async {
        let reader = victim();
        let long_rust = "fn main() {}\n".repeat(3_000);
        read(&reader, "rust", "fn a() {}\nfn b() {}\n", &[("", "<b>fn</b>"), (".js", "fn")]).await;
        read(
            &reader,
            "rust",
            &long_rust,
            &[("", "<b>fn</b>"), ("/raw", "fn main"), ("/embed", "fn")],
        )
        .await;
        read(&reader, "csv", "a,b,c\n1,2,3\n4,5,6\n", &[("/table", "<td")]).await;
        read(&reader, "json", "{\"a\": 1}", &[("/pretty", "id=P2"), ("/find?q=a", "mark")]).await;
        read(&reader, "diff", "--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n", &[("", "<ins>")]).await;
        read(&reader, "markdown", "# Title\n", &[("/rendered", "<h2"), ("/qr", "<svg")]).await;
        let fields = [("email", "ada@example.org"), ("password", PASSWORD)];
        let strength = victim().with_htmx().post("/register/strength", &fields).await;
        assert!(strength.text().contains("data-score=\"4\""), "{}", strength.text());
        victim().register("ada@example.org").await;
        assert_eq!(victim().log_in("ada@example.org").await.status, StatusCode::SEE_OTHER);
    };
    timeout(DEADLINE, everything).await.expect("the victim waits for the hostile client");
    drop(flood);
}
