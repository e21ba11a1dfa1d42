use std::time::Duration;

use jobs::PeriodicJob;

use crate::harness::{a_while, on_both_engines, until};

const SOON: Duration = Duration::from_mins(1);

on_both_engines! {
    async fn a_stop_waits_for_what_runs_and_takes_nothing_new(site: Site) {
        let worker = site.settled_worker().await;
        site.pool.shut();
        site.pass(10);
        site.pool.refilled(2).await;
        until("the others wait for their time", || async {
            site.count(&format!("state = 'new' and scheduled_at > {}", site.now().0)).await == PeriodicJob::ALL.len() - 1
        }).await;
        let stop = tokio::spawn(worker.stop(SOON));
        a_while().await;
        assert!(!stop.is_finished());
        site.pass(24 * 3_600);
        a_while().await;
        assert_eq!(site.count(&format!("state = 'new' and scheduled_at <= {}", site.now().0)).await, 3);

        site.pool.open();
        assert!(stop.await.unwrap());
        assert_eq!(site.count("state = 'new'").await, PeriodicJob::ALL.len(), "the job goes on at the next start");
        assert_eq!(site.number("select count(*) from job_leases where expires_at > 0").await, 0);
        site.pass(24 * 3_600);
        a_while().await;
        assert_eq!(site.pool.refills(), 2);
    }

    async fn a_stop_waits_no_longer_than_it_may(site: Site) {
        site.pool.shut();
        let worker = site.worker();
        site.pool.refilled(1).await;
        assert!(!worker.stop(Duration::from_millis(50)).await);
        site.pool.open();
        until("it finished all the same", || async { site.count("state = 'in_progress'").await == 0 }).await;
    }

    async fn an_idle_worker_stops_at_once(site: Site) {
        let config = jobs::Config { poll: Duration::from_hours(1), ..jobs::Config::default() };
        let worker = jobs::Worker::start(site.ctx.clone(), config);
        a_while().await;
        assert!(worker.stop(SOON).await);
    }

    async fn a_worker_that_is_dropped_ends(site: Site) {
        drop(site.settled_worker().await);
        a_while().await;
        site.pass(3_600);
        a_while().await;
        assert_eq!(site.pool.refills(), 1);
    }
}
