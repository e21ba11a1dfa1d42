//! The bucket: pages, batches, refusals, and broken connections.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::join_all;
use store::{
    BlobKey, BlobStore as _, Clock, Db, Deadlines, Error, S3Blobs, S3Settings, Store, Swept,
    Timestamp,
};
use tempfile::TempDir;
use testbed::{Line, Proxy, S3Server, SECRET_KEY};

use crate::harness::{DAY, draft, noise, object, until, with_long_deadlines};

const NOW: Timestamp = Timestamp(0);

fn connect(server: &S3Server) -> S3Blobs {
    S3Blobs::new(&with_long_deadlines(server.settings()))
}

fn numbered(numbers: impl IntoIterator<Item = usize>) -> Vec<BlobKey> {
    numbers.into_iter().map(|i| format!("{i:032x}").into()).collect()
}

/// All keys, listed page by page.
async fn walk(blobs: &S3Blobs, limit: u32) -> Vec<BlobKey> {
    let mut found = Vec::new();
    loop {
        let after = found.last().unwrap_or(&BlobKey::FIRST).clone();
        let page = blobs.list(&after, limit).await.unwrap();
        found.extend(page.iter().map(|blob| blob.key.clone()));
        if page.len() < limit as usize {
            return found;
        }
    }
}

fn is_outage<T: std::fmt::Debug>(outcome: Result<T, Error>) -> bool {
    matches!(outcome.unwrap_err(), error @ Error::Blobs(_) if error.is_outage())
}

/// A store whose bucket is behind the proxy, and a second one on the same data, for calls that must
/// fail: its attempts time out after `timeout`.
async fn stores_at(folder: &TempDir, proxy: &Proxy, timeout: Duration) -> (Store, Store) {
    let db = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap();
    let settings = with_long_deadlines(S3Server::settings_at(format!("http://{}", proxy.address)));
    let hasty = Deadlines { connect: timeout, attempt: timeout, ..settings.deadlines };
    let hasty = S3Settings { deadlines: hasty, ..settings.clone() };
    let store = |settings| Store::with_blobs(db.clone(), Arc::new(S3Blobs::new(settings)));
    (store(&settings), store(&hasty))
}

fn today() -> Timestamp {
    store::Clock::System.now()
}

#[tokio::test]
async fn more_keys_than_a_page_are_listed() {
    let server = S3Server::start().await;
    let blobs = connect(&server);
    let keys = numbered(0..2300);
    for key in &keys {
        server.place(&object(key), b"x");
    }
    for limit in [999, 1000, 1001, 2299, 2300, 2301, u32::MAX] {
        assert!(walk(&blobs, limit).await == keys, "in pages of {limit}");
    }
    for (after, limit) in [(998, 3), (999, 3), (1000, 1500), (2299, 3)] {
        let page = blobs.list(&keys[after], limit).await.unwrap();
        let page: Vec<_> = page.into_iter().map(|blob| blob.key).collect();
        assert!(page == keys[after + 1..].iter().take(limit as usize).cloned().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn more_keys_than_a_batch_are_deleted() {
    for batches_refused in [false, true] {
        let server = S3Server::start().await;
        server.refuse_batches(batches_refused);
        let blobs = connect(&server);
        let keys = numbered(0..2300);
        for key in &keys {
            server.place(&object(key), b"x");
        }
        let (go, stay) = keys.split_at(2150);
        let absent = numbered(10_000..10_100);
        for _ in 0..2 {
            blobs.delete(&[go, &absent].concat()).await.unwrap();
            let left: Vec<_> = stay.iter().map(|key| key.as_str().to_owned()).collect();
            assert!(server.keys() == left, "batches refused: {batches_refused}");
        }
    }
}

#[tokio::test]
async fn other_objects_in_the_bucket_are_not_touched() {
    let server = S3Server::start().await;
    let folder = TempDir::new().unwrap();
    let db = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap();
    let store = Store::with_blobs(db, Arc::new(connect(&server)));
    let paste = store.create(draft("ours"), today()).await.unwrap();
    let others =
        ["a", "photos/cat.jpg", "text", "texts.bak", "texts-of-others/1", "textt", "zoo/x"];
    for other in others {
        server.place(other, b"theirs");
    }
    server.place("texts/000000", b"an orphan");

    let listed = store.blobs().list(&BlobKey::FIRST, u32::MAX).await.unwrap();
    assert_eq!(listed.len(), 2, "{listed:?}");
    let swept = store.sweep_all(today().plus(2 * DAY)).await.unwrap();
    assert_eq!((swept.texts_found, swept.orphans_removed), (2, 1));
    store.blobs().delete(&others.map(|other| BlobKey::from(other.to_owned()))).await.unwrap();
    for other in others {
        assert!(server.has(other), "{other}");
    }
    assert_eq!(store.text(&paste).await.unwrap(), "ours");
}

#[tokio::test]
async fn the_time_of_a_text_is_that_of_the_server() {
    let server = S3Server::start().await;
    let blobs = connect(&server);
    let before = today();
    blobs.put(&"key".to_owned().into(), Bytes::from("x"), NOW).await.unwrap();
    let after = today();
    let modified = blobs.list(&BlobKey::FIRST, 1).await.unwrap()[0].created_at;
    // The time of a file is as coarse as the tick of the kernel.
    let tick = Duration::from_secs(1);
    assert!(
        before.minus(tick) <= modified && modified <= after.plus(tick),
        "{before:?} {modified:?} {after:?}"
    );
    server.date("texts/key", SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    let modified = blobs.list(&BlobKey::FIRST, 1).await.unwrap()[0].created_at;
    assert_eq!(modified, Timestamp(1_000_000_000_000));
}

#[tokio::test]
async fn a_missing_key_is_none() {
    let server = S3Server::start().await;
    assert_eq!(connect(&server).get(&BlobKey::random().unwrap(), usize::MAX).await.unwrap(), None);
}

#[tokio::test]
async fn a_failing_server_gets_three_attempts() {
    let server = S3Server::start().await;
    let blobs = connect(&server);
    let key = BlobKey::random().unwrap();
    blobs.put(&key, Bytes::from("kept"), NOW).await.unwrap();
    server.fail(true);
    let before = server.requests();
    assert!(is_outage(blobs.put(&BlobKey::random().unwrap(), Bytes::from("x"), NOW).await));
    assert_eq!(server.requests() - before, 3);
    assert!(is_outage(blobs.get(&key, usize::MAX).await));
    assert!(is_outage(blobs.delete(std::slice::from_ref(&key)).await));
    assert!(is_outage(blobs.list(&BlobKey::FIRST, 10).await));
    assert!(is_outage(blobs.ping().await));
    assert_eq!(server.requests() - before, 15);
    server.fail(false);
    assert_eq!(blobs.get(&key, usize::MAX).await.unwrap().unwrap(), "kept");
}

#[tokio::test]
async fn an_error_is_one_short_line_without_secrets() {
    let server = S3Server::start().await;
    let right = with_long_deadlines(server.settings());
    S3Blobs::new(&right).ping().await.unwrap();
    let dead = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let unused = format!("http://{}", dead.local_addr().unwrap());
    drop(dead);
    let wrong = |change: &dyn Fn(&mut S3Settings)| {
        let mut settings = right.clone();
        change(&mut settings);
        settings
    };
    let cases = [
        (
            wrong(&|s| s.secret_access_key = "geheim-geheim".to_owned()),
            Some("SignatureDoesNotMatch"),
        ),
        (wrong(&|s| s.access_key_id = "AKIANOBODY".to_owned()), Some("NotSignedUp")),
        (wrong(&|s| s.bucket = "another".to_owned()), Some("NoSuchBucket")),
        (wrong(&|s| s.endpoint = Some(unused.clone())), None),
    ];
    for (settings, code) in cases {
        let error = S3Blobs::new(&settings).ping().await.unwrap_err();
        assert!(error.is_outage());
        let message = error.to_string();
        assert!(message.lines().count() == 1 && message.len() < 200, "{message}");
        for secret in ["geheim", SECRET_KEY] {
            assert!(
                !message.contains(secret) && !format!("{error:?}{settings:?}").contains(secret),
                "{message}"
            );
        }
        let Error::Blobs(error) = error else { panic!("{error}") };
        assert_eq!(error.code.as_deref(), code, "{message}");
    }
}

/// The client gives up, and the text arrives later. It becomes an orphan, never a paste.
async fn put_that_arrives_late(line: Line) {
    let server = S3Server::start().await;
    let proxy = Proxy::to(&server.address.to_string()).await;
    let folder = TempDir::new().unwrap();
    let (store, hasty) = stores_at(&folder, &proxy, Duration::from_secs(2)).await;
    let earlier = store.create(draft("kept"), today()).await.unwrap();

    proxy.set(line);
    let late = draft(noise(5_000));
    assert!(is_outage(hasty.create(late.clone(), today()).await));
    proxy.set(Line::Open);
    until("the text has arrived", || async { server.keys().len() == 2 }).await;

    assert_eq!(store.visible_paste(&late.id, None, &Clock::System).await.unwrap(), None);
    let young = Swept { texts_found: 2, finished: true, ..Swept::default() };
    assert_eq!(
        store.sweep_all(today()).await.unwrap(),
        young,
        "a young text may still get its row"
    );
    // Each of the three attempts may put the text again, under the same key.
    until("the orphan is swept", || async {
        store.sweep_all(today().plus(2 * DAY)).await.unwrap();
        server.keys() == [earlier.blob_key.as_str()]
    })
    .await;
    assert_eq!(store.text(&earlier).await.unwrap(), "kept");
    let again = store.create(late, today()).await.unwrap();
    assert_eq!(store.text(&again).await.unwrap().len(), 5_000);
}

#[tokio::test]
async fn a_put_that_arrives_late_is_swept() {
    put_that_arrives_late(Line::Stalled).await;
}

#[tokio::test]
async fn a_put_whose_answer_is_lost_is_swept() {
    put_that_arrives_late(Line::Mute).await;
}

#[tokio::test]
async fn a_broken_connection_is_an_outage_until_it_works_again() {
    let server = S3Server::start().await;
    let proxy = Proxy::to(&server.address.to_string()).await;
    let folder = TempDir::new().unwrap();
    let (store, hasty) = stores_at(&folder, &proxy, Duration::from_millis(300)).await;
    for line in [Line::Cut, Line::Stalled, Line::Mute, Line::CutAfter(10)] {
        let paste = store.create(draft("kept"), today()).await.unwrap();
        proxy.set(line);
        assert!(is_outage(hasty.text(&paste).await), "{line:?}");
        assert!(is_outage(hasty.create(draft("lost"), today()).await), "{line:?}");
        assert!(is_outage(hasty.ping().await), "{line:?}");
        proxy.set(Line::Open);
        assert_eq!(store.text(&paste).await.unwrap(), "kept", "{line:?}");
        store.ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_hanging_bucket_holds_a_limited_number_of_requests() {
    let server = S3Server::start().await;
    let proxy = Proxy::to(&server.address.to_string()).await;
    let blobs = S3Blobs::new(&with_long_deadlines(S3Server::settings_at(format!(
        "http://{}",
        proxy.address
    ))));
    let keys = numbered(0..129);
    proxy.set(Line::Stalled);
    let mut hanging = pin!(join_all(keys[1..].iter().map(|key| blobs.get(key, usize::MAX))));
    tokio::select! {
        biased;
        _ = &mut hanging => panic!("no answer can arrive"),
        refused = blobs.get(&keys[0], usize::MAX) => assert!(is_outage(refused)),
    }
    proxy.set(Line::Open);
    assert!(hanging.await.iter().all(|found| matches!(found, Ok(None))));
    assert!(blobs.get(&keys[0], usize::MAX).await.unwrap().is_none());
}

#[tokio::test]
async fn a_truncated_object_is_damaged() {
    let server = S3Server::start().await;
    let folder = TempDir::new().unwrap();
    let db = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap();
    let store = Store::with_blobs(db, Arc::new(connect(&server)));
    let text = "a line of a log\n".repeat(10_000);
    let paste = store.create(draft(text.clone()), today()).await.unwrap();
    let body = store.blobs().get(&paste.blob_key, usize::MAX).await.unwrap().unwrap();
    for half in [&body[..0], &body[..body.len() / 2], &body[..body.len() - 1], b"rubbish"] {
        server.place(&object(&paste.blob_key), half);
        assert!(matches!(store.text(&paste).await, Err(Error::TextDamaged(id)) if id == paste.id));
    }
    server.place(&object(&paste.blob_key), &body);
    assert_eq!(store.text(&paste).await.unwrap(), text);
}
