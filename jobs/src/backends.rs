//! The engines that keep the data: embedded ones, until a setting names a real one.

use std::pin::Pin;
use std::sync::Arc;

use anyhow::anyhow;
use clap::Args;
use idservice::{MemoryPool, Pool, RedisPool};
use store::{Clock, Db, ExposeSecret as _, S3, SecretString, Store};

use crate::context::Context;

pub use store::DatabaseUrl;

/// The settings that the site and the worker share.
#[derive(Clone, Debug, Args)]
pub struct Backends {
    /// `sqlite:PATH` or `postgres://…` [default: sqlite:data/pastebin.db]
    #[arg(long, env, global = true, hide_env_values = true)]
    pub database_url: Option<DatabaseUrl>,

    /// The Redis that keeps the list of ids, and counts clients for all sites: `redis://host:6379` [default: in memory]
    #[arg(long, env, global = true, hide_env_values = true)]
    pub redis_url: Option<SecretString>,

    #[command(flatten)]
    pub s3: S3,
}

impl Backends {
    /// Opens all backends.
    ///
    /// # Errors
    /// A backend cannot be used: one line that names its setting, without any secret.
    //
    // Boxed, so that connecting and migrating is compiled once in this crate and not in every
    // program that opens backends.
    pub fn open(
        &self,
        clock: Clock,
    ) -> Pin<Box<dyn Future<Output = anyhow::Result<Context>> + Send + '_>> {
        Box::pin(async move {
            let db = self.database().open("DATABASE_URL").await?;
            let opened = self.open_beside(db.clone(), clock).await;
            if opened.is_err() {
                // Otherwise its write-ahead log is left, and the next start checks the whole file.
                db.close().await;
            }
            opened
        })
    }

    /// Opens all backends but the database.
    async fn open_beside(&self, db: Db, clock: Clock) -> anyhow::Result<Context> {
        let store = match self.s3.open().await? {
            Some(bucket) => Store::with_blobs(db, Arc::new(bucket)),
            None => Store::new(db),
        };
        let ids: Arc<dyn Pool> = match self.redis_url() {
            Some(url) => Arc::new(
                RedisPool::connect(url).await.map_err(|error| anyhow!("REDIS_URL: {error}"))?,
            ),
            None => Arc::new(MemoryPool::default()),
        };
        Ok(Context { store, ids, clock })
    }

    /// As [`Backends::open`], for the site. On a database file it must be the only site, and keeps
    /// rows in memory. `cache` is the memory for texts and rows, in bytes.
    ///
    /// # Errors
    /// As [`Backends::open`], and where another site still serves the file after 35 s.
    pub async fn open_for_site(&self, clock: Clock, cache: u64) -> anyhow::Result<Context> {
        let claim = self.database().claim("DATABASE_URL").await?;
        let context = self.open(clock).await?;
        let store = context.store.with_cache(cache);
        let store = match claim {
            Some(claim) => {
                store.db().mark(&claim).await.map_err(|error| anyhow!("DATABASE_URL: {error}"))?;
                store.exclusive(claim)
            }
            None => store,
        };
        Ok(Context { store, ..context })
    }

    /// Where the metadata is. Its Debug shows no secret.
    pub fn database(&self) -> DatabaseUrl {
        self.database_url.clone().unwrap_or_default()
    }

    /// The address of Redis, where one is set. It may hold a password.
    pub fn redis_url(&self) -> Option<&str> {
        self.redis_url.as_ref().map(SecretString::expose_secret)
    }
}
