//! Changes of pastes, and their preconditions.

use futures_util::future::join_all;
use store::{Change, Editor, NewPaste, Paste, Precondition, Token, Visibility};

use crate::harness::{DAY, Site, draft, on_every_engine};

fn titled(title: &str) -> Change {
    Change { title: Some(title.to_owned()), ..Change::default() }
}

impl Site {
    async fn paste_with_token(&self, secret: &Token) -> Paste {
        self.create(NewPaste { delete_token_hash: Some(secret.hash()), ..draft("with a token") })
            .await
    }
}

on_every_engine! {
    async fn everything_but_the_text_can_change(site: Site) {
        let anna = site.user("anna@example.org").await;
        let paste = site.paste_of(anna, "the text").await;
        let change = Change {
            title: Some("новое".to_owned()),
            syntax: Some("rust".to_owned()),
            syntax_guessed: Some(true),
            visibility: Some(Visibility::Private),
            expires_at: Some(Some(site.now().plus(DAY))),
        };
        let changed = site.store.change(&paste, &change, Precondition::Unchanged, site.now()).await.unwrap().unwrap();
        let expected = Paste {
            title: "новое".to_owned(),
            syntax: "rust".to_owned(),
            syntax_guessed: true,
            visibility: Visibility::Private,
            expires_at: Some(site.now().plus(DAY)),
            ..paste.clone()
        };
        assert_eq!(changed, expected);
        let sibling = site.sibling().await;
        assert_eq!(sibling.find_as(&paste.id, Some(anna)).await, Some(expected));
        assert_eq!(sibling.find(&paste.id).await, None, "it is private now");
        site.advance(DAY);
        assert_eq!(sibling.find_as(&paste.id, Some(anna)).await, None, "it expires earlier now");
    }

    async fn a_change_of_an_outdated_paste_is_refused(site: Site) {
        let paste = site.paste("x").await;
        let seen = paste.clone();
        site.store.change(&seen, &titled("one"), Precondition::Unchanged, site.now()).await.unwrap().unwrap();
        assert_eq!(site.store.change(&seen, &titled("two"), Precondition::Unchanged, site.now()).await.unwrap(), None);
        assert!(!site.store.delete_seen(&seen, Precondition::Unchanged, site.now()).await.unwrap());
        let current = site.find(&paste.id).await.unwrap();
        assert_eq!(current.title, "one");
        assert!(site.store.delete_seen(&current, Precondition::Unchanged, site.now()).await.unwrap());
        assert_eq!(site.find(&paste.id).await, None);
        assert_eq!(site.store.change(&current, &titled("late"), Precondition::Unchanged, site.now()).await.unwrap(), None);
    }

    async fn of_concurrent_conditional_changes_one_succeeds(site: Site) {
        let paste = site.expiring_paste("x", DAY).await;
        let sibling = site.sibling().await;
        let changes: Vec<_> = (0..12).map(|n| titled(&format!("title {n}"))).collect();
        let tries = changes.iter().enumerate().map(|(n, change)| {
            let store = if n % 2 == 0 { &site.store } else { &sibling.store };
            store.change(&paste, change, Precondition::Unchanged, site.now())
        });
        let done: Vec<_> = join_all(tries).await.into_iter().filter_map(|outcome| outcome.unwrap()).collect();
        assert_eq!(done.len(), 1);
        assert_eq!(site.find(&paste.id).await.unwrap(), done[0]);
    }

    async fn concurrent_unconditional_changes_all_apply(site: Site) {
        let paste = site.expiring_paste("x", DAY).await;
        let changes = [
            titled("a title"),
            Change { syntax: Some("rust".to_owned()), ..Change::default() },
            Change { visibility: Some(Visibility::Public), ..Change::default() },
            Change { expires_at: Some(None), ..Change::default() },
        ];
        let tries = changes.iter().map(|change| site.store.change(&paste, change, Precondition::Exists, site.now()));
        assert!(join_all(tries).await.into_iter().all(|outcome| outcome.unwrap().is_some()));
        let current = site.find(&paste.id).await.unwrap();
        assert_eq!((current.title.as_str(), current.syntax.as_str(), current.visibility), ("a title", "rust", Visibility::Public));
        assert_eq!(current.expires_at, None);
        assert!(site.store.delete_seen(&paste, Precondition::Exists, site.now()).await.unwrap());
    }

    async fn an_expired_paste_cannot_be_changed_or_deleted(site: Site) {
        let paste = site.expiring_paste("x", DAY).await;
        site.advance(DAY);
        let change = Change { expires_at: Some(None), ..Change::default() };
        for condition in [Precondition::Unchanged, Precondition::Exists] {
            assert_eq!(site.store.change(&paste, &change, condition, site.now()).await.unwrap(), None);
            assert!(!site.store.delete_seen(&paste, condition, site.now()).await.unwrap());
        }
    }

    async fn a_delete_token_deletes_only_its_own_paste(site: Site) {
        let (secret, other) = (Token::random().unwrap(), Token::random().unwrap());
        let (paste, another) = (site.paste_with_token(&secret).await, site.paste_with_token(&other).await);
        let holder = Editor::DeleteToken(secret);
        assert!(holder.may_change(&paste) && !holder.may_change(&another));
        let without_token = site.paste("without a token").await;
        assert!(!holder.may_change(&without_token));
        for foreign in [&another, &without_token] {
            assert_eq!(site.store.delete(&foreign.id, holder.clone(), site.now()).await.unwrap(), None);
        }
        assert!(site.store.delete(&paste.id, holder, site.now()).await.unwrap().is_some());
        assert_eq!(site.find(&paste.id).await, None);
        assert!(site.find(&another.id).await.is_some());
    }
}
