//! Commits that fail.

use store::{Error, NewUser};

use crate::harness::{draft, on_every_engine};

on_every_engine! {
    async fn a_failed_commit_is_reported(site: Site) {
        let anna = site.user("anna@example.org").await;
        let paste = site.paste_of(anna, "kept").await;

        site.fail_commits("insert", "users").await;
        let boris = NewUser { email: "boris@example.org", password_hash: "$" };
        assert!(matches!(site.store.create_user(boris, site.now()).await, Err(Error::Database(_))));
        assert!(site.store.credentials("boris@example.org").await.unwrap().is_none());
        site.allow("users").await;

        site.fail_commits("update", "pastes").await;
        assert!(matches!(site.store.delete(&paste.id, anna, site.now()).await, Err(Error::Database(_))));
        assert_eq!(site.find(&paste.id).await.as_ref(), Some(&paste));
        site.allow("pastes").await;

        site.fail_commits("insert", "pastes").await;
        assert!(matches!(site.store.create(draft("lost"), site.now()).await, Err(Error::Database(_))));
        site.allow("pastes").await;
        site.sweep_leftovers().await;
        assert_eq!((site.rows().await.len(), site.texts().await.len()), (1, 1));
        site.paste("still works").await;
    }
}
