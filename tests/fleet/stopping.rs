use std::sync::Arc;

use futures_util::future::join_all;
use reqwest::StatusCode;

use crate::harness::{Fleet, Line, Load, Oracle, Proxy, client, until};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_site_told_to_stop_answers_what_is_under_way() {
    const UNDER_WAY: usize = 8;
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let oracle = Arc::new(Oracle::default());
    let hold = fleet.hold_rows().await;
    let url = site.url.clone();
    let requests = (0..UNDER_WAY).map(|n| {
        let (oracle, url) = (oracle.clone(), url.clone());
        tokio::spawn(async move { oracle.try_keep(&url, &format!("under way {n}")).await })
    });
    let requests: Vec<_> = requests.collect();
    // Their rows wait together.
    fleet.texts(UNDER_WAY).await;
    fleet.held(1).await;
    site.terminate();
    until("it takes no more", async || client().get(&url).send().await.err()).await;
    drop(hold);
    for answer in join_all(requests).await {
        assert_eq!(answer.unwrap().unwrap(), StatusCode::CREATED);
    }
    assert!(site.ended().await.success());
    site.start().await;
    oracle.check(&site).await;
    fleet.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_id_service_told_to_stop_answers_what_is_under_way() {
    let fleet = Fleet::start().await;
    let worker = fleet.worker().await;
    let mut ids = fleet.id_service().await;
    worker.healthy().await;
    let pop = || client().post(format!("{}/ids/pop?count=7", ids.url)).send();
    until("there are ids", async || pop().await.ok().filter(|a| a.status().is_success())).await;

    let pops = || {
        let stats = fleet.redis.tell(&["info", "commandstats"]);
        let lpop = stats.iter().find(|line| line.starts_with("cmdstat_lpop:"));
        lpop.and_then(|line| line.split(['=', ',']).nth(1)?.parse::<usize>().ok()).unwrap_or(0)
    };
    let before = pops();
    fleet.lines.redis.set(Line::Mute);
    let under_way = tokio::spawn(pop());
    until("it asks Redis", async || (pops() > before).then_some(())).await;
    ids.terminate();
    fleet.lines.redis.set(Line::Open);
    let answer = under_way.await.unwrap().expect("an answer");
    // On a machine out of breath Redis may have been given up meanwhile: an answer, too.
    assert!([StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE].contains(&answer.status()));
    assert!(ids.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_worker_told_to_stop_finishes_what_it_is_at() {
    let fleet = Fleet::start().await;
    let site = fleet.site().await;
    let mut worker = fleet.worker().await;
    let ada = site.visitor();
    ada.register("ada@example.org").await;
    let link = ada.paste("goes").await;
    fleet.lines.s3.set(Line::Mute);
    assert!(ada.delete(&link).await.status.is_success());
    fleet.texts(0).await;
    worker.terminate();
    worker.says("stopping").await;
    assert!(worker.is_alive());
    assert_eq!(fleet.named_keys().await.len(), 1, "it does not know yet that the text is gone");
    fleet.lines.s3.set(Line::Open);
    assert!(worker.ended().await.success());
    assert_eq!(fleet.named_keys().await.len(), 0, "the work was finished");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn programs_join_and_leave_while_visitors_go_on() {
    let fleet = Fleet::start().await;
    let mut ids = [fleet.id_service().await, fleet.id_service().await];
    let mut worker = fleet.worker().await;
    let to_ids = Proxy::to(ids[0].url.trim_start_matches("http://")).await;
    let mut one = fleet.site_with_ids_of(&format!("http://{}", to_ids.address)).await;
    let two = fleet.site().await;
    let oracle = Arc::new(Oracle::default());
    let mut load = Load::start(&oracle, &[&two], 3);
    let mut leaving = Load::start(&oracle, &[&one], 2);
    load.goes_on(10).await;
    leaving.goes_on(10).await;

    let (three, mut other) = (fleet.site_with_ids_of(&ids[1].url).await, fleet.worker().await);
    let mut joined = Load::start(&oracle, &[&three], 2);
    joined.goes_on(20).await;

    for program in [&mut ids[0], &mut worker] {
        program.terminate();
        assert!(program.ended().await.success());
    }
    leaving.goes_on(10).await;
    leaving.stop().await;
    one.terminate();
    assert!(one.ended().await.success());
    load.goes_on(20).await;
    joined.goes_on(20).await;
    for load in [&mut load, &mut joined, &mut leaving] {
        load.stop().await;
        assert_eq!((load.refused(), load.broken()), (0, 0), "no visitor saw anything of it");
    }
    assert!(other.is_alive());
    other.healthy().await;
    oracle.check(&two).await;
    oracle.check(&three).await;
    fleet.settle().await;
}
