//! The status of the jobs.

use std::time::Duration;

use jobs::{JobState, PeriodicJob, status};

use crate::harness::on_both_engines;

on_both_engines! {
    async fn status_reports_the_state_and_last_runs_of_each_job(site: Site) {
        let all = status(&site.ctx).await.unwrap();
        assert!(all.iter().all(|job| job.state == JobState::Missing && job.last_success.is_none()));

        let worker = site.idle_worker().await;
        let all = status(&site.ctx).await.unwrap();
        assert_eq!(all.iter().map(|status| status.job).collect::<Vec<_>>(), PeriodicJob::ALL);
        assert_eq!(all[0].state, JobState::Waiting { next_run: site.now().plus(Duration::from_secs(9)) });
        assert_eq!(all[1].last_success, Some((site.now(), "removed 0 deleted pastes".to_owned())));
        assert!(all.iter().all(|status| status.last_success.is_some() && status.last_error.is_none()));

        site.pool.block();
        site.advance(10);
        site.pool.wait_for_refills(2).await;
        assert_eq!(status(&site.ctx).await.unwrap()[0].state, JobState::Running);
        site.pool.unblock();
        assert!(worker.stop(Duration::from_mins(1)).await);

        let since = site.now();
        site.run_sql("update fang_tasks set state = 'in_progress'").await;
        site.advance(3_600);
        assert!(matches!(status(&site.ctx).await.unwrap()[0].state, JobState::Stuck { since: at } if at <= since));
    }
}
