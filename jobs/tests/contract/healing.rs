use std::time::Duration;

use fang::AsyncQueueable;
use jobs::{Config, PeriodicJob, Queue, Worker};

use crate::harness::{a_while, on_both_engines, two_looks, until};

const SOON: Duration = Duration::from_mins(1);
const YEAR: u64 = 365 * 24 * 60 * 60;

on_both_engines! {
    async fn a_dead_workers_task_is_taken_up_again(site: Site) {
        assert!(site.settled_worker().await.stop(SOON).await);
        site.pass(10);
        let dead = Queue::new(site.ctx.clone());
        while dead.fetch_and_touch_task(None).await.unwrap().is_some() {}
        let lease = site.now().plus(Duration::from_secs(30)).0;
        site.run_sql(&format!("update job_leases set holder = 'the dead', expires_at = {lease} where name = 'refill'")).await;

        let worker = site.watchful_worker();
        site.pass(40);
        two_looks().await;
        assert_eq!(site.pool.refills(), 1, "it might only be slow");
        site.pass(6);
        site.pool.refilled(2).await;
        site.settle().await;
        site.pass(10);
        site.pool.refilled(3).await;
        assert!(worker.stop(SOON).await);
        assert_eq!(site.count("1 = 1").await, PeriodicJob::ALL.len());
    }

    async fn one_look_takes_nobody_for_dead(site: Site) {
        assert!(site.settled_worker().await.stop(SOON).await);
        site.run_sql("update fang_tasks set state = 'in_progress' where metadata like '%refill%'").await;
        site.run_sql("delete from fang_tasks where metadata like '%reap%'").await;
        site.pass(3_600);
        // As after a laptop's sleep: a live worker would touch its task before the next look.
        let worker = Worker::start(site.ctx.clone(), Config { watchdog: Duration::from_hours(1), ..Config::default() });
        until("the watchdog has looked", || async { site.count("metadata like '%reap%'").await == 1 }).await;
        a_while().await;
        assert_eq!(site.count("state = 'in_progress' and metadata like '%refill%'").await, 1);
        assert!(worker.stop(SOON).await);
    }

    async fn a_slow_worker_is_left_alone_whatever_the_clock_does(site: Site) {
        site.pool.shut();
        let worker = site.watchful_worker();
        site.pool.refilled(1).await;
        site.pass(3_600);
        site.renewed(PeriodicJob::Refill).await;
        two_looks().await;
        site.turn_back(Duration::from_hours(2));
        site.renewed(PeriodicJob::Refill).await;
        two_looks().await;
        assert_eq!(site.count("state = 'in_progress' and retries = 0 and metadata like '%refill%'").await, 1);
        assert_eq!(site.pool.refills(), 1);
        site.pool.open();
        assert!(worker.stop(SOON).await);
    }

    async fn a_job_that_vanished_begins_anew(site: Site) {
        let worker = site.watchful_worker();
        site.settle().await;
        site.run_sql("delete from fang_tasks").await;
        site.pool.refilled(2).await;
        site.settle().await;
        assert_eq!(site.count("1 = 1").await, PeriodicJob::ALL.len());
        assert!(worker.stop(SOON).await);
    }

    async fn jobs_outlive_a_clock_that_was_wrong(site: Site) {
        let worker = site.watchful_worker();
        site.settle().await;
        site.pass(YEAR);
        site.pool.refilled(2).await;
        site.settle().await;
        site.turn_back(Duration::from_secs(YEAR));
        until("no job waits for the next year", || async {
            site.count(&format!("scheduled_at > {}", site.now().0 + 100_000_000)).await == 0
        }).await;
        site.pass(10);
        site.pool.refilled(3).await;
        assert!(worker.stop(SOON).await);
    }

    async fn a_lease_from_the_future_holds_nobody(site: Site) {
        let future = site.now().plus(Duration::from_secs(YEAR)).0;
        site.run_sql(&format!("insert into job_leases (name, holder, expires_at) values ('refill', 'the past', {future})")).await;
        let worker = site.worker();
        site.pool.refilled(1).await;
        assert!(worker.stop(SOON).await);
    }

    async fn a_database_that_goes_and_comes_needs_no_restart(site: Site) {
        let worker = site.settled_worker().await;
        site.run_sql("alter table fang_tasks rename to away").await;
        site.pass(10);
        a_while().await;
        site.run_sql("alter table away rename to fang_tasks").await;
        site.pool.refilled(2).await;
        site.settle().await;
        assert!(worker.stop(SOON).await);
    }

    async fn workers_outlive_a_database_that_refuses(site: Site) {
        site.refuse_removals().await;
        let worker = site.watchful_worker();
        // Every job has run, and its worker, which cannot remove the task, has let it be.
        until("every worker has retried", || async {
            site.number("select count(*) from job_leases where succeeded_at > 0").await == PeriodicJob::ALL.len()
        }).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(site.count("state = 'in_progress'").await, PeriodicJob::ALL.len());

        site.allow_removals().await;
        site.pass(50);
        site.settle().await;
        assert_eq!(site.count("1 = 1").await, PeriodicJob::ALL.len());
        assert!(worker.stop(SOON).await);
    }

    async fn a_worker_starts_while_the_database_is_away(site: Site) {
        site.run_sql("alter table fang_tasks rename to away").await;
        let worker = site.watchful_worker();
        a_while().await;
        site.run_sql("alter table away rename to fang_tasks").await;
        site.settle().await;
        assert!(worker.stop(SOON).await);
    }
}
