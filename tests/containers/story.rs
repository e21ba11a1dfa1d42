//! What an operator does with the services of `docker-compose.yml`.

use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, StatusCode};

use crate::engine::{docker, free_port, inspect, is_here, kill};
use crate::stack::{SERVICES, Stack};
use crate::visitor::Visitor;

/// The secrets that `docker-compose.yml` publishes.
const PUBLISHED: [&str; 2] = ["0123456789abcdef0123456789abcdef", "GK0123456789abcdef01234567"];

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
async fn two_sites_run_side_by_side_with_secrets_of_their_own() {
    if !is_here() {
        return;
    }
    let first = free_port();
    let ports = format!("{first}-{}", first + 1);
    let s3_secret = "b3".repeat(32);
    let settings = [
        ("SITE_PORT", &*ports),
        ("PUBLIC_URL", "http://127.0.0.1"),
        ("POSTGRES_PASSWORD", "oneofmyown"),
        ("REDIS_PASSWORD", "anotherofmyown"),
        ("GARAGE_RPC_SECRET", &*"a2".repeat(32)),
        ("S3_ACCESS_KEY_ID", "GKabababababababababababab"),
        ("S3_SECRET_ACCESS_KEY", &s3_secret),
    ];
    let stack = Stack::new("secrets", &settings);
    stack.up(&["--scale", "site=2"]);
    let [one, two] = &stack.urls()[..] else { panic!("two sites are published") };
    let page = Visitor::new(one).paste("seen from both\n").await;
    let path = page.rsplit('/').next().unwrap();
    assert_eq!(Visitor::new(two).raw(&format!("/{path}")).await, "seen from both\n");
    for service in SERVICES {
        for container in stack.containers(service) {
            let environment = inspect(&container, "json .Config.Env");
            let known = PUBLISHED.iter().find(|secret| environment.contains(**secret));
            assert_eq!(known, None, "{service} has a published secret");
            assert!(!environment.contains("pastebin:pastebin@"), "{service}");
        }
    }
    let keys = stack.compose(&["exec", "-T", "garage", "/garage", "key", "list"]);
    assert!(keys.contains(settings[5].1) && !keys.contains(PUBLISHED[1]), "{keys}");
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
