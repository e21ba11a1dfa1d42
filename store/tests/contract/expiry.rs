//! The expiry of pastes.

use std::time::Duration;

use store::{NewPaste, Span, Visibility};

use crate::harness::{ALMOST_A_DAY, DAY, MILLISECOND, draft, ids, on_every_engine};

const SPAN: Span = Span { after: None, until: None, limit: 50 };

on_every_engine! {
    async fn a_paste_expires_at_the_exact_millisecond(site: Site) {
        let anna = site.user("anna@example.org").await;
        let end = site.now().plus(DAY);
        let new = NewPaste {
            owner: Some(anna),
            visibility: Visibility::Public,
            expires_at: Some(end),
            ..draft("until tomorrow")
        };
        let paste = site.create(new).await;
        let totals = |now| site.store.totals_of(anna, now);

        site.advance(ALMOST_A_DAY);
        let last = site.now();
        assert_eq!(site.find(&paste.id).await.as_ref(), Some(&paste));
        assert_eq!(ids(&site.store.pastes_of(anna, &SPAN, last).await.unwrap()), [paste.id.as_str()]);
        assert_eq!(ids(&site.store.public_pastes(&SPAN, last).await.unwrap()), [paste.id.as_str()]);
        assert_eq!(totals(last).await.unwrap().count, 1);

        site.advance(MILLISECOND);
        assert_eq!(site.now(), end);
        assert_eq!(site.find(&paste.id).await, None);
        assert_eq!(site.find_as(&paste.id, Some(anna)).await, None, "not even its owner finds it");
        assert_eq!(site.store.pastes_of(anna, &SPAN, end).await.unwrap(), []);
        assert_eq!(site.store.public_pastes(&SPAN, end).await.unwrap(), []);
        assert_eq!((totals(end).await.unwrap().count, totals(end).await.unwrap().bytes), (0, 0));
        assert_eq!(site.store.delete(&paste.id, anna, end).await.unwrap(), None, "an expired paste cannot be deleted");
        assert_eq!(site.store.delete(&paste.id, anna, last).await.unwrap().as_deref(), Some(""), "a millisecond before, it can");
    }

    async fn a_paste_without_an_expiry_never_expires(site: Site) {
        let paste = site.paste("for ever").await;
        site.advance(1000 * 365 * DAY);
        assert_eq!(site.find(&paste.id).await, Some(paste));
    }

    async fn a_paste_can_be_created_expired(site: Site) {
        let paste = site.expiring_paste("gone", Duration::ZERO).await;
        assert_eq!(site.find(&paste.id).await, None);
    }
}
