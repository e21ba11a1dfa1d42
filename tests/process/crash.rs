//! A program that is killed while it saves pastes.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Client;
use sqlx::Row as _;

use crate::program::{Home, read};

/// The program is killed after this many acknowledged pastes, which is in the middle of the burst
/// on a machine of any speed.
const ACKNOWLEDGED: usize = 150;
const VISITORS: usize = 16;
const TEXTS_PER_VISITOR: usize = 2_000;

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_paste_is_lost_when_the_program_is_killed() {
    let home = Home::new();
    let mut program = home.start();
    let count = Arc::new(AtomicUsize::new(0));
    let burst: Vec<_> = (0..VISITORS)
        .map(|visitor| tokio::spawn(create_pastes(program.url.clone(), visitor, count.clone())))
        .collect();
    while count.load(Ordering::SeqCst) < ACKNOWLEDGED {
        tokio::task::yield_now().await;
    }
    program.signal("-KILL");
    program.wait();
    let mut acknowledged = HashMap::new();
    for visitor in burst {
        acknowledged.extend(visitor.await.unwrap());
    }
    let expected = ACKNOWLEDGED..TEXTS_PER_VISITOR * VISITORS;
    assert!(expected.contains(&acknowledged.len()), "killed in the middle of the burst");

    let restarted = home.start();
    let client = Client::new();
    for (link, text) in &acknowledged {
        assert_eq!(&read(&client, link).await, text, "{link}");
    }
    drop(restarted);
    assert!(home.run(&["sweep"], &[]).status.success());
    assert_no_orphans(&home).await;
}

/// Creates pastes until one fails. Returns those that were acknowledged, by link, and counts them
/// in `count` meanwhile.
async fn create_pastes(
    url: String,
    visitor: usize,
    count: Arc<AtomicUsize>,
) -> HashMap<String, String> {
    let client = Client::new();
    let mut acknowledged = HashMap::new();
    for n in 0..TEXTS_PER_VISITOR {
        let text = format!("visitor {visitor}, text {n}\n").repeat(1 + n % 50);
        let Ok(response) = client.post(&url).body(text.clone()).send().await else { break };
        if response.status() != 201 {
            break;
        }
        let Ok(link) = response.text().await else { break };
        acknowledged.insert(link.trim().to_owned(), text);
        count.fetch_add(1, Ordering::SeqCst);
    }
    acknowledged
}

/// Checks that every text in the database belongs to a row, and every row has its text.
async fn assert_no_orphans(home: &Home) {
    let db = store::Db::sqlite(&home.database()).await.unwrap();
    let store::Db::Sqlite(sqlite) = &db else { unreachable!() };
    for (what, query) in [
        (
            "texts without a row",
            "select count(*) from blobs where key not in (select blob_key from pastes)",
        ),
        (
            "rows without a text",
            "select count(*) from pastes where blob_key not in (select key from blobs)",
        ),
    ] {
        let count: i64 = sqlx::query(query).fetch_one(&sqlite.read).await.unwrap().get(0);
        assert_eq!(count, 0, "{what}");
    }
}
