//! The blob store, without pastes.

use bytes::Bytes;
use store::{BlobInfo, BlobKey};

use crate::harness::{DAY, START, Site, noise, on_every_engine, with_texts_in_a_table};

impl Site {
    async fn put(&self, key: &str, body: impl Into<Bytes>) {
        self.store.blobs().put(&key.to_owned().into(), body.into(), self.now()).await.unwrap();
    }

    async fn get(&self, key: &str) -> Option<Bytes> {
        self.store.blobs().get(&key.to_owned().into(), usize::MAX).await.unwrap()
    }

    async fn keys(&self, after: &str, limit: u32) -> Vec<String> {
        let blobs = self.store.blobs().list(&after.to_owned().into(), limit).await.unwrap();
        blobs.into_iter().map(|blob| blob.key.as_str().to_owned()).collect()
    }
}

on_every_engine! {
    async fn a_blob_is_read_as_it_was_written(site: Site) {
        let body = noise(3_000_000);
        site.put("large", body.clone()).await;
        site.put("empty", Bytes::new()).await;
        assert!(site.get("large").await.unwrap() == body, "the bytes differ");
        assert_eq!(site.get("empty").await.unwrap(), "");
        assert_eq!(site.get("none").await, None);
    }

    async fn a_batch_delete_can_be_repeated(site: Site) {
        for key in ["a", "b", "c"] {
            site.put(key, key).await;
        }
        let batch: Vec<BlobKey> = ["a", "none", "c"].map(|key| key.to_owned().into()).into();
        for _ in 0..2 {
            site.store.blobs().delete(&batch).await.unwrap();
            assert_eq!(site.keys("", 10).await, ["b"]);
        }
        site.store.blobs().delete(&[]).await.unwrap();
    }

    async fn the_list_is_in_byte_order(site: Site) {
        for key in ["b", "B", "a0", "a", "9", "ff", "F"] {
            site.put(key, "x").await;
        }
        assert_eq!(site.keys("", 10).await, ["9", "B", "F", "a", "a0", "b", "ff"]);
        assert_eq!(site.keys("", 3).await, ["9", "B", "F"]);
        assert_eq!(site.keys("F", 2).await, ["a", "a0"]);
        assert_eq!(site.keys("E", 1).await, ["F"], "`after` need not exist");
        assert!(site.keys("ff", 10).await.is_empty());
    }

    async fn the_list_has_the_time_of_each_put(site: Site) {
        site.put("old", "x").await;
        site.advance(DAY);
        site.put("young", "x").await;
        let blob = |key: &str, created_at| BlobInfo { key: key.to_owned().into(), created_at };
        let blobs = site.store.blobs().list(&BlobKey::FIRST, 10).await.unwrap();
        assert_eq!(blobs, [blob("old", START), blob("young", START.plus(DAY))]);
    }
}

with_texts_in_a_table! {
    // A bucket overwrites a key, and not every S3-compatible store can be told not to. That is no
    // danger, because keys are 128 random bits and never used twice.
    async fn a_second_put_under_a_key_is_refused(site: Site) {
        site.put("key", "first").await;
        assert!(site.store.blobs().put(&"key".to_owned().into(), "second".into(), site.now()).await.is_err());
        assert_eq!(site.get("key").await.unwrap(), "first");
    }
}

#[test]
fn a_key_is_128_random_bits_in_hex() {
    let (one, other) = (BlobKey::random().unwrap(), BlobKey::random().unwrap());
    assert_ne!(one, other);
    assert!(one.as_str().len() == 32 && one.as_str().bytes().all(|b| b.is_ascii_hexdigit()));
    assert!(BlobKey::FIRST < one);
}
