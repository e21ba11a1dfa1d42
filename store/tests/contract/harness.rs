//! A site for each test, on every pair of a database and a blob store.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use sqlx::Executor as _;
use store::{
    BlobInfo, BlobKey, BlobStore, Clock, Db, Deadlines, NewPaste, NewUser, Paste, PasteId, S3Blobs,
    S3Settings, Store, TableBlobs, Timestamp, UserId, read, write,
};
use tempfile::TempDir;
use testbed::{Database, S3Server};

pub(crate) use crate::support::{DAY, START, draft, new_id, noise};

pub(crate) const MILLISECOND: Duration = Duration::from_millis(1);
pub(crate) const ALMOST_A_DAY: Duration = Duration::from_millis(24 * 60 * 60 * 1000 - 1);

/// Makes four tests of each function: on either database, with texts in a table or in a bucket.
macro_rules! on_every_engine {
    ($(async fn $name:ident($site:ident: Site) $test:block)*) => {
        $(async fn $name($site: crate::harness::Site) $test)*
        crate::harness::tests_on!(table: $($name)*);
        crate::harness::tests_on!(bucket: $($name)*);
    };
}
pub(crate) use on_every_engine;

/// As [`on_every_engine`], without those in a bucket.
macro_rules! with_texts_in_a_table {
    ($(async fn $name:ident($site:ident: Site) $test:block)*) => {
        $(async fn $name($site: crate::harness::Site) $test)*
        mod table_only {
            use super::{$($name),*};
            crate::harness::tests_on!(table: $($name)*);
        }
    };
}
pub(crate) use with_texts_in_a_table;

macro_rules! tests_on {
    ($texts:ident: $($name:ident)*) => {
        mod $texts {
            mod sqlite {
                $(
                    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    async fn $name() {
                        crate::harness::on_sqlite(crate::harness::$texts().await, super::super::$name).await;
                    }
                )*
            }

            mod postgres {
                $(
                    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    #[ignore = "needs TEST_DATABASE_URL"]
                    async fn $name() {
                        crate::harness::on_postgres(crate::harness::$texts().await, super::super::$name).await;
                    }
                )*
            }
        }
    };
}
pub(crate) use tests_on;

type Server = Option<Arc<S3Server>>;

pub(crate) async fn table() -> Server {
    None
}

pub(crate) async fn bucket() -> Server {
    Some(Arc::new(S3Server::start().await))
}

pub(crate) async fn on_sqlite<F: Future<Output = ()> + Send + 'static>(
    server: Server,
    test: impl FnOnce(Site) -> F,
) {
    let folder = TempDir::new().unwrap();
    run(Place::File(folder.path().join("pastebin.db")), server, test)
        .await
        .unwrap_or_else(|panic| resume_unwind(panic));
}

pub(crate) async fn on_postgres<F: Future<Output = ()> + Send + 'static>(
    server: Server,
    test: impl FnOnce(Site) -> F,
) {
    let database = Database::create().await;
    let outcome = run(Place::Url(database.url.clone()), server, test).await;
    database.remove().await;
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

type Panic = Box<dyn std::any::Any + Send>;

async fn run<F: Future<Output = ()> + Send + 'static>(
    place: Place,
    server: Server,
    test: impl FnOnce(Site) -> F,
) -> Result<(), Panic> {
    let site = Site::at(place, server, Clock::manual(START)).await;
    let outcome = tokio::spawn(test(site.clone())).await;
    site.db().close().await;
    outcome.map_err(tokio::task::JoinError::into_panic)
}

#[derive(Clone)]
pub(crate) enum Place {
    File(PathBuf),
    Url(String),
}

impl Place {
    pub(crate) async fn open(&self) -> store::Result<Db> {
        match self {
            Self::File(path) => Db::sqlite(path).await,
            Self::Url(url) => Db::postgres(url).await,
        }
    }
}

/// A store with its own database, and a clock that the test sets.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) place: Place,
    /// The bucket, if texts are not in a table.
    server: Server,
    blobs: Arc<dyn BlobStore>,
}

impl Site {
    async fn at(place: Place, server: Server, clock: Clock) -> Self {
        let db = place.open().await.unwrap();
        let blobs: Arc<dyn BlobStore> = match &server {
            None => Arc::new(TableBlobs::new(db.clone())),
            Some(server) => Arc::new(Bucket::on(server.clone())),
        };
        let store = Store::with_blobs(db, blobs.clone());
        Self { store, clock, place, server, blobs }
    }

    /// A second store on the same data, as in another process: it has its own connections and caches.
    pub(crate) async fn sibling(&self) -> Self {
        Self::at(self.place.clone(), self.server.clone(), self.clock.clone()).await
    }

    pub(crate) fn db(&self) -> &Db {
        self.store.db()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    pub(crate) fn turn_clock_back(&self, by: Duration) {
        let Clock::Manual(at) = &self.clock else { unreachable!() };
        at.fetch_sub(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) async fn user(&self, email: &str) -> UserId {
        let new = NewUser { email, password_hash: "$argon2id$" };
        self.store.create_user(new, self.now()).await.unwrap().id
    }

    pub(crate) async fn create(&self, new: NewPaste) -> Paste {
        self.store.create(new, self.now()).await.unwrap()
    }

    pub(crate) async fn paste(&self, text: &str) -> Paste {
        self.create(draft(text)).await
    }

    /// A paste that expires after `life`.
    pub(crate) async fn expiring_paste(&self, text: &str, life: Duration) -> Paste {
        self.create(NewPaste { expires_at: Some(self.now().plus(life)), ..draft(text) }).await
    }

    pub(crate) async fn paste_of(&self, owner: UserId, text: &str) -> Paste {
        self.create(NewPaste { owner: Some(owner), ..draft(text) }).await
    }

    /// The paste as an anonymous visitor finds it now.
    pub(crate) async fn find(&self, id: &PasteId) -> Option<Paste> {
        self.find_as(id, None).await
    }

    pub(crate) async fn find_as(&self, id: &PasteId, viewer: Option<UserId>) -> Option<Paste> {
        self.store
            .visible_paste(id, viewer, &self.clock)
            .await
            .unwrap()
            .map(std::sync::Arc::unwrap_or_clone)
    }

    /// The text as an anonymous visitor reads it, not from the cache.
    pub(crate) async fn text(&self, id: &PasteId) -> store::Result<Bytes> {
        let paste = self.find(id).await.expect("the paste exists");
        Store::with_blobs(self.db().clone(), self.blobs.clone()).text(&paste).await
    }

    pub(crate) async fn run_sql(&self, sql: &str) {
        write!(self.db(), pool => pool.execute(sql).await.map(drop)).unwrap();
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        read!(self.db(), pool => sqlx::query_scalar(sql).fetch_one(pool).await).unwrap()
    }

    /// The ids of all rows of pastes, deleted ones included.
    pub(crate) async fn rows(&self) -> BTreeSet<String> {
        self.names("select id from pastes").await
    }

    /// The keys of all texts.
    pub(crate) async fn texts(&self) -> BTreeSet<String> {
        let texts = self.blobs.list(&BlobKey::FIRST, u32::MAX).await.unwrap();
        texts.into_iter().map(|text| text.key.as_str().to_owned()).collect()
    }

    async fn names(&self, sql: &str) -> BTreeSet<String> {
        let names: Vec<String> =
            read!(self.db(), pool => sqlx::query_scalar(sql).fetch_all(pool).await).unwrap();
        names.into_iter().collect()
    }

    /// Whether each text has a row and each row has a text.
    pub(crate) async fn is_consistent(&self) -> bool {
        self.texts().await == self.names("select blob_key from pastes").await
    }

    /// Removes the texts that failed creates may leave in a bucket, which has no transaction with the
    /// row. In a table they leave none.
    pub(crate) async fn sweep_leftovers(&self) {
        if self.server.is_some() {
            self.store.sweep_all(self.now().plus(9 * DAY)).await.unwrap();
        }
    }

    pub(crate) async fn delete_text(&self, paste: &Paste) {
        self.blobs.delete(std::slice::from_ref(&paste.blob_key)).await.unwrap();
    }

    pub(crate) async fn delete_all_texts(&self) {
        let keys: Vec<BlobKey> = self.texts().await.into_iter().map(BlobKey::from).collect();
        self.blobs.delete(&keys).await.unwrap();
    }

    /// Replaces the bytes of a stored text.
    pub(crate) async fn corrupt_text(&self, paste: &Paste, body: &[u8]) {
        if let Some(server) = &self.server {
            server.place(&object(&paste.blob_key), body);
            return;
        }
        write!(self.db(), pool => {
            sqlx::query("update blobs set body = $1 where key = $2").bind(body).bind(&paste.blob_key).execute(pool).await
                .map(drop)
        })
        .unwrap();
    }

    /// Inserts `count` pastes with the text "hello". `columns` is SQL for the values of `owner_id`,
    /// `visibility`, `created_at`, `expires_at` and `deleted_at` of the paste with the number `i`, from
    /// 1 on.
    pub(crate) async fn fill(&self, count: i64, columns: &str) {
        const NUMBERS: &str = "with recursive n (i) as
            (select cast(1 as bigint) union all select i + 1 from n where i < $1)";
        let blob_keys =
            "substr('00000000000000000000000000000000', 1, 26) || cast(100000 + i as text)";
        let body = zstd::bulk::compress(b"hello", 3).unwrap();
        if let Some(server) = &self.server {
            for i in 1..=count {
                let object = object(&format!("{:0>32}", 100_000 + i).into());
                server.place(&object, &body);
                server.date(&object, system_time(self.now()));
            }
        } else {
            let texts = format!(
                "{NUMBERS} insert into blobs (key, body, created_at) select {blob_keys}, $2, $3 from n"
            );
            write!(self.db(), pool => {
                sqlx::query(&texts).bind(count).bind(&body).bind(self.now()).execute(pool).await.map(drop)
            })
            .unwrap();
        }
        let rows = format!(
            "{NUMBERS} insert into pastes (id, title, syntax, bytes, lines, sha256, blob_key,
               owner_id, visibility, created_at, expires_at, deleted_at)
             select 'crowds' || replace(cast(100000 + i as text), '0', 'x'), '', 'text', 5, 1, $2, {blob_keys},
               {columns} from n"
        );
        let hash = Sha256::digest("hello").to_vec();
        write!(self.db(), pool => {
            sqlx::query(&rows).bind(count).bind(&hash).execute(pool).await.map(drop)
        })
        .unwrap();
    }

    /// Sets whether deletes of texts fail from now on.
    pub(crate) async fn refuse_text_deletes(&self, refused: bool) {
        match &self.server {
            Some(server) => server.refuse_deletes(refused),
            None if refused => self.refuse("delete", "blobs").await,
            None => self.allow("blobs").await,
        }
    }

    /// From now on the database refuses every `what` ("delete", "insert") on `table`.
    pub(crate) async fn refuse(&self, what: &str, table: &str) {
        self.run_sql(&match self.db() {
            Db::Sqlite(_) => {
                format!("create trigger refuse before {what} on {table} begin select raise(abort, 'refused'); end")
            }
            Db::Postgres(_) => format!(
                "create or replace function refuse() returns trigger language plpgsql
                   as $$ begin raise exception 'refused'; end $$;
                 create trigger refuse before {what} on {table} for each row execute function refuse()"
            ),
        })
        .await;
    }

    /// From now on every `what` on `table` succeeds, and its commit fails.
    pub(crate) async fn fail_commits(&self, what: &str, table: &str) {
        let doom = "insert into doomed values (1)";
        self.run_sql(
            "create table if not exists nowhere (id bigint primary key);
             create table if not exists doomed (id bigint references nowhere (id) deferrable initially deferred)",
        )
        .await;
        self.run_sql(&match self.db() {
            Db::Sqlite(_) => {
                format!("create trigger refuse after {what} on {table} begin {doom}; end")
            }
            Db::Postgres(_) => format!(
                "create or replace function doom() returns trigger language plpgsql
                   as $$ begin {doom}; return new; end $$;
                 create trigger refuse after {what} on {table} for each row execute function doom()"
            ),
        })
        .await;
    }

    pub(crate) async fn allow(&self, table: &str) {
        self.run_sql(&match self.db() {
            Db::Sqlite(_) => "drop trigger refuse".to_owned(),
            Db::Postgres(_) => format!("drop trigger refuse on {table}"),
        })
        .await;
    }
}

/// A bucket whose objects get their time from the clock of the test.
#[derive(Debug)]
struct Bucket {
    blobs: S3Blobs,
    server: Arc<S3Server>,
}

impl Bucket {
    fn on(server: Arc<S3Server>) -> Self {
        Self { blobs: S3Blobs::new(&with_long_deadlines(server.settings())), server }
    }
}

#[async_trait]
impl BlobStore for Bucket {
    async fn put(&self, key: &BlobKey, body: Bytes, now: Timestamp) -> store::Result<()> {
        self.blobs.put(key, body, now).await?;
        self.server.date(&object(key), system_time(now));
        Ok(())
    }

    async fn get(&self, key: &BlobKey, max: usize) -> store::Result<Option<Bytes>> {
        self.blobs.get(key, max).await
    }

    async fn delete(&self, keys: &[BlobKey]) -> store::Result<()> {
        self.blobs.delete(keys).await
    }

    async fn list(&self, after: &BlobKey, limit: u32) -> store::Result<Vec<BlobInfo>> {
        self.blobs.list(after, limit).await
    }

    async fn ping(&self) -> store::Result<()> {
        self.blobs.ping().await
    }
}

/// The name of the object of a text.
pub(crate) fn object(key: &BlobKey) -> String {
    format!("texts/{}", key.as_str())
}

/// Settings with deadlines that no test reaches.
pub(crate) fn with_long_deadlines(settings: S3Settings) -> S3Settings {
    let deadline = Duration::from_mins(2);
    S3Settings {
        deadlines: Deadlines { connect: deadline, attempt: deadline, operation: deadline },
        ..settings
    }
}

pub(crate) fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Timestamp(0).until(at)
}

pub(crate) fn ids<'a>(pastes: impl IntoIterator<Item = &'a Paste>) -> Vec<&'a str> {
    pastes.into_iter().map(|paste| paste.id.as_str()).collect()
}

/// Waits for something that happens in the background.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let end = Instant::now() + Duration::from_mins(1);
    while !holds().await {
        assert!(Instant::now() < end, "timed out waiting until {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
