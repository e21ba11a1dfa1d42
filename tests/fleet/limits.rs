//! Rate limits that sites share through Redis.

use std::time::Duration;

use reqwest::StatusCode;

use crate::harness::{Fleet, Kind, Line, PASSWORD, Program, wait_until};

/// An invalid registration, which costs no password hash. A client may send ten at once and one more
/// every six minutes.
async fn try_register(site: &Program) -> StatusCode {
    site.visitor()
        .post("/register", &[("email", "no address"), ("password", PASSWORD)])
        .await
        .status
}

async fn create(site: &Program) -> StatusCode {
    site.curl().post_bytes("/", None, "x").await.status
}

async fn site_with_limits(fleet: &Fleet) -> Program {
    fleet.program(Kind::Site, &[("RATE_LIMIT", "on")]).await
}

const ALLOWED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const LIMITED: StatusCode = StatusCode::TOO_MANY_REQUESTS;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn requests_to_one_site_count_at_the_other() {
    let fleet = Fleet::start().await;
    let (one, two) = (site_with_limits(&fleet).await, site_with_limits(&fleet).await);
    for _ in 0..5 {
        assert_eq!(try_register(&one).await, ALLOWED);
        assert_eq!(try_register(&two).await, ALLOWED);
    }
    assert_eq!((try_register(&one).await, try_register(&two).await), (LIMITED, LIMITED));

    // One more create is allowed each second, so a slow machine gets more than 60.
    let mut saved = 0;
    while create(&one).await == StatusCode::CREATED {
        saved += 1;
    }
    assert!(saved >= 60, "only {saved} creates were allowed");
    let mut more_saved = 0;
    while create(&two).await == StatusCode::CREATED {
        more_saved += 1;
    }
    assert!(more_saved < 30, "{more_saved} more creates by a client that had none left");

    // Every key in Redis expires.
    let keys = fleet.redis.command(&["keys", "pastebin:limit:*"]);
    assert_eq!(keys.len(), 3, "register, creates and their bytes: {keys:?}");
    for key in keys {
        let ttl: i64 = fleet.redis.command(&["pttl", &key])[0].parse().unwrap();
        assert!((1..=3_600_000).contains(&ttl), "{key} expires in {ttl} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn guesses_at_an_account_count_at_all_sites() {
    let fleet = Fleet::start().await;
    let settings = [("RATE_LIMIT", "on"), ("TRUSTED_PROXIES", "127.0.0.1")];
    let (one, two) =
        (fleet.program(Kind::Site, &settings).await, fleet.program(Kind::Site, &settings).await);
    one.visitor().register("ada@example.org").await;
    let log_in = async |site: &Program, address: &str, password: &str| {
        let form = [("email", "ada@example.org"), ("password", password)];
        let visitor = site.visitor().with_header("x-forwarded-for", address);
        visitor.post("/login", &form).await.status
    };
    for n in 1..=16 {
        assert_eq!(log_in(&one, &format!("198.51.100.{n}"), "a guess").await, ALLOWED);
    }
    // The account is under attack now: the second guess of each address has to wait.
    assert_eq!(log_in(&two, "198.51.100.99", "a guess").await, ALLOWED);
    assert_eq!(log_in(&two, "198.51.100.99", "a guess").await, LIMITED);
    assert_eq!(log_in(&one, "198.51.100.99", PASSWORD).await, LIMITED);
    let owner = log_in(&two, "203.0.113.1", PASSWORD).await;
    assert_eq!(owner, StatusCode::SEE_OTHER, "an address without failures never waits");

    let keys = fleet.redis.command(&["keys", "pastebin:guesses:*"]);
    assert!(keys.len() >= 18, "{keys:?}");
    for key in keys {
        let ttl: i64 = fleet.redis.command(&["pttl", &key])[0].parse().unwrap();
        assert!((1..=3_600_000).contains(&ttl), "{key} expires in {ttl} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn while_redis_is_down_each_site_counts_by_itself() {
    let mut fleet = Fleet::start().await;
    let (one, two) = (site_with_limits(&fleet).await, site_with_limits(&fleet).await);
    for _ in 0..10 {
        assert_eq!(try_register(&one).await, ALLOWED);
    }
    assert_eq!(try_register(&two).await, LIMITED);

    fleet.redis.stop();
    assert_eq!(try_register(&one).await, LIMITED, "the site's own count must continue");
    // Its request above was limited by Redis, and counts as one of its own ten.
    for _ in 0..9 {
        assert_eq!(try_register(&two).await, ALLOWED);
    }
    assert_eq!(try_register(&two).await, LIMITED);
    for site in [&one, &two] {
        assert_eq!(create(site).await, StatusCode::CREATED);
    }
    assert_eq!(two.log().matches("each site counts for itself").count(), 1, "{}", two.log());

    fleet.redis.restart();
    wait_until("limits are shared again", async || {
        assert_ne!(create(&two).await, StatusCode::INTERNAL_SERVER_ERROR);
        two.log().contains("limits are shared again").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn creates_succeed_while_redis_is_silent_slow_full_or_holds_a_foreign_key() {
    let fleet = Fleet::start().await;
    for fault in ["silent", "slow", "full", "foreign key"] {
        let site = site_with_limits(&fleet).await;
        let key = "pastebin:limit:create:127.0.0.1";
        match fault {
            "silent" => fleet.proxies.redis.set(Line::Mute),
            "slow" => fleet.proxies.redis.set(Line::Slow(Duration::from_millis(400))),
            "full" => {
                fleet.redis.command(&["config", "set", "maxmemory", "1"]);
            }
            _ => {
                fleet.redis.command(&["rpush", key, "not a time"]);
            }
        }
        for _ in 0..10 {
            assert_eq!(create(&site).await, StatusCode::CREATED, "{fault}");
        }
        site.wait_for_log("each site counts for itself").await;
        fleet.proxies.redis.set(Line::Open);
        fleet.redis.command(&["config", "set", "maxmemory", "0"]);
        fleet.redis.flush();
    }
}
