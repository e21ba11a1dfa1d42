//! The purge of expired and deleted pastes.

use std::time::Duration;

use futures_util::future::join_all;
use store::{Db, NewPaste, Purged, Token};
use tokio::time::timeout;

use crate::harness::{DAY, MILLISECOND, Site, draft, on_every_engine};

impl Site {
    async fn purge(&self) -> Purged {
        self.store.purge(self.now()).await.unwrap()
    }

    /// 2,500 pastes. Every second one expires tomorrow, and every fifth is deleted.
    async fn create_mixed_pastes(&self) {
        let (now, tomorrow) = (self.now().0, self.now().plus(DAY).0);
        self.fill(
            2500,
            &format!(
                "null, 'unlisted', {now}, case when i % 2 = 0 then {tomorrow} end, case when i % 5 = 0 then {now} end"
            ),
        )
        .await;
    }
}

const PURGED_OF_MANY: Purged = Purged { expired: 1000, deleted: 1500, sessions: 0 };

on_every_engine! {
    async fn only_expired_and_deleted_pastes_are_removed_with_their_texts(site: Site) {
        let anna = site.user("anna@example.org").await;
        let remaining = [site.paste("for ever").await, site.expiring_paste("a day and more", DAY + MILLISECOND).await];
        site.expiring_paste("a day", DAY).await;
        site.expiring_paste("a moment", MILLISECOND).await;
        let deleted = site.paste_of(anna, "deleted").await;
        let own = site.paste_of(anna, "kept").await;
        site.store.delete(&deleted.id, anna, site.now()).await.unwrap();

        site.advance(DAY);
        assert_eq!(site.purge().await, Purged { expired: 2, deleted: 3, sessions: 0 });
        let left: Vec<_> = remaining.iter().chain([&own]).collect();
        assert_eq!(site.rows().await, left.iter().map(|paste| paste.id.to_string()).collect());
        assert_eq!(site.texts().await, left.iter().map(|paste| paste.blob_key.as_str().to_owned()).collect());
        for paste in left {
            assert_eq!(site.find(&paste.id).await.as_ref(), Some(paste));
            site.text(&paste.id).await.unwrap();
        }
        assert_eq!(site.purge().await, Purged::default(), "a second purge finds nothing");
    }

    async fn a_store_without_pastes_is_purged(site: Site) {
        assert_eq!(site.purge().await, Purged::default());
    }

    async fn more_than_one_batch_is_removed(site: Site) {
        site.create_mixed_pastes().await;
        let own = site.paste("mine").await;
        site.advance(DAY);
        assert_eq!(site.purge().await, PURGED_OF_MANY);
        assert_eq!((site.rows().await.len(), site.texts().await.len()), (1001, 1001));
        assert!(site.is_consistent().await);
        assert_eq!(site.number("select count(*) from pastes where deleted_at is not null or expires_at is not null").await, 0);
        assert_eq!(site.text(&own.id).await.unwrap(), "mine");
        assert_eq!(site.text(&"crowds1xxxx1".parse().unwrap()).await.unwrap(), "hello");
    }

    async fn a_whole_number_of_batches_is_removed(site: Site) {
        let now = site.now().0;
        site.fill(2000, &format!("null, 'unlisted', {now}, {now}, null")).await;
        assert_eq!(site.purge().await, Purged { expired: 2000, deleted: 2000, sessions: 0 });
        assert_eq!((site.rows().await.len(), site.texts().await.len()), (0, 0));
    }

    async fn concurrent_purges_remove_each_paste_once(site: Site) {
        let (one, other, third) = (site.sibling().await, site.sibling().await, site.sibling().await);
        for _ in 0..3 {
            site.run_sql("delete from pastes").await;
            site.delete_all_texts().await;
            site.create_mixed_pastes().await;
            site.advance(DAY);
            let all = [&one, &other, &third].map(|site| {
                let site = site.clone();
                tokio::spawn(async move { site.purge().await })
            });
            let all: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();
            assert!(site.is_consistent().await);
            assert_eq!((site.rows().await.len(), site.texts().await.len()), (1000, 1000));
            assert_eq!(all.iter().map(|purged| purged.expired).sum::<u64>(), PURGED_OF_MANY.expired, "{all:?}");
            assert_eq!(all.iter().map(|purged| purged.deleted).sum::<u64>(), PURGED_OF_MANY.deleted, "each paste is counted once: {all:?}");
        }
    }

    async fn rows_locked_by_another_purge_are_skipped(site: Site) {
        let Db::Postgres(pool) = site.db() else { return };
        let anna = site.user("anna@example.org").await;
        let (locked, free) = (site.expiring_paste("locked", DAY).await, site.expiring_paste("free", DAY).await);
        for _ in 0..2 {
            let token = Token::random().unwrap();
            site.store.start_session(&token, anna, site.now(), site.now().plus(DAY)).await.unwrap();
        }
        site.advance(DAY);
        let mut other = pool.begin().await.unwrap();
        sqlx::query("update pastes set deleted_at = 1 where id = $1").bind(locked.id.as_str()).execute(&mut *other).await.unwrap();
        sqlx::query("delete from sessions where token_hash = (select token_hash from sessions limit 1)")
            .execute(&mut *other)
            .await
            .unwrap();
        let purged = timeout(Duration::from_mins(1), site.purge()).await.expect("it does not wait for the lock");
        assert_eq!(purged, Purged { expired: 1, deleted: 1, sessions: 1 });
        assert_eq!(site.rows().await, [locked.id.to_string()].into());
        assert_eq!(site.find(&free.id).await, None);
        other.rollback().await.unwrap();
        assert_eq!(site.purge().await, Purged { expired: 1, deleted: 1, sessions: 1 });
    }

    async fn creates_and_reads_continue_during_a_purge(site: Site) {
        site.create_mixed_pastes().await;
        let own = site.paste("mine").await;
        site.advance(DAY);
        let (worker, reader) = (site.sibling().await, site.sibling().await);
        let purge = tokio::spawn(async move { worker.purge().await });
        while !purge.is_finished() {
            let new = reader.create(NewPaste { expires_at: Some(reader.now().plus(DAY)), ..draft("new") }).await;
            assert_eq!(reader.text(&new.id).await.unwrap(), "new");
            assert_eq!(reader.text(&own.id).await.unwrap(), "mine");
        }
        assert_eq!(purge.await.unwrap(), PURGED_OF_MANY);
        assert!(site.is_consistent().await);
    }

    async fn if_a_text_cannot_be_removed_its_row_stays_deleted(site: Site) {
        let paste = site.expiring_paste("brief", DAY).await;
        site.advance(DAY);
        site.refuse_text_deletes(true).await;
        assert!(site.store.purge(site.now()).await.is_err());
        assert_eq!((site.rows().await.len(), site.texts().await.len()), (1, 1), "texts first, rows last");
        site.turn_clock_back(DAY);
        assert_eq!(site.find(&paste.id).await, None, "it stays deleted when the clock goes back");
        site.refuse_text_deletes(false).await;
        assert_eq!(site.purge().await, Purged { expired: 0, deleted: 1, sessions: 0 });
        assert_eq!((site.rows().await.len(), site.texts().await.len()), (0, 0));
    }

    async fn a_purge_interrupted_between_texts_and_rows_is_finished_by_the_next(site: Site) {
        let paste = site.expiring_paste("brief", DAY).await;
        site.advance(DAY);
        site.refuse("delete", "pastes").await;
        assert!(site.store.purge(site.now()).await.is_err());
        assert_eq!((site.rows().await.len(), site.texts().await.len()), (1, 0));
        assert_eq!(site.find(&paste.id).await, None);
        site.advance(DAY);
        let swept = site.store.sweep(u32::MAX, site.now()).await.unwrap();
        assert_eq!(swept.texts_missing, [], "a deleted row without a text is not reported");
        site.allow("pastes").await;
        assert_eq!(site.purge().await.deleted, 1);
        assert_eq!(site.rows().await.len(), 0);
    }

    async fn a_clock_that_goes_back_purges_nothing_early(site: Site) {
        let paste = site.expiring_paste("a day", DAY).await;
        site.turn_clock_back(DAY);
        assert_eq!(site.purge().await, Purged::default());
        assert_eq!(site.find(&paste.id).await, Some(paste));
    }
}
