use store::{Change, CopyError, If, NewPaste, Visibility};

use crate::houses::{Houses, START, draft, on_all_ways};

on_all_ways! {
    async fn what_came_meanwhile_comes_with_the_next_run(houses: Houses) {
        houses.old.grow().await;
        houses.copy().await;
        let clara = houses.old.user("clara@example.org").await;
        houses.old.log_in(clara).await;
        houses.old.of(clara, "late").await;
        houses.old.run_sql("update users set password_hash = 'changed' where email like 'anna%'").await;
        let copied = houses.copy().await;
        assert_eq!((copied.users.copied, copied.sessions.copied, copied.pastes.copied, copied.bytes), (2, 1, 1, 4));
        houses.assert_same().await;
    }

    async fn a_source_that_is_written_to_loses_nothing(houses: Houses) {
        houses.old.fill(50).await;
        let writer = {
            let houses = houses.clone();
            tokio::spawn(async move {
                for n in 0..60 {
                    let user = houses.old.user(&format!("user{n}@example.org")).await;
                    houses.old.of(user, &format!("written meanwhile {n}")).await;
                }
            })
        };
        while !writer.is_finished() {
            let copied = houses.try_copy().await.unwrap();
            assert_eq!(copied.problems, []);
            assert!(houses.new.contents().await.is_whole());
        }
        writer.await.unwrap();
        houses.copy().await;
        houses.assert_same().await;
    }

    async fn what_is_marked_deleted_at_the_source_is_deleted(houses: Houses) {
        let anna = houses.old.user("anna@example.org").await;
        let paste = houses.old.of(anna, "regretted").await;
        houses.copy().await;
        houses.old.store.delete(&paste.id, anna, START).await.unwrap();
        assert_eq!(houses.copy().await.deleted, 1);
        assert!(houses.new.find(&paste).await.is_none());
        assert_eq!(houses.copy().await.deleted, 0);
    }

    async fn what_its_author_changed_meanwhile_comes_as_it_is_now(houses: Houses) {
        let anna = houses.old.user("anna@example.org").await;
        let paste = houses.old.of(anna, "the text").await;
        houses.copy().await;
        let change = |title: &str| Change {
            title: Some(title.to_owned()),
            visibility: Some(Visibility::Private),
            ..Change::default()
        };
        houses.old.store.change(&paste, &change("newer"), If::AsSeen, START).await.unwrap().unwrap();
        let copied = houses.copy().await;
        assert_eq!((copied.pastes.copied, copied.problems.len(), copied.finished), (1, 0, true));
        houses.assert_same().await;

        houses.new.serve().await;
        let there = houses.new.find(&paste).await.unwrap();
        houses.new.store.change(&there, &change("changed there"), If::AsSeen, START).await.unwrap().unwrap();
        assert_eq!(houses.copy().await.pastes.copied, 0);
        assert_eq!(houses.new.find(&paste).await.unwrap().title, "changed there");
    }

    async fn a_revoked_token_goes_if_asked(houses: Houses) {
        let anna = houses.old.user("anna@example.org").await;
        houses.old.token(anna, "lost").await;
        assert_eq!(houses.copy().await.tokens.copied, 1);
        houses.old.paste("not an empty site").await;
        houses.old.run_sql("delete from access_tokens").await;
        assert_eq!(houses.copy().await.tokens.extra, 1);
        assert_eq!(houses.copy_and_delete().await.unwrap().deleted, 1);
        houses.assert_same().await;
    }

    async fn what_went_from_the_source_goes_if_asked(houses: Houses) {
        let anna = houses.old.user("anna@example.org").await;
        let token = houses.old.log_in(anna).await;
        let (paste, stays) = (houses.old.of(anna, "regretted").await, houses.old.of(anna, "stays").await);
        houses.copy().await;
        houses.old.store.delete(&paste.id, anna, START).await.unwrap();
        houses.old.store.purge(START).await.unwrap();
        houses.old.store.end_session(&token).await.unwrap();

        let copied = houses.copy().await;
        assert_eq!((copied.pastes.extra, copied.sessions.extra, copied.deleted), (1, 1, 0));
        assert!(houses.new.find(&paste).await.is_some());
        assert_eq!(houses.copy_and_delete().await.unwrap().deleted, 2);
        assert!(houses.new.find(&paste).await.is_none());
        assert!(houses.new.store.session_user(&token, START).await.unwrap().is_none());
        assert_eq!(houses.new.text(&stays).await.unwrap(), "stays");
        houses.new.store.purge(START).await.unwrap();
        houses.assert_same().await;
    }

    async fn nothing_is_deleted_where_it_may_be_somebody_elses(houses: Houses) {
        let own = houses.new.paste("made here").await;
        assert!(matches!(houses.copy_and_delete().await, Err(CopyError::EmptySource)));
        houses.old.paste("from elsewhere").await;
        houses.new.serve().await;
        assert!(matches!(houses.copy_and_delete().await, Err(CopyError::DestinationInUse)));
        houses.new.run_sql("delete from job_leases").await;
        houses.new.user("anna@example.org").await;
        assert!(matches!(houses.copy_and_delete().await, Err(CopyError::DestinationInUse)));
        assert_eq!(houses.new.text(&own).await.unwrap(), "made here");
        assert!(houses.new.find(&own).await.is_some());
    }

    async fn what_was_deleted_or_changed_at_the_destination_stays_so(houses: Houses) {
        let anna = houses.old.user("anna@example.org").await;
        let paste = houses.old.keep(NewPaste { owner: Some(anna), ..draft("deleted there") }).await;
        houses.copy().await;
        houses.new.serve().await;
        houses.new.store.delete(&paste.id, anna, START).await.unwrap();
        houses.new.run_sql("update users set password_hash = 'newer'").await;
        let copied = houses.copy().await;
        assert_eq!((copied.pastes.copied, copied.users.copied), (0, 0));
        assert!(houses.new.find(&paste).await.is_none());
        let (_, hash) = houses.new.store.credentials("anna@example.org").await.unwrap().unwrap();
        assert_eq!(hash, "newer");
    }
}
