//! Periodic jobs run again after each run, also after a failure, and under a lease.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jobs::{PeriodicJob, status};

use crate::harness::{on_both_engines, pause, wait_until};

const STOP_DEADLINE: Duration = Duration::from_mins(1);

on_both_engines! {
    async fn a_worker_starts_every_job_and_repeats_it(site: Site) {
        let worker = site.idle_worker().await;
        assert_eq!(site.pool.refills(), 1);
        for refills in 2..5 {
            site.advance(10);
            site.pool.wait_for_refills(refills).await;
            site.wait_until_idle().await;
        }
        assert_eq!(site.pool.refills(), 4);
        assert_eq!(site.count_tasks("1 = 1").await, PeriodicJob::ALL.len());
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn a_failing_job_is_repeated_and_not_duplicated(site: Site) {
        site.pool.fails.store(true, Ordering::SeqCst);
        let worker = site.idle_worker().await;
        for refills in 2..7 {
            site.advance(10);
            site.pool.wait_for_refills(refills).await;
            site.wait_until_idle().await;
            assert_eq!(site.pool.refills(), refills);
            assert_eq!(site.count_tasks("1 = 1").await, PeriodicJob::ALL.len());
        }
        let refill = status(&site.ctx).await.unwrap().remove(0);
        assert!(refill.last_success.is_none() && refill.last_error.unwrap().1.contains("empty"));

        site.pool.fails.store(false, Ordering::SeqCst);
        site.advance(10);
        site.pool.wait_for_refills(7).await;
        site.wait_until_idle().await;
        let refill = status(&site.ctx).await.unwrap().remove(0);
        assert_eq!(refill.last_success.unwrap(), (site.now(), "made 10000 ids".to_owned()));
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn a_panic_is_recorded_as_a_failure(site: Site) {
        site.pool.panics.store(true, Ordering::SeqCst);
        let worker = site.idle_worker().await;
        site.advance(10);
        site.pool.wait_for_refills(2).await;
        site.wait_until_idle().await;
        let refill = status(&site.ctx).await.unwrap().remove(0);
        assert_eq!(refill.last_error.unwrap(), (site.now(), "the work panicked".to_owned()));
        assert_eq!(site.count_tasks("state = 'new'").await, PeriodicJob::ALL.len());
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn a_failed_purge_is_retried_within_a_minute(site: Site) {
        site.run_sql("alter table sessions rename to away").await;
        let worker = site.idle_worker().await;
        assert!(status(&site.ctx).await.unwrap()[2].last_error.is_some());
        site.run_sql("alter table away rename to sessions").await;
        site.advance(60);
        wait_until("the purge succeeded", || async { status(&site.ctx).await.unwrap()[2].last_success.is_some() }).await;
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn only_the_holder_of_the_lease_runs_a_job(site: Site) {
        let sibling = site.sibling().await;
        site.pool.block();
        let worker = site.worker();
        site.pool.wait_for_refills(1).await;

        // The task is requeued while its worker still runs it.
        site.run_sql("update fang_tasks set state = 'new' where metadata like '%refill%'").await;
        let second = sibling.worker();
        wait_until("the second worker has fetched the task and scheduled it again", || async {
            site.count_tasks("metadata like '%refill%' and scheduled_at > created_at").await == 1
        }).await;
        for _ in 0..4 {
            site.advance(15);
            site.wait_for_renewal(PeriodicJob::Refill).await;
            pause().await;
        }
        let refills = (site.pool.refills(), sibling.pool.refills());
        assert_eq!(refills, (1, 0), "the lease is renewed while the job runs");

        site.pool.unblock();
        wait_until("the lease is released", || async {
            site.query_number("select count(*) from job_leases where name = 'refill' and expires_at = 0").await == 1
        }).await;
        site.advance(10);
        wait_until("one of the workers runs the job", || async { site.pool.refills() + sibling.pool.refills() >= 2 }).await;
        assert!(worker.stop(STOP_DEADLINE).await && second.stop(STOP_DEADLINE).await);
        assert_eq!(site.count_tasks("metadata like '%refill%'").await, 1);
        sibling.close().await;
    }

    async fn two_sites_in_one_process_run_their_own_jobs(site: Site) {
        let folder = tempfile::tempdir().unwrap();
        let other = crate::harness::Site::in_folder(folder.path()).await;
        let (worker, other_worker) = (site.idle_worker().await, other.idle_worker().await);
        for refills in 2..5 {
            site.advance(10);
            site.pool.wait_for_refills(refills).await;
            site.wait_until_idle().await;
        }
        assert_eq!((site.pool.refills(), other.pool.refills()), (4, 1));
        other.advance(10);
        other.pool.wait_for_refills(2).await;
        assert_eq!(site.pool.refills(), 4);
        assert!(worker.stop(STOP_DEADLINE).await && other_worker.stop(STOP_DEADLINE).await);
        other.close().await;
    }
}
