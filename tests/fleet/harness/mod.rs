//! A fleet of real processes with engines of its own.
//!
//! ```ignore
//! let fleet = Fleet::start().await;                  // the engines, each behind a proxy
//! let (site, mut worker) = (fleet.site().await, fleet.worker().await);
//! let ledger = Ledger::default();
//! ledger.create(&site, "a text").await;              // answered with 201, and recorded
//! fleet.proxies.s3.set(Line::Stalled);               // the bucket does not answer any more
//! worker.kill();                                     // kill -9
//! fleet.proxies.s3.set(Line::Open);
//! worker.restart().await;
//! ledger.verify(&site).await;                        // every recorded text, byte for byte
//! fleet.sweep_and_verify().await;                    // the bucket and the rows agree
//! ```
//!
//! Programs start with the settings of the fleet and nothing else from the environment. They log to
//! files, and a failing test prints the ends of these. A program is killed when its value is dropped.
//! Tests that use this run on more than one thread (`#[tokio::test(flavor = "multi_thread")]`),
//! because the proxies and the bucket run in the process of the test.
//!
//! Another test target includes it with `#[path = "../fleet/harness/mod.rs"] mod harness;`.

#![allow(dead_code, unused_imports, reason = "each test target uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a failing test prints the ends of the logs")]

mod kind;
mod ledger;
mod load;
mod program;
mod storage;
#[path = "../../support/visitor.rs"]
mod visitor;
mod wait;

use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
pub use testbed::{Database, Line, Proxy, Redis, S3Server};

pub use kind::Kind;
pub use ledger::{Ledger, client, id_of};
pub use load::Load;
pub use program::Program;
pub use visitor::{PASSWORD, Response, Visitor};
pub use wait::{TIMEOUT, wait_until, wait_until_within};

/// The engines, a proxy in front of each, and direct connections for the test itself.
pub struct Fleet {
    pub proxies: Proxies,
    pub redis: Redis,
    pub bucket: S3Server,
    /// Connects to the database past the proxy.
    pub sql: PgPool,
    pub database: Database,
}

/// The proxies through which the programs reach the engines. All are open at the start.
pub struct Proxies {
    pub postgres: Proxy,
    pub redis: Proxy,
    pub s3: Proxy,
}

impl Fleet {
    /// # Panics
    /// `TEST_DATABASE_URL` names no server, or there is no `redis-server`.
    pub async fn start() -> Self {
        Self::start_on(Database::create().await).await
    }

    /// # Panics
    /// There is no `redis-server`.
    pub async fn start_on(database: Database) -> Self {
        let redis = Redis::start();
        let bucket = S3Server::start().await;
        let proxies = Proxies {
            postgres: Proxy::to(&database.address()).await,
            redis: Proxy::to(&redis.address.to_string()).await,
            s3: Proxy::to(&bucket.address.to_string()).await,
        };
        let sql = PgPoolOptions::new().max_connections(2).acquire_timeout(TIMEOUT);
        let sql = sql.connect_lazy(&database.url).unwrap();
        Self { proxies, redis, bucket, sql, database }
    }

    /// The settings that all its programs start with.
    pub fn settings(&self) -> Vec<(String, String)> {
        let owned = |(name, value): (&str, String)| (name.to_owned(), value);
        [
            ("DATABASE_URL", self.database.url_through(&self.proxies.postgres)),
            ("REDIS_URL", format!("redis://{}", self.proxies.redis.address)),
            ("S3_ENDPOINT", format!("http://{}", self.proxies.s3.address)),
            ("S3_BUCKET", testbed::BUCKET.to_owned()),
            ("S3_ACCESS_KEY_ID", testbed::ACCESS_KEY.to_owned()),
            ("S3_SECRET_ACCESS_KEY", testbed::SECRET_KEY.to_owned()),
            ("S3_FORCE_PATH_STYLE", "true".to_owned()),
            ("LISTEN", "127.0.0.1:0".to_owned()),
            ("JOBS", "off".to_owned()),
            ("RATE_LIMIT", "off".to_owned()),
        ]
        .map(owned)
        .into()
    }

    /// The settings of the fleet with these added or replaced. An empty value removes a setting.
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

    /// Starts any program, with settings as in [`Fleet::settings_with`].
    pub async fn program(&self, kind: Kind, changes: &[(&str, &str)]) -> Program {
        Program::start(kind, self.settings_with(changes)).await
    }

    /// Starts a site that takes its ids from Redis.
    pub async fn site(&self) -> Program {
        self.program(Kind::Site, &[]).await
    }

    /// Starts a site that takes its ids from the id service at `url`.
    pub async fn site_with_id_service(&self, url: &str) -> Program {
        self.program(Kind::Site, &[("ID_SERVICE_URL", url), ("REDIS_URL", "")]).await
    }

    pub async fn id_service(&self) -> Program {
        self.program(Kind::IdService, &[]).await
    }

    pub async fn worker(&self) -> Program {
        self.program(Kind::Worker, &[]).await
    }
}
