//! Which viewers see which pastes.

use store::{NewPaste, Span, Visibility};

use crate::harness::{draft, ids, new_id, on_every_engine};

const SPAN: Span = Span { after: None, until: None, limit: 50 };

on_every_engine! {
    async fn only_its_owner_sees_a_private_paste(site: Site) {
        let (anna, boris) = (site.user("anna@example.org").await, site.user("boris@example.org").await);
        let new = NewPaste { owner: Some(anna), visibility: Visibility::Private, ..draft("diary") };
        let paste = site.create(new).await;
        assert_eq!(site.find_as(&paste.id, None).await, None);
        assert_eq!(site.find_as(&paste.id, Some(boris)).await, None);
        assert_eq!(site.find_as(&paste.id, Some(anna)).await, Some(paste));
    }

    async fn no_viewer_sees_a_private_paste_without_an_owner(site: Site) {
        let anna = site.user("anna@example.org").await;
        let paste = site.create(NewPaste { visibility: Visibility::Private, ..draft("lost") }).await;
        assert_eq!(site.find_as(&paste.id, None).await, None, "an anonymous viewer is not the owner");
        assert_eq!(site.find_as(&paste.id, Some(anna)).await, None);
    }

    async fn everyone_sees_unlisted_and_public_pastes(site: Site) {
        let (anna, boris) = (site.user("anna@example.org").await, site.user("boris@example.org").await);
        for visibility in [Visibility::Unlisted, Visibility::Public] {
            for owner in [None, Some(anna)] {
                let paste = site.create(NewPaste { owner, visibility, ..draft("open") }).await;
                for viewer in [None, Some(anna), Some(boris)] {
                    assert_eq!(site.find_as(&paste.id, viewer).await.as_ref(), Some(&paste));
                }
            }
        }
    }

    async fn an_unknown_id_is_not_found(site: Site) {
        site.paste("other").await;
        assert_eq!(site.find(&new_id()).await, None);
    }

    async fn ids_are_case_sensitive(site: Site) {
        let lower = site.create(NewPaste { id: "aaaaaaaaaaaa".parse().unwrap(), ..draft("lower") }).await;
        let upper = site.create(NewPaste { id: "AAAAAAAAAAAA".parse().unwrap(), ..draft("upper") }).await;
        assert_eq!(site.text(&lower.id).await.unwrap(), "lower");
        assert_eq!(site.text(&upper.id).await.unwrap(), "upper");
    }

    async fn lists_show_pastes_by_owner_and_visibility(site: Site) {
        let (anna, boris) = (site.user("anna@example.org").await, site.user("boris@example.org").await);
        let mut pastes = Vec::new();
        for owner in [Some(anna), Some(boris), None] {
            for visibility in [Visibility::Unlisted, Visibility::Public, Visibility::Private] {
                pastes.push(site.create(NewPaste { owner, visibility, ..draft("x") }).await);
                site.advance(crate::harness::MILLISECOND);
            }
        }
        pastes.reverse();
        let recent = site.store.public_pastes(&SPAN, site.now()).await.unwrap();
        assert_eq!(ids(&recent), ids(pastes.iter().filter(|paste| paste.visibility == Visibility::Public)));
        for user in [anna, boris] {
            let own = site.store.pastes_of(user, &SPAN, site.now()).await.unwrap();
            assert_eq!(ids(&own), ids(pastes.iter().filter(|paste| paste.owner == Some(user))));
        }
    }
}
