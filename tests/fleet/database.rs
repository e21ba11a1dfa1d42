use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::StatusCode;

use crate::harness::{Fleet, Line, Load, Oracle, PATIENCE, Program, client, until, until_within};

/// To the database, of one program.
const CONNECTIONS: i64 = 16;

/// When a chain last went well, in milliseconds.
async fn last_refill(fleet: &Fleet) -> i64 {
    fleet
        .number("select coalesce(max(succeeded_at), 0) from job_leases where name = 'refill'")
        .await
}

/// Saves a text under an Idempotency-Key of its own: such a create has a transaction, and so a
/// connection, for itself.
async fn keep_once(oracle: &Oracle, url: &str, text: &str) -> StatusCode {
    static KEYS: AtomicUsize = AtomicUsize::new(0);
    let key = KEYS.fetch_add(1, Ordering::Relaxed);
    let create = client()
        .post(format!("{url}/api/v1/pastes"))
        .header("content-type", "text/plain")
        .header("idempotency-key", format!("key-{key}"))
        .body(text.to_owned());
    let answer = create.send().await.unwrap();
    if answer.status() == StatusCode::CREATED {
        oracle.note(answer.headers()["location"].to_str().unwrap(), text);
    }
    answer.status()
}

async fn chains_go_on(fleet: &Fleet, workers: &mut [Program]) {
    let before = last_refill(fleet).await;
    // A fetch whose answer was lost on the line may have taken the task, and nobody works on it:
    // the watchdog gives it back within 105 seconds.
    let went_well = async || (last_refill(fleet).await > before).then_some(());
    until_within(3 * PATIENCE, "the chains go on", went_well).await;
    for worker in workers {
        assert!(worker.is_alive());
        worker.healthy().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn while_the_database_restarts_a_create_is_true_or_a_503_and_all_goes_on_by_itself() {
    let fleet = Fleet::start().await;
    let mut workers = [fleet.worker().await, fleet.worker().await];
    let sites = [fleet.site().await, fleet.site().await];
    let oracle = Arc::new(Oracle::default());
    let mut load = Load::start(&oracle, &[&sites[0], &sites[1]], 4);
    load.goes_on(20).await;
    for _ in 0..3 {
        fleet.database.end_connections().await;
        load.goes_on(5).await;
        let refused = load.refused();
        fleet.lines.postgres.set(Line::Cut);
        until("it is refused", async || (load.refused() > refused + 2).then_some(())).await;
        fleet.lines.postgres.set(Line::Open);
        load.goes_on(5).await;
    }
    load.stop().await;
    assert_eq!(load.broken(), 0, "a site answers every request");
    for site in &sites {
        oracle.check(site).await;
    }
    chains_go_on(&fleet, &mut workers).await;
    fleet.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_database_that_falls_silent_is_a_503_and_is_found_again() {
    let fleet = Fleet::start().await;
    let mut workers = [fleet.worker().await];
    let site = fleet.site().await;
    let oracle = Arc::new(Oracle::default());
    let ada = site.visitor();
    ada.register("ada@example.org").await;
    let mut load = Load::start(&oracle, &[&site], 6);
    load.goes_on(20).await;
    fleet.lines.postgres.set(Line::Stalled);
    for path in ["/recent", "/profile", "/"] {
        let answer = ada.get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.header("retry-after"), "5", "{path}");
    }
    assert_eq!(ada.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(client().get(&site.url).send().await.unwrap().status(), StatusCode::OK);
    until("those under way are refused", async || (load.refused() >= 6).then_some(())).await;
    fleet.lines.postgres.set(Line::Open);
    load.goes_on(20).await;
    load.stop().await;
    assert_eq!(load.broken(), 0, "a site answers every request");
    oracle.check(&site).await;
    chains_go_on(&fleet, &mut workers).await;
    fleet.settle().await;
}

/// The server's machine loses its power: connections neither answer nor break. sqlx itself waits
/// for ever on such a one, and it would never be free again.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn connections_that_went_dead_without_a_word_are_given_up() {
    let fleet = Fleet::start().await;
    let mut workers = [fleet.worker().await];
    let site = fleet.site().await;
    let oracle = Oracle::default();
    oracle.keep(&site, "before").await;
    let url = &site.url;
    let create = async |what: &str, count: usize| {
        let texts: Vec<String> = (0..count).map(|n| format!("{what} {n}")).collect();
        join_all(texts.iter().map(|text| keep_once(&oracle, url, text))).await
    };
    let recovered = async || {
        until("all connections are free again", async || {
            (create("again", 16).await == [StatusCode::CREATED; 16]).then_some(())
        })
        .await;
    };
    let hold = fleet.hold_rows().await;
    let open_all = async {
        fleet.held(CONNECTIONS).await;
        drop(hold);
    };
    let (opened, ()) = tokio::join!(create("opens a connection", 16), open_all);
    assert_eq!(opened, [StatusCode::CREATED; 16]);

    // While they are given back: the pool sees to it that each is well.
    fleet.lines.postgres.set(Line::Slow(Duration::from_millis(500)));
    create("gives a connection back", 16).await;
    fleet.lines.postgres.strand();
    fleet.lines.postgres.set(Line::Open);
    recovered().await;

    // While they work; and there are more visitors than connections.
    let hold = fleet.hold_rows().await;
    let strand = async {
        fleet.held(CONNECTIONS).await;
        fleet.lines.postgres.strand();
        drop(hold);
    };
    let (answers, ()) = tokio::join!(create("stranded", 20), strand);
    assert_eq!(answers, [StatusCode::SERVICE_UNAVAILABLE; 20]);
    recovered().await;
    for n in 0..20 {
        oracle.keep(&site, &format!("after {n}")).await;
    }
    oracle.check(&site).await;
    chains_go_on(&fleet, &mut workers).await;
    fleet.settle().await;
}
