//! The store and the services of a test site: embedded, or those of a fleet.

use std::any::Any;
use std::fs::File;
use std::sync::Arc;

use idservice::{HttpIds, Ids, MemoryPool, RedisPool, service};
use store::{Db, S3Blobs, Store};
use tempfile::TempDir;
use testbed::{Database, Redis, S3Server, redis_url};
use tokio::net::TcpListener;

/// The store and the services that a site runs on.
pub struct Backends {
    pub store: Store,
    pub ids: Arc<dyn Ids>,
    /// A Redis server for the rate limits of this site alone. Sites would count each other's
    /// requests on a shared one, since all tests come from one address.
    pub rate_limit_redis: Option<Redis>,
    /// The folder or the servers that are removed with the site.
    pub resources: Box<dyn Any + Send + Sync>,
}

impl Backends {
    /// The backends that `TEST_SITE` names: `embedded` (the default) or `fleet`.
    pub async fn start(rate_limited: bool) -> Self {
        match std::env::var("TEST_SITE").as_deref() {
            Ok("fleet") => Self::fleet(rate_limited).await,
            Ok("embedded") | Err(_) => Self::embedded().await,
            Ok(other) => panic!("TEST_SITE is embedded or fleet, not {other}"),
        }
    }

    /// SQLite in one file, and ids from memory.
    async fn embedded() -> Self {
        let folder = TempDir::new().unwrap();
        let db = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap();
        let lock = File::create(folder.path().join("pastebin.db.lock")).unwrap();
        let store = Store::new(db).exclusive(lock);
        let ids = Arc::new(MemoryPool::default());
        idservice::refill(&*ids).await.unwrap();
        Self { store, ids, rate_limit_redis: None, resources: Box::new(folder) }
    }

    /// PostgreSQL, an S3 bucket, and an id service over HTTP on a Redis list.
    async fn fleet(rate_limited: bool) -> Self {
        let (database, bucket) = (Database::create().await, S3Server::start().await);
        let blobs = S3Blobs::new(&bucket.settings());
        let db = Db::postgres(&database.url).await.unwrap();
        let store = Store::with_blobs(db, Arc::new(blobs));

        let pool = Arc::new(RedisPool::connect(&redis_url()).await.unwrap());
        idservice::refill(&*pool).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, service::router(pool, None)).await });
        let ids = Arc::new(HttpIds::new(&url, None).unwrap());
        let rate_limit_redis = rate_limited.then(Redis::start);
        Self { store, ids, rate_limit_redis, resources: Box::new((database, bucket)) }
    }
}
