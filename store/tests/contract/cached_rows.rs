//! Rows that are cached, because only one process changes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::{Change, Editor, Precondition, Visibility};

use crate::harness::{ALMOST_A_DAY, DAY, MILLISECOND, Site, draft, on_every_engine, until};

/// The same site, as the only process on its database.
fn exclusive(mut site: Site) -> Site {
    site.store = site.store.exclusive(tempfile::tempfile().unwrap());
    site
}

on_every_engine! {
    async fn a_change_is_visible_at_once(site: Site) {
        let site = exclusive(site);
        let anna = site.user("anna@example.org").await;
        let paste = site.paste_of(anna, "hello").await;
        for n in 0..20 {
            let seen = site.find(&paste.id).await.unwrap();
            let change = Change { title: Some(format!("title {n}")), ..Change::default() };
            let changed = site.store.change(&seen, &change, Precondition::Unchanged, site.now()).await.unwrap().unwrap();
            assert_eq!(site.find(&paste.id).await, Some(changed));
        }
        let private = Change { visibility: Some(Visibility::Private), ..Change::default() };
        site.store.change(&paste, &private, Precondition::Exists, site.now()).await.unwrap().unwrap();
        assert_eq!(site.find(&paste.id).await, None);
        assert!(site.find_as(&paste.id, Some(anna)).await.is_some());
        site.store.delete(&paste.id, Editor::Owner(anna), site.now()).await.unwrap().unwrap();
        assert_eq!(site.find_as(&paste.id, Some(anna)).await, None);
    }

    async fn a_cached_paste_expires_at_the_exact_millisecond(site: Site) {
        let site = exclusive(site);
        let paste = site.expiring_paste("brief", DAY).await;
        site.advance(ALMOST_A_DAY);
        assert!(site.find(&paste.id).await.is_some());
        site.advance(MILLISECOND);
        assert_eq!(site.find(&paste.id).await, None);
        site.store.purge(site.now()).await.unwrap();
        site.turn_clock_back(DAY);
        assert_eq!(site.find(&paste.id).await, None, "a purged paste does not come back when the clock goes back");
    }

    async fn a_paste_looked_up_before_its_creation_is_found_afterwards(site: Site) {
        let site = exclusive(site);
        let new = draft("hello");
        assert_eq!(site.find(&new.id).await, None);
        let created = site.create(new).await;
        assert_eq!(site.find(&created.id).await, Some(created));
    }

    async fn a_read_that_begins_after_a_delete_finds_nothing(site: Site) {
        let site = exclusive(site);
        let anna = site.user("anna@example.org").await;
        for _ in 0..30 {
            let paste = site.paste_of(anna, "hello").await;
            let over = Arc::new(AtomicBool::new(false));
            let readers: Vec<_> = (0..4).map(|_| {
                let (site, id, over) = (site.clone(), paste.id.clone(), over.clone());
                tokio::spawn(async move {
                    loop {
                        let began_after = over.load(Ordering::SeqCst);
                        let found = site.find(&id).await.is_some();
                        assert!(!(began_after && found), "found after its delete was answered");
                        if began_after { break }
                        tokio::task::yield_now().await;
                    }
                })
            }).collect();
            tokio::task::yield_now().await;
            site.store.delete(&paste.id, anna, site.now()).await.unwrap().unwrap();
            over.store(true, Ordering::SeqCst);
            for reader in readers {
                reader.await.unwrap();
            }
        }
    }

    async fn a_change_by_another_program_is_soon_visible(site: Site) {
        let site = exclusive(site);
        let paste = site.paste("hello").await;
        assert!(site.find(&paste.id).await.is_some());
        site.run_sql("update pastes set deleted_at = 1").await;
        until("it is gone", || async { site.find(&paste.id).await.is_none() }).await;
    }
}
