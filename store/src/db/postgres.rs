//! PostgreSQL with a deadline for every statement: over a network connection that goes silent
//! without breaking, sqlx would wait for ever.

use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnection, PgPoolOptions, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Connection as _, Describe, Either, Execute, Executor, PgPool};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::db::address;
use crate::db::uninterrupted::run_to_completion;
use crate::error::{Error, Result};

const MAX_CONNECTIONS: u32 = 16;
/// The wait for a connection of the pool.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The deadline of one statement, without the wait for a connection.
pub(crate) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);

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
    /// Connects as `url` says. `application` is the name that the server shows for our connections.
    ///
    /// # Errors
    /// [`Error::Unproven`], [`Error::Pooler`], or the server does not answer.
    pub(crate) async fn connect(url: &str, application: &str) -> Result<Self> {
        let options = address::parse(url)?.application_name(application);
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
        let postgres = Self(pool.connect_with(options).await.map_err(address::explain)?);
        if postgres.keeps_prepared_statements().await? { Ok(postgres) } else { Err(Error::Pooler) }
    }

    /// Whether two connections each find their own prepared statement again. A connection pooler that
    /// gives every transaction another session may not know whose statement `sqlx_s_1` is.
    async fn keeps_prepared_statements(&self) -> Result<bool, sqlx::Error> {
        let (mut one, mut two) = (self.begin_checkout().await?, self.begin_checkout().await?);
        let check = async {
            for _ in 0..2 {
                if !answers(&mut one, "select 1").await? || !answers(&mut two, "select 2").await? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        let outcome = timeout(STATEMENT_TIMEOUT, check).await;
        two.is_clean = outcome.is_ok();
        one.finish(outcome)
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

/// Whether the statement `select N` gives N. It is prepared at its first use on the connection.
async fn answers(connection: &mut PgConnection, statement: &str) -> Result<bool, sqlx::Error> {
    match sqlx::query_scalar::<_, i32>(statement).fetch_one(connection).await {
        Ok(number) => Ok(statement.ends_with(&number.to_string())),
        // The statement exists already, does not exist, or is another one.
        Err(sqlx::Error::Database(error))
            if matches!(error.code().as_deref(), Some("42P05" | "26000" | "08P01")) =>
        {
            Ok(false)
        }
        Err(error) => Err(error),
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
