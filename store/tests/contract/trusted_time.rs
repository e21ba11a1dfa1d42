//! The record of the trusted time, which all workers share.

use std::time::Duration;

use futures_util::future::join_all;

use crate::harness::{DAY, Site, on_every_engine};

const HOUR: Duration = Duration::from_hours(1);

impl Site {
    /// The time by which the trusted time is behind the clock.
    async fn lag(&self) -> Duration {
        self.store.trusted_time(self.now()).await.unwrap().until(self.now())
    }
}

on_every_engine! {
    async fn the_first_record_trusts_the_clock(site: Site) {
        assert_eq!(site.lag().await, Duration::ZERO);
        assert_eq!(site.number("select count(*) from job_state where name = 'clock'").await, 1);
    }

    async fn workers_share_the_record_of_the_clock(site: Site) {
        let sibling = site.sibling().await;
        site.lag().await;
        site.advance(3 * DAY);
        assert_eq!(sibling.lag().await, 3 * DAY);
        site.advance(HOUR);
        assert_eq!(site.lag().await, 3 * DAY);
        for _ in 0..23 {
            site.advance(HOUR);
            sibling.lag().await;
        }
        assert_eq!(site.lag().await, Duration::ZERO);
    }

    async fn concurrent_workers_get_the_same_time(site: Site) {
        let others = [site.sibling().await, site.sibling().await, site.sibling().await];
        for expected in [Duration::ZERO, 3 * DAY, 5 * DAY] {
            let all = others.iter().cycle().take(24).map(|site| {
                let site = site.clone();
                tokio::spawn(async move { site.lag().await })
            });
            for lag in join_all(all).await {
                assert_eq!(lag.unwrap(), expected);
            }
            site.advance(if expected.is_zero() { 3 * DAY } else { 2 * DAY });
        }
    }
}
