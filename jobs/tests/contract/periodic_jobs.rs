use std::sync::atomic::Ordering;
use std::time::Duration;

use jobs::{PeriodicJob, status};

use crate::harness::{a_while, on_both_engines, until};

const SOON: Duration = Duration::from_mins(1);

on_both_engines! {
    async fn a_worker_starts_every_job_and_goes_on(site: Site) {
        let worker = site.settled_worker().await;
        assert_eq!(site.pool.refills(), 1);
        for refills in 2..5 {
            site.pass(10);
            site.pool.refilled(refills).await;
            site.settle().await;
        }
        assert_eq!(site.pool.refills(), 4);
        assert_eq!(site.count("1 = 1").await, PeriodicJob::ALL.len());
        assert!(worker.stop(SOON).await);
    }

    async fn a_failing_job_goes_on_and_does_not_multiply(site: Site) {
        site.pool.fails.store(true, Ordering::SeqCst);
        let worker = site.settled_worker().await;
        for refills in 2..7 {
            site.pass(10);
            site.pool.refilled(refills).await;
            site.settle().await;
            assert_eq!(site.pool.refills(), refills);
            assert_eq!(site.count("1 = 1").await, PeriodicJob::ALL.len());
        }
        let refill = status(&site.ctx).await.unwrap().remove(0);
        assert!(refill.last_success.is_none() && refill.last_error.unwrap().1.contains("empty"));

        site.pool.fails.store(false, Ordering::SeqCst);
        site.pass(10);
        site.pool.refilled(7).await;
        site.settle().await;
        let refill = status(&site.ctx).await.unwrap().remove(0);
        assert_eq!(refill.last_success.unwrap(), (site.now(), "made 10000 ids".to_owned()));
        assert!(worker.stop(SOON).await);
    }

    async fn a_panic_is_a_failure_as_any_other(site: Site) {
        site.pool.panics.store(true, Ordering::SeqCst);
        let worker = site.settled_worker().await;
        site.pass(10);
        site.pool.refilled(2).await;
        site.settle().await;
        let refill = status(&site.ctx).await.unwrap().remove(0);
        assert_eq!(refill.last_error.unwrap(), (site.now(), "the work panicked".to_owned()));
        assert_eq!(site.count("state = 'new'").await, PeriodicJob::ALL.len());
        assert!(worker.stop(SOON).await);
    }

    async fn a_failed_purge_does_not_wait_for_the_next_day(site: Site) {
        site.run_sql("alter table sessions rename to away").await;
        let worker = site.settled_worker().await;
        assert!(status(&site.ctx).await.unwrap()[2].last_error.is_some());
        site.run_sql("alter table away rename to sessions").await;
        site.pass(60);
        until("the purge went well", || async { status(&site.ctx).await.unwrap()[2].last_success.is_some() }).await;
        assert!(worker.stop(SOON).await);
    }

    async fn a_lease_lets_one_worker_work(site: Site) {
        let sibling = site.sibling().await;
        site.pool.shut();
        let worker = site.worker();
        site.pool.refilled(1).await;

        // Somebody takes the busy worker for dead and hands its task to another.
        site.run_sql("update fang_tasks set state = 'new' where metadata like '%refill%'").await;
        let other = sibling.worker();
        until("the other worker has the task and lets it be", || async {
            site.count("metadata like '%refill%' and scheduled_at > created_at").await == 1
        }).await;
        for _ in 0..4 {
            site.pass(15);
            site.renewed(PeriodicJob::Refill).await;
            a_while().await;
        }
        let refills = (site.pool.refills(), sibling.pool.refills());
        assert_eq!(refills, (1, 0), "a lease is renewed, however long the work takes");

        site.pool.open();
        until("the lease is free", || async {
            site.number("select count(*) from job_leases where name = 'refill' and expires_at = 0").await == 1
        }).await;
        site.pass(10);
        until("either works", || async { site.pool.refills() + sibling.pool.refills() >= 2 }).await;
        assert!(worker.stop(SOON).await && other.stop(SOON).await);
        assert_eq!(site.count("metadata like '%refill%'").await, 1);
        sibling.close().await;
    }

    async fn two_sites_in_one_process_do_not_mix(site: Site) {
        let folder = tempfile::tempdir().unwrap();
        let other = crate::harness::Site::in_folder(folder.path()).await;
        let (worker, others) = (site.settled_worker().await, other.settled_worker().await);
        for refills in 2..5 {
            site.pass(10);
            site.pool.refilled(refills).await;
            site.settle().await;
        }
        assert_eq!((site.pool.refills(), other.pool.refills()), (4, 1));
        other.pass(10);
        other.pool.refilled(2).await;
        assert_eq!(site.pool.refills(), 4);
        assert!(worker.stop(SOON).await && others.stop(SOON).await);
        other.close().await;
    }
}
