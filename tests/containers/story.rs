//! What an operator does with the services of `docker-compose.yml`.

use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, StatusCode};

use crate::engine::{docker, free_port, inspect, is_here, kill};
use crate::stack::{SERVICES, Stack};
use crate::visitor::Visitor;

/// The access key of the bucket that `docker-compose.yml` publishes.
const PUBLISHED_KEY: &str = "GK0123456789abcdef01234567";

/// A part of the other secrets that `docker-compose.yml` publishes.
const PUBLISHED_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// How long a site may take to answer again after one of its services was killed.
const HEALED: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine"]
async fn the_services_start_keep_their_data_and_heal() {
    if !is_here() {
        return;
    }
    let port = free_port().to_string();
    let stack = Stack::new("story", &[("SITE_PORT", &port)]);
    stack.up(&[]);
    let url = format!("http://127.0.0.1:{port}");
    let visitor = Visitor::new(&url);
    visitor.register("gardener@example.org").await;
    let page = visitor.paste_with("kept\n", &[("title", "A note that stays")]).await;
    let curl = Visitor::new(&url).without_html();
    let link = curl.post_bytes("/", None, "from curl\n").await;
    assert_eq!(link.status, StatusCode::CREATED);
    assert!(link.text().starts_with(&url), "{}", link.text());

    containers_have_few_rights(&stack);

    // Data and sessions survive new containers.
    stack.compose(&["down"]);
    stack.up(&[]);
    assert_eq!(visitor.raw(&page).await, "kept\n");
    assert!(visitor.get("/profile").await.text().contains("A note that stays"));

    // Two of each part share the work; one of a part is ended at a time.
    stack.up(&["--scale", "idservice=2", "--scale", "jobs=2"]);
    for service in SERVICES {
        kill(&stack.containers(service)[0]);
        until_it_works(&url, &page).await;
    }
    stack.until_healthy();
    assert_eq!(visitor.raw(&page).await, "kept\n");

    // Everything ends in order when it is told to.
    stack.compose(&["stop"]);
    for service in SERVICES {
        for container in stack.containers(service) {
            let code = inspect(&container, ".State.ExitCode");
            assert_eq!(code, "0", "{service}: {}", docker(&["logs", "--tail", "20", &container]));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine"]
async fn secrets_are_changed_later_as_the_readme_says() {
    if !is_here() {
        return;
    }
    let first = free_port();
    let ports = format!("{first}-{}", first + 1);
    let published = [("SITE_PORT", &*ports), ("PUBLIC_URL", "http://127.0.0.1")];
    let stack = Stack::new("secrets", &published);
    stack.up(&["--scale", "site=2"]);
    let page = Visitor::new(&stack.urls()[0]).paste("seen from both\n").await;
    let page = format!("/{}", page.rsplit('/').next().unwrap());

    let (rpc_secret, s3_secret) = ("a2".repeat(32), "b3".repeat(32));
    let own = [
        ("POSTGRES_PASSWORD", "oneofmyown"),
        ("REDIS_PASSWORD", "anotherofmyown"),
        ("GARAGE_RPC_SECRET", &*rpc_secret),
        ("S3_ACCESS_KEY_ID", "GKabababababababababababab"),
        ("S3_SECRET_ACCESS_KEY", &*s3_secret),
    ];
    let alter = "alter user pastebin password 'oneofmyown'";
    stack.compose(&["exec", "-T", "postgres", "psql", "--username=pastebin", "--command", alter]);
    stack.set(&[&published[..], &own[..]].concat());
    stack.up(&["--scale", "site=2"]);
    stack.compose(&["exec", "-T", "garage", "/garage", "key", "delete", "--yes", PUBLISHED_KEY]);

    let urls = stack.urls();
    assert_eq!(urls.len(), 2);
    for url in &urls {
        assert_eq!(Visitor::new(url).raw(&page).await, "seen from both\n");
        Visitor::new(url).paste("saved with the new secrets\n").await;
    }
    no_published_secret_is_left(&stack);
}

/// No container knows a secret of `docker-compose.yml`, and the bucket does not accept its key.
fn no_published_secret_is_left(stack: &Stack) {
    for service in SERVICES {
        for container in stack.containers(service) {
            let environment = inspect(&container, "json .Config.Env");
            for secret in [PUBLISHED_KEY, PUBLISHED_SECRET, "pastebin:pastebin@", ":pastebin@redis"]
            {
                assert!(!environment.contains(secret), "{service} knows {secret}");
            }
        }
    }
    let keys = stack.compose(&["exec", "-T", "garage", "/garage", "key", "list"]);
    assert!(keys.contains("GKabab") && !keys.contains(PUBLISHED_KEY), "{keys}");
}

/// The confinement that README promises.
fn containers_have_few_rights(stack: &Stack) {
    for service in SERVICES {
        let container = stack.container(service);
        assert_eq!(inspect(&container, ".HostConfig.ReadonlyRootfs"), "true", "{service}");
        assert_eq!(inspect(&container, ".HostConfig.CapDrop"), "[ALL]", "{service}");
        assert_eq!(inspect(&container, ".HostConfig.SecurityOpt"), "[no-new-privileges]");
        assert_eq!(inspect(&container, "index .HostConfig.LogConfig.Config \"max-size\""), "10m");
    }
    let rights =
        stack.compose(&["exec", "-T", "site", "grep", "-E", "^(Uid|CapEff)", "/proc/1/status"]);
    assert!(rights.contains("Uid:\t10001") && rights.contains("0000000000000000"), "{rights}");
    let published = stack.compose(&["ps", "--format", "{{.Service}} {{.Publishers}}"]);
    let published: Vec<_> = published.lines().filter(|line| line.contains("127.0.0.1")).collect();
    assert_eq!(published.len(), 1, "{published:?}");
}

/// Waits until the site at `url` reads the old paste at `page` and saves a new one.
async fn until_it_works(url: &str, page: &str) {
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
    let status = async |request: RequestBuilder| request.send().await.map(|answer| answer.status());
    let start = Instant::now();
    loop {
        let read = status(client.get(format!("{url}{page}/raw"))).await;
        let saved = status(client.post(url).body("again\n")).await;
        if matches!((&read, &saved), (Ok(StatusCode::OK), Ok(StatusCode::CREATED))) {
            return;
        }
        assert!(start.elapsed() < HEALED, "read: {read:?}, save: {saved:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
