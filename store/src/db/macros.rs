//! Macros that run a statement or a transaction on either engine.

/// Runs one expression on the pool of either engine. It is expanded once for each, and sqlx infers
/// the driver from the pool: `read!(db, pool => query("…").fetch_one(pool).await)`.
#[macro_export]
macro_rules! read {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::Db::Sqlite(sqlite) => {
                let $pool = &sqlite.read;
                $body
            }
            $crate::Db::Postgres($pool) => $body,
        }
    };
}

/// As [`read!`], for statements that write.
#[macro_export]
macro_rules! write {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::Db::Sqlite(sqlite) => {
                let $pool = &sqlite.write;
                $body
            }
            $crate::Db::Postgres($pool) => $body,
        }
    };
}

/// Runs one block in a transaction and commits it at the end. `?` and `return` inside roll back.
///
/// The block owns what it uses, because it runs to its end even if the caller's future is dropped.
/// A dropped `begin` of sqlx may leave its connection in an open transaction; later writes on that
/// connection would be acknowledged and never committed.
macro_rules! transaction {
    ($db:expr, $tx:ident => $body:expr) => {{
        let db = $db.clone();
        $crate::db::uninterrupted::run_to_completion(async move {
            match db {
                $crate::Db::Sqlite(sqlite) => {
                    let mut writer = sqlite.write.acquire().await?;
                    let work = async {
                        // Immediate: a transaction that began as a reader cannot wait to write.
                        let mut $tx =
                            sqlx::Connection::begin_with(&mut *writer, "begin immediate").await?;
                        let value = $body;
                        $tx.commit().await?;
                        Ok(value)
                    };
                    let outcome = work.await;
                    sqlite.release(writer, outcome)
                }
                $crate::Db::Postgres(pool) => {
                    let mut checkout = pool.begin_checkout().await?;
                    let work = async {
                        let mut $tx = sqlx::Connection::begin(&mut *checkout).await?;
                        let value = $body;
                        $tx.commit().await?;
                        Ok(value)
                    };
                    let outcome =
                        tokio::time::timeout($crate::db::postgres::TRANSACTION_TIMEOUT, work).await;
                    checkout.finish(outcome)
                }
            }
        })
        .await?
    }};
}

pub(crate) use transaction;
// `macro_export` places these two at the root of the crate; its own files import them from here.
pub(crate) use crate::{read, write};
