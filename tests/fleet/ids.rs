use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::harness::{Fleet, Line, Oracle, Program, Proxy, until};

const LIST: &str = "pastebin:ids";

async fn keep_many(oracle: &Oracle, site: &Program, what: &str, count: usize) {
    for n in 0..count {
        oracle.keep(site, &format!("{what} {n}")).await;
    }
}

/// Creates until the site's own log says that its source is back.
async fn keep_until_back(oracle: &Oracle, site: &Program) {
    let mut n = 0;
    until("the source of ids is back", async || {
        n += 1;
        oracle.keep(site, &format!("meanwhile {n}")).await;
        site.log().contains("the source of ids is back").then_some(())
    })
    .await;
}

fn level(fleet: &Fleet) -> usize {
    fleet.redis.tell(&["llen", LIST])[0].parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn with_redis_down_creating_goes_on_and_all_comes_back_by_itself() {
    let mut fleet = Fleet::start().await;
    let mut ids = fleet.id_service().await;
    let mut worker = fleet.worker().await;
    let mut direct = fleet.site().await;
    let mut served = fleet.site_with_ids_of(&ids.url).await;
    let oracle = Oracle::default();
    keep_many(&oracle, &direct, "direct", 3).await;
    keep_many(&oracle, &served, "served", 3).await;

    fleet.redis.stop();
    // More than a site has in stock.
    keep_many(&oracle, &direct, "direct, without Redis", 120).await;
    keep_many(&oracle, &served, "served, without Redis", 120).await;

    fleet.redis.restart();
    until("the list is full again", async || (level(&fleet) > 1_000).then_some(())).await;
    keep_until_back(&oracle, &direct).await;
    keep_until_back(&oracle, &served).await;
    for program in [&mut direct, &mut served, &mut ids, &mut worker] {
        assert!(program.is_alive(), "nothing had to be started again");
        program.healthy().await;
    }
    oracle.check(&direct).await;
    fleet.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_emptied_list_stops_nobody_and_is_filled_again() {
    let fleet = Fleet::start().await;
    let _worker = fleet.worker().await;
    let (one, two) = (fleet.site().await, fleet.site().await);
    let oracle = Oracle::default();
    for round in 0..2 {
        fleet.redis.flush();
        for site in [&one, &two] {
            keep_many(&oracle, site, &format!("{} {round}", site.url), 60).await;
        }
    }
    until("the list is full again", async || (level(&fleet) > 1_000).then_some(())).await;
    oracle.check(&one).await;
    fleet.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_list_from_an_old_backup_overwrites_no_paste_and_stops_no_create() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let backup = fleet.redis.tell(&["lrange", LIST, "0", "299"]);
    assert_eq!(backup.len(), 300);
    let oracle = Oracle::default();
    keep_many(&oracle, &site, "before", 300).await;

    fleet.redis.flush();
    let mut restore = vec!["rpush", LIST];
    restore.extend(backup.iter().map(String::as_str));
    fleet.redis.tell(&restore);
    site.start().await;
    keep_many(&oracle, &site, "after", 120).await;
    oracle.check(&site).await;
    fleet.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_id_service_that_is_down_or_silent_stops_nobody_and_is_said_once() {
    let fleet = Fleet::start().await;
    let _worker = fleet.worker().await;
    let mut ids = fleet.id_service().await;
    let line = Proxy::to(ids.url.trim_start_matches("http://")).await;
    let url = format!("http://{}", line.address);
    let oracle = Oracle::default();
    for trouble in ["down", "silent", "slow", "frozen", "half-closed"] {
        let site = fleet.site_with_ids_of(&url).await;
        match trouble {
            "down" => ids.kill(),
            "silent" => line.set(Line::Mute),
            "slow" => line.set(Line::Slow(Duration::from_millis(400))),
            "frozen" => ids.freeze(),
            _ => line.set(Line::HalfClosed),
        }
        keep_many(&oracle, &site, trouble, 20).await;
        assert_said_once(&site);
        match trouble {
            "down" => ids.start().await,
            "frozen" => ids.thaw(),
            _ => line.set(Line::Open),
        }
        keep_until_back(&oracle, &site).await;
        let back = site.log().lines().find(|line| line.contains("is back")).unwrap().to_owned();
        let made: u64 = back.rsplit("made=").next().unwrap().trim().parse().unwrap();
        assert!(made >= 20, "the fallback is counted: {back}");
        assert_said_once(&site);
        oracle.check(&site).await;
    }
    fleet.settle().await;
}

fn assert_said_once(site: &Program) {
    let log = site.log();
    assert_eq!(log.matches("the source of ids fails").count(), 1, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_id_service_that_answers_rubbish_is_as_good_as_none() {
    let json = |body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    };
    let rubbish = [
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
    let oracle = Oracle::default();
    for (n, answer) in rubbish.into_iter().enumerate() {
        let said = answer.clone();
        let site = fleet.site_with_ids_of(&always(answer).await).await;
        keep_many(&oracle, &site, &format!("rubbish {n}"), 20).await;
        assert_eq!(site.log().matches("the source of ids fails").count(), 1, "{said}");
        oracle.check(&site).await;
    }
    fleet.settle().await;
}

/// A server that answers whatever it is asked with the same bytes, and closes.
async fn always(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut asked = [0; 4096];
            let _ = client.read(&mut asked).await;
            let _ = client.write_all(answer.as_bytes()).await;
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn however_many_pop_from_the_list_no_id_is_given_twice() {
    let fleet = Fleet::start().await;
    let ids = [fleet.id_service().await, fleet.id_service().await];
    let sites = [
        fleet.site().await,
        fleet.site_with_ids_of(&ids[0].url).await,
        fleet.site_with_ids_of(&ids[1].url).await,
    ];
    let oracle = Oracle::default();
    join_all(sites.iter().map(|site| keep_many(&oracle, site, &site.url, 120))).await;
    assert_eq!(oracle.len(), 360);
    for site in &sites {
        assert!(!site.log().contains("an id was taken"), "{}", site.log());
    }
    oracle.check(&sites[0]).await;
    fleet.settle().await;
}
