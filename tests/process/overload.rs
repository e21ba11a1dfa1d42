//! Slow clients, too many requests, and too few file descriptors.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Client, StatusCode};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::program::{Home, Program, read};

const SLOWLORISES: usize = 200;
const UPLOADS: usize = 200;
const STALLED_READERS: usize = 200;

/// The size of each upload and of the text that is read, in bytes. All of them at once would need
/// two gigabytes.
const LARGE_BYTES: usize = 10 * 1024 * 1024;

/// Connects from 127.0.0.`from`, so that the client's address is not the visitor's.
async fn connect(from: u8, site: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, from], 0))).unwrap();
    socket.connect(site).await.unwrap()
}

/// Sends `head`, then `bytes_per_second` each second until the connection is closed or the test
/// ends.
async fn send_slowly(mut stream: TcpStream, head: String, bytes_per_second: usize) {
    let chunk = vec![b'x'; bytes_per_second];
    let mut outcome = stream.write_all(head.as_bytes()).await;
    while outcome.is_ok() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        outcome = stream.write_all(&chunk).await;
    }
}

/// Sends a request and never reads the response.
async fn request_without_reading(mut stream: TcpStream, path: String) {
    let _ = stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await;
    std::future::pending::<()>().await;
}

/// Starts all slow clients: of the head, of bodies of every media type, and of responses.
async fn start_attack(site: SocketAddr, large: &str) -> Vec<JoinHandle<()>> {
    let mut attackers = Vec::new();
    for _ in 0..SLOWLORISES {
        let head = "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ".to_owned();
        attackers.push(tokio::spawn(send_slowly(connect(2, site).await, head, 1)));
    }
    for n in 0..UPLOADS {
        let (path, media_type) = [
            ("/", "application/octet-stream"),
            ("/", "application/x-www-form-urlencoded"),
            ("/", "multipart/form-data; boundary=x"),
            ("/api/v1/pastes", "application/json"),
        ][n % 4];
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {media_type}\r\ncontent-length: {LARGE_BYTES}\r\n\r\n"
        );
        attackers.push(tokio::spawn(send_slowly(connect(3, site).await, head, 1024)));
    }
    for _ in 0..STALLED_READERS {
        attackers.push(tokio::spawn(request_without_reading(
            connect(4, site).await,
            format!("{large}/raw"),
        )));
    }
    attackers
}

/// The resident memory of the program, in MiB.
fn resident_mib(program: &Program) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_slow_clients_leave_the_site_usable_and_its_memory_bounded() {
    let home = Home::new();
    let mut program = home.start_with(&[("RATE_LIMIT", "on")]);
    let client = Client::builder().timeout(Duration::from_mins(1)).no_proxy().build().unwrap();
    let large = "1234567\n".repeat(LARGE_BYTES / 8);
    let link = program.paste(&client, large.clone()).await.unwrap();
    let path = link.strip_prefix(&program.url).unwrap();

    let attackers = start_attack(home.address, path).await;
    for n in 0..20 {
        let text = format!("text {n}");
        let link = program.paste(&client, text.clone()).await.unwrap();
        assert_eq!(read(&client, &link).await, text);
        let page = client.get(&link).header("accept", "text/html").send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        assert!(page.text().await.unwrap().contains(&text));
    }
    assert!(read(&client, &link).await == large, "the visitor's own large read is complete");
    let memory = resident_mib(&program);
    assert!(memory < 1000, "{memory} MiB");

    for attacker in attackers {
        attacker.abort();
    }
    program.stop();
}

/// Saves a text as a proxy that forwards 64 clients in turn, so that no client exceeds its quota.
/// Returns the status, and whether the response says when to retry.
async fn save_from_proxy(client: &Client, url: &str, n: usize) -> (StatusCode, bool) {
    let address = format!("203.0.113.{}", n % 64);
    let request = client.post(url).header("x-forwarded-for", address).body(format!("text {n}"));
    let response = request.send().await.unwrap();
    (response.status(), response.headers().contains_key("retry-after"))
}

/// Opens a transaction that keeps the site from writing, until it is rolled back.
async fn lock_writes(home: &Home) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(home.database());
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("begin immediate").execute(&mut connection).await.unwrap();
    connection
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_beyond_capacity_are_503_at_once_and_the_rest_succeed() {
    const REQUESTS: usize = 700;
    let home = Home::new();
    // The soft limit of open files is too small. The program raises it to the hard limit.
    let launcher = ["prlimit", "--nofile=512:4096"];
    let settings = [("TRUSTED_PROXIES", "127.0.0.1")];
    let mut program = home.start_by(&launcher, &settings);
    let client = Client::builder().timeout(Duration::from_mins(2)).no_proxy().build().unwrap();
    program.paste(&client, "before".to_owned()).await.unwrap();

    let mut lock = lock_writes(&home).await;
    let requests: Vec<_> = (0..REQUESTS)
        .map(|n| {
            let (client, url) = (client.clone(), program.url.clone());
            tokio::spawn(async move { save_from_proxy(&client, &url, n).await })
        })
        .collect();
    // While no write can finish, some requests are refused, and the site stays responsive.
    let deadline = tokio::time::Instant::now() + Duration::from_mins(1);
    while !requests.iter().any(JoinHandle::is_finished) {
        assert!(tokio::time::Instant::now() < deadline, "no request is refused");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let health = client.get(format!("{}/healthz", program.url)).send().await.unwrap();
    assert_eq!(health.status(), StatusCode::OK);
    sqlx::query("rollback").execute(&mut lock).await.unwrap();

    let (mut saved, mut refused) = (0, 0);
    for request in requests {
        match request.await.unwrap() {
            (StatusCode::CREATED, _) => saved += 1,
            (StatusCode::SERVICE_UNAVAILABLE, true) => refused += 1,
            other => panic!("neither saved nor refused: {other:?}"),
        }
    }
    assert!(saved > 0 && refused > 0, "{saved} saved, {refused} refused");
    for n in 0..50 {
        let link = program.paste(&client, format!("after {n}")).await.unwrap();
        assert_eq!(read(&client, &link).await, format!("after {n}"));
    }
    program.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_recovers_after_running_out_of_file_descriptors() {
    let home = Home::new();
    let mut program = home.start();
    let client = Client::builder().timeout(Duration::from_mins(2)).no_proxy();
    let client = client.pool_max_idle_per_host(0).build().unwrap();
    program.paste(&client, "before".to_owned()).await.unwrap();
    // Far fewer than the site's own limit of connections: accepting one more fails.
    let open = std::fs::read_dir(format!("/proc/{}/fd", program.id())).unwrap().count() + 20;
    let limit = format!("--nofile={open}:{open}");
    let id = program.id().to_string();
    let set = std::process::Command::new("prlimit").args(["--pid", &id, &limit]).status();
    assert!(set.unwrap().success());
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(connect(2, home.address).await);
    }
    drop(idle);
    let link = program.paste(&client, "after".to_owned()).await.unwrap();
    assert_eq!(read(&client, &link).await, "after");
    program.stop();
}
