//! Destinations that have other data already.

use store::{CopyError, NewPaste, Problem};

use crate::sites::{Kind, START, Site, SitePair, draft, on_every_pair};

on_every_pair! {
    async fn another_paste_with_the_same_id_is_not_overwritten(sites: SitePair) {
        let (theirs, other) = (sites.old.paste("theirs").await, sites.old.paste("another").await);
        let ours = sites.new.create(NewPaste { id: theirs.id.clone(), ..draft("ours") }).await;
        let copied = sites.try_copy().await.unwrap();
        assert_eq!(copied.problems, [Problem::IdTaken(theirs.id.clone())]);
        assert_eq!((copied.pastes.copied, copied.pastes.present), (1, 1));
        assert_eq!(sites.new.find(&theirs).await.as_ref(), Some(&ours));
        assert_eq!(sites.new.text(&ours).await.unwrap(), "ours");
        assert_eq!(sites.new.text(&other).await.unwrap(), "another");
    }

    async fn two_accounts_with_one_email_are_an_error(sites: SitePair) {
        let anna = sites.old.user("anna@example.org").await;
        sites.old.paste_of(anna, "hers").await;
        sites.new.user("anna@example.org").await;
        let before = sites.new.contents().await;
        let error = sites.try_copy().await.unwrap_err();
        assert!(matches!(&error, CopyError::AccountsDiffer(email) if email == "anna@example.org"), "{error}");
        assert!(sites.new.contents().await == before, "the destination changed");
    }

    async fn a_site_can_be_copied_into_a_used_one(sites: SitePair) {
        let boris = sites.new.user("boris@example.org").await;
        let token = sites.new.log_in(boris).await;
        let own = sites.new.paste_of(boris, "here before").await;
        let samples = sites.old.paste("comes in").await;
        let copied = sites.copy().await;
        assert_eq!((copied.users.extra, copied.sessions.extra, copied.pastes.extra), (1, 1, 1));
        assert_eq!(sites.new.text(&own).await.unwrap(), "here before");
        assert_eq!(sites.new.text(&samples).await.unwrap(), "comes in");
        assert!(sites.new.store.session_user(&token, START).await.unwrap().is_some());
    }
}

async fn copy_to_itself(kind: Kind) {
    let site = Site::build(kind).await;
    let paste = site.paste("stays").await;
    for delete in [false, true] {
        let copier = store::Copier {
            from: site.to_read().await,
            to: site.store.clone(),
            verify: false,
            delete,
            clock: store::Clock::manual(START),
        };
        assert!(matches!(copier.run(&|_| ()).await, Err(CopyError::SameDatabase)));
    }
    assert_eq!(site.text(&paste).await.unwrap(), "stays");
    site.close().await;
}

#[tokio::test]
async fn a_file_is_not_copied_to_itself() {
    copy_to_itself(Kind::File).await;
}

#[tokio::test]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_database_is_not_copied_to_itself() {
    copy_to_itself(Kind::Postgres).await;
}
