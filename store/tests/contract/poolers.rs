//! A connection pooler between the store and PostgreSQL, which gives each transaction another session.

use std::path::PathBuf;

use sqlx::{Connection as _, PgConnection};
use store::{Db, Error};
use testbed::{Database, PgBouncer, pgbouncers};

use crate::harness::Place;
use crate::migrations::all_open;

/// From this version on, `PgBouncer` keeps track of prepared statements.
const KEEPS_STATEMENTS: (u32, u32) = (1, 21);

type Pooler = (PathBuf, (u32, u32));

#[expect(clippy::print_stderr, reason = "says which test had nothing to test with")]
fn poolers(wanted: impl Fn(&Pooler) -> bool) -> Vec<Pooler> {
    let poolers: Vec<Pooler> = pgbouncers().into_iter().filter(wanted).collect();
    if poolers.is_empty() {
        eprintln!("skipped: no such PgBouncer is installed; PGBOUNCER_NEW may name one");
    }
    poolers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs TEST_DATABASE_URL"]
async fn first_starts_at_once_behind_a_pooler_succeed_and_leave_no_lock() {
    for (program, _) in poolers(|(_, version)| *version >= KEEPS_STATEMENTS) {
        let settings = "pool_mode = transaction\nmax_prepared_statements = 100";
        let database = Database::create().await;
        let pooler = PgBouncer::start(&program, &database, settings);
        all_open(&Place::Url(pooler.url(&database))).await;

        let mut direct = PgConnection::connect(&database.url).await.unwrap();
        let locks = "select count(*) from pg_locks l join pg_database d on d.oid = l.database
                     where l.locktype = 'advisory' and d.datname = current_database()";
        let left: i64 = sqlx::query_scalar(locks).fetch_one(&mut direct).await.unwrap();
        assert_eq!(left, 0, "a session of the pooler still holds the lock of a migration");
        direct.close().await.unwrap();
        drop(pooler);
        database.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_pooler_that_loses_prepared_statements_is_refused_and_one_by_session_is_not() {
    for (program, version) in poolers(|_| true) {
        let without = if version < KEEPS_STATEMENTS { "" } else { "max_prepared_statements = 0\n" };
        let database = Database::create().await;
        let losing =
            PgBouncer::start(&program, &database, &format!("pool_mode = transaction\n{without}"));
        for _ in 0..3 {
            let refused = Db::postgres(&losing.url(&database)).await;
            assert!(matches!(refused, Err(Error::Pooler)), "{version:?}: {refused:?}");
        }
        let by_session =
            PgBouncer::start(&program, &database, &format!("pool_mode = session\n{without}"));
        all_open(&Place::Url(by_session.url(&database))).await;
        drop((losing, by_session));
        database.remove().await;
    }
}
