//! The source and the destination of a copy: a database, and where its texts are.

use std::sync::Arc;

use anyhow::bail;
use clap::ValueEnum;
use jobs::{Backends, DatabaseUrl};
use store::{Db, S3Blobs, Store};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextStorage {
    /// In a table of the database
    Database,
    /// In the bucket that `S3_BUCKET` names
    Bucket,
}

/// The source or the destination.
pub(super) struct Endpoint {
    /// For the report, without secrets.
    pub name: String,
    pub store: Store,
    pub texts: TextStorage,
}

/// The bucket of the settings, opened for the first endpoint that needs it. If both do, they share
/// it, and the texts stay where they are.
pub(super) struct SharedBucket<'a> {
    backends: &'a Backends,
    opened: Option<Arc<S3Blobs>>,
}

impl<'a> SharedBucket<'a> {
    pub fn new(backends: &'a Backends) -> Self {
        Self { backends, opened: None }
    }

    /// The endpoint on `db`. `option` is the flag that names it, for error messages.
    pub async fn endpoint(
        &mut self,
        option: &str,
        url: &DatabaseUrl,
        db: Db,
        chosen: Option<TextStorage>,
    ) -> anyhow::Result<Endpoint> {
        let texts = match chosen {
            Some(texts) => texts,
            None => self.default_storage(url, &db).await?,
        };
        let (store, place) = match texts {
            TextStorage::Database => (Store::new(db), "in the database".to_owned()),
            TextStorage::Bucket => {
                let (blobs, bucket) = self.open(option).await?;
                (Store::with_blobs(db, blobs), format!("in the bucket {bucket}"))
            }
        };
        Ok(Endpoint { name: format!("{url:?}, texts {place}"), store, texts })
    }

    /// Where the database has its texts. An empty SQLite database will keep them itself; an empty
    /// PostgreSQL database leaves them to the bucket if the settings name one.
    async fn default_storage(&self, url: &DatabaseUrl, db: &Db) -> anyhow::Result<TextStorage> {
        let in_bucket = match (db.has_texts_in_table().await?, url) {
            (Some(in_database), _) => !in_database,
            (None, DatabaseUrl::Sqlite(_)) => false,
            (None, DatabaseUrl::Postgres(_)) => self.backends.s3.bucket.is_some(),
        };
        Ok(if in_bucket { TextStorage::Bucket } else { TextStorage::Database })
    }

    async fn open(&mut self, option: &str) -> anyhow::Result<(Arc<S3Blobs>, &str)> {
        let Some(name) = &self.backends.s3.bucket else {
            bail!("S3_BUCKET: the texts of {option} are in a bucket, and this names it");
        };
        if let Some(blobs) = &self.opened {
            return Ok((blobs.clone(), name));
        }
        let Some(blobs) = self.backends.s3.open().await? else {
            unreachable!("the settings name a bucket")
        };
        let blobs = Arc::new(blobs);
        self.opened = Some(blobs.clone());
        Ok((blobs, name))
    }
}
