//! Too often, or too much at once, is told when to come back, in the caller's format.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{PASSWORD, Response, Site, Visitor};

fn seconds(response: &Response) -> u64 {
    response.header("retry-after").parse().unwrap()
}

/// What costs something, as one client does it again and again.
struct Deed {
    method: Method,
    path: &'static str,
    form: &'static [(&'static str, &'static str)],
    /// How often at once, and what the answer is then.
    burst: usize,
    fine: StatusCode,
}

impl Deed {
    async fn by(&self, visitor: &Visitor) -> Response {
        match self.method {
            Method::GET => visitor.get(self.path).await,
            _ => visitor.post(self.path, self.form).await,
        }
    }
}

const DEEDS: [Deed; 4] = [
    Deed {
        method: Method::POST,
        path: "/",
        form: &[("text", "x")],
        burst: 60,
        fine: StatusCode::SEE_OTHER,
    },
    Deed {
        method: Method::POST,
        path: "/login",
        form: &[("email", "ada@example.org"), ("password", "a guess")],
        burst: 10,
        fine: StatusCode::UNPROCESSABLE_ENTITY,
    },
    Deed {
        method: Method::POST,
        path: "/register",
        form: &[("email", "no address"), ("password", PASSWORD)],
        burst: 10,
        fine: StatusCode::UNPROCESSABLE_ENTITY,
    },
    Deed {
        method: Method::GET,
        path: "/111111111111",
        form: &[],
        burst: 100,
        fine: StatusCode::NOT_FOUND,
    },
];

#[tokio::test]
async fn each_deed_has_its_measure_and_is_refused_in_the_callers_format() {
    for deed in DEEDS {
        let site = Site::start_with(&["--rate-limit=on"]).await;
        let browser = site.visitor();
        for _ in 0..deed.burst {
            assert_eq!(deed.by(&browser).await.status, deed.fine, "{}", deed.path);
        }
        // What is left of a second is said as a whole one.
        site.advance(Duration::from_millis(300));
        let page = deed.by(&browser).await;
        let wait = seconds(&page);
        assert!(wait > 0);
        let minutes = wait / 60;
        let [english, russian] = match wait {
            1 => ["in 1 second".to_owned(), "через 1 секунду".to_owned()],
            ..60 => [format!("in {wait} seconds"), format!("через {wait} секунд")],
            _ => [format!("in {minutes} minutes"), format!("через {minutes} минут")],
        };
        assert!(page.text().contains("<h1>Too many requests</h1>"), "{}", page.text());
        assert!(page.text().contains(&english), "{english}: {}", page.text());
        let kept = page.text().contains("still in the form");
        assert_eq!(kept, !deed.form.is_empty(), "{}", page.text());
        let in_russian = deed.by(&site.visitor().with_header("accept-language", "ru")).await;
        assert!(in_russian.text().contains(&russian), "{russian}: {}", in_russian.text());

        let fragment = deed.by(&site.visitor().with_htmx()).await;
        let html = fragment.text();
        assert!(html.contains("class=\"problem\"") && !html.contains("<html"), "{html}");
        assert!(html.contains(&english), "{html}");

        let line = deed.by(&site.curl()).await;
        assert_eq!(line.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(line.text().lines().count(), 1);
        assert!(line.text().contains(&english), "{}", line.text());

        for refused in [&page, &in_russian, &fragment, &line] {
            assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", deed.path);
            assert_eq!(seconds(refused), wait, "{}", deed.path);
            assert_eq!(refused.header("cache-control"), "no-store");
        }
        assert_eq!(browser.get("/").await.status, StatusCode::OK, "all else goes on");
        site.advance(Duration::from_secs(wait));
        assert_eq!(deed.by(&browser).await.status, deed.fine, "{}", deed.path);
        assert_eq!(deed.by(&browser).await.status, StatusCode::TOO_MANY_REQUESTS, "but once");
    }
}

#[tokio::test]
async fn programs_are_told_as_a_problem() {
    let site = Site::start_with(&["--rate-limit=on"]).await;
    let program = site.curl();
    let create = async || {
        program.post_bytes("/api/v1/pastes", Some("application/json"), r#"{"text":"x"}"#).await
    };
    let read = async || program.get("/api/v1/pastes/111111111111").await;
    for _ in 0..60 {
        assert_eq!(create().await.status, StatusCode::CREATED);
    }
    for _ in 0..100 {
        assert_eq!(read().await.status, StatusCode::NOT_FOUND);
    }
    for refused in [create().await, read().await] {
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert!(refused.text().contains("#too-many-requests"), "{}", refused.text());
        assert_eq!(seconds(&refused), 1);
    }
}

#[tokio::test]
async fn what_is_there_is_read_by_who_missed_too_often() {
    let site = Site::start_with(&["--rate-limit=on"]).await;
    let visitor = site.visitor();
    let link = visitor.paste("there").await;
    for _ in 0..=100 {
        visitor.get("/111111111111").await;
    }
    assert_eq!(visitor.get("/111111111111").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(visitor.get(&link).await.status, StatusCode::OK);
}

/// A body that has begun and does not go on.
struct Upload(TcpStream);

impl Upload {
    /// As from behind a proxy, by a client of this address; `bytes` of it come.
    async fn begin(site: &Site, client: &str, bytes: usize) -> Self {
        let address: SocketAddr = site.url.trim_start_matches("http://").parse().unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /api/v1/pastes HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {client}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            bytes + 1
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let _ = stream.write_all(&vec![b' '; bytes]).await;
        Self(stream)
    }
}

const PROXIED: &[&str] =
    &["--rate-limit=on", "--trusted-proxies=127.0.0.1", "--max-paste-bytes=1MiB"];

/// Clients in turn send more and more until one of them is refused so: the answer to that one.
async fn fill(
    site: &Site,
    uploads: &mut Vec<Upload>,
    clients: &[&str],
    status: StatusCode,
) -> String {
    let line = format!("HTTP/1.1 {} ", status.as_u16());
    for n in 0..300 {
        uploads.push(Upload::begin(site, clients[n % clients.len()], 1024 * 1024).await);
        let mut refused = None;
        uploads.retain(|upload| {
            let mut response = vec![0; 4096];
            let Ok(read @ 1..) = upload.0.try_read(&mut response) else { return true };
            let response = String::from_utf8_lossy(&response[..read]).into_owned();
            refused = refused.take().or_else(|| response.starts_with(&line).then_some(response));
            false
        });
        if let Some(response) = refused {
            return response;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{clients:?} are never refused");
}

/// As [`fill`], in places.
async fn fill_places(site: &Site, client: &str) -> Vec<Upload> {
    let mut uploads = Vec::new();
    loop {
        assert!(uploads.len() < 100, "{client} is never refused");
        let mut upload = Upload::begin(site, client, 1).await;
        let mut response = vec![0; 4096];
        if uploads.len() >= 64 {
            let read = upload.0.read(&mut response);
            let read = tokio::time::timeout(Duration::from_millis(200), read).await;
            if let Ok(Ok(read @ 1..)) = read {
                let response = String::from_utf8_lossy(&response[..read]);
                assert!(response.starts_with("HTTP/1.1 429 "), "{response}");
                return uploads;
            }
        }
        uploads.push(upload);
    }
}

#[tokio::test]
async fn bodies_under_way_have_their_measure_and_a_household_its_share() {
    let site = Site::start_with(PROXIED).await;
    let other = || site.curl().with_header("x-forwarded-for", "203.0.113.9");
    // Sixteen of the largest texts in all, and half of them for one household.
    let mut uploads = Vec::new();
    let own = fill(&site, &mut uploads, &["203.0.113.1"], StatusCode::TOO_MANY_REQUESTS).await;
    assert!(own.contains("\r\nretry-after: 1\r\n"), "{own}");
    assert!(own.contains("application/problem+json"), "{own}");
    assert_eq!(other().post_bytes("/", None, "x").await.status, StatusCode::CREATED);

    let all =
        fill(&site, &mut uploads, &["203.0.113.2", "203.0.113.3"], StatusCode::SERVICE_UNAVAILABLE)
            .await;
    assert!(all.contains("\r\nretry-after: 1\r\n"), "{all}");
    assert_eq!(other().get("/").await.status, StatusCode::OK, "who sends nothing is not refused");
    assert_eq!(other().get("/healthz").await.status, StatusCode::OK);
    let small = "x".repeat(60 * 1024);
    let small = other().post_bytes("/", None, small).await;
    assert_eq!(small.status, StatusCode::CREATED, "nor who sends little");

    drop(uploads);
    let text = "x".repeat(1024 * 1024);
    let until = async {
        while other().post_bytes("/", None, text.clone()).await.status != StatusCode::CREATED {}
    };
    tokio::time::timeout(Duration::from_mins(1), until).await.expect("all is as before");
}

/// Asks for a text as from behind a proxy, and takes no more of it than the beginning.
async fn sleep_over(site: &Site, client: &str, path: &str) -> TcpStream {
    let address: SocketAddr = site.url.trim_start_matches("http://").parse().unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    // So that the systems' buffers do not take all of it.
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {client}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut line = [0; 13];
    stream.read_exact(&mut line).await.unwrap();
    assert_eq!(&line, b"HTTP/1.1 200 ");
    stream
}

#[tokio::test]
async fn large_texts_have_their_measure_whatever_is_made_of_them() {
    const LARGEST: usize = 10 * 1024 * 1024;
    let site = Site::start_with(&["--rate-limit=on", "--trusted-proxies=127.0.0.1"]).await;
    let from = |client: &str| site.curl().with_header("x-forwarded-for", client);
    let (same, other) = (from("203.0.113.1"), from("203.0.113.2"));
    let paste = async |text: String| {
        let link = other.post_bytes("/", None, text).await.text();
        link.trim().rsplit('/').next().unwrap().to_owned()
    };
    let large = paste("1234567\n".repeat(LARGEST / 8)).await;
    let small = paste("small".to_owned()).await;

    // A household has four of the largest texts.
    let mut sleepers = Vec::new();
    for _ in 0..4 {
        sleepers.push(sleep_over(&site, "203.0.113.1", &format!("/{large}/raw")).await);
    }
    let raw = format!("/{large}/raw");
    let ranged =
        |visitor: &Visitor| visitor.request(Method::GET, &raw).header("range", "bytes=0-9");
    let refused = same.send(ranged(&same)).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "a part holds the whole");
    assert_eq!(seconds(&refused), 1);
    for path in [
        format!("/{large}/raw"),
        format!("/{large}/find?q=x"),
        format!("/{large}/found?q=x"),
        format!("/{large}/source/lines?part=2&side=after"),
        format!("/{large}/embed"),
        format!("/documents/{large}"),
        format!("/api/v1/pastes/{large}/text"),
    ] {
        assert_eq!(same.get(&path).await.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    let browser = site.visitor().with_header("x-forwarded-for", "203.0.113.1");
    for path in [format!("/{large}"), format!("/?from={large}")] {
        assert_eq!(browser.get(&path).await.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    let head = same.send(same.request(Method::HEAD, &raw)).await;
    let length = LARGEST.to_string();
    assert_eq!((head.status, head.header("content-length")), (StatusCode::OK, &*length));
    let packed = same.request(Method::GET, &raw).header("accept-encoding", "zstd");
    assert_eq!(same.send(packed).await.status, StatusCode::TOO_MANY_REQUESTS);

    assert_eq!(same.get(&format!("/{small}/raw")).await.status, StatusCode::OK);
    assert_eq!(browser.get(&format!("/{small}")).await.status, StatusCode::OK);
    assert_eq!(other.send(ranged(&other)).await.status, StatusCode::PARTIAL_CONTENT);

    drop(sleepers);
    let until =
        async { while same.send(ranged(&same)).await.status != StatusCode::PARTIAL_CONTENT {} };
    tokio::time::timeout(Duration::from_mins(1), until).await.expect("all of it came back");
}

#[tokio::test]
async fn requests_whose_bodies_come_have_places_of_their_own() {
    let site = Site::start_with(PROXIED).await;
    let mut uploads = fill_places(&site, "203.0.113.1").await;
    // Who waits for a body keeps nobody from work, not even the same client.
    let same = site.visitor().with_header("x-forwarded-for", "203.0.113.1");
    assert_eq!(same.get("/").await.status, StatusCode::OK);
    let other = site.curl().with_header("x-forwarded-for", "203.0.113.2");
    assert_eq!(other.post_bytes("/", None, "x").await.status, StatusCode::CREATED);
    uploads.truncate(50);
    let until =
        async { while same.post("/", &[("text", "x")]).await.status != StatusCode::SEE_OTHER {} };
    tokio::time::timeout(Duration::from_mins(1), until).await.expect("a place is free again");
}

#[tokio::test]
async fn without_room_a_browser_gets_a_page_and_curl_a_line() {
    let site = Site::start_with(PROXIED).await;
    let _uploads = fill_places(&site, "203.0.113.1").await;
    let from = |visitor: Visitor| visitor.with_header("x-forwarded-for", "203.0.113.1");
    let page = from(site.visitor()).submit(&[("text", "x")]).await;
    let notice = from(site.visitor().with_htmx()).submit(&[("text", "x")]).await;
    let line = from(site.curl()).post_bytes("/", None, "x").await;
    for refused in [&page, &notice, &line] {
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(seconds(refused), 1);
        assert!(refused.text().contains("too much at once"), "{}", refused.text());
    }
    assert!(page.text().contains("<h1>") && !notice.text().contains("<html"));
    assert_eq!(line.text().lines().count(), 1);
}
