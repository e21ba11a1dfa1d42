//! A clock that lies hides what is not over, but removes nothing of it.

use std::time::Duration;

use jobs::{PeriodicJob, status};
use store::{BlobKey, Paste};

use crate::harness::{Site, on_both_engines, until};

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

impl Site {
    /// A paste that is over in `seconds`.
    async fn brief(&self, seconds: u64) -> Paste {
        self.paste(None, Some(self.now().plus(Duration::from_secs(seconds)))).await
    }

    async fn orphan(&self) -> BlobKey {
        let key = BlobKey::random().unwrap();
        self.ctx.store.blobs().put(&key, "a text".into(), self.now()).await.unwrap();
        key
    }

    async fn has_orphan(&self, key: &BlobKey) -> bool {
        self.ctx.store.blobs().get(key).await.unwrap().is_some()
    }

    /// What the jobs say that remove something.
    async fn clean(&self) -> [String; 3] {
        let cleaning = [PeriodicJob::Reap, PeriodicJob::Purge, PeriodicJob::Sweep];
        let mut said = cleaning.map(|_| String::new());
        for (job, said) in cleaning.iter().zip(&mut said) {
            *said = job.run(&self.ctx).await.unwrap();
        }
        said
    }

    /// A worker is at work for so many hours.
    async fn hours(&self, count: u64) {
        for _ in 0..count {
            self.pass(HOUR);
            PeriodicJob::Reap.run(&self.ctx).await.unwrap();
        }
    }

    async fn is_readable(&self, paste: &Paste) -> bool {
        let store = &self.ctx.store;
        store.visible_paste(&paste.id, None, &self.ctx.clock).await.unwrap().is_some()
            && self.has_text(paste).await
    }
}

fn is_put_off(said: &[String; 3]) -> bool {
    let [_, purge, sweep] = said;
    [purge, sweep].iter().all(|said| said.ends_with("is put off: the clock jumped"))
}

on_both_engines! {
    async fn a_clock_that_jumps_ahead_and_back_removes_nothing_alive(site: Site) {
        site.clean().await;
        let orphan = site.orphan().await;
        site.hours(22).await;
        for ahead in [60, HOUR, HOUR + 1, 2 * HOUR, 30 * DAY, YEAR, 1000 * YEAR] {
            let alive = [site.brief(30).await, site.brief(HOUR).await, site.brief(DAY).await, site.brief(7 * DAY).await];
            site.clean().await;
            site.pass(ahead);
            for _ in 0..2 {
                assert_eq!(is_put_off(&site.clean().await), ahead > HOUR, "{ahead} s ahead");
            }
            site.turn_back(Duration::from_secs(ahead));
            site.clean().await;
            for paste in &alive {
                assert!(site.is_readable(paste).await, "{ahead} s ahead and back");
            }
            assert!(site.has_orphan(&orphan).await, "{ahead} s ahead and back: its row might still come");
        }
    }

    async fn a_clock_that_goes_back_removes_nothing_alive(site: Site) {
        for back in [HOUR, HOUR + 1, DAY, YEAR] {
            let (paste, orphan) = (site.brief(60).await, site.orphan().await);
            site.clean().await;
            site.turn_back(Duration::from_secs(back));
            site.clean().await;
            site.pass(back);
            site.clean().await;
            assert!(site.is_readable(&paste).await && site.has_orphan(&orphan).await, "{back} s back");
        }
    }

    async fn a_new_time_is_believed_after_a_quiet_day(site: Site) {
        site.clean().await;
        let (paste, orphan) = (site.brief(DAY).await, site.orphan().await);
        site.pass(YEAR);
        assert!(is_put_off(&site.clean().await));
        site.hours(23).await;
        assert!(is_put_off(&site.clean().await));
        assert!(site.has_row(&paste).await && site.has_orphan(&orphan).await);
        site.hours(1).await;
        assert!(!is_put_off(&site.clean().await));
        assert!(!site.has_row(&paste).await && !site.has_text(&paste).await && !site.has_orphan(&orphan).await);
    }

    async fn what_is_surely_over_is_removed_in_doubt_too(site: Site) {
        let user = store::NewUser { email: "a@example.org", password_hash: "x" };
        let user = site.ctx.store.create_user(user, site.now()).await.unwrap().id;
        let (paste, orphan, deleted) = (site.brief(HOUR).await, site.orphan().await, site.paste(Some(user), None).await);
        site.hours(27).await;
        site.ctx.store.delete(&deleted.id, user, site.now()).await.unwrap().unwrap();
        site.pass(YEAR);
        assert!(is_put_off(&site.clean().await));
        assert!(!site.has_row(&paste).await && !site.has_text(&paste).await, "it was over long before the jump");
        assert!(!site.has_orphan(&orphan).await);
        assert!(!site.has_row(&deleted).await && !site.has_text(&deleted).await, "a user's wish needs no clock");
    }

    async fn a_purge_waits_two_hours(site: Site) {
        let paste = site.brief(HOUR).await;
        site.hours(2).await;
        assert!(!site.is_readable(&paste).await);
        site.clean().await;
        assert!(site.has_row(&paste).await);
        site.hours(1).await;
        assert_eq!(site.clean().await[1], "1 pastes expired; removed 1 pastes, 0 sessions");
    }

    async fn two_workers_with_two_times_remove_nothing_alive(site: Site) {
        let mut wrong = site.sibling().await;
        wrong.ctx.clock = store::Clock::manual(site.now().plus(Duration::from_secs(30 * DAY)));
        let paste = site.brief(7 * DAY).await;
        site.clean().await;
        for _ in 0..48 {
            site.pass(HOUR);
            wrong.pass(HOUR);
            assert!(is_put_off(&wrong.clean().await));
            assert!(is_put_off(&site.clean().await));
        }
        assert!(site.is_readable(&paste).await);
        wrong.close().await;
        site.hours(24).await;
        assert!(!is_put_off(&site.clean().await), "alone, the right clock is believed again");
        assert!(site.is_readable(&paste).await);
    }

    async fn a_worker_outlives_a_year_and_the_way_back(site: Site) {
        let (paste, orphan) = (site.brief(DAY).await, site.orphan().await);
        let worker = site.watchful_worker();
        site.settle().await;
        site.pass(YEAR);
        site.pool.refilled(2).await;
        site.settle().await;
        for job in &status(&site.ctx).await.unwrap()[2..] {
            let (at, said) = job.last_success.clone().unwrap();
            assert!(at == site.now() && said.ends_with("is put off: the clock jumped"), "{said}");
        }
        assert!(!site.is_readable(&paste).await, "by the wrong clock it is over");
        site.turn_back(Duration::from_secs(YEAR));
        until("no job waits for the next year", || async {
            site.count(&format!("scheduled_at > {}", site.now().0 + 100_000_000)).await == 0
        }).await;
        assert!(site.is_readable(&paste).await && site.has_orphan(&orphan).await);
        let before = site.pool.refills();
        for hour in 1..=48 {
            site.pass(HOUR);
            site.pool.refilled(before + hour).await;
            site.settle().await;
        }
        assert!(!site.has_row(&paste).await && !site.has_orphan(&orphan).await, "the purge of each night works");
        assert_eq!(site.count("1 = 1").await, PeriodicJob::ALL.len());
        assert!(worker.stop(Duration::from_mins(1)).await);
    }
}
