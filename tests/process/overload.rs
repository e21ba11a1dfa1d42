use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Client, StatusCode};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::program::{Home, Program};

const SLOWLORISES: usize = 200;
const UPLOADS: usize = 200;
const SLEEPERS: usize = 200;

/// Of each of them, in bytes. All of it at once would be two gigabytes.
const LARGE: usize = 10 * 1024 * 1024;

/// From one of loopback's many addresses, so that it is not the visitor's.
async fn connect(from: u8, site: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, from], 0))).unwrap();
    socket.connect(site).await.unwrap()
}

/// Begins, and goes on by so much a second until it is cut or the test is over.
async fn drip(mut stream: TcpStream, begin: String, each: usize) {
    let each = vec![b'x'; each];
    let mut outcome = stream.write_all(begin.as_bytes()).await;
    while outcome.is_ok() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        outcome = stream.write_all(&each).await;
    }
}

/// Asks and takes nothing.
async fn sleep_on(mut stream: TcpStream, path: String) {
    let _ = stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await;
    std::future::pending::<()>().await;
}

async fn attack(site: SocketAddr, large: &str) -> Vec<JoinHandle<()>> {
    let mut attackers = Vec::new();
    for _ in 0..SLOWLORISES {
        let begin = "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ".to_owned();
        attackers.push(tokio::spawn(drip(connect(2, site).await, begin, 1)));
    }
    for n in 0..UPLOADS {
        let (path, media_type) = [
            ("/", "application/octet-stream"),
            ("/", "application/x-www-form-urlencoded"),
            ("/", "multipart/form-data; boundary=x"),
            ("/api/v1/pastes", "application/json"),
        ][n % 4];
        let begin = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {media_type}\r\ncontent-length: {LARGE}\r\n\r\n"
        );
        attackers.push(tokio::spawn(drip(connect(3, site).await, begin, 1024)));
    }
    for _ in 0..SLEEPERS {
        attackers.push(tokio::spawn(sleep_on(connect(4, site).await, format!("{large}/raw"))));
    }
    attackers
}

/// What it has in memory, in MiB.
fn resident(program: &Program) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_by_the_hundred_cost_a_visitor_nothing() {
    let home = Home::new();
    let mut program = home.start_with(&[("RATE_LIMIT", "on")]);
    let client = Client::builder().timeout(Duration::from_mins(1)).no_proxy().build().unwrap();
    let large = "1234567\n".repeat(LARGE / 8);
    let link = program.paste(&client, large.clone()).await.unwrap();
    let path = link.strip_prefix(&program.url).unwrap();

    let attackers = attack(home.address, path).await;
    for n in 0..20 {
        let text = format!("text {n}");
        let link = program.paste(&client, text.clone()).await.unwrap();
        let raw = client.get(format!("{link}/raw")).send().await.unwrap();
        assert_eq!(raw.text().await.unwrap(), text);
        let page = client.get(&link).header("accept", "text/html").send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        assert!(page.text().await.unwrap().contains(&text));
    }
    let whole = client.get(format!("{link}/raw")).send().await.unwrap();
    assert!(whole.text().await.unwrap() == large, "the visitor's own large read is whole");
    let memory = resident(&program);
    assert!(memory < 1000, "{memory} MiB");

    for attacker in attackers {
        attacker.abort();
    }
    program.signal("-TERM");
    assert!(program.wait().success());
}

/// As from behind a proxy, by households in turn: none of them has more than its share.
async fn save(client: &Client, url: &str, n: usize) -> (StatusCode, bool) {
    let household = format!("203.0.113.{}", n % 64);
    let response = client.post(url).header("x-forwarded-for", household).body(format!("text {n}"));
    let response = response.send().await.unwrap();
    (response.status(), response.headers().contains_key("retry-after"))
}

#[tokio::test(flavor = "multi_thread")]
async fn more_work_than_fits_is_refused_at_once_and_the_rest_is_done() {
    const REQUESTS: usize = 700;
    let home = Home::new();
    // The limit of files is the system's; the program raises what it may.
    let launcher = ["prlimit", "--nofile=512:4096"];
    let settings = [("TRUSTED_PROXIES", "127.0.0.1")];
    let mut program = home.start_by(&launcher, &settings);
    let client = Client::builder().timeout(Duration::from_mins(2)).no_proxy().build().unwrap();
    program.paste(&client, "before".to_owned()).await.unwrap();

    // Nobody else writes while this transaction is open.
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(home.database());
    let mut held =
        <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options).await.unwrap();
    sqlx::query("begin immediate").execute(&mut held).await.unwrap();
    let saves: Vec<_> = (0..REQUESTS)
        .map(|n| {
            let (client, url) = (client.clone(), program.url.clone());
            tokio::spawn(async move { save(&client, &url, n).await })
        })
        .collect();
    // Some are refused while nothing is done at all, and the site is alive.
    let patience = tokio::time::Instant::now() + Duration::from_mins(1);
    while !saves.iter().any(JoinHandle::is_finished) {
        assert!(tokio::time::Instant::now() < patience, "nobody is refused");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let health = client.get(format!("{}/healthz", program.url)).send().await.unwrap();
    assert_eq!(health.status(), StatusCode::OK);
    sqlx::query("rollback").execute(&mut held).await.unwrap();

    let (mut kept, mut refused) = (0, 0);
    for save in saves {
        match save.await.unwrap() {
            (StatusCode::CREATED, _) => kept += 1,
            (StatusCode::SERVICE_UNAVAILABLE, true) => refused += 1,
            other => panic!("neither saved nor refused: {other:?}"),
        }
    }
    assert!(kept > 0 && refused > 0, "{kept} kept, {refused} refused");
    for n in 0..50 {
        let link = program.paste(&client, format!("after {n}")).await.unwrap();
        let raw = client.get(format!("{link}/raw")).send().await.unwrap();
        assert_eq!(raw.text().await.unwrap(), format!("after {n}"));
    }
    program.signal("-TERM");
    assert!(program.wait().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_files_left_the_site_waits_and_goes_on() {
    let home = Home::new();
    let mut program = home.start();
    let client = Client::builder().timeout(Duration::from_mins(2)).no_proxy();
    let client = client.pool_max_idle_per_host(0).build().unwrap();
    program.paste(&client, "before".to_owned()).await.unwrap();
    // Far fewer than there are places: no connection can be accepted any more.
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
    let raw = client.get(format!("{link}/raw")).send().await.unwrap();
    assert_eq!(raw.text().await.unwrap(), "after");
    program.signal("-TERM");
    assert!(program.wait().success());
}
