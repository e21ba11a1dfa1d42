use std::time::Duration;

use reqwest::StatusCode;

use crate::harness::{Fleet, Kind, Line, PASSWORD, Program, until};

/// A try that costs no password's hash, and of which a client has ten, and one more in six minutes.
async fn register(site: &Program) -> StatusCode {
    site.visitor()
        .post("/register", &[("email", "no address"), ("password", PASSWORD)])
        .await
        .status
}

async fn create(site: &Program) -> StatusCode {
    site.curl().post_bytes("/", None, "x").await.status
}

async fn limited(fleet: &Fleet) -> Program {
    fleet.program(Kind::Site, &[("RATE_LIMIT", "on")]).await
}

const FINE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const REFUSED: StatusCode = StatusCode::TOO_MANY_REQUESTS;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn what_is_spent_at_one_site_is_spent_at_the_other() {
    let fleet = Fleet::start().await;
    let (one, two) = (limited(&fleet).await, limited(&fleet).await);
    for _ in 0..5 {
        assert_eq!(register(&one).await, FINE);
        assert_eq!(register(&two).await, FINE);
    }
    assert_eq!((register(&one).await, register(&two).await), (REFUSED, REFUSED));

    // Of creates there is one more each second, however slow the machine is.
    let mut saved = 0;
    while create(&one).await == StatusCode::CREATED {
        saved += 1;
    }
    assert!(saved >= 60, "{saved}");
    let mut more = 0;
    while create(&two).await == StatusCode::CREATED {
        more += 1;
    }
    assert!(more < 30, "{more} more, of a client that had none left");

    // What Redis keeps goes by itself.
    let keys = fleet.redis.tell(&["keys", "pastebin:limit:*"]);
    assert_eq!(keys.len(), 2, "{keys:?}");
    for key in keys {
        let left: i64 = fleet.redis.tell(&["pttl", &key])[0].parse().unwrap();
        assert!((1..=3_600_000).contains(&left), "{key} is there for {left} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn without_its_redis_each_site_counts_for_itself() {
    let mut fleet = Fleet::start().await;
    let (one, two) = (limited(&fleet).await, limited(&fleet).await);
    for _ in 0..10 {
        assert_eq!(register(&one).await, FINE);
    }
    assert_eq!(register(&two).await, REFUSED);

    fleet.redis.stop();
    assert_eq!(register(&one).await, REFUSED, "its own count goes on");
    // It has asked Redis once above, and been refused: that is one of its own ten.
    for _ in 0..9 {
        assert_eq!(register(&two).await, FINE);
    }
    assert_eq!(register(&two).await, REFUSED);
    for site in [&one, &two] {
        assert_eq!(create(site).await, StatusCode::CREATED);
    }
    assert_eq!(two.log().matches("each site counts for itself").count(), 1, "{}", two.log());

    fleet.redis.restart();
    until("limits are shared again", async || {
        assert_ne!(create(&two).await, StatusCode::INTERNAL_SERVER_ERROR);
        two.log().contains("limits are shared again").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_redis_that_is_silent_full_or_strange_stops_nobody() {
    let fleet = Fleet::start().await;
    for trouble in ["silent", "slow", "full", "strange"] {
        let site = limited(&fleet).await;
        let key = "pastebin:limit:create:127.0.0.1";
        match trouble {
            "silent" => fleet.lines.redis.set(Line::Mute),
            "slow" => fleet.lines.redis.set(Line::Slow(Duration::from_millis(400))),
            "full" => {
                fleet.redis.tell(&["config", "set", "maxmemory", "1"]);
            }
            _ => {
                fleet.redis.tell(&["rpush", key, "not a time"]);
            }
        }
        for _ in 0..10 {
            assert_eq!(create(&site).await, StatusCode::CREATED, "{trouble}");
        }
        site.says("each site counts for itself").await;
        fleet.lines.redis.set(Line::Open);
        fleet.redis.tell(&["config", "set", "maxmemory", "0"]);
        fleet.redis.flush();
    }
}
