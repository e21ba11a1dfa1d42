//! A worker stops at once, or after its running jobs.

use std::time::Duration;

use jobs::PeriodicJob;

use crate::harness::{on_both_engines, pause, wait_until};

const STOP_DEADLINE: Duration = Duration::from_mins(1);

on_both_engines! {
    async fn a_stop_waits_for_running_jobs_and_starts_no_more(site: Site) {
        let worker = site.idle_worker().await;
        site.pool.block();
        site.advance(10);
        site.pool.wait_for_refills(2).await;
        wait_until("the other jobs are scheduled", || async {
            site.count_tasks(&format!("state = 'new' and scheduled_at > {}", site.now().0)).await == PeriodicJob::ALL.len() - 1
        }).await;
        let stop = tokio::spawn(worker.stop(STOP_DEADLINE));
        pause().await;
        assert!(!stop.is_finished());
        site.advance(24 * 3_600);
        pause().await;
        assert_eq!(site.count_tasks(&format!("state = 'new' and scheduled_at <= {}", site.now().0)).await, 3);

        site.pool.unblock();
        assert!(stop.await.unwrap());
        assert_eq!(site.count_tasks("state = 'new'").await, PeriodicJob::ALL.len(), "the job continues at the next start");
        assert_eq!(site.query_number("select count(*) from job_leases where expires_at > 0").await, 0);
        site.advance(24 * 3_600);
        pause().await;
        assert_eq!(site.pool.refills(), 2);
    }

    async fn a_stop_returns_at_its_deadline(site: Site) {
        site.pool.block();
        let worker = site.worker();
        site.pool.wait_for_refills(1).await;
        assert!(!worker.stop(Duration::from_millis(50)).await);
        site.pool.unblock();
        wait_until("the job has finished nevertheless", || async { site.count_tasks("state = 'in_progress'").await == 0 }).await;
    }

    async fn an_idle_worker_stops_at_once(site: Site) {
        let config = jobs::Config { poll: Duration::from_hours(1), ..jobs::Config::default() };
        let worker = jobs::Worker::start(site.ctx.clone(), config);
        pause().await;
        assert!(worker.stop(STOP_DEADLINE).await);
    }

    async fn a_dropped_worker_ends(site: Site) {
        drop(site.idle_worker().await);
        pause().await;
        site.advance(3_600);
        pause().await;
        assert_eq!(site.pool.refills(), 1);
    }
}
