//! A wrong clock can hide data that has not expired, but never removes it.

use std::time::Duration;

use jobs::{PeriodicJob, status};
use store::{BlobKey, Paste};

use crate::harness::{Site, on_both_engines, wait_until};

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

impl Site {
    /// Creates a paste that expires in `seconds`.
    async fn paste_expiring_in(&self, seconds: u64) -> Paste {
        self.create_paste(None, Some(self.now().plus(Duration::from_secs(seconds)))).await
    }

    async fn create_orphan(&self) -> BlobKey {
        let key = BlobKey::random().unwrap();
        self.ctx.store.blobs().put(&key, "a text".into(), self.now()).await.unwrap();
        key
    }

    async fn has_orphan(&self, key: &BlobKey) -> bool {
        self.ctx.store.blobs().get(key, usize::MAX).await.unwrap().is_some()
    }

    /// Runs the jobs that remove data, and returns their summaries.
    async fn run_cleaning_jobs(&self) -> [String; 3] {
        let cleaning = [PeriodicJob::Reap, PeriodicJob::Purge, PeriodicJob::Sweep];
        let mut summaries = cleaning.map(|_| String::new());
        for (job, summary) in cleaning.iter().zip(&mut summaries) {
            *summary = job.run(&self.ctx).await.unwrap();
        }
        summaries
    }

    /// Advances the clock by `count` hours. A reap after each records the time, as in a worker.
    async fn work_for_hours(&self, count: u64) {
        for _ in 0..count {
            self.advance(HOUR);
            PeriodicJob::Reap.run(&self.ctx).await.unwrap();
        }
    }

    async fn is_readable(&self, paste: &Paste) -> bool {
        let store = &self.ctx.store;
        store.visible_paste(&paste.id, None, &self.ctx.clock).await.unwrap().is_some()
            && self.has_text(paste).await
    }
}

fn is_postponed(summaries: &[String; 3]) -> bool {
    let [_, purge, sweep] = summaries;
    [purge, sweep].iter().all(|summary| summary.ends_with("is put off: the clock jumped"))
}

on_both_engines! {
    async fn a_clock_that_jumps_ahead_and_back_removes_no_live_data(site: Site) {
        site.run_cleaning_jobs().await;
        let orphan = site.create_orphan().await;
        site.work_for_hours(22).await;
        for ahead in [60, HOUR, HOUR + 1, 2 * HOUR, 30 * DAY, YEAR, 1000 * YEAR] {
            let alive = [site.paste_expiring_in(30).await, site.paste_expiring_in(HOUR).await, site.paste_expiring_in(DAY).await, site.paste_expiring_in(7 * DAY).await];
            site.run_cleaning_jobs().await;
            site.advance(ahead);
            for _ in 0..2 {
                assert_eq!(is_postponed(&site.run_cleaning_jobs().await), ahead > HOUR, "{ahead} s ahead");
            }
            site.set_clock_back(Duration::from_secs(ahead));
            site.run_cleaning_jobs().await;
            for paste in &alive {
                assert!(site.is_readable(paste).await, "{ahead} s ahead and back");
            }
            assert!(site.has_orphan(&orphan).await, "{ahead} s ahead and back: its row may still be written");
        }
    }

    async fn a_clock_that_is_set_back_removes_no_live_data(site: Site) {
        for back in [HOUR, HOUR + 1, DAY, YEAR] {
            let (paste, orphan) = (site.paste_expiring_in(60).await, site.create_orphan().await);
            site.run_cleaning_jobs().await;
            site.set_clock_back(Duration::from_secs(back));
            site.run_cleaning_jobs().await;
            site.advance(back);
            site.run_cleaning_jobs().await;
            assert!(site.is_readable(&paste).await && site.has_orphan(&orphan).await, "{back} s back");
        }
    }

    async fn a_new_time_is_trusted_after_a_day_without_jumps(site: Site) {
        site.run_cleaning_jobs().await;
        let (paste, orphan) = (site.paste_expiring_in(DAY).await, site.create_orphan().await);
        site.advance(YEAR);
        assert!(is_postponed(&site.run_cleaning_jobs().await));
        site.work_for_hours(23).await;
        assert!(is_postponed(&site.run_cleaning_jobs().await));
        assert!(site.has_row(&paste).await && site.has_orphan(&orphan).await);
        site.work_for_hours(1).await;
        assert!(!is_postponed(&site.run_cleaning_jobs().await));
        assert!(!site.has_row(&paste).await && !site.has_text(&paste).await && !site.has_orphan(&orphan).await);
    }

    async fn data_that_expired_before_a_jump_is_removed(site: Site) {
        let user = store::NewUser { email: "a@example.org", password_hash: "x" };
        let user = site.ctx.store.create_user(user, site.now()).await.unwrap().id;
        let (paste, orphan, deleted) = (site.paste_expiring_in(HOUR).await, site.create_orphan().await, site.create_paste(Some(user), None).await);
        site.work_for_hours(27).await;
        site.ctx.store.delete(&deleted.id, user, site.now()).await.unwrap().unwrap();
        site.advance(YEAR);
        assert!(is_postponed(&site.run_cleaning_jobs().await));
        assert!(!site.has_row(&paste).await && !site.has_text(&paste).await, "it expired long before the jump");
        assert!(!site.has_orphan(&orphan).await);
        assert!(!site.has_row(&deleted).await && !site.has_text(&deleted).await, "a deletion by its user does not depend on the clock");
    }

    async fn a_purge_by_hand_removes_nothing_by_a_jump_unless_it_is_told_to_trust_the_clock(site: Site) {
        let (soon, late) = (site.paste_expiring_in(HOUR / 2).await, site.paste_expiring_in(DAY).await);
        site.work_for_hours(1).await;
        let (purged, put_off) = jobs::purge_by_trusted_time(&site.ctx).await.unwrap();
        assert_eq!((purged.expired, put_off), (1, None), "what has expired goes at once");
        assert!(!site.has_row(&soon).await);
        let before = site.now();
        site.advance(YEAR);
        let (purged, put_off) = jobs::purge_by_trusted_time(&site.ctx).await.unwrap();
        assert_eq!((purged.expired, put_off), (0, Some(before)));
        assert!(site.has_row(&late).await && site.has_text(&late).await);
        assert_eq!(jobs::purge(&site.ctx).await.unwrap().expired, 1);
    }

    async fn a_purge_removes_a_paste_two_hours_after_it_expired(site: Site) {
        let paste = site.paste_expiring_in(HOUR).await;
        site.work_for_hours(2).await;
        assert!(!site.is_readable(&paste).await);
        site.run_cleaning_jobs().await;
        assert!(site.has_row(&paste).await);
        site.work_for_hours(1).await;
        assert_eq!(site.run_cleaning_jobs().await[1], "1 pastes expired; removed 1 pastes, 0 sessions");
    }

    async fn two_workers_with_different_clocks_remove_no_live_data(site: Site) {
        let mut wrong = site.sibling().await;
        wrong.ctx.clock = store::Clock::manual(site.now().plus(Duration::from_secs(30 * DAY)));
        let paste = site.paste_expiring_in(7 * DAY).await;
        site.run_cleaning_jobs().await;
        for _ in 0..48 {
            site.advance(HOUR);
            wrong.advance(HOUR);
            assert!(is_postponed(&wrong.run_cleaning_jobs().await));
            assert!(is_postponed(&site.run_cleaning_jobs().await));
        }
        assert!(site.is_readable(&paste).await);
        wrong.close().await;
        site.work_for_hours(24).await;
        assert!(!is_postponed(&site.run_cleaning_jobs().await), "without the wrong clock, the right one is trusted again");
        assert!(site.is_readable(&paste).await);
    }

    async fn a_worker_survives_a_clock_that_jumps_a_year_and_back(site: Site) {
        let (paste, orphan) = (site.paste_expiring_in(DAY).await, site.create_orphan().await);
        let worker = site.worker_with_watchdog();
        site.wait_until_idle().await;
        site.advance(YEAR);
        site.pool.wait_for_refills(2).await;
        site.wait_until_idle().await;
        for job in &status(&site.ctx).await.unwrap()[2..] {
            let (at, summary) = job.last_success.clone().unwrap();
            assert!(at == site.now() && summary.ends_with("is put off: the clock jumped"), "{summary}");
        }
        assert!(!site.is_readable(&paste).await, "it has expired by the wrong clock");
        site.set_clock_back(Duration::from_secs(YEAR));
        wait_until("no job is scheduled for the next year", || async {
            site.count_tasks(&format!("scheduled_at > {}", site.now().0 + 100_000_000)).await == 0
        }).await;
        assert!(site.is_readable(&paste).await && site.has_orphan(&orphan).await);
        let before = site.pool.refills();
        for hour in 1..=48 {
            site.advance(HOUR);
            site.pool.wait_for_refills(before + hour).await;
            site.wait_until_idle().await;
        }
        assert!(!site.has_row(&paste).await && !site.has_orphan(&orphan).await, "the nightly purge works");
        assert_eq!(site.count_tasks("1 = 1").await, PeriodicJob::ALL.len());
        assert!(worker.stop(Duration::from_mins(1)).await);
    }
}
