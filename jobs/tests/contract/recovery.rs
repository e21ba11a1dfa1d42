//! Jobs continue after dead workers, lost tasks, wrong clocks and database outages.

use std::time::Duration;

use fang::AsyncQueueable;
use jobs::{Config, PeriodicJob, Queue, Worker};

use crate::harness::{on_both_engines, pause, two_watchdog_checks, wait_until};

const STOP_DEADLINE: Duration = Duration::from_mins(1);
const YEAR: u64 = 365 * 24 * 60 * 60;

on_both_engines! {
    async fn a_dead_workers_task_is_requeued(site: Site) {
        assert!(site.idle_worker().await.stop(STOP_DEADLINE).await);
        site.advance(10);
        let dead = Queue::new(site.ctx.clone());
        while dead.fetch_and_touch_task(None).await.unwrap().is_some() {}
        let lease = site.now().plus(Duration::from_secs(30)).0;
        site.run_sql(&format!("update job_leases set holder = 'a dead worker', expires_at = {lease} where name = 'refill'")).await;

        let worker = site.worker_with_watchdog();
        site.advance(40);
        two_watchdog_checks().await;
        assert_eq!(site.pool.refills(), 1, "45 seconds have not passed: its worker may only be slow");
        site.advance(6);
        site.pool.wait_for_refills(2).await;
        site.wait_until_idle().await;
        site.advance(10);
        site.pool.wait_for_refills(3).await;
        assert!(worker.stop(STOP_DEADLINE).await);
        assert_eq!(site.count_tasks("1 = 1").await, PeriodicJob::ALL.len());
    }

    async fn one_check_requeues_no_task(site: Site) {
        assert!(site.idle_worker().await.stop(STOP_DEADLINE).await);
        site.run_sql("update fang_tasks set state = 'in_progress' where metadata like '%refill%'").await;
        site.run_sql("delete from fang_tasks where metadata like '%reap%'").await;
        site.advance(3_600);
        // As after a laptop's sleep: a live worker would send a heartbeat before the next check.
        let worker = Worker::start(site.ctx.clone(), Config { watchdog: Duration::from_hours(1), ..Config::default() });
        wait_until("the watchdog has made its first check", || async { site.count_tasks("metadata like '%reap%'").await == 1 }).await;
        pause().await;
        assert_eq!(site.count_tasks("state = 'in_progress' and metadata like '%refill%'").await, 1);
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn a_slow_workers_task_is_not_requeued_when_the_clock_jumps(site: Site) {
        site.pool.block();
        let worker = site.worker_with_watchdog();
        site.pool.wait_for_refills(1).await;
        site.advance(3_600);
        site.wait_for_renewal(PeriodicJob::Refill).await;
        two_watchdog_checks().await;
        site.set_clock_back(Duration::from_hours(2));
        site.wait_for_renewal(PeriodicJob::Refill).await;
        two_watchdog_checks().await;
        assert_eq!(site.count_tasks("state = 'in_progress' and retries = 0 and metadata like '%refill%'").await, 1);
        assert_eq!(site.pool.refills(), 1);
        site.pool.unblock();
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn a_job_without_a_task_is_started_again(site: Site) {
        let worker = site.worker_with_watchdog();
        site.wait_until_idle().await;
        site.run_sql("delete from fang_tasks").await;
        site.pool.wait_for_refills(2).await;
        site.wait_until_idle().await;
        assert_eq!(site.count_tasks("1 = 1").await, PeriodicJob::ALL.len());
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn jobs_that_a_wrong_clock_scheduled_are_rescheduled(site: Site) {
        let worker = site.worker_with_watchdog();
        site.wait_until_idle().await;
        site.advance(YEAR);
        site.pool.wait_for_refills(2).await;
        site.wait_until_idle().await;
        site.set_clock_back(Duration::from_secs(YEAR));
        wait_until("no job is scheduled for the next year", || async {
            site.count_tasks(&format!("scheduled_at > {}", site.now().0 + 100_000_000)).await == 0
        }).await;
        site.advance(10);
        site.pool.wait_for_refills(3).await;
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn a_lease_from_the_future_does_not_block_a_job(site: Site) {
        let future = site.now().plus(Duration::from_secs(YEAR)).0;
        site.run_sql(&format!("insert into job_leases (name, holder, expires_at) values ('refill', 'a former worker', {future})")).await;
        let worker = site.worker();
        site.pool.wait_for_refills(1).await;
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn a_worker_continues_after_a_database_outage(site: Site) {
        let worker = site.idle_worker().await;
        site.run_sql("alter table fang_tasks rename to away").await;
        site.advance(10);
        pause().await;
        site.run_sql("alter table away rename to fang_tasks").await;
        site.pool.wait_for_refills(2).await;
        site.wait_until_idle().await;
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn workers_survive_a_database_that_refuses_removals(site: Site) {
        site.refuse_removals().await;
        let worker = site.worker_with_watchdog();
        // Every job has run, and the workers cannot remove their tasks.
        wait_until("every job has succeeded", || async {
            site.query_number("select count(*) from job_leases where succeeded_at > 0").await == PeriodicJob::ALL.len()
        }).await;
        // Longer than the workers retry.
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(site.count_tasks("state = 'in_progress'").await, PeriodicJob::ALL.len());

        site.allow_removals().await;
        site.advance(50);
        site.wait_until_idle().await;
        assert_eq!(site.count_tasks("1 = 1").await, PeriodicJob::ALL.len());
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn a_worker_starts_during_a_database_outage(site: Site) {
        site.run_sql("alter table fang_tasks rename to away").await;
        let worker = site.worker_with_watchdog();
        pause().await;
        site.run_sql("alter table away rename to fang_tasks").await;
        site.wait_until_idle().await;
        assert!(worker.stop(STOP_DEADLINE).await);
    }
}
