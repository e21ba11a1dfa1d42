//! Programs that stop while they work.

use std::sync::Arc;

use futures_util::future::join_all;
use reqwest::StatusCode;

use crate::harness::{Fleet, Ledger, Line, Load, Proxy, client, wait_until};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_stopping_site_answers_the_requests_in_progress() {
    const REQUESTS: usize = 8;
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let ledger = Arc::new(Ledger::default());
    let lock = fleet.block_paste_writes().await;
    let url = site.url.clone();
    let requests = (0..REQUESTS).map(|n| {
        let (ledger, url) = (ledger.clone(), url.clone());
        tokio::spawn(async move { ledger.try_create(&url, &format!("in progress {n}")).await })
    });
    let requests: Vec<_> = requests.collect();
    // All their rows are written by one statement, which is blocked.
    fleet.wait_for_bucket_size(REQUESTS).await;
    fleet.wait_for_blocked_writes(1).await;
    site.terminate();
    wait_until("the site accepts no more connections", async || {
        client().get(&url).send().await.err()
    })
    .await;
    drop(lock);
    for answer in join_all(requests).await {
        assert_eq!(answer.unwrap().unwrap(), StatusCode::CREATED);
    }
    assert!(site.wait_for_exit().await.success());
    site.restart().await;
    ledger.verify(&site).await;
    fleet.sweep_and_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_stopping_id_service_answers_the_request_in_progress() {
    let fleet = Fleet::start().await;
    let worker = fleet.worker().await;
    let mut ids = fleet.id_service().await;
    worker.wait_until_healthy().await;
    let pop = || client().post(format!("{}/ids/pop?count=7", ids.url)).send();
    wait_until("the id service has ids", async || {
        pop().await.ok().filter(|answer| answer.status().is_success())
    })
    .await;

    let redis_pops = || {
        let stats = fleet.redis.command(&["info", "commandstats"]);
        let lpop = stats.iter().find(|line| line.starts_with("cmdstat_lpop:"));
        lpop.and_then(|line| line.split(['=', ',']).nth(1)?.parse::<usize>().ok()).unwrap_or(0)
    };
    let before = redis_pops();
    fleet.proxies.redis.set(Line::Mute);
    let request = tokio::spawn(pop());
    wait_until("the id service sends its request to Redis", async || {
        (redis_pops() > before).then_some(())
    })
    .await;
    ids.terminate();
    fleet.proxies.redis.set(Line::Open);
    let answer = request.await.unwrap().expect("an answer");
    // On an overloaded machine the request to Redis may have timed out, which is answered with 503.
    assert!([StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE].contains(&answer.status()));
    assert!(ids.wait_for_exit().await.success());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_stopping_worker_finishes_its_task() {
    let fleet = Fleet::start().await;
    let site = fleet.site().await;
    let mut worker = fleet.worker().await;
    let ada = site.visitor();
    ada.register("ada@example.org").await;
    let link = ada.paste("goes").await;
    fleet.proxies.s3.set(Line::Mute);
    assert!(ada.delete(&link).await.status.is_success());
    fleet.wait_for_bucket_size(0).await;
    worker.terminate();
    worker.wait_for_log("stopping").await;
    assert!(worker.is_alive());
    assert_eq!(
        fleet.keys_of_rows().await.len(),
        1,
        "the worker waits for the answer of the bucket"
    );
    fleet.proxies.s3.set(Line::Open);
    assert!(worker.wait_for_exit().await.success());
    assert_eq!(fleet.keys_of_rows().await.len(), 0, "the task must be finished");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn programs_are_added_and_removed_without_a_failed_request() {
    let fleet = Fleet::start().await;
    let mut ids = [fleet.id_service().await, fleet.id_service().await];
    let mut worker = fleet.worker().await;
    let to_ids = Proxy::to(ids[0].url.trim_start_matches("http://")).await;
    let mut one = fleet.site_with_id_service(&format!("http://{}", to_ids.address)).await;
    let two = fleet.site().await;
    let ledger = Arc::new(Ledger::default());
    let mut load = Load::start(&ledger, &[&two], 3);
    let mut load_on_leaving = Load::start(&ledger, &[&one], 2);
    load.wait_for_saves(10).await;
    load_on_leaving.wait_for_saves(10).await;

    let (three, mut other) = (fleet.site_with_id_service(&ids[1].url).await, fleet.worker().await);
    let mut load_on_new = Load::start(&ledger, &[&three], 2);
    load_on_new.wait_for_saves(20).await;

    for program in [&mut ids[0], &mut worker] {
        program.terminate();
        assert!(program.wait_for_exit().await.success());
    }
    load_on_leaving.wait_for_saves(10).await;
    load_on_leaving.stop().await;
    one.terminate();
    assert!(one.wait_for_exit().await.success());
    load.wait_for_saves(20).await;
    load_on_new.wait_for_saves(20).await;
    for load in [&mut load, &mut load_on_new, &mut load_on_leaving] {
        load.stop().await;
        assert_eq!((load.refused(), load.unanswered()), (0, 0), "no client must notice it");
    }
    assert!(other.is_alive());
    other.wait_until_healthy().await;
    ledger.verify(&two).await;
    ledger.verify(&three).await;
    fleet.sweep_and_verify().await;
}
