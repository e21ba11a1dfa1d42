//! Deleting pastes.

use futures_util::future::join_all;
use store::{NewPaste, Span, Visibility};

use crate::harness::{DAY, draft, new_id, on_every_engine};

const SPAN: Span = Span { after: None, until: None, limit: 50 };

on_every_engine! {
    async fn a_deleted_paste_is_gone_at_once_everywhere(site: Site) {
        let anna = site.user("anna@example.org").await;
        let new = NewPaste {
            owner: Some(anna),
            title: "The title".to_owned(),
            visibility: Visibility::Public,
            ..draft("secret")
        };
        let paste = site.create(new).await;
        assert_eq!(site.store.text(&paste).await.unwrap(), "secret");

        let deleted = site.store.delete(&paste.id, anna, site.now()).await.unwrap();
        assert_eq!(deleted.as_deref(), Some("The title"));
        let sibling = site.sibling().await;
        for place in [&site, &sibling] {
            assert_eq!(place.find(&paste.id).await, None, "its text is still in the cache");
            assert_eq!(place.find_as(&paste.id, Some(anna)).await, None);
            assert_eq!(place.store.pastes_of(anna, &SPAN, site.now()).await.unwrap(), []);
            assert_eq!(place.store.public_pastes(&SPAN, site.now()).await.unwrap(), []);
            assert_eq!(place.store.totals_of(anna, site.now()).await.unwrap().count, 0);
        }
    }

    async fn only_the_owner_can_delete(site: Site) {
        let (anna, boris) = (site.user("anna@example.org").await, site.user("boris@example.org").await);
        let (hers, nobodys) = (site.paste_of(anna, "hers").await, site.paste("nobody's").await);
        assert_eq!(site.store.delete(&hers.id, boris, site.now()).await.unwrap(), None);
        assert_eq!(site.store.delete(&nobodys.id, boris, site.now()).await.unwrap(), None);
        assert_eq!(site.store.delete(&new_id(), boris, site.now()).await.unwrap(), None);
        assert!(site.find(&hers.id).await.is_some() && site.find(&nobodys.id).await.is_some());
    }

    async fn a_second_delete_finds_nothing(site: Site) {
        let anna = site.user("anna@example.org").await;
        let paste = site.paste_of(anna, "once").await;
        let sibling = site.sibling().await;
        let tries = (0..12).map(|i| {
            let store = if i % 2 == 0 { &site.store } else { &sibling.store };
            store.delete(&paste.id, anna, site.now())
        });
        let deleted = join_all(tries).await.into_iter().filter(|outcome| outcome.as_ref().unwrap().is_some());
        assert_eq!(deleted.count(), 1, "one of the concurrent deletes succeeds");
        assert_eq!(site.store.delete(&paste.id, anna, site.now()).await.unwrap(), None);
    }

    async fn a_delete_leaves_other_pastes(site: Site) {
        let anna = site.user("anna@example.org").await;
        let (one, other) = (site.paste_of(anna, "one").await, site.paste_of(anna, "other").await);
        site.store.delete(&one.id, anna, site.now()).await.unwrap();
        assert_eq!(site.text(&other.id).await.unwrap(), "other");
        assert_eq!(site.store.totals_of(anna, site.now()).await.unwrap().count, 1);
    }

    async fn a_clock_that_goes_back_restores_no_deleted_paste(site: Site) {
        let anna = site.user("anna@example.org").await;
        let paste = site.paste_of(anna, "dead").await;
        site.store.delete(&paste.id, anna, site.now()).await.unwrap();
        site.turn_clock_back(DAY);
        assert_eq!(site.find_as(&paste.id, Some(anna)).await, None);
        assert_eq!(site.store.pastes_of(anna, &SPAN, site.now()).await.unwrap(), []);
    }
}
