//! Faults of the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::StatusCode;

use crate::harness::{
    Fleet, Ledger, Line, Load, Program, TIMEOUT, client, wait_until, wait_until_within,
};

/// The size of a site's connection pool.
const POOL_SIZE: i64 = 16;

/// When the periodic refill of ids last succeeded, in milliseconds since 1970.
async fn last_refill(fleet: &Fleet) -> i64 {
    fleet
        .query_number("select coalesce(max(succeeded_at), 0) from job_leases where name = 'refill'")
        .await
}

/// Saves a text under a new Idempotency-Key. Such a create takes a transaction, and so a connection,
/// of its own.
async fn create_with_key(ledger: &Ledger, url: &str, text: &str) -> StatusCode {
    static KEYS: AtomicUsize = AtomicUsize::new(0);
    let key = KEYS.fetch_add(1, Ordering::Relaxed);
    let create = client()
        .post(format!("{url}/api/v1/pastes"))
        .header("content-type", "text/plain")
        .header("idempotency-key", format!("key-{key}"))
        .body(text.to_owned());
    let answer = create.send().await.unwrap();
    if answer.status() == StatusCode::CREATED {
        ledger.record(answer.headers()["location"].to_str().unwrap(), text);
    }
    answer.status()
}

/// Verifies that periodic jobs still run and that each worker is healthy.
async fn verify_jobs_run(fleet: &Fleet, workers: &mut [Program]) {
    let before = last_refill(fleet).await;
    // A fetch whose answer was lost may have taken a task that no worker runs. The watchdog queues
    // it again within 105 seconds.
    let succeeded = async || (last_refill(fleet).await > before).then_some(());
    wait_until_within(3 * TIMEOUT, "a periodic job succeeds", succeeded).await;
    for worker in workers {
        assert!(worker.is_alive());
        worker.wait_until_healthy().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn while_the_database_restarts_a_create_is_saved_or_a_503_and_all_programs_recover() {
    let fleet = Fleet::start().await;
    let mut workers = [fleet.worker().await, fleet.worker().await];
    let sites = [fleet.site().await, fleet.site().await];
    let ledger = Arc::new(Ledger::default());
    let mut load = Load::start(&ledger, &[&sites[0], &sites[1]], 4);
    load.wait_for_saves(20).await;
    for _ in 0..3 {
        fleet.database.end_connections().await;
        load.wait_for_saves(5).await;
        let refused = load.refused();
        fleet.proxies.postgres.set(Line::Cut);
        wait_until("creates are refused", async || (load.refused() > refused + 2).then_some(()))
            .await;
        fleet.proxies.postgres.set(Line::Open);
        load.wait_for_saves(5).await;
    }
    load.stop().await;
    assert_eq!(load.unanswered(), 0, "a site must answer every request");
    for site in &sites {
        ledger.verify(site).await;
    }
    verify_jobs_run(&fleet, &mut workers).await;
    fleet.sweep_and_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_database_that_stops_answering_is_a_503_and_sites_recover() {
    let fleet = Fleet::start().await;
    let mut workers = [fleet.worker().await];
    let site = fleet.site().await;
    let ledger = Arc::new(Ledger::default());
    let ada = site.visitor();
    ada.register("ada@example.org").await;
    let mut load = Load::start(&ledger, &[&site], 6);
    load.wait_for_saves(20).await;
    fleet.proxies.postgres.set(Line::Stalled);
    for path in ["/recent", "/profile", "/"] {
        let answer = ada.get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.header("retry-after"), "5", "{path}");
    }
    assert_eq!(ada.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(client().get(&site.url).send().await.unwrap().status(), StatusCode::OK);
    wait_until("requests in progress are refused", async || (load.refused() >= 6).then_some(()))
        .await;
    fleet.proxies.postgres.set(Line::Open);
    load.wait_for_saves(20).await;
    load.stop().await;
    assert_eq!(load.unanswered(), 0, "a site must answer every request");
    ledger.verify(&site).await;
    verify_jobs_run(&fleet, &mut workers).await;
    fleet.sweep_and_verify().await;
}

/// As if the server's machine had lost its power: connections neither answer nor break. sqlx itself
/// waits for ever on such a connection, which would stay in use for ever.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn connections_that_neither_answer_nor_break_are_given_up() {
    let fleet = Fleet::start().await;
    let mut workers = [fleet.worker().await];
    let site = fleet.site().await;
    let ledger = Ledger::default();
    ledger.create(&site, "before").await;
    let url = &site.url;
    let create_many = async |what: &str, count: usize| {
        let texts: Vec<String> = (0..count).map(|n| format!("{what} {n}")).collect();
        join_all(texts.iter().map(|text| create_with_key(&ledger, url, text))).await
    };
    let wait_for_recovery = async || {
        wait_until("every connection is usable again", async || {
            (create_many("again", 16).await == [StatusCode::CREATED; 16]).then_some(())
        })
        .await;
    };
    let lock = fleet.block_paste_writes().await;
    let open_all = async {
        fleet.wait_for_blocked_writes(POOL_SIZE).await;
        drop(lock);
    };
    let (opened, ()) = tokio::join!(create_many("opens a connection", 16), open_all);
    assert_eq!(opened, [StatusCode::CREATED; 16]);

    // They fail while they are returned to the pool, which checks each of them.
    fleet.proxies.postgres.set(Line::Slow(Duration::from_millis(500)));
    create_many("returns a connection", 16).await;
    fleet.proxies.postgres.blackhole();
    fleet.proxies.postgres.set(Line::Open);
    wait_for_recovery().await;

    // They fail during a statement, with more requests than connections.
    let lock = fleet.block_paste_writes().await;
    let blackhole = async {
        fleet.wait_for_blocked_writes(POOL_SIZE).await;
        fleet.proxies.postgres.blackhole();
        drop(lock);
    };
    let (answers, ()) = tokio::join!(create_many("blackholed", 20), blackhole);
    assert_eq!(answers, [StatusCode::SERVICE_UNAVAILABLE; 20]);
    wait_for_recovery().await;
    for n in 0..20 {
        ledger.create(&site, &format!("after {n}")).await;
    }
    ledger.verify(&site).await;
    verify_jobs_run(&fleet, &mut workers).await;
    fleet.sweep_and_verify().await;
}
