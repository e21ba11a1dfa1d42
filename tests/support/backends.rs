use std::any::Any;
use std::fs::File;
use std::sync::Arc;

use idservice::{HttpIds, Ids, MemoryPool, RedisPool, service};
use store::{Db, S3Blobs, Store};
use tempfile::TempDir;
use testbed::{Database, Redis, S3Server, redis_url};
use tokio::net::TcpListener;

/// What a site keeps its things in.
pub struct Engines {
    pub store: Store,
    pub ids: Arc<dyn Ids>,
    /// A Redis of its own, where limits are shared and count: all tests come from one address.
    pub limits: Option<Redis>,
    /// Goes with the site.
    pub kept: Box<dyn Any + Send + Sync>,
}

impl Engines {
    /// What `TEST_SITE` names: `embedded`, which is also meant where nothing is, or `fleet`.
    pub async fn start(limited: bool) -> Self {
        match std::env::var("TEST_SITE").as_deref() {
            Ok("fleet") => Self::fleet(limited).await,
            Ok("embedded") | Err(_) => Self::embedded().await,
            Ok(other) => panic!("TEST_SITE is embedded or fleet, not {other}"),
        }
    }

    /// Everything in one file and in memory.
    async fn embedded() -> Self {
        let folder = TempDir::new().unwrap();
        let db = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap();
        let claim = File::create(folder.path().join("pastebin.db.lock")).unwrap();
        let store = Store::new(db).alone(claim);
        let ids = Arc::new(MemoryPool::default());
        idservice::refill(&*ids).await.unwrap();
        Self { store, ids, limits: None, kept: Box::new(folder) }
    }

    /// PostgreSQL, an S3 bucket, and an id service over HTTP on a Redis list.
    async fn fleet(limited: bool) -> Self {
        let (database, bucket) = (Database::create().await, S3Server::start().await);
        let blobs = S3Blobs::new(&bucket.settings());
        let db = Db::postgres(&database.url).await.unwrap();
        let store = Store::with_blobs(db, Arc::new(blobs));

        let pool = Arc::new(RedisPool::connect(&redis_url()).await.unwrap());
        idservice::refill(&*pool).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, service::router(pool)).await });
        let ids = Arc::new(HttpIds::new(&url).unwrap());
        let limits = limited.then(Redis::start);
        Self { store, ids, limits, kept: Box::new((database, bucket)) }
    }
}
