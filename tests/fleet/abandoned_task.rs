//! This test takes two minutes. Its name sorts first, so that it starts first and the others run
//! at the same time.

use crate::harness::{Fleet, Ledger, Line, TIMEOUT, wait_until, wait_until_within};

/// A worker that has been silent for 45 seconds loses its task at the watchdog's second look, 30
/// seconds after the first. So another worker takes over after at most 105 seconds.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn the_task_of_a_killed_worker_is_finished_by_another_worker() {
    const FINISHED_JOBS: &str = "select count(*) from job_leases where succeeded_at is not null";
    const RUNNING_REMOVALS: &str = "select count(*) from fang_tasks
         where state = 'in_progress' and metadata like '%reap%'";
    let fleet = Fleet::start().await;
    let site = fleet.site().await;
    let mut worker = fleet.worker().await;
    // A worker runs every periodic job once when it starts.
    wait_until("each periodic job has run", async || {
        (fleet.query_number(FINISHED_JOBS).await == 4).then_some(())
    })
    .await;
    let ledger = Ledger::default();
    ledger.create(&site, "stays").await;
    let ada = site.visitor();
    ada.register("ada@example.org").await;
    let link = ada.paste("goes").await;

    fleet.proxies.s3.set(Line::Stalled);
    assert!(ada.delete(&link).await.status.is_success());
    wait_until("the worker removes the text", async || {
        (fleet.query_number(RUNNING_REMOVALS).await == 1).then_some(())
    })
    .await;
    worker.kill();
    fleet.proxies.s3.set(Line::Cut);
    fleet.proxies.s3.set(Line::Open);
    assert_eq!(fleet.query_number(RUNNING_REMOVALS).await, 1, "the task is left in progress");

    let other = fleet.worker().await;
    wait_until_within(3 * TIMEOUT, "the other worker removes the text", async || {
        (fleet.bucket.keys().len() == 1).then_some(())
    })
    .await;
    other.wait_for_log("a worker went silent; its task is queued again").await;
    other.wait_until_healthy().await;
    ledger.verify(&site).await;
    fleet.sweep_and_verify().await;
}
