//! Copies that fail half-way.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use store::{
    BlobInfo, BlobKey, BlobStore, BlobsError, Clock, Copier, Error, Result, Store, Timestamp,
};

use crate::sites::{DAY, Kind, START, Site, SitePair, on_every_pair};

on_every_pair! {
    async fn a_copy_that_failed_anywhere_can_be_repeated(sites: SitePair) {
        sites.old.create_samples().await;
        for (table, most) in [("users", 0), ("users", 1), ("sessions", 1), ("pastes", 0), ("pastes", 7)] {
            sites.new.refuse(table, most).await;
            sites.try_copy().await.unwrap_err();
            assert!(sites.new.contents().await.is_consistent());
            sites.new.allow(table).await;
        }
        sites.copy().await;
        sites.assert_same().await;
    }

    async fn a_repeated_copy_skips_what_was_copied(sites: SitePair) {
        sites.old.fill(600).await;
        sites.new.refuse("pastes", 550).await;
        sites.try_copy().await.unwrap_err();
        assert_eq!(sites.new.number("select count(*) from pastes").await, 500, "a page");
        assert!(sites.new.contents().await.is_consistent());
        sites.new.allow("pastes").await;
        assert_eq!(sites.copy().await.pastes.copied, 100);
        sites.assert_same().await;
    }
}

/// A bucket that fails after `left` more texts.
#[derive(Debug)]
struct Failing {
    bucket: store::S3Blobs,
    left: AtomicUsize,
}

#[async_trait]
impl BlobStore for Failing {
    async fn put(&self, key: &BlobKey, body: Bytes, now: Timestamp) -> Result<()> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        if left.is_err() {
            let message = "told to fail".to_owned();
            return Err(Error::Blobs(BlobsError { code: None, message }));
        }
        self.bucket.put(key, body, now).await
    }

    async fn get(&self, key: &BlobKey, max: usize) -> Result<Option<Bytes>> {
        self.bucket.get(key, max).await
    }

    async fn delete(&self, keys: &[BlobKey]) -> Result<()> {
        self.bucket.delete(keys).await
    }

    async fn list(&self, after: &BlobKey, limit: u32) -> Result<Vec<BlobInfo>> {
        self.bucket.list(after, limit).await
    }

    async fn ping(&self) -> Result<()> {
        self.bucket.ping().await
    }
}

async fn fails_after_each_text(kind: Kind) {
    let (old, new) = (Site::build(Kind::File).await, Site::build(kind).await);
    let sites = SitePair { old, new, clock: Clock::manual(START) };
    sites.old.create_samples().await;
    let count = sites.old.number("select count(*) from pastes").await;
    for left in 0..usize::try_from(count).unwrap() {
        let bucket = crate::sites::bucket_of(sites.new.bucket.as_ref().unwrap());
        let blobs = Arc::new(Failing { bucket, left: AtomicUsize::new(left) });
        let to = Store::with_blobs(sites.new.db().clone(), blobs);
        let error = Copier { to, ..sites.copier().await }.run(&|_| ()).await.unwrap_err();
        assert!(error.to_string().contains("told to fail"), "{error}");
        assert!(sites.new.contents().await.is_consistent(), "after {left}");
        sites.new.run_sql("delete from pastes").await;
    }
    sites.copy().await;
    sites.assert_same().await;
    sites.new.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_fails_leaves_no_row_without_its_text() {
    fails_after_each_text(Kind::FileAndBucket).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_bucket_that_fails_leaves_no_row_without_its_text_on_postgres() {
    fails_after_each_text(Kind::PostgresAndBucket).await;
}

/// A text without its row is written again, because the sweep would remove the old one.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_left_without_its_row_is_copied_again_as_new() {
    let (old, new) = (Site::build(Kind::File).await, Site::build(Kind::File).await);
    let sites = SitePair { old, new, clock: Clock::manual(START) };
    let paste = sites.old.paste("left half-way").await;
    let body = sites.old.store.blobs().get(&paste.blob_key, usize::MAX).await.unwrap().unwrap();
    let long_ago = START.minus(30 * DAY);
    sites.new.store.blobs().put(&paste.blob_key, body, long_ago).await.unwrap();
    sites.copy().await;
    sites.assert_same().await;
    let ages = sites.new.store.blobs().list(&BlobKey::FIRST, 10).await.unwrap();
    let ages: BTreeSet<i64> = ages.into_iter().map(|text| text.created_at.0).collect();
    assert_eq!(ages, BTreeSet::from([START.0]));
}
