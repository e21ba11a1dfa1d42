use std::sync::Arc;
use std::time::Duration;

use crate::harness::{Fleet, Line, Load, Oracle, Proxy, until};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn on_slow_lines_all_works_as_ever() {
    let fleet = Fleet::start().await;
    let worker = fleet.worker().await;
    let ids = fleet.id_service().await;
    let sites = [fleet.site().await, fleet.site_with_ids_of(&ids.url).await];
    let oracle = Oracle::default();
    let slow = Line::Slow(Duration::from_millis(30));
    for line in [&fleet.lines.postgres, &fleet.lines.redis, &fleet.lines.s3] {
        line.set(slow);
    }
    for n in 0..10 {
        for site in &sites {
            oracle.keep(site, &format!("text {n} at {}", site.url)).await;
        }
    }
    oracle.check(&sites[0]).await;
    worker.healthy().await;
    fleet.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn whichever_line_breaks_in_whatever_way_a_create_is_true_or_a_503() {
    let fleet = Fleet::start().await;
    let mut worker = fleet.worker().await;
    let ids = fleet.id_service().await;
    let to_ids = Proxy::to(ids.url.trim_start_matches("http://")).await;
    let direct = fleet.site().await;
    let served = fleet.site_with_ids_of(&format!("http://{}", to_ids.address)).await;
    let oracle = Arc::new(Oracle::default());
    let mut load = Load::start(&oracle, &[&direct, &served], 4);
    load.goes_on(10).await;
    let lines = [&fleet.lines.postgres, &fleet.lines.redis, &fleet.lines.s3, &to_ids];
    for state in [Line::HalfClosed, Line::CutAfter(300), Line::CutAfter(5_000), Line::Cut] {
        for line in lines {
            let answered = load.saved() + load.refused();
            line.set(state);
            until("it is answered", async || {
                (load.saved() + load.refused() > answered + 8).then_some(())
            })
            .await;
            line.set(Line::Open);
            load.goes_on(4).await;
        }
    }
    load.stop().await;
    assert_eq!(load.broken(), 0, "a site answers every request");
    oracle.check(&direct).await;
    oracle.check(&served).await;
    assert!(worker.is_alive());
    worker.healthy().await;
    fleet.settle().await;
}
