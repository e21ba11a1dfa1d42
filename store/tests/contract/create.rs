//! Creating and reading pastes.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sha2::{Digest, Sha256};
use store::{Error, NewPaste, UserId, Visibility};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::harness::{DAY, draft, new_id, noise, on_every_engine, until};

const MEBIBYTE: usize = 1024 * 1024;

/// Texts as people paste them: line ends of every kind, emoji, right to left, controls.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[a-z ]{0,40}",
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\n".to_owned()),
        Just("👩‍👩‍👧‍👦🏳️‍🌈".to_owned()),
        Just("\u{202e}שלום\u{2066}مرحبا\u{2069}".to_owned()),
        Just("\0\u{feff}\u{2028}\u{7f}".to_owned()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Polls `work` up to `waits` times and drops it then, as if its client had disconnected.
async fn abandon_after(waits: usize, work: impl Future) {
    let (mut work, mut left) = (pin!(work), waits);
    poll_fn(|context| {
        left -= 1;
        let outcome = work.as_mut().poll(context).map(drop);
        if left == 0 { Poll::Ready(()) } else { outcome }
    })
    .await;
}

on_every_engine! {
    async fn a_text_is_read_as_it_was_created(site: Site) {
        let every_byte: Vec<u8> = (0..=255).collect();
        for text in [
            &b""[..], b"\n", b"x", b"no final newline", b"one\r\ntwo\rthree\n", "\u{feff}bom".as_bytes(), &every_byte,
        ] {
            let paste = site.create(draft(text)).await;
            assert_eq!(site.store.text(&paste).await.unwrap(), text, "the first read");
            assert_eq!(site.store.text(&paste).await.unwrap(), text, "the second read");
            assert_eq!(site.text(&paste.id).await.unwrap(), text, "a read without a cache");
        }
    }

    async fn any_text_is_read_as_it_was_created(site: Site) {
        let handle = Handle::current();
        let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
        block_in_place(|| {
            TestRunner::new(config).run(&texts(), |text| {
                let back = handle.block_on(async { site.text(&site.paste(&text).await.id).await.unwrap() });
                prop_assert_eq!(back, text);
                Ok(())
            })
        })
        .unwrap();
    }

    async fn ten_mebibytes_are_read_as_they_were_created(site: Site) {
        let lines = "2030-01-01 12:00:00 a line of a log\n".repeat(10 * MEBIBYTE / 36);
        for text in [noise(10 * MEBIBYTE), lines.into_bytes(), vec![b'a'; 10 * MEBIBYTE]] {
            let paste = site.create(draft(text.clone())).await;
            assert!(site.text(&paste.id).await.unwrap() == text, "the text differs");
        }
    }

    async fn the_metadata_is_read_as_it_was_created(site: Site) {
        let anna = site.user("anna@example.org").await;
        let new = NewPaste {
            owner: Some(anna),
            title: "Привет, <b>мир</b> 🙂 \u{202e}'; drop table pastes; --".to_owned(),
            syntax: "rust".to_owned(),
            syntax_guessed: true,
            visibility: Visibility::Private,
            expires_at: Some(site.now().plus(DAY)),
            ..draft("fn main() {}\nпривет")
        };
        let created = site.create(new.clone()).await;
        let found = site.find_as(&new.id, Some(anna)).await.unwrap();
        assert_eq!(found, created);
        assert_eq!((found.id, found.owner, found.title), (new.id, new.owner, new.title));
        assert_eq!((found.syntax, found.syntax_guessed, found.visibility, found.expires_at), (new.syntax, new.syntax_guessed, new.visibility, new.expires_at));
        assert_eq!((found.bytes, found.lines, found.created_at), (25, 2, site.now()));
        assert_eq!(found.sha256, Sha256::digest(&new.text).to_vec());
    }

    async fn lines_are_counted_as_in_an_editor(site: Site) {
        for (text, lines) in [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2), ("a\r\nb\r\n", 2)] {
            assert_eq!(site.paste(text).await.lines, lines, "{text:?}");
        }
    }

    async fn equal_texts_have_separate_blobs(site: Site) {
        let (one, other) = (site.paste("twice").await, site.paste("twice").await);
        assert_ne!(one.blob_key, other.blob_key);
        assert!(!one.blob_key.as_str().contains(one.id.as_str()));
        site.delete_text(&one).await;
        assert_eq!(site.text(&other.id).await.unwrap(), "twice");
    }

    async fn a_create_with_a_taken_id_stores_nothing(site: Site) {
        let first = site.paste("first").await;
        let anna = site.user("anna@example.org").await;
        let second = NewPaste { id: first.id.clone(), owner: Some(anna), title: "mine".to_owned(), ..draft("second") };
        let refused = site.store.create(second, site.now().plus(DAY)).await;
        assert!(matches!(refused, Err(Error::IdTaken(id)) if id == first.id));
        assert_eq!(site.find(&first.id).await.as_ref(), Some(&first));
        assert_eq!(site.text(&first.id).await.unwrap(), "first");
        assert_eq!((site.rows().await.len(), site.texts().await.len()), (1, 1), "no orphan is left");
        site.paste("still works").await;
    }

    async fn the_id_of_a_deleted_or_expired_row_is_still_taken(site: Site) {
        let anna = site.user("anna@example.org").await;
        let deleted = site.paste_of(anna, "deleted").await;
        site.store.delete(&deleted.id, anna, site.now()).await.unwrap();
        let expired = site.expiring_paste("expired", DAY).await;
        site.advance(DAY);
        for id in [deleted.id, expired.id] {
            let refused = site.store.create(NewPaste { id: id.clone(), ..draft("again") }, site.now()).await;
            assert!(matches!(refused, Err(Error::IdTaken(_))));
            assert_eq!(site.find(&id).await, None);
        }
        assert!(site.is_consistent().await);
    }

    async fn of_concurrent_creates_with_one_id_one_succeeds(site: Site) {
        let sibling = site.sibling().await;
        for _ in 0..5 {
            let id = new_id();
            let tries = (0..16).map(|i| {
                let store = if i % 2 == 0 { &site.store } else { &sibling.store };
                store.create(NewPaste { id: id.clone(), ..draft(format!("try {i}")) }, site.now())
            });
            let outcomes = join_all(tries).await;
            let won: Vec<_> = (0..).zip(&outcomes).filter(|(_, outcome)| outcome.is_ok()).map(|(i, _)| i).collect();
            let [winner] = won[..] else { panic!("not one winner: {outcomes:?}") };
            assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(Error::IdTaken(_)))), "{outcomes:?}");
            assert_eq!(site.text(&id).await.unwrap(), format!("try {winner}"));
        }
        assert!(site.is_consistent().await, "a failed create left its text");
    }

    async fn concurrent_creates_are_all_stored(site: Site) {
        let sibling = site.sibling().await;
        let creates = (0..100).map(|i| {
            let store = if i % 2 == 0 { &site.store } else { &sibling.store };
            store.create(draft(format!("text {i}")), site.now())
        });
        for (i, created) in join_all(creates).await.into_iter().enumerate() {
            assert_eq!(site.text(&created.unwrap().id).await.unwrap(), format!("text {i}"));
        }
    }

    async fn a_refused_row_leaves_no_text(site: Site) {
        let nobody = NewPaste { owner: Some(UserId(404)), ..draft("whose?") };
        assert!(matches!(site.store.create(nobody, site.now()).await, Err(Error::Database(_))));
        site.refuse("insert", "pastes").await;
        assert!(matches!(site.store.create(draft("refused"), site.now()).await, Err(Error::Database(_))));
        site.sweep_leftovers().await;
        assert_eq!((site.rows().await.len(), site.texts().await.len()), (0, 0));
        site.allow("pastes").await;
        site.paste("still works").await;
    }

    async fn an_abandoned_create_is_complete_or_absent(site: Site) {
        let (sibling, large) = (site.sibling().await, noise(100_000));
        for waits in 1..=15 {
            for text in [&b"small"[..], &large].into_iter().cycle().take(10) {
                abandon_after(waits, site.store.create(draft(text), site.now())).await;
            }
            // More users than connections, so that each connection that was left behind is used.
            for i in 0..8 {
                let email = format!("anna{waits}.{i}@example.org");
                site.user(&email).await;
                assert!(sibling.store.credentials(&email).await.unwrap().is_some(), "an acknowledged write is stored");
            }
        }
        for _ in 0..50 {
            let paste = site.paste("still works").await;
            assert_eq!(sibling.find(&paste.id).await, Some(paste), "an acknowledged write is stored");
        }
        // Abandoned creates may still be running.
        until("no incomplete create is left", || async {
            sibling.sweep_leftovers().await;
            sibling.is_consistent().await
        })
        .await;
        for id in sibling.rows().await {
            sibling.text(&id.parse().unwrap()).await.unwrap();
        }
    }
}
