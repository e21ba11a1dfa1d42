//! Copies into a destination that an earlier copy has filled.

use store::{Change, CopyError, NewPaste, Precondition, Visibility};

use crate::sites::{START, SitePair, draft, on_every_pair};

on_every_pair! {
    async fn the_next_copy_brings_what_is_new(sites: SitePair) {
        sites.old.create_samples().await;
        sites.copy().await;
        let clara = sites.old.user("clara@example.org").await;
        sites.old.log_in(clara).await;
        sites.old.paste_of(clara, "late").await;
        sites.old.run_sql("update users set password_hash = 'changed' where email like 'anna%'").await;
        let copied = sites.copy().await;
        assert_eq!((copied.users.copied, copied.sessions.copied, copied.pastes.copied, copied.bytes), (2, 1, 1, 4));
        sites.assert_same().await;
    }

    async fn a_source_that_is_written_to_loses_nothing(sites: SitePair) {
        sites.old.fill(50).await;
        let writer = {
            let sites = sites.clone();
            tokio::spawn(async move {
                for n in 0..60 {
                    let user = sites.old.user(&format!("user{n}@example.org")).await;
                    sites.old.paste_of(user, &format!("written meanwhile {n}")).await;
                }
            })
        };
        while !writer.is_finished() {
            let copied = sites.try_copy().await.unwrap();
            assert_eq!(copied.problems, []);
            assert!(sites.new.contents().await.is_consistent());
        }
        writer.await.unwrap();
        sites.copy().await;
        sites.assert_same().await;
    }

    async fn a_paste_deleted_at_the_source_is_deleted_at_the_destination(sites: SitePair) {
        let anna = sites.old.user("anna@example.org").await;
        let paste = sites.old.paste_of(anna, "regretted").await;
        sites.copy().await;
        sites.old.store.delete(&paste.id, anna, START).await.unwrap();
        assert_eq!(sites.copy().await.deleted, 1);
        assert!(sites.new.find(&paste).await.is_none());
        assert_eq!(sites.copy().await.deleted, 0);
    }

    async fn a_change_at_the_source_is_copied_to_an_unused_destination(sites: SitePair) {
        let anna = sites.old.user("anna@example.org").await;
        let paste = sites.old.paste_of(anna, "the text").await;
        sites.copy().await;
        let change = |title: &str| Change {
            title: Some(title.to_owned()),
            visibility: Some(Visibility::Private),
            ..Change::default()
        };
        sites.old.store.change(&paste, &change("newer"), Precondition::Unchanged, START).await.unwrap().unwrap();
        let copied = sites.copy().await;
        assert_eq!((copied.pastes.copied, copied.problems.len(), copied.finished), (1, 0, true));
        sites.assert_same().await;

        sites.new.mark_in_use().await;
        let copy = sites.new.find(&paste).await.unwrap();
        sites.new.store.change(&copy, &change("changed at the destination"), Precondition::Unchanged, START).await.unwrap().unwrap();
        assert_eq!(sites.copy().await.pastes.copied, 0);
        assert_eq!(sites.new.find(&paste).await.unwrap().title, "changed at the destination");
    }

    async fn a_revoked_token_is_deleted_on_request(sites: SitePair) {
        let anna = sites.old.user("anna@example.org").await;
        sites.old.token(anna, "lost").await;
        assert_eq!(sites.copy().await.tokens.copied, 1);
        sites.old.paste("not an empty site").await;
        sites.old.run_sql("delete from access_tokens").await;
        assert_eq!(sites.copy().await.tokens.extra, 1);
        assert_eq!(sites.copy_and_delete().await.unwrap().deleted, 1);
        sites.assert_same().await;
    }

    async fn rows_missing_at_the_source_are_deleted_on_request(sites: SitePair) {
        let anna = sites.old.user("anna@example.org").await;
        let token = sites.old.log_in(anna).await;
        let (paste, stays) = (sites.old.paste_of(anna, "regretted").await, sites.old.paste_of(anna, "stays").await);
        sites.copy().await;
        sites.old.store.delete(&paste.id, anna, START).await.unwrap();
        sites.old.store.purge(START).await.unwrap();
        sites.old.store.end_session(&token).await.unwrap();

        let copied = sites.copy().await;
        assert_eq!((copied.pastes.extra, copied.sessions.extra, copied.deleted), (1, 1, 0));
        assert!(sites.new.find(&paste).await.is_some());
        assert_eq!(sites.copy_and_delete().await.unwrap().deleted, 2);
        assert!(sites.new.find(&paste).await.is_none());
        assert!(sites.new.store.session_user(&token, START).await.unwrap().is_none());
        assert_eq!(sites.new.text(&stays).await.unwrap(), "stays");
        sites.new.store.purge(START).await.unwrap();
        sites.assert_same().await;
    }

    async fn nothing_is_deleted_for_an_empty_source_or_on_a_used_destination(sites: SitePair) {
        let own = sites.new.paste("made here").await;
        assert!(matches!(sites.copy_and_delete().await, Err(CopyError::EmptySource)));
        sites.old.paste("from elsewhere").await;
        sites.new.mark_in_use().await;
        assert!(matches!(sites.copy_and_delete().await, Err(CopyError::DestinationInUse)));
        sites.new.run_sql("delete from job_leases").await;
        sites.new.user("anna@example.org").await;
        assert!(matches!(sites.copy_and_delete().await, Err(CopyError::DestinationInUse)));
        assert_eq!(sites.new.text(&own).await.unwrap(), "made here");
        assert!(sites.new.find(&own).await.is_some());
    }

    async fn deletes_and_changes_at_a_used_destination_stay(sites: SitePair) {
        let anna = sites.old.user("anna@example.org").await;
        let paste = sites.old.create(NewPaste { owner: Some(anna), ..draft("deleted there") }).await;
        sites.copy().await;
        sites.new.mark_in_use().await;
        sites.new.store.delete(&paste.id, anna, START).await.unwrap();
        sites.new.run_sql("update users set password_hash = 'newer'").await;
        let copied = sites.copy().await;
        assert_eq!((copied.pastes.copied, copied.users.copied), (0, 0));
        assert!(sites.new.find(&paste).await.is_none());
        let (_, hash) = sites.new.store.credentials("anna@example.org").await.unwrap().unwrap();
        assert_eq!(hash, "newer");
    }
}
