//! Creates with an Idempotency-Key.

use futures_util::future::join_all;
use store::{Error, IdempotencyKey, NewPaste, Token};

use crate::harness::{ALMOST_A_DAY, DAY, MILLISECOND, draft, on_every_engine};

fn key(name: u8) -> IdempotencyKey {
    IdempotencyKey { key_hash: vec![name; 32], request_hash: vec![1; 32], salt: vec![2; 32] }
}

#[test]
fn a_derived_token_is_always_the_same() {
    let secret = Token::derived(b"salt", b"key").to_hex();
    assert_eq!(Token::derived(b"salt", b"key").to_hex(), secret);
    for (salt, key) in [("salt", "kez"), ("sald", "key"), ("saltk", "ey"), ("", "saltkey")] {
        assert_ne!(Token::derived(salt.as_bytes(), key.as_bytes()).to_hex(), secret);
    }
}

on_every_engine! {
    async fn a_key_creates_one_paste(site: Site) {
        assert!(site.store.recorded_create(&key(1).key_hash, site.now()).await.unwrap().is_none());
        let paste = site.store.create_with_key(draft("once"), key(1), site.now()).await.unwrap();
        let again = site.store.create_with_key(draft("twice"), key(1), site.now()).await;
        assert!(matches!(again, Err(Error::KeyUsed)));
        let recorded = site.sibling().await.store.recorded_create(&key(1).key_hash, site.now()).await.unwrap().unwrap();
        assert_eq!((recorded.paste_id, recorded.request_hash, recorded.salt), (paste.id, vec![1; 32], vec![2; 32]));
        assert_eq!(site.number("select count(*) from pastes").await, 1);
        assert_eq!(site.texts().await.len(), 1, "the second create left no text");
        site.store.create_with_key(draft("another"), key(2), site.now()).await.unwrap();
    }

    async fn of_concurrent_creates_with_one_key_one_succeeds(site: Site) {
        let sibling = site.sibling().await;
        let tries = (0..12).map(|n| {
            let store = if n % 2 == 0 { &site.store } else { &sibling.store };
            store.create_with_key(draft(format!("try {n}")), key(1), site.now())
        });
        let outcomes = join_all(tries).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(Error::KeyUsed))), "{outcomes:?}");
        assert_eq!(site.number("select count(*) from pastes").await, 1);
    }

    async fn a_key_in_use_does_not_affect_other_creates(site: Site) {
        site.store.create_with_key(draft("first"), key(2), site.now()).await.unwrap();
        let all = (0..60_u8).map(async |n| {
            let draft = draft(format!("text {n}"));
            // One third has no key, one third a key of its own, and one third the key in use.
            match n % 3 {
                0 => site.store.create(draft, site.now()).await,
                1 => site.store.create_with_key(draft, key(n), site.now()).await,
                _ => site.store.create_with_key(draft, key(2), site.now()).await,
            }
        });
        for (n, outcome) in join_all(all).await.into_iter().enumerate() {
            if n % 3 == 2 {
                assert!(matches!(outcome, Err(Error::KeyUsed)), "{n}: {outcome:?}");
                continue;
            }
            let paste = outcome.unwrap();
            assert_eq!(site.find(&paste.id).await.as_ref(), Some(&paste));
            let name = key(u8::try_from(n).unwrap()).key_hash;
            let recorded = site.store.recorded_create(&name, site.now()).await.unwrap();
            assert_eq!(recorded.map(|recorded| recorded.paste_id), Some(paste.id).filter(|_| n % 3 == 1));
        }
        assert_eq!(site.number("select count(*) from pastes").await, 41);
        assert!(site.is_consistent().await, "each text has its row");
    }

    async fn a_taken_id_leaves_the_key_free(site: Site) {
        let taken = site.paste("first").await;
        let new = NewPaste { id: taken.id.clone(), ..draft("second") };
        let refused = site.store.create_with_key(new, key(1), site.now()).await;
        assert!(matches!(refused, Err(Error::IdTaken(_))));
        site.store.create_with_key(draft("second"), key(1), site.now()).await.unwrap();
    }

    async fn a_key_can_be_used_again_after_a_day(site: Site) {
        let first = site.store.create_with_key(draft("one"), key(1), site.now()).await.unwrap();
        site.advance(ALMOST_A_DAY);
        assert!(matches!(site.store.create_with_key(draft("two"), key(1), site.now()).await, Err(Error::KeyUsed)));
        site.advance(MILLISECOND);
        assert!(site.store.recorded_create(&key(1).key_hash, site.now()).await.unwrap().is_none());
        let second = site.store.create_with_key(draft("two"), key(1), site.now()).await.unwrap();
        let recorded = site.store.recorded_create(&key(1).key_hash, site.now()).await.unwrap().unwrap();
        assert!(recorded.paste_id == second.id && recorded.paste_id != first.id);
        site.advance(DAY);
        site.store.purge(site.now()).await.unwrap();
        assert_eq!(site.number("select count(*) from idempotency_keys").await, 0);
    }
}
