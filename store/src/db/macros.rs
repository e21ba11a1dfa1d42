/// Runs one expression on the pool of either engine. The expression is expanded for each, and
/// sqlx infers its driver from the pool: `read!(db, pool => query("…").fetch_one(pool).await)`.
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

/// As [`read!`], for statements that change something.
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

/// Runs one block in a transaction and commits where it ends; `?` and `return` inside roll back.
///
/// The block owns what it uses, for it runs to its end even where whoever waits for it goes away:
/// a `begin` of sqlx that is given up may leave its connection in a transaction that nobody ends,
/// and whatever is written there later is acknowledged and never committed.
macro_rules! transaction {
    ($db:expr, $tx:ident => $body:expr) => {{
        let db = $db.clone();
        $crate::db::uninterrupted::run_to_completion(async move {
            match db {
                $crate::Db::Sqlite(sqlite) => {
                    let mut writer = sqlite.write.acquire().await?;
                    let work = async {
                        // Immediate: one that starts as a reader cannot wait to become a writer.
                        let mut $tx =
                            sqlx::Connection::begin_with(&mut *writer, "begin immediate").await?;
                        let value = $body;
                        $tx.commit().await?;
                        Ok(value)
                    };
                    let outcome = work.await;
                    $crate::db::sqlite::release(writer, outcome)
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
// `macro_export` puts the other two at the root of the crate; within it they are named here.
pub(crate) use crate::{read, write};
