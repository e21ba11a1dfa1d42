//! Faults of the sources of ids.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::harness::{Fleet, Ledger, Line, Program, Proxy, wait_until};

const LIST: &str = "pastebin:ids";

async fn create_many(ledger: &Ledger, site: &Program, what: &str, count: usize) {
    for n in 0..count {
        ledger.create(site, &format!("{what} {n}")).await;
    }
}

/// Creates pastes until the site logs that its id source is back.
async fn create_until_source_is_back(ledger: &Ledger, site: &Program) {
    let mut count = 0;
    wait_until("the id source is back", async || {
        count += 1;
        ledger.create(site, &format!("meanwhile {count}")).await;
        site.log().contains("the id source is back").then_some(())
    })
    .await;
}

fn list_length(fleet: &Fleet) -> usize {
    fleet.redis.command(&["llen", LIST])[0].parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn while_redis_is_down_creates_succeed_and_all_programs_recover() {
    let mut fleet = Fleet::start().await;
    let mut ids = fleet.id_service().await;
    let mut worker = fleet.worker().await;
    let mut redis_site = fleet.site().await;
    let mut service_site = fleet.site_with_id_service(&ids.url).await;
    let ledger = Ledger::default();
    create_many(&ledger, &redis_site, "by Redis", 3).await;
    create_many(&ledger, &service_site, "by the id service", 3).await;

    fleet.redis.stop();
    // More than a site buffers.
    create_many(&ledger, &redis_site, "by Redis, while it is down", 120).await;
    create_many(&ledger, &service_site, "by the id service, while Redis is down", 120).await;

    fleet.redis.restart();
    wait_until("the list is full again", async || (list_length(&fleet) > 1_000).then_some(()))
        .await;
    create_until_source_is_back(&ledger, &redis_site).await;
    create_until_source_is_back(&ledger, &service_site).await;
    for program in [&mut redis_site, &mut service_site, &mut ids, &mut worker] {
        assert!(program.is_alive(), "{} must recover without a restart", program.kind.name());
        program.wait_until_healthy().await;
    }
    ledger.verify(&redis_site).await;
    fleet.sweep_and_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn creates_succeed_while_the_list_of_ids_is_empty_and_it_is_filled_again() {
    let fleet = Fleet::start().await;
    let _worker = fleet.worker().await;
    let (one, two) = (fleet.site().await, fleet.site().await);
    let ledger = Ledger::default();
    for round in 0..2 {
        fleet.redis.flush();
        for site in [&one, &two] {
            create_many(&ledger, site, &format!("{} {round}", site.url), 60).await;
        }
    }
    wait_until("the list is full again", async || (list_length(&fleet) > 1_000).then_some(()))
        .await;
    ledger.verify(&one).await;
    fleet.sweep_and_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn ids_of_an_old_backup_overwrite_no_paste_and_fail_no_create() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let backup = fleet.redis.command(&["lrange", LIST, "0", "299"]);
    assert_eq!(backup.len(), 300);
    let ledger = Ledger::default();
    create_many(&ledger, &site, "before", 300).await;

    fleet.redis.flush();
    let mut restore = vec!["rpush", LIST];
    restore.extend(backup.iter().map(String::as_str));
    fleet.redis.command(&restore);
    site.restart().await;
    create_many(&ledger, &site, "after", 120).await;
    ledger.verify(&site).await;
    fleet.sweep_and_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn creates_succeed_while_the_id_service_fails_and_it_is_logged_once() {
    let fleet = Fleet::start().await;
    let _worker = fleet.worker().await;
    let mut ids = fleet.id_service().await;
    let proxy = Proxy::to(ids.url.trim_start_matches("http://")).await;
    let url = format!("http://{}", proxy.address);
    let ledger = Ledger::default();
    for fault in ["down", "silent", "slow", "paused", "half-closed"] {
        let site = fleet.site_with_id_service(&url).await;
        match fault {
            "down" => ids.kill(),
            "silent" => proxy.set(Line::Mute),
            "slow" => proxy.set(Line::Slow(Duration::from_millis(400))),
            "paused" => ids.pause(),
            _ => proxy.set(Line::HalfClosed),
        }
        create_many(&ledger, &site, fault, 20).await;
        assert_logged_once(&site);
        match fault {
            "down" => ids.restart().await,
            "paused" => ids.resume(),
            _ => proxy.set(Line::Open),
        }
        create_until_source_is_back(&ledger, &site).await;
        let back = site.log().lines().find(|line| line.contains("is back")).unwrap().to_owned();
        let generated: u64 = back.rsplit("generated=").next().unwrap().trim().parse().unwrap();
        assert!(generated >= 20, "the log must count the ids made locally: {back}");
        assert_logged_once(&site);
        ledger.verify(&site).await;
    }
    fleet.sweep_and_verify().await;
}

fn assert_logged_once(site: &Program) {
    let log = site.log();
    assert_eq!(log.matches("the id source fails").count(), 1, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn creates_succeed_while_the_id_service_answers_nonsense() {
    let json = |body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    };
    let answers = [
        "this is not HTTP\r\n\r\n".to_owned(),
        String::new(),
        "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"ids\":[".to_owned(),
        json("<html>It works!</html>"),
        json("{\"ids\":[]}"),
        json("{\"ids\":[\"../../etc/passwd\",\"short\",\"0OIl0OIl0OIl\",\"\"]}"),
        json("{\"ids\":\"abcdefghijkm\"}"),
    ];
    let fleet = Fleet::start().await;
    let ledger = Ledger::default();
    for (n, answer) in answers.into_iter().enumerate() {
        let url = serve_always(answer.clone()).await;
        let site = fleet.site_with_id_service(&url).await;
        create_many(&ledger, &site, &format!("answer {n}"), 20).await;
        assert_eq!(site.log().matches("the id source fails").count(), 1, "{answer}");
        ledger.verify(&site).await;
    }
    fleet.sweep_and_verify().await;
}

/// Starts a server that answers every request with the same bytes and closes. Returns its URL.
async fn serve_always(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = client.read(&mut request).await;
            let _ = client.write_all(answer.as_bytes()).await;
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn no_id_is_given_twice_to_sites_that_share_a_list() {
    let fleet = Fleet::start().await;
    let ids = [fleet.id_service().await, fleet.id_service().await];
    let sites = [
        fleet.site().await,
        fleet.site_with_id_service(&ids[0].url).await,
        fleet.site_with_id_service(&ids[1].url).await,
    ];
    let ledger = Ledger::default();
    join_all(sites.iter().map(|site| create_many(&ledger, site, &site.url, 120))).await;
    assert_eq!(ledger.len(), 360);
    for site in &sites {
        assert!(!site.log().contains("an id was in use"), "{}", site.log());
    }
    ledger.verify(&sites[0]).await;
    fleet.sweep_and_verify().await;
}
