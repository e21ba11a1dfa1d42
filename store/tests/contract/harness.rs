use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
use store::{
    BlobKey, Clock, Db, NewPaste, NewUser, Paste, PasteId, Store, Timestamp, UserId, Visibility,
    read, write,
};
use tempfile::TempDir;

pub(crate) const START: Timestamp = Timestamp(1_893_499_200_000);
pub(crate) const DAY: Duration = Duration::from_hours(24);
pub(crate) const MILLISECOND: Duration = Duration::from_millis(1);
pub(crate) const ALMOST_A_DAY: Duration = Duration::from_millis(24 * 60 * 60 * 1000 - 1);

/// Writes each test once and makes two of it, one an engine.
macro_rules! on_both_engines {
    ($(async fn $name:ident($site:ident: Site) $story:block)*) => {
        $(async fn $name($site: crate::harness::Site) $story)*

        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    crate::harness::on_sqlite(super::$name).await;
                }
            )*
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                #[ignore = "needs TEST_DATABASE_URL"]
                async fn $name() {
                    crate::harness::on_postgres(super::$name).await;
                }
            )*
        }
    };
}
pub(crate) use on_both_engines;

pub(crate) async fn on_sqlite<F: Future<Output = ()> + Send + 'static>(
    story: impl FnOnce(Site) -> F,
) {
    let folder = TempDir::new().unwrap();
    run(Place::File(folder.path().join("pastebin.db")), story)
        .await
        .unwrap_or_else(|panic| resume_unwind(panic));
}

pub(crate) async fn on_postgres<F: Future<Output = ()> + Send + 'static>(
    story: impl FnOnce(Site) -> F,
) {
    let scratch = Scratch::create().await;
    let outcome = run(Place::Url(scratch.url.clone()), story).await;
    scratch.remove().await;
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

type Panic = Box<dyn std::any::Any + Send>;

async fn run<F: Future<Output = ()> + Send + 'static>(
    place: Place,
    story: impl FnOnce(Site) -> F,
) -> Result<(), Panic> {
    let site = Site::at(place, Clock::manual(START)).await;
    let outcome = tokio::spawn(story(site.clone())).await;
    site.db().close().await;
    outcome.map_err(tokio::task::JoinError::into_panic)
}

/// An empty database of a random name on the test server.
pub(crate) struct Scratch {
    server: PgConnectOptions,
    name: String,
    pub(crate) url: String,
}

impl Scratch {
    pub(crate) async fn create() -> Self {
        let server = std::env::var("TEST_DATABASE_URL")
            .expect("TEST_DATABASE_URL names a PostgreSQL server");
        let server = PgConnectOptions::from_str(&server).unwrap();
        let name = format!("store_test_{}", BlobKey::random().unwrap().as_str());
        let url = server.clone().database(&name).to_url_lossy().into();
        let scratch = Self { server, name, url };
        scratch.tell("create database", "").await;
        scratch
    }

    pub(crate) async fn remove(self) {
        self.tell("drop database", "with (force)").await;
    }

    async fn tell(&self, what: &str, how: &str) {
        let mut admin = PgConnection::connect_with(&self.server).await.unwrap();
        admin.execute(format!("{what} {} {how}", self.name).as_str()).await.unwrap();
        admin.close().await.unwrap();
    }
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

/// A store with a database of its own and a clock that the test moves.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) place: Place,
}

impl Site {
    async fn at(place: Place, clock: Clock) -> Self {
        let store = Store::new(place.open().await.unwrap());
        Self { store, clock, place }
    }

    /// Another process on the same data: its own connections and an empty cache, the same time.
    pub(crate) async fn sibling(&self) -> Self {
        Self::at(self.place.clone(), self.clock.clone()).await
    }

    pub(crate) fn db(&self) -> &Db {
        self.store.db()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    pub(crate) fn turn_back(&self, by: Duration) {
        let Clock::Manual(at) = &self.clock else { unreachable!() };
        at.fetch_sub(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) async fn user(&self, email: &str) -> UserId {
        let new = NewUser { email, password_hash: "$argon2id$" };
        self.store.create_user(new, self.now()).await.unwrap().id
    }

    pub(crate) async fn keep(&self, new: NewPaste) -> Paste {
        self.store.create(new, self.now()).await.unwrap()
    }

    pub(crate) async fn paste(&self, text: &str) -> Paste {
        self.keep(draft(text)).await
    }

    /// A paste that expires after `life`.
    pub(crate) async fn brief(&self, text: &str, life: Duration) -> Paste {
        self.keep(NewPaste { expires_at: Some(self.now().plus(life)), ..draft(text) }).await
    }

    pub(crate) async fn of(&self, owner: UserId, text: &str) -> Paste {
        self.keep(NewPaste { owner: Some(owner), ..draft(text) }).await
    }

    /// The paste as a stranger finds it now.
    pub(crate) async fn find(&self, id: &PasteId) -> Option<Paste> {
        self.find_as(id, None).await
    }

    pub(crate) async fn find_as(&self, id: &PasteId, viewer: Option<UserId>) -> Option<Paste> {
        self.store.visible_paste(id, viewer, self.now()).await.unwrap()
    }

    /// The text as a stranger reads it, from the database and not from a cache.
    pub(crate) async fn text(&self, id: &PasteId) -> store::Result<Bytes> {
        let paste = self.find(id).await.expect("the paste is there");
        Store::new(self.db().clone()).text(&paste).await
    }

    pub(crate) async fn run_sql(&self, sql: &str) {
        write!(self.db(), pool => pool.execute(sql).await.map(drop)).unwrap();
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        read!(self.db(), pool => sqlx::query_scalar(sql).fetch_one(pool).await).unwrap()
    }

    /// Every row of a paste, deleted ones too, as its id.
    pub(crate) async fn rows(&self) -> BTreeSet<String> {
        self.names("select id from pastes").await
    }

    /// Every text, as its key.
    pub(crate) async fn texts(&self) -> BTreeSet<String> {
        self.names("select key from blobs").await
    }

    async fn names(&self, sql: &str) -> BTreeSet<String> {
        let names: Vec<String> =
            read!(self.db(), pool => sqlx::query_scalar(sql).fetch_all(pool).await).unwrap();
        names.into_iter().collect()
    }

    /// Whether each text has its row and each row its text.
    pub(crate) async fn is_whole(&self) -> bool {
        self.texts().await == self.names("select blob_key from pastes").await
    }

    pub(crate) async fn lose_text(&self, paste: &Paste) {
        self.store.blobs().delete(std::slice::from_ref(&paste.blob_key)).await.unwrap();
    }

    /// Many pastes at once, all with the text "hello". `columns` gives, in SQL and for each number
    /// `i` from 1 on, owner, visibility, made when, expires when and deleted when.
    pub(crate) async fn fill(&self, count: i64, columns: &str) {
        let blob_keys =
            "substr('00000000000000000000000000000000', 1, 26) || cast(100000 + i as text)";
        let texts = format!(
            "with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < $1)
             insert into blobs (key, body, created_at) select {blob_keys}, $2, $3 from n"
        );
        let rows = format!(
            "with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < $1)
             insert into pastes (id, title, syntax, bytes, lines, sha256, blob_key,
               owner_id, visibility, created_at, expires_at, deleted_at)
             select 'crowds' || replace(cast(100000 + i as text), '0', 'x'), '', 'text', 5, 1, $2, {blob_keys},
               {columns} from n"
        );
        let body = zstd::bulk::compress(b"hello", 3).unwrap();
        let hash = Sha256::digest("hello").to_vec();
        write!(self.db(), pool => {
            sqlx::query(&texts).bind(count).bind(&body).bind(self.now()).execute(pool).await.unwrap();
            sqlx::query(&rows).bind(count).bind(&hash).execute(pool).await.unwrap();
        });
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

    pub(crate) async fn allow(&self, table: &str) {
        self.run_sql(&match self.db() {
            Db::Sqlite(_) => "drop trigger refuse".to_owned(),
            Db::Postgres(_) => format!("drop trigger refuse on {table}"),
        })
        .await;
    }
}

/// An anonymous, unlisted paste without an end, under a new id.
pub(crate) fn draft(text: impl Into<Vec<u8>>) -> NewPaste {
    NewPaste {
        id: new_id(),
        owner: None,
        title: String::new(),
        syntax: "text".to_owned(),
        visibility: Visibility::Unlisted,
        expires_at: None,
        text: Bytes::from(text.into()),
    }
}

pub(crate) fn new_id() -> PasteId {
    const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let id: String = noise(PasteId::LENGTH)
        .into_iter()
        .map(|bits| char::from(BASE58[usize::from(bits) % BASE58.len()]))
        .collect();
    id.parse().unwrap()
}

/// Bytes that no compression makes smaller.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

pub(crate) fn ids<'a>(pastes: impl IntoIterator<Item = &'a Paste>) -> Vec<&'a str> {
    pastes.into_iter().map(|paste| paste.id.as_str()).collect()
}
