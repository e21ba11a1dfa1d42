//! The sweep: orphaned and missing texts.

use store::{BlobKey, PasteId, Swept};

use crate::harness::{DAY, MILLISECOND, Site, on_every_engine};

impl Site {
    async fn orphan(&self, key: &str) {
        self.store.blobs().put(&key.to_owned().into(), "x".into(), self.now()).await.unwrap();
    }

    async fn sweep(&self, pages: u32) -> Swept {
        self.store.sweep(pages, self.now()).await.unwrap()
    }

    /// 2,500 pastes, created now.
    async fn create_many(&self) {
        self.fill(2500, &format!("null, 'unlisted', {}, null, null", self.now().0)).await;
    }
}

fn numbered(i: u32) -> PasteId {
    format!("crowds{}", (100_000 + i).to_string().replace('0', "x")).parse().unwrap()
}

fn found(texts_found: u64, orphans_removed: u64, finished: bool) -> Swept {
    Swept { texts_found, orphans_removed, texts_missing: Vec::new(), finished }
}

on_every_engine! {
    async fn an_orphan_is_removed_after_a_day_and_not_before(site: Site) {
        let paste = site.paste("kept").await;
        site.orphan(BlobKey::random().unwrap().as_str()).await;
        site.advance(DAY);
        assert_eq!(site.sweep(1).await, found(2, 0, true), "exactly a day old");
        site.orphan(BlobKey::random().unwrap().as_str()).await;
        site.advance(MILLISECOND);
        assert_eq!(site.sweep(1).await, found(3, 1, true));
        assert_eq!(site.sweep(1).await, found(2, 0, true));
        assert_eq!(site.text(&paste.id).await.unwrap(), "kept");
        assert_eq!((site.rows().await.len(), site.texts().await.len()), (1, 2));
    }

    async fn a_text_with_a_row_stays_whatever_its_age(site: Site) {
        let anna = site.user("anna@example.org").await;
        let (old, deleted) = (site.paste("old").await, site.paste_of(anna, "deleted").await);
        site.expiring_paste("expired", DAY).await;
        site.store.delete(&deleted.id, anna, site.now()).await.unwrap();
        site.advance(1000 * DAY);
        assert_eq!(site.sweep(1).await, found(3, 0, true));
        assert_eq!(site.text(&old.id).await.unwrap(), "old");
        assert_eq!(site.store.purge(site.now()).await.unwrap().deleted, 2);
    }

    async fn a_row_without_its_text_is_reported_and_not_removed(site: Site) {
        let (lost, intact) = (site.paste("lost").await, site.paste("intact").await);
        site.delete_text(&lost).await;
        assert_eq!(site.sweep(1).await.texts_missing, [], "its create may be running");
        site.advance(DAY + MILLISECOND);
        for _ in 0..2 {
            assert_eq!(site.sweep(1).await.texts_missing, std::slice::from_ref(&lost.id));
        }
        assert!(site.find(&lost.id).await.is_some());
        assert_eq!(site.text(&intact.id).await.unwrap(), "intact");
    }

    async fn rows_without_a_text_are_reported_on_every_page(site: Site) {
        site.create_many().await;
        site.advance(2 * DAY);
        let lost = [1, 2, 1000, 1001, 1002, 1500, 2499, 2500].map(numbered);
        for id in &lost {
            site.delete_text(&site.find(id).await.unwrap()).await;
        }
        let mut reported = site.sweep(u32::MAX).await.texts_missing;
        reported.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        let mut lost = lost.to_vec();
        lost.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        assert_eq!(reported, lost);
    }

    async fn a_store_without_any_text_reports_its_rows(site: Site) {
        let lost = site.paste("lost").await;
        site.advance(2 * DAY);
        site.delete_all_texts().await;
        assert_eq!(site.sweep(1).await.texts_missing, [lost.id]);
    }

    async fn a_sweep_continues_where_the_last_one_stopped(site: Site) {
        site.orphan("000").await;
        site.orphan("fff").await;
        site.create_many().await;
        site.advance(2 * DAY);
        assert_eq!(site.sweep(1).await, found(1000, 1, false));
        let later = site.sibling().await;
        assert_eq!(later.sweep(1).await, found(1000, 0, false), "another process continues");
        site.orphan("000").await;
        assert_eq!(later.sweep(1).await, found(502, 1, true));
        site.advance(2 * DAY);
        assert_eq!(site.sweep(1).await, found(1000, 1, false), "the next round sees texts that were added behind the position");
        assert_eq!(site.sweep(u32::MAX).await, found(1501, 0, true));
        assert_eq!(site.sweep(u32::MAX).await, found(2500, 0, true));
        assert!(site.is_consistent().await);
    }

    async fn a_full_last_page_is_followed_by_an_empty_one(site: Site) {
        site.fill(1000, &format!("null, 'unlisted', {}, null, null", site.now().0)).await;
        assert_eq!(site.sweep(1).await, found(1000, 0, false));
        assert_eq!(site.sweep(1).await, found(0, 0, true));
        assert_eq!(site.sweep(3).await, found(1000, 0, true));
    }

    async fn an_empty_store_is_swept(site: Site) {
        assert_eq!(site.sweep(1).await, found(0, 0, true));
        assert_eq!(site.sweep(0).await, found(0, 0, false));
    }

    async fn concurrent_sweeps_remove_only_orphans(site: Site) {
        site.create_many().await;
        site.run_sql("delete from pastes where blob_key > '00000000000000000000000000101000'").await;
        site.advance(2 * DAY);
        let (one, other) = (site.sibling().await, site.sibling().await);
        let (one, other) = tokio::join!(
            tokio::spawn(async move { one.sweep(u32::MAX).await }),
            tokio::spawn(async move { other.sweep(u32::MAX).await }),
        );
        assert_eq!((one.unwrap().texts_missing, other.unwrap().texts_missing), (vec![], vec![]));
        assert!(site.is_consistent().await);
        assert_eq!(site.rows().await.len(), 1000);
    }
}
