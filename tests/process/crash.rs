use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Client;
use sqlx::Row as _;

use crate::program::Home;

/// Acknowledged pastes before the program is killed: in the middle of the burst, whatever the machine.
const ACKNOWLEDGED: usize = 150;
const VISITORS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_a_burst_of_creates_nothing_acknowledged_is_lost() {
    let home = Home::new();
    let mut program = home.start();
    let done = Arc::new(AtomicUsize::new(0));
    let url = program.url.clone();
    let burst: Vec<_> = (0..VISITORS)
        .map(|visitor| {
            let (url, done) = (url.clone(), done.clone());
            tokio::spawn(async move {
                let client = Client::new();
                let mut acknowledged = HashMap::new();
                for n in 0..2_000 {
                    let text = format!("visitor {visitor}, text {n}\n").repeat(1 + n % 50);
                    let Ok(response) = client.post(&url).body(text.clone()).send().await else {
                        break;
                    };
                    if response.status() != 201 {
                        break;
                    }
                    let Ok(link) = response.text().await else { break };
                    acknowledged.insert(link.trim().to_owned(), text);
                    done.fetch_add(1, Ordering::SeqCst);
                }
                acknowledged
            })
        })
        .collect();
    while done.load(Ordering::SeqCst) < ACKNOWLEDGED {
        tokio::task::yield_now().await;
    }
    program.signal("-KILL");
    program.wait();
    let mut acknowledged = HashMap::new();
    for visitor in burst {
        acknowledged.extend(visitor.await.unwrap());
    }
    assert!((ACKNOWLEDGED..2_000 * VISITORS).contains(&acknowledged.len()), "killed in the middle");

    let again = home.start();
    let client = Client::new();
    for (link, text) in &acknowledged {
        let read = client.get(format!("{link}/raw")).send().await.unwrap().text().await.unwrap();
        assert_eq!(&read, text, "{link}");
    }
    drop(again);
    assert!(home.run(&["sweep"], &[]).status.success());
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
