//! Servers that answer in the bucket's place, as a captive portal or a wrong load balancer does: with
//! success and without doing anything, or without end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use store::{BlobKey, BlobStore as _, Clock, Db, Error, S3Blobs, Store, Timestamp};
use tempfile::TempDir;
use testbed::S3Server;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::harness::{draft, noise, with_long_deadlines};

const NOW: Timestamp = Timestamp(0);

/// What such servers answer with status 200.
const PAGES: [&str; 4] = [
    "",
    "<!doctype html><title>Log in to the network</title>",
    "<?xml version=\"1.0\"?><ok/>",
    "{\"status\":\"ok\"}",
];

fn connect(server: &S3Server) -> S3Blobs {
    S3Blobs::new(&with_long_deadlines(server.settings()))
}

fn assert_outage<T: std::fmt::Debug>(outcome: &Result<T, Error>, what: &str) {
    assert!(
        matches!(outcome, Err(error @ Error::Blobs(_)) if error.is_outage()),
        "{what}: {outcome:?}"
    );
}

async fn store_on(blobs: S3Blobs, folder: &TempDir) -> Store {
    let db = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap();
    Store::with_blobs(db, Arc::new(blobs))
}

#[tokio::test]
async fn a_put_that_is_acknowledged_and_not_stored_fails_the_create() {
    let (server, folder) = (S3Server::start().await, TempDir::new().unwrap());
    let store = store_on(connect(&server), &folder).await;
    for page in PAGES {
        for methods in [&["PUT"][..], &["PUT", "HEAD"]] {
            for method in methods {
                server.pretend(method, Some(page));
            }
            let lost = draft(noise(500));
            assert_outage(&store.create(lost.clone(), NOW).await, page);
            assert_eq!(store.visible_paste(&lost.id, None, &Clock::System).await.unwrap(), None);
            for method in methods {
                server.pretend(method, None);
            }
        }
    }
    assert!(server.keys().is_empty());
    store.create(draft("kept"), NOW).await.unwrap();
}

#[tokio::test]
async fn a_store_whose_tags_are_no_md5_is_believed_when_it_has_the_text() {
    let server = S3Server::start().await;
    let blobs = connect(&server);
    server.hide_tags(true);
    for length in [0, 1, 200_000] {
        let (key, text) = (BlobKey::random().unwrap(), Bytes::from(noise(length)));
        blobs.put(&key, text.clone(), NOW).await.unwrap();
        assert_eq!(blobs.get(&key, length).await.unwrap().unwrap(), text);
    }
}

#[tokio::test]
async fn a_delete_that_is_acknowledged_and_not_done_is_an_outage() {
    let server = S3Server::start().await;
    let blobs = connect(&server);
    let key = [BlobKey::random().unwrap()];
    blobs.put(&key[0], Bytes::from("kept"), NOW).await.unwrap();
    let empty = "<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>";
    for page in PAGES.into_iter().chain([empty]) {
        server.pretend("POST", Some(page));
        assert_outage(&blobs.delete(&key).await, page);
    }
    server.pretend("POST", None);
    server.refuse_batches(true);
    for page in PAGES {
        server.pretend("DELETE", Some(page));
        assert_outage(&blobs.delete(&key).await, page);
    }
    server.pretend("DELETE", None);
    blobs.delete(&key).await.unwrap();
    blobs.delete(&key).await.unwrap();
    assert!(server.keys().is_empty());
}

#[tokio::test]
async fn a_page_in_place_of_a_list_is_an_outage_and_refused_at_the_start() {
    let server = S3Server::start().await;
    let blobs = connect(&server);
    for page in PAGES {
        server.pretend("GET", Some(page));
        assert_outage(&blobs.ping().await, page);
        assert_outage(&blobs.list(&BlobKey::FIRST, 10).await, page);
    }
}

/// The same page for ever would make a list without end.
#[tokio::test]
async fn a_list_that_does_not_go_on_is_an_outage() {
    let server = S3Server::start().await;
    let blobs = connect(&server);
    let page = |keys: &[&str]| -> &'static str {
        let objects = keys.iter().map(|key| {
            format!(
                "<Contents><Key>texts/{key}</Key><Size>1</Size>
                 <LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
            )
        });
        let objects: String = objects.collect();
        let list = "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
        Box::leak(
            format!("{list}<IsTruncated>true</IsTruncated>{objects}</ListBucketResult>")
                .into_boxed_str(),
        )
    };
    for keys in [&["a", "b"][..], &["b", "a"], &["a", "a"]] {
        server.pretend("GET", Some(page(keys)));
        assert_outage(&blobs.list(&BlobKey::FIRST, 10).await, "a page again");
    }
    server.pretend("GET", Some(page(&["a", "b", "c"])));
    assert_eq!(
        blobs.list(&BlobKey::FIRST, 2).await.unwrap().len(),
        2,
        "no more than were asked for"
    );
    server.pretend("GET", Some(page(&[])));
    assert_eq!(blobs.list(&BlobKey::FIRST, 2).await.unwrap(), []);
}

/// A server that answers every request with these headers and then with data without end. Counts the
/// bytes that its clients let it send.
async fn endless(status: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, sent) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counter = sent.clone();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let counter = counter.clone();
            tokio::spawn(async move {
                let mut request = [0; 16 * 1024];
                let _ = client.read(&mut request).await;
                let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/xml\r\n\r\n");
                let _ = client.write_all(head.as_bytes()).await;
                let data = vec![b'x'; 64 * 1024];
                while client.write_all(&data).await.is_ok() {
                    counter.fetch_add(data.len(), Ordering::SeqCst);
                }
            });
        }
    });
    (address, sent)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_without_end_is_cut() {
    // For each of five calls: three attempts of 8 MiB, and the buffers of as many connections.
    const BOUND: usize = 5 * 64 * 1024 * 1024;
    for status in ["200 OK", "403 Forbidden", "500 Internal Server Error"] {
        let (address, sent) = endless(status).await;
        let settings = S3Server::settings_at(format!("http://{address}"));
        let blobs = S3Blobs::new(&with_long_deadlines(settings));
        let key = BlobKey::random().unwrap();
        match blobs.get(&key, 1000).await {
            Ok(Some(part)) => assert!(part.len() > 1000 && status == "200 OK", "{status}"),
            refused => assert_outage(&refused, status),
        }
        assert_outage(&blobs.list(&BlobKey::FIRST, 10).await, status);
        assert_outage(&blobs.ping().await, status);
        assert_outage(&blobs.delete(std::slice::from_ref(&key)).await, status);
        let text = Bytes::from("text");
        assert_outage(&blobs.put(&key, text, NOW).await, status);
        let sent = sent.load(Ordering::SeqCst);
        assert!(sent < BOUND, "{status}: {sent} bytes");
    }
}

#[tokio::test]
async fn a_text_with_something_after_it_is_damaged() {
    let (server, folder) = (S3Server::start().await, TempDir::new().unwrap());
    let store = store_on(connect(&server), &folder).await;
    let paste = store.create(draft("five!"), NOW).await.unwrap();
    server.place(&format!("texts/{}", paste.blob_key.as_str()), &noise(3_000_000));
    assert!(matches!(store.text(&paste).await, Err(Error::TextDamaged(_))));
    assert!(matches!(store.packed_text(&paste).await, Err(Error::TextDamaged(_))));
}
