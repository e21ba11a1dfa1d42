//! Creates that share a transaction, and reads that share a statement.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use store::{Db, Error, NewPaste, Span, UserId};

use crate::harness::{DAY, Site, draft, new_id, on_every_engine};

on_every_engine! {
    async fn concurrent_creates_share_transactions(site: Site) {
        let texts: Vec<String> = (0..300).map(|n| format!("text {n}")).collect();
        let created = join_all(texts.iter().map(|text| site.store.create(draft(text.as_str()), site.now()))).await;
        for (paste, text) in created.into_iter().zip(&texts) {
            let paste = paste.unwrap();
            assert_eq!(site.find(&paste.id).await.as_ref(), Some(&paste));
            assert_eq!(site.text(&paste.id).await.unwrap(), text);
        }
        assert_eq!(site.rows().await.len(), 300);
        assert!(site.is_consistent().await);
        if let Db::Postgres(_) = site.db() {
            let transactions = site.number("select count(distinct xmin::text) from pastes").await;
            assert!(transactions < 100, "{transactions} transactions for 300 creates");
        }
    }

    async fn concurrent_creates_have_their_own_metadata(site: Site) {
        let (anna, boris) = (site.user("anna@example.org").await, site.user("boris@example.org").await);
        let new = |n: u64| NewPaste {
            owner: [None, Some(anna), Some(boris)][usize::try_from(n % 3).unwrap()],
            title: format!("title {n}"),
            expires_at: n.is_multiple_of(2).then(|| site.now().plus(DAY)),
            delete_token_hash: n.is_multiple_of(3).then(|| vec![u8::try_from(n).unwrap(); 32]),
            syntax_guessed: n.is_multiple_of(5),
            ..draft("x".repeat(usize::try_from(n).unwrap()))
        };
        let news: Vec<NewPaste> = (0..60).map(new).collect();
        let created = join_all(news.iter().map(|new| site.store.create(new.clone(), site.now()))).await;
        for (paste, new) in created.into_iter().zip(news) {
            let found = site.find(&new.id).await.unwrap();
            assert_eq!(paste.unwrap(), found);
            assert_eq!((found.owner, found.title, found.expires_at), (new.owner, new.title, new.expires_at));
            assert_eq!((found.delete_token_hash, found.syntax_guessed), (new.delete_token_hash, new.syntax_guessed));
            assert_eq!(found.bytes, new.text.len() as u64);
        }
    }

    async fn a_refused_create_does_not_fail_the_rest_of_its_batch(site: Site) {
        let nobody = NewPaste { owner: Some(UserId(77)), ..draft("of nobody") };
        let mut news: Vec<NewPaste> = (0..60).map(|n| draft(format!("text {n}"))).collect();
        news.insert(30, nobody);
        let mut created = join_all(news.into_iter().map(|new| site.store.create(new, site.now()))).await;
        assert!(matches!(created.remove(30), Err(Error::Database(_))));
        for paste in created {
            let paste = paste.unwrap();
            assert_eq!(site.find(&paste.id).await, Some(paste));
        }
        site.sweep_leftovers().await;
        assert!(site.is_consistent().await);
    }

    async fn of_a_batch_with_one_id_one_is_stored(site: Site) {
        let id = new_id();
        let news = (0..40).map(|n| NewPaste { id: id.clone(), ..draft(format!("text {n}")) });
        let created = join_all(news.map(|new| site.store.create(new, site.now()))).await;
        let created: Vec<_> = created.into_iter().filter_map(|outcome| match outcome {
            Ok(paste) => Some(paste),
            Err(Error::IdTaken(taken)) => { assert_eq!(taken, id); None }
            Err(other) => panic!("{other}"),
        }).collect();
        assert_eq!(created.len(), 1);
        assert_eq!(site.find(&id).await.as_ref(), Some(&created[0]));
        assert!(site.is_consistent().await, "each text has its row");
    }

    async fn concurrent_reads_find_their_own_pastes(site: Site) {
        let mut pastes = Vec::new();
        for n in 0..40 {
            pastes.push(site.expiring_paste(&format!("text {n}"), DAY * (n % 4)).await);
        }
        site.advance(DAY);
        let ids = (0..400).map(|n| match n % 41 { 40 => new_id(), n => pastes[n].id.clone() });
        let ids: Vec<_> = ids.collect();
        for (n, found) in join_all(ids.iter().map(|id| site.find(id))).await.into_iter().enumerate() {
            let expected = pastes.get(n % 41).filter(|paste| paste.expires_at > Some(site.now()));
            assert_eq!(found.as_ref(), expected, "{n}");
        }
    }
    async fn an_abandoned_read_closes_no_connection(site: Site) {
        let (anna, boris) = (site.user("anna@example.org").await, site.user("boris@example.org").await);
        for n in 0..3 {
            site.paste_of(anna, &format!("text {n}")).await;
        }
        let count = async |user: UserId| site.store.totals_of(user, site.now()).await.unwrap().count;
        join_all((0..50).map(|_| count(anna))).await;
        let span = Span { limit: 9, ..Span::default() };
        let before = connections(&site).await;
        for polls in (0..10).cycle().take(500) {
            let mut read = Box::pin(site.store.pastes_of(anna, &span, site.now()));
            for _ in 0..polls {
                if read.as_mut().now_or_never().is_some() {
                    break;
                }
                tokio::time::sleep(Duration::from_micros(50)).await;
            }
            drop(read);
            assert_eq!((count(boris).await, count(anna).await), (0, 3));
        }
        let after = connections(&site).await;
        assert!(before.is_subset(&after), "connections were closed: {before:?}, {after:?}");
    }
}

/// The server processes of all connections to this database. Empty on SQLite.
async fn connections(site: &Site) -> BTreeSet<i32> {
    let Db::Postgres(pool) = site.db() else { return BTreeSet::new() };
    let all = "select pid from pg_stat_activity where datname = current_database() and application_name = 'pastebin'";
    sqlx::query_scalar(all).fetch_all(pool).await.unwrap().into_iter().collect()
}
