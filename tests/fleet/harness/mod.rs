//! A fleet of real processes on engines of its own.
//!
//! ```ignore
//! let fleet = Fleet::start().await;                  // the engines, and a line to each
//! let (site, mut worker) = (fleet.site().await, fleet.worker().await);
//! let oracle = Oracle::default();
//! oracle.keep(&site, "a text").await;                // 201, and remembered
//! fleet.lines.s3.set(Line::Stalled);                 // from here on the bucket is silent
//! worker.kill();                                     // kill -9
//! fleet.lines.s3.set(Line::Open);
//! worker.start().await;
//! oracle.check(&site).await;                         // every text, byte for byte
//! fleet.settle().await;                              // the bucket is what the rows say
//! ```
//!
//! Programs start with the settings of the fleet and none of the environment; they write their
//! logs to files, of which a failing test prints the ends. A program is killed when its value is
//! dropped. The tests that use this run on more than one thread
//! (`#[tokio::test(flavor = "multi_thread")]`): the lines and the bucket are served by the test.
//!
//! Another test target takes it with `#[path = "../fleet/harness/mod.rs"] mod harness;`.

#![allow(dead_code, unused_imports, reason = "each test program uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a failing test shows the ends of the logs")]

mod load;
mod oracle;
mod program;
#[path = "../../support/visitor.rs"]
mod visitor;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Postgres, Transaction};
use store::{Clock, Db, S3Blobs, Store, Swept};
pub use testbed::{Database, Line, Proxy, Redis, S3Server};

pub use load::Load;
pub use oracle::{Oracle, client};
pub use program::{Kind, PATIENCE, Program, until, until_within};
pub use visitor::{PASSWORD, Response, Visitor};

/// Longer than a text without a row is left alone.
const TWO_DAYS: Duration = Duration::from_hours(48);

/// The engines, each behind a line, and a way round the lines for the test itself.
pub struct Fleet {
    pub lines: Lines,
    pub redis: Redis,
    pub bucket: S3Server,
    /// Straight to the database, as nobody else goes.
    pub sql: PgPool,
    pub database: Database,
}

/// What the programs go over. All are open at the start.
pub struct Lines {
    pub postgres: Proxy,
    pub redis: Proxy,
    pub s3: Proxy,
}

impl Fleet {
    /// # Panics
    /// Where `TEST_DATABASE_URL` names no server, or there is no `redis-server`.
    pub async fn start() -> Self {
        Self::start_on(Database::create().await).await
    }

    /// # Panics
    /// Where there is no `redis-server`.
    pub async fn start_on(database: Database) -> Self {
        let redis = Redis::start();
        let bucket = S3Server::start().await;
        let lines = Lines {
            postgres: Proxy::to(&database.address()).await,
            redis: Proxy::to(&redis.address.to_string()).await,
            s3: Proxy::to(&bucket.address.to_string()).await,
        };
        let sql = PgPoolOptions::new().max_connections(2).acquire_timeout(PATIENCE);
        let sql = sql.connect_lazy(&database.url).unwrap();
        Self { lines, redis, bucket, sql, database }
    }

    /// What all its programs are told.
    pub fn settings(&self) -> Vec<(String, String)> {
        let own = |(name, value): (&str, String)| (name.to_owned(), value);
        [
            ("DATABASE_URL", self.database.url_through(&self.lines.postgres)),
            ("REDIS_URL", format!("redis://{}", self.lines.redis.address)),
            ("S3_ENDPOINT", format!("http://{}", self.lines.s3.address)),
            ("S3_BUCKET", testbed::BUCKET.to_owned()),
            ("S3_ACCESS_KEY_ID", testbed::ACCESS_KEY.to_owned()),
            ("S3_SECRET_ACCESS_KEY", testbed::SECRET_KEY.to_owned()),
            ("S3_FORCE_PATH_STYLE", "true".to_owned()),
            ("LISTEN", "127.0.0.1:0".to_owned()),
            ("JOBS", "off".to_owned()),
            ("RATE_LIMIT", "off".to_owned()),
        ]
        .map(own)
        .into()
    }

    /// A site that takes its ids from Redis; ready when this returns.
    pub async fn site(&self) -> Program {
        self.program(Kind::Site, &[]).await
    }

    /// A site that pops its ids at `url`.
    pub async fn site_with_ids_of(&self, url: &str) -> Program {
        self.program(Kind::Site, &[("ID_SERVICE_URL", url), ("REDIS_URL", "")]).await
    }

    pub async fn id_service(&self) -> Program {
        self.program(Kind::IdService, &[]).await
    }

    pub async fn worker(&self) -> Program {
        self.program(Kind::Worker, &[]).await
    }

    /// With others beside or instead of the fleet's own; an empty one is not set.
    pub fn settings_with(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut settings = self.settings();
        for (name, value) in changes {
            settings.retain(|(known, _)| known != name);
            if !value.is_empty() {
                settings.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        settings
    }

    /// Any program, with settings as [`Fleet::settings_with`] has them.
    pub async fn program(&self, kind: Kind, changes: &[(&str, &str)]) -> Program {
        Program::start_new(kind, self.settings_with(changes)).await
    }

    /// The store as the test sees it: round the lines.
    pub async fn store(&self) -> Store {
        let blobs = S3Blobs::new(&self.bucket.settings());
        let db = Db::postgres(&self.database.url).await.unwrap();
        Store::with_blobs(db, Arc::new(blobs))
    }

    /// The first column of the first row.
    pub async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.sql).await.unwrap()
    }

    /// From now on a row of a paste is not written: whoever does waits, in the database, until this
    /// is dropped or rolled back.
    pub async fn hold_rows(&self) -> Transaction<'static, Postgres> {
        let mut hold = self.sql.begin().await.unwrap();
        sqlx::query("lock table pastes in share mode").execute(&mut *hold).await.unwrap();
        hold
    }

    /// Waits until so many statements wait for [`Fleet::hold_rows`].
    pub async fn held(&self, count: i64) {
        let sql = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
        until(&format!("{count} rows wait to be written"), async || {
            (self.number(sql).await >= count).then_some(())
        })
        .await;
    }

    /// Waits until the bucket has so many texts.
    pub async fn texts(&self, count: usize) {
        until(&format!("{count} texts in the bucket"), async || {
            (self.bucket.keys().len() == count).then_some(())
        })
        .await;
    }

    /// Keys of the texts that rows name.
    pub async fn named_keys(&self) -> Vec<String> {
        let sql = "select blob_key from pastes order by blob_key";
        sqlx::query_scalar(sql).fetch_all(&self.sql).await.unwrap()
    }

    /// Purges and sweeps as if two days had passed, so that no text is too young to be an orphan;
    /// for when nobody writes. Afterwards the bucket has the texts of the living rows, and no more.
    ///
    /// # Panics
    /// Where that does not hold.
    pub async fn settle(&self) -> Swept {
        let store = self.store().await;
        let now = Clock::System.now();
        store.purge(now).await.unwrap();
        let swept = store.sweep_all(now.plus(TWO_DAYS)).await.unwrap();
        store.db().close().await;
        assert_eq!(swept.texts_missing, [], "rows without a text");
        let dead = self.number("select count(*) from pastes where deleted_at is not null").await;
        assert_eq!(dead, 0, "rows that the purge should have removed");
        assert_eq!(self.bucket.keys(), self.named_keys().await, "the bucket is what the rows say");
        swept
    }
}
