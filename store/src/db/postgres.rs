//! PostgreSQL with a deadline for every statement: over a network connection that goes silent
//! without breaking, sqlx would wait for ever.

use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut};
use std::str::FromStr as _;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{
    PgConnectOptions, PgConnection, PgPoolOptions, PgQueryResult, PgRow, PgStatement, PgTypeInfo,
};
use sqlx::{Connection as _, Describe, Either, Execute, Executor, PgPool};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::db::uninterrupted::run_to_completion;

const MAX_CONNECTIONS: u32 = 16;
/// The wait for a connection of the pool.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The deadline of one statement, without the wait for a connection.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);

/// The deadline of one transaction: a thousand rows of a purge, or a create that a visitor waits
/// for.
pub(crate) const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(30);

/// A connection idle for less than this is not pinged before use: a ping takes as long as a read.
const PING_AFTER_IDLE: Duration = Duration::from_secs(1);

/// A returned connection answers a ping within this time, or it is closed.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(5);

/// A pool of connections. A connection that misses a deadline is closed, not used again.
#[derive(Clone)]
pub struct Postgres(PgPool);

/// A connection in use. It goes back to the pool only if no transaction can be open on it.
pub(crate) struct Checkout {
    connection: PoolConnection<sqlx::Postgres>,
    is_clean: bool,
}

impl Postgres {
    pub(crate) async fn connect(url: &str, application: &str) -> Result<Self, sqlx::Error> {
        let options = PgConnectOptions::from_str(url)?.application_name(application);
        let pool = PgPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, last| {
                Box::pin(async move {
                    if last.idle_for >= PING_AFTER_IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            });
        Ok(Self(pool.connect_with(options).await?))
    }

    /// For a transaction. The connection is closed unless [`Checkout::finish`] is called, because an
    /// abandoned transaction may still be open on it.
    pub(crate) async fn begin_checkout(&self) -> Result<Checkout, sqlx::Error> {
        Ok(Checkout { connection: self.acquire().await?, is_clean: false })
    }

    /// For one statement. A cancelled caller does not cost a connection: sqlx reads the rest of
    /// an answer when the connection is returned. It would close one whose `acquire` is dropped, so
    /// that runs to completion.
    async fn checkout(&self) -> Result<Checkout, sqlx::Error> {
        let pool = self.0.clone();
        run_to_completion(async move {
            Ok(Checkout { connection: pool.acquire().await?, is_clean: true })
        })
        .await
    }
}

impl Checkout {
    /// Ends the use of the connection, and turns a missed deadline into an error.
    pub(crate) fn finish<T, E: From<sqlx::Error>>(
        mut self,
        outcome: Result<Result<T, E>, Elapsed>,
    ) -> Result<T, E> {
        self.is_clean = outcome.is_ok();
        outcome.unwrap_or_else(|_| {
            let late = io::Error::new(io::ErrorKind::TimedOut, "no answer in time");
            Err(sqlx::Error::Io(late).into())
        })
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        if self.is_clean {
            // sqlx does the same by itself without a deadline: it pings, and a silent server would
            // hold the connection, and its slot in the pool, for ever.
            tokio::spawn(timeout(RELEASE_TIMEOUT, self.connection.return_to_pool()));
        } else {
            self.connection.close_on_drop();
        }
    }
}

impl Deref for Checkout {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Checkout {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

impl Deref for Postgres {
    type Target = PgPool;

    fn deref(&self) -> &PgPool {
        &self.0
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postgres")
    }
}

/// As the executor of the pool, within [`STATEMENT_TIMEOUT`]. Rows are given when all have arrived:
/// no query of ours fetches more than a page.
impl Executor<'_> for &Postgres {
    type Database = sqlx::Postgres;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, sqlx::Error>>
    where
        E: 'q + Execute<'q, sqlx::Postgres>,
    {
        let postgres = self.clone();
        let rows = async move {
            let mut checkout = postgres.checkout().await?;
            let rows =
                timeout(STATEMENT_TIMEOUT, checkout.fetch_many(query).try_collect::<Vec<_>>())
                    .await;
            checkout.finish(rows)
        };
        stream::once(rows).map_ok(|rows| stream::iter(rows).map(Ok)).try_flatten().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<PgRow>, sqlx::Error>>
    where
        E: 'q + Execute<'q, sqlx::Postgres>,
    {
        let postgres = self.clone();
        Box::pin(async move {
            let mut checkout = postgres.checkout().await?;
            let row = timeout(STATEMENT_TIMEOUT, checkout.fetch_optional(query)).await;
            checkout.finish(row)
        })
    }

    fn prepare_with<'e, 'q: 'e>(
        self,
        sql: &'q str,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement<'q>, sqlx::Error>> {
        (&self.0).prepare_with(sql, parameters)
    }

    fn describe<'e, 'q: 'e>(
        self,
        sql: &'q str,
    ) -> BoxFuture<'e, Result<Describe<sqlx::Postgres>, sqlx::Error>> {
        (&self.0).describe(sql)
    }
}
