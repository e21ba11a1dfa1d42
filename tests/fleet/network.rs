//! Slow and broken connections to the engines.

use std::sync::Arc;
use std::time::Duration;

use crate::harness::{Fleet, Ledger, Line, Load, Proxy, wait_until};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn with_slow_connections_everything_works() {
    let fleet = Fleet::start().await;
    let worker = fleet.worker().await;
    let ids = fleet.id_service().await;
    let sites = [fleet.site().await, fleet.site_with_id_service(&ids.url).await];
    let ledger = Ledger::default();
    let slow = Line::Slow(Duration::from_millis(30));
    for proxy in [&fleet.proxies.postgres, &fleet.proxies.redis, &fleet.proxies.s3] {
        proxy.set(slow);
    }
    for n in 0..10 {
        for site in &sites {
            ledger.create(site, &format!("text {n} at {}", site.url)).await;
        }
    }
    ledger.verify(&sites[0]).await;
    worker.wait_until_healthy().await;
    fleet.sweep_and_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn whichever_connection_breaks_a_create_is_saved_or_a_503() {
    let fleet = Fleet::start().await;
    let mut worker = fleet.worker().await;
    let ids = fleet.id_service().await;
    let to_ids = Proxy::to(ids.url.trim_start_matches("http://")).await;
    let site_with_redis = fleet.site().await;
    let site_with_service = fleet.site_with_id_service(&format!("http://{}", to_ids.address)).await;
    let ledger = Arc::new(Ledger::default());
    let mut load = Load::start(&ledger, &[&site_with_redis, &site_with_service], 4);
    load.wait_for_saves(10).await;
    let proxies = [&fleet.proxies.postgres, &fleet.proxies.redis, &fleet.proxies.s3, &to_ids];
    for state in [Line::HalfClosed, Line::CutAfter(300), Line::CutAfter(5_000), Line::Cut] {
        for proxy in proxies {
            let answered = load.saved() + load.refused();
            proxy.set(state);
            wait_until("requests are answered", async || {
                (load.saved() + load.refused() > answered + 8).then_some(())
            })
            .await;
            proxy.set(Line::Open);
            load.wait_for_saves(4).await;
        }
    }
    load.stop().await;
    assert_eq!(load.unanswered(), 0, "a site must answer every request");
    ledger.verify(&site_with_redis).await;
    ledger.verify(&site_with_service).await;
    assert!(worker.is_alive());
    worker.wait_until_healthy().await;
    fleet.sweep_and_verify().await;
}
