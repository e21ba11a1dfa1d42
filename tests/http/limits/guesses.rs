//! Guesses at the password of one account.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::{PASSWORD, Response, Site, Visitor};

const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const WAIT: StatusCode = StatusCode::TOO_MANY_REQUESTS;

async fn site() -> Site {
    Site::start_with(&["--rate-limit=on", "--trusted-proxies=127.0.0.1"]).await
}

/// A browser with another address.
fn at(site: &Site, address: &str) -> Visitor {
    site.visitor().with_header("x-forwarded-for", address)
}

async fn guess(site: &Site, address: &str, email: &str) -> Response {
    at(site, address).post("/login", &[("email", email), ("password", "a guess")]).await
}

/// How many guesses were checked, of three by each of these addresses.
async fn checked(site: &Site, addresses: &[String], email: &str) -> usize {
    let mut checked = 0;
    for address in addresses {
        for _ in 0..3 {
            let answer = guess(site, address, email).await;
            assert!([WRONG, WAIT].contains(&answer.status), "{}", answer.status);
            checked += usize::from(answer.status == WRONG);
        }
    }
    checked
}

fn addresses(network: &str) -> Vec<String> {
    (1..=20).map(|n| format!("{network}{n}")).collect()
}

#[tokio::test]
async fn many_addresses_together_make_few_guesses_and_the_owner_logs_in_at_once() {
    let site = site().await;
    at(&site, "203.0.113.1").register("ada@example.org").await;
    let known = checked(&site, &addresses("198.51.100."), "ada@example.org").await;
    assert!(known < 20 + 16, "{known} of 60 guesses");
    let unknown = checked(&site, &addresses("198.51.101."), "eve@example.org").await;
    assert_eq!(unknown, known, "an unknown account is treated alike");

    let owner = at(&site, "203.0.113.2").log_in("ada@example.org").await;
    assert_eq!(owner.status, StatusCode::SEE_OTHER, "{}", owner.text());
    // An attacker with the right password has to wait like with a wrong one.
    let lucky = at(&site, "198.51.100.20").log_in("ada@example.org").await;
    assert_eq!(lucky.status, WAIT);
    site.advance(Duration::from_secs(lucky.retry_after()));
    let later = at(&site, "198.51.100.20").log_in("ada@example.org").await;
    assert_eq!(later.status, StatusCode::SEE_OTHER, "{}", later.text());
}

#[tokio::test]
async fn the_subnets_of_one_ipv6_network_guess_as_one_client() {
    let site = site().await;
    at(&site, "203.0.113.1").register("ada@example.org").await;
    let subnets: Vec<String> = (1..=20).map(|n| format!("2001:db8:0:{n:x}::1")).collect();
    assert!(checked(&site, &subnets, "ada@example.org").await <= 16);
    let owner = at(&site, "2001:db8:1::1").log_in("ada@example.org").await;
    assert_eq!(owner.status, StatusCode::SEE_OTHER, "{}", owner.text());
}

#[tokio::test]
async fn a_right_password_is_never_counted() {
    let site = site().await;
    at(&site, "203.0.113.1").register("ada@example.org").await;
    for n in 0..40 {
        let owner = at(&site, &format!("203.0.113.{}", n % 8)).log_in("ada@example.org").await;
        assert_eq!(owner.status, StatusCode::SEE_OTHER, "{}", owner.text());
    }
    assert_eq!(guess(&site, "198.51.100.1", "ada@example.org").await.status, WRONG);
    let typing = at(&site, "198.51.100.1")
        .post("/login", &[("email", " ADA@example.org "), ("password", PASSWORD)])
        .await;
    assert_eq!(typing.status, StatusCode::SEE_OTHER);
}
