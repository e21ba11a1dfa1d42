//! Programs that start at once: one migrates and the others wait, also with `PgBouncer` between them and
//! PostgreSQL, which gives each transaction another session.

use std::fs::File;
use std::sync::Arc;

use futures_util::future::join_all;
use tempfile::TempDir;
use testbed::{PgBouncer, pgbouncers};

use crate::harness::{Fleet, Kind, Ledger, Load, wait_until};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL, and a PgBouncer from 1.21 on"]
async fn programs_that_start_at_once_behind_a_pooler_serve_and_run_jobs() {
    let Some((program, _)) = pgbouncers().into_iter().find(|(_, version)| *version >= (1, 21))
    else {
        println!("skipped: no PgBouncer from 1.21 on is installed; PGBOUNCER_NEW may name one");
        return;
    };
    let fleet = Fleet::start().await;
    let settings = "pool_mode = transaction\nmax_prepared_statements = 100\ndefault_pool_size = 5";
    let pooler = PgBouncer::start(&program, &fleet.database, settings);
    let url = pooler.url(&fleet.database);
    let kinds = [Kind::Site, Kind::Worker, Kind::Site, Kind::Worker];
    let start = async |kind| fleet.program(kind, &[("DATABASE_URL", &url)]).await;
    let programs = join_all(kinds.map(start)).await;

    let ledger = Arc::new(Ledger::default());
    let mut load = Load::start(&ledger, &[&programs[0], &programs[2]], 8);
    load.wait_for_saves(200).await;
    load.stop().await;
    assert_eq!((load.refused(), load.unanswered()), (0, 0));
    ledger.verify(&programs[0]).await;
    let refilled = "select coalesce(max(succeeded_at), 0) from job_leases where name = 'refill'";
    wait_until("a periodic job succeeds", async || {
        (fleet.query_number(refilled).await > 0).then_some(())
    })
    .await;
    fleet.sweep_and_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_start_waits_for_another_migration_and_says_so() {
    let fleet = Fleet::start().await;
    let mut migration = fleet.sql.begin().await.unwrap();
    // The number is that of the store.
    let lock = "select pg_advisory_xact_lock(x'706173746562696e'::bigint)";
    sqlx::query(lock).execute(&mut *migration).await.unwrap();
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log");
    let mut command = Kind::Worker.command(&fleet.settings(), folder.path());
    let mut worker = command.stderr(File::create(&log).unwrap()).spawn().unwrap();
    let logs = async |part: &str| {
        wait_until(&format!("the worker logs {part:?}"), async || {
            std::fs::read_to_string(&log).unwrap().contains(part).then_some(())
        })
        .await;
    };
    logs("waits for another migration").await;
    assert!(!std::fs::read_to_string(&log).unwrap().contains("ready"));
    migration.rollback().await.unwrap();
    logs("the worker is ready").await;
    worker.kill().unwrap();
    worker.wait().unwrap();
}
