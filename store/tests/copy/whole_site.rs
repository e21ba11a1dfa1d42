//! A copy has all data of its source.

use store::{Clock, Copied, Progress, Tally, Visibility};

use crate::sites::{DAY, Kind, START, Site, SitePair, on_every_pair};

on_every_pair! {
    async fn everything_is_copied(sites: SitePair) {
        let samples = sites.old.create_samples().await;
        let copied = sites.copy().await;
        sites.assert_same().await;
        let bytes = samples.iter().map(|paste| paste.bytes).sum();
        let tally = |n| Tally { copied: n, present: n, extra: 0 };
        assert_eq!(
            copied,
            Copied {
                users: tally(2),
                sessions: tally(2),
                tokens: tally(2),
                pastes: tally(21),
                bytes,
                finished: true,
                ..Copied::default()
            }
        );
        let again = sites.copy().await;
        assert_eq!(again.users.copied + again.sessions.copied + again.pastes.copied + again.bytes, 0);
        assert_eq!(again.pastes.present, 21);
        sites.assert_same().await;
    }

    async fn users_keep_their_ids_passwords_sessions_and_pastes(sites: SitePair) {
        let anna = sites.old.user("anna@example.org").await;
        let token = sites.old.log_in(anna).await;
        let secret = sites.old.paste_of(anna, "hers alone").await;
        sites.old.run_sql("update pastes set visibility = 'private'").await;
        sites.copy().await;
        let new = &sites.new.store;
        let (user, hash) = new.credentials("anna@example.org").await.unwrap().unwrap();
        assert_eq!((user.id, hash.as_str()), (anna, "$argon2id$of anna@example.org"));
        assert_eq!(new.session_user(&token, START).await.unwrap().unwrap().id, anna);
        let seen = new.visible_paste(&secret.id, Some(anna), &Clock::manual(START)).await.unwrap().unwrap();
        assert_eq!(seen.visibility, Visibility::Private);
        assert_eq!(new.text(&seen).await.unwrap(), "hers alone");
        assert_eq!(new.visible_paste(&secret.id, None, &Clock::manual(START)).await.unwrap(), None);
    }

    async fn more_than_a_page_is_copied(sites: SitePair) {
        sites.old.fill(501).await;
        sites.new.fill(300).await;
        let copier = sites.copier().await;
        let reports = std::sync::Mutex::new(Vec::new());
        let outcome = copier.run(&|progress| reports.lock().unwrap().push(progress)).await.unwrap();
        assert_eq!(outcome.pastes, Tally { copied: 501, present: 501, extra: 300 });
        let last = reports.into_inner().unwrap().pop().unwrap();
        assert_eq!(last, Progress { checking: true, pastes: 501, total: 501, bytes: outcome.bytes });
    }

    async fn an_empty_site_is_copied(sites: SitePair) {
        assert_eq!(sites.copy().await, Copied { finished: true, ..Copied::default() });
        sites.assert_same().await;
    }

    async fn expired_and_deleted_data_is_not_copied(sites: SitePair) {
        let anna = sites.old.user("anna@example.org").await;
        sites.old.log_in(anna).await;
        let deleted = sites.old.paste_of(anna, "deleted").await;
        sites.old.store.delete(&deleted.id, anna, START).await.unwrap();
        let samples = sites.old.paste("for ever").await;
        let brief = sites.old.create(store::NewPaste { expires_at: Some(START.plus(DAY)), ..crate::sites::draft("brief") }).await;
        sites.clock.advance(31 * DAY);
        let copied = sites.copy().await;
        assert_eq!((copied.pastes.copied, copied.skipped, copied.sessions.copied), (1, 2, 0));
        assert!(sites.new.find(&samples).await.is_some());
        assert!(sites.new.find(&brief).await.is_none());
        assert!(sites.new.find(&deleted).await.is_none());
    }

    async fn a_copy_can_be_verified(sites: SitePair) {
        sites.old.create_samples().await;
        let copied = sites.copy_and_verify().await;
        assert!(copied.finished);
        assert_eq!((copied.pastes.copied, copied.pastes.present), (21, 21));
    }
}

async fn copy_there_and_back(away: Kind) {
    let (old, new) = (Site::build(Kind::File).await, Site::build(away).await);
    old.create_samples().await;
    let home = old.contents().await;
    let clock = store::Clock::manual(START);
    let there = SitePair { old, new, clock: clock.clone() };
    there.copy().await;
    let back = SitePair { old: there.new, new: Site::build(Kind::File).await, clock };
    back.copy().await;
    assert!(back.new.contents().await == home, "the data changed on the way");
    back.old.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_the_same_after_a_copy_to_a_bucket_and_back() {
    copy_there_and_back(Kind::FileAndBucket).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_site_is_the_same_after_a_copy_to_postgres_and_a_bucket_and_back() {
    copy_there_and_back(Kind::PostgresAndBucket).await;
}
