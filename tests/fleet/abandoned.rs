//! First of all, by its name: it takes two minutes, and the others run beside it.

use crate::harness::{Fleet, Line, Oracle, PATIENCE, until, until_within};

/// A worker that is silent for 45 seconds is given up at the second look, 30 seconds after the
/// first: the other one takes over after at most 105.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_worker_killed_in_mid_removal_is_replaced_by_another() {
    const DONE: &str = "select count(*) from job_leases where succeeded_at is not null";
    const REMOVING: &str = "select count(*) from fang_tasks
         where state = 'in_progress' and metadata like '%reap%'";
    let fleet = Fleet::start().await;
    let site = fleet.site().await;
    let mut worker = fleet.worker().await;
    // A worker's first hour begins with one run of everything.
    until("each chain has run", async || (fleet.number(DONE).await == 4).then_some(())).await;
    let oracle = Oracle::default();
    oracle.keep(&site, "stays").await;
    let ada = site.visitor();
    ada.register("ada@example.org").await;
    let link = ada.paste("goes").await;

    fleet.lines.s3.set(Line::Stalled);
    assert!(ada.delete(&link).await.status.is_success());
    until("the worker is at it", async || (fleet.number(REMOVING).await == 1).then_some(())).await;
    worker.kill();
    fleet.lines.s3.set(Line::Cut);
    fleet.lines.s3.set(Line::Open);
    assert_eq!(fleet.number(REMOVING).await, 1, "killed in the middle");

    let other = fleet.worker().await;
    until_within(3 * PATIENCE, "the other worker removes the text", async || {
        (fleet.bucket.keys().len() == 1).then_some(())
    })
    .await;
    other.says("a worker went silent; its task is queued again").await;
    other.healthy().await;
    oracle.check(&site).await;
    fleet.settle().await;
}
