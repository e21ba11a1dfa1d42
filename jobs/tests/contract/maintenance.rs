//! The work of each job: refill, reap, purge and sweep.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jobs::{purge, reap, refill, sweep};
use store::{BlobKey, NewUser, Token};
use tracing::instrument::WithSubscriber;

use crate::harness::{Site, on_both_engines};

const DAY: u64 = 24 * 60 * 60;

async fn create_orphan(site: &Site, key: &str) {
    site.ctx.store.blobs().put(&key.to_owned().into(), "a text".into(), site.now()).await.unwrap();
}

async fn has_blob(site: &Site, key: &str) -> bool {
    site.ctx.store.blobs().get(&BlobKey::from(key.to_owned()), usize::MAX).await.unwrap().is_some()
}

/// Creates `count` texts without a paste, stored now, with the keys `b10000` and up.
async fn create_orphans(site: &Site, count: u32) {
    let body = if matches!(site.db(), store::Db::Sqlite(_)) { "x'00'" } else { "'\\x00'::bytea" };
    let (last, now) = (10_000 + count - 1, site.now().0);
    site.run_sql(&format!(
        "insert into blobs with recursive n (i) as (select 10000 union all select i + 1 from n where i < {last})
         select 'b' || i, {body}, {now} from n",
    ))
    .await;
}

async fn sweep_now(site: &Site) -> jobs::Result<store::Swept> {
    sweep(&site.ctx, site.now()).await
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Runs `work` and returns its result and its log.
    async fn capture<T>(work: impl Future<Output = T>) -> (T, String) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let result = work.with_subscriber(subscriber).await;
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        (result, text)
    }
}

on_both_engines! {
    async fn a_refill_fills_the_pool(site: Site) {
        assert_eq!(refill(&site.ctx).await.unwrap(), idservice::TARGET);
        assert_eq!(refill(&site.ctx).await.unwrap(), 0);
    }

    async fn a_purge_removes_expired_and_deleted_data(site: Site) {
        let user = NewUser { email: "a@example.org", password_hash: "x" };
        let user = site.ctx.store.create_user(user, site.now()).await.unwrap().id;
        let soon = site.now().plus(Duration::from_mins(1));
        let expired = site.create_paste(None, Some(soon)).await;
        let deleted = site.create_paste(Some(user), None).await;
        let lives = site.create_paste(None, Some(site.now().plus(Duration::from_secs(61)))).await;
        let eternal = site.create_paste(None, None).await;
        site.ctx.store.start_session(&Token::random().unwrap(), user, site.now(), soon).await.unwrap();
        site.ctx.store.delete(&deleted.id, user, site.now()).await.unwrap().unwrap();
        site.advance(60);

        let (purged, log) = Log::capture(purge(&site.ctx)).await;
        let purged = purged.unwrap();
        assert_eq!((purged.expired, purged.deleted, purged.sessions), (1, 2, 1));
        assert!(log.contains("purged expired data purge.expired=1 purge.deleted=2 purge.sessions=1"), "{log}");
        for gone in [&expired, &deleted] {
            assert!(!site.has_row(gone).await && !site.has_text(gone).await);
        }
        for kept in [&lives, &eternal] {
            assert!(site.has_row(kept).await);
            assert_eq!(site.ctx.store.text(kept).await.unwrap(), "hello");
        }
        assert_eq!(purge(&site.ctx).await.unwrap(), store::Purged::default());
    }

    async fn a_purge_removes_old_failed_tasks(site: Site) {
        site.run_sql(&format!("insert into fang_tasks values ('a', '', '', 'failed', 'common', null, 0, 1, 1, {})", site.now().0)).await;
        site.advance(30 * DAY);
        purge(&site.ctx).await.unwrap();
        assert_eq!(site.count_tasks("state = 'failed'").await, 1);
        site.advance(1);
        purge(&site.ctx).await.unwrap();
        assert_eq!(site.count_tasks("state = 'failed'").await, 0);
    }

    async fn a_deleted_paste_is_gone_within_a_minute(site: Site) {
        let user = NewUser { email: "a@example.org", password_hash: "x" };
        let user = site.ctx.store.create_user(user, site.now()).await.unwrap().id;
        let paste = site.create_paste(Some(user), None).await;
        let expired = site.create_paste(None, Some(site.now().plus(Duration::from_secs(1)))).await;
        let worker = site.idle_worker().await;
        site.ctx.store.delete(&paste.id, user, site.now()).await.unwrap().unwrap();
        site.advance(30);
        crate::harness::wait_until("the text is gone", || async { !site.has_text(&paste).await }).await;
        crate::harness::wait_until("the row is gone", || async { !site.has_row(&paste).await }).await;
        assert!(site.has_row(&expired).await, "the purge is daily, so an expired paste stays");
        assert!(worker.stop(Duration::from_mins(1)).await);
        assert_eq!(reap(&site.ctx).await.unwrap(), 0);
    }

    async fn a_sweep_removes_only_old_orphans(site: Site) {
        let paste = site.create_paste(None, None).await;
        create_orphan(&site, "0a").await;
        site.advance(1);
        create_orphan(&site, "0b").await;
        site.advance(DAY);
        create_orphan(&site, "0c").await;
        let swept = sweep_now(&site).await.unwrap();
        assert_eq!((swept.texts_found, swept.orphans_removed, swept.finished), (4, 1, true));
        assert!(!has_blob(&site, "0a").await && has_blob(&site, "0b").await && has_blob(&site, "0c").await);
        assert_eq!(site.ctx.store.text(&paste).await.unwrap(), "hello");
        assert_eq!(swept.texts_missing, []);
    }

    async fn a_sweep_reaches_the_end_of_a_large_store(site: Site) {
        create_orphans(&site, 12_500).await;
        site.advance(DAY + 1);
        let swept = sweep_now(&site).await.unwrap();
        assert_eq!((swept.texts_found, swept.orphans_removed, swept.finished), (12_500, 12_500, true));
    }

    async fn a_sweep_continues_where_the_last_one_stopped(site: Site) {
        create_orphans(&site, 1_500).await;
        create_orphan(&site, "b99999").await;
        site.advance(DAY + 1);
        let first = site.ctx.store.sweep(1, site.now()).await.unwrap();
        assert_eq!((first.orphans_removed, first.finished), (1_000, false));

        site.set_clock_back(Duration::from_secs(DAY + 1));
        create_orphan(&site, "a0").await;
        site.advance(DAY + 1);
        let sibling = site.sibling().await;
        let second = sweep_now(&sibling).await.unwrap();
        assert_eq!((second.orphans_removed, second.finished), (501, true));
        assert!(has_blob(&site, "a0").await, "its key lies before the place where the sweep continued");
        assert_eq!(sweep_now(&sibling).await.unwrap().orphans_removed, 1, "the next sweep starts at the first key");
        sibling.close().await;
    }

    async fn a_missing_text_is_logged_as_an_error_and_the_row_stays(site: Site) {
        let paste = site.create_paste(None, None).await;
        site.ctx.store.blobs().delete(std::slice::from_ref(&paste.blob_key)).await.unwrap();
        site.advance(DAY + 1);
        let young = site.create_paste(None, None).await;
        site.ctx.store.blobs().delete(std::slice::from_ref(&young.blob_key)).await.unwrap();
        let (swept, log) = Log::capture(sweep_now(&site)).await;
        assert_eq!(swept.unwrap().texts_missing, std::slice::from_ref(&paste.id));
        let error = "ERROR jobs::tasks: the text of a paste is missing from the blob store";
        let named = format!("paste={}", paste.id.log_hash());
        assert!(log.lines().any(|line| line.contains(error) && line.contains(&named)), "{log}");
        assert!(site.has_row(&paste).await);
    }
}
