//! Migrations, and the schema on both engines.

use std::collections::BTreeMap;
use std::path::Path;

use futures_util::future::join_all;
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool, Postgres, Transaction};
use store::{Db, Error, Store};
use tempfile::TempDir;
use testbed::Database;

use crate::harness::{Place, draft, on_every_engine, until};

fn files(engine: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(engine);
    let read = |path: &Path| {
        (
            path.file_name().unwrap().to_str().unwrap().to_owned(),
            std::fs::read_to_string(path).unwrap(),
        )
    };
    std::fs::read_dir(folder).unwrap().map(|entry| read(&entry.unwrap().path())).collect()
}

#[test]
fn both_engines_have_the_same_migrations() {
    let (sqlite, postgres) = (files("sqlite"), files("postgres"));
    assert!(sqlite.keys().eq(postgres.keys()), "the names differ");
    for (name, sql) in postgres {
        let twin = sql
            .replace("bytea", "blob")
            .replace(" collate \"C\"", "")
            .replace("../sqlite/", "../postgres/");
        assert_eq!(sqlite[&name], twin, "{name}");
    }
}

/// Table, column, type and nullability of each column, from the catalog of the engine.
type Columns = Vec<(String, String, String, bool)>;

async fn columns(db: &Db) -> Columns {
    let mut columns: Columns = match db {
        Db::Sqlite(sqlite) => sqlx::query_as(
            "select t.name, c.name, lower(c.type), c.\"notnull\" = 0 from sqlite_schema t, pragma_table_info(t.name) c
             where t.type = 'table' and t.name not like 'sqlite%' and t.name not like '_sqlx%'",
        )
        .fetch_all(&sqlite.read)
        .await
        .unwrap(),
        Db::Postgres(pool) => sqlx::query_as(
            "select table_name::text, column_name::text, replace(data_type, 'bytea', 'blob'), is_nullable = 'YES'
             from information_schema.columns where table_schema = 'public' and table_name not like '_sqlx%'",
        )
        .fetch_all(pool)
        .await
        .unwrap(),
    };
    columns.sort();
    columns
}

#[tokio::test]
#[ignore = "needs TEST_DATABASE_URL"]
async fn both_engines_have_the_same_tables() {
    let folder = TempDir::new().unwrap();
    let sqlite = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap();
    let database = Database::create().await;
    let postgres = Db::postgres(&database.url).await.unwrap();
    let (ours, theirs) = (columns(&sqlite).await, columns(&postgres).await);
    postgres.close().await;
    database.remove().await;
    assert!(ours.iter().any(|(table, ..)| table == "pastes"));
    assert_eq!(ours, theirs);
}

on_every_engine! {
    async fn a_second_start_changes_nothing(site: Site) {
        let paste = site.paste("kept").await;
        let before = site.number("select count(*) from _sqlx_migrations").await;
        let again = site.sibling().await;
        assert_eq!(again.text(&paste.id).await.unwrap(), "kept");
        assert_eq!(again.number("select count(*) from _sqlx_migrations").await, before);
    }

    async fn a_database_from_a_newer_version_is_refused(site: Site) {
        let paste = site.paste("kept").await;
        site.run_sql(
            "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
             select 9999, 'the future', installed_on, success, checksum, 0 from _sqlx_migrations where version = 1",
        )
        .await;
        assert!(matches!(site.place.open().await, Err(Error::NewerDatabase(9999))));
        assert_eq!(site.text(&paste.id).await.unwrap(), "kept", "the data is still there");
    }

    async fn a_migration_that_was_edited_is_refused(site: Site) {
        site.run_sql("update _sqlx_migrations set checksum = (select checksum from _sqlx_migrations where version = 2)").await;
        assert!(matches!(site.place.open().await, Err(Error::Migration(_))));
    }

    async fn a_session_needs_its_user(site: Site) {
        let token = store::Token::random().unwrap();
        let started = site.store.start_session(&token, store::UserId(404), site.now(), site.now()).await;
        assert!(matches!(started, Err(Error::Database(_))), "foreign keys are enforced");
    }

    async fn a_closed_database_is_an_error(site: Site) {
        site.store.ping().await.unwrap();
        site.db().close().await;
        assert!(site.store.ping().await.is_err());
        assert!(site.store.create(draft("late"), site.now()).await.is_err());
    }
}

pub(crate) async fn all_open(place: &Place) {
    let opened = join_all((0..4).map(|_| {
        let place = place.clone();
        tokio::spawn(async move { place.open().await })
    }))
    .await;
    for db in opened {
        let db = db.unwrap().unwrap();
        Store::new(db.clone()).create(draft("hello"), store::Timestamp(0)).await.unwrap();
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_at_once_on_a_new_file_all_open_it() {
    for _ in 0..20 {
        let folder = TempDir::new().unwrap();
        all_open(&Place::File(folder.path().join("pastebin.db"))).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs TEST_DATABASE_URL"]
async fn processes_that_start_at_once_on_a_new_server_all_open_it() {
    let database = Database::create().await;
    all_open(&Place::Url(database.url.clone())).await;
    database.remove().await;
}

/// A transaction on a new database that stops every migration until it ends: it has made one of our tables.
async fn block_migrations(admin: &mut PgConnection) -> Transaction<'_, Postgres> {
    let mut tx = admin.begin().await.unwrap();
    tx.execute("create table users (id bigint)").await.unwrap();
    tx
}

/// Waits until a migration waits in the server for [`block_migrations`].
async fn until_blocked(observer: &PgPool) {
    let blocked = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
    until("a migration is blocked", || async {
        sqlx::query_scalar::<_, i64>(blocked).fetch_one(observer).await.unwrap() == 1
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_migration_that_is_cut_off_leaves_nothing_and_the_next_start_runs_all() {
    let database = Database::create().await;
    let mut admin = PgConnection::connect(&database.url).await.unwrap();
    let observer = PgPool::connect(&database.url).await.unwrap();
    let place = Place::Url(database.url.clone());
    let block = block_migrations(&mut admin).await;
    let start = || {
        let place = place.clone();
        tokio::spawn(async move { place.open().await })
    };
    let cut_off = start();
    until_blocked(&observer).await;
    let waiting = start();
    let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity
               where datname = current_database() and wait_event_type = 'Lock'";
    assert_eq!(sqlx::query_scalar::<_, i64>(end).fetch_one(&observer).await.unwrap(), 1);
    assert!(cut_off.await.unwrap().is_err());

    // The second start has the lock now, and the first one's tables are gone.
    until_blocked(&observer).await;
    assert!(!waiting.is_finished());
    block.rollback().await.unwrap();
    let db = waiting.await.unwrap().unwrap();
    Store::new(db.clone()).create(draft("hello"), store::Timestamp(0)).await.unwrap();
    db.close().await;
    admin.close().await.unwrap();
    observer.close().await;
    database.remove().await;
}

/// Earlier versions ran each migration in a transaction of its own.
#[tokio::test]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_database_that_sqlx_has_migrated_half_way_is_migrated_further() {
    let database = Database::create().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/postgres");
    let mut half = sqlx::migrate::Migrator::new(folder.as_path()).await.unwrap();
    half.migrations.to_mut().retain(|migration| migration.version <= 3);
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    half.run_direct(&mut connection).await.unwrap();
    connection.close().await.unwrap();

    all_open(&Place::Url(database.url.clone())).await;
    database.remove().await;
}

#[tokio::test]
async fn sqlite_is_durable_to_the_last_commit() {
    let folder = TempDir::new().unwrap();
    let Db::Sqlite(sqlite) = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap() else {
        unreachable!()
    };
    for (name, value) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("busy_timeout", "10000"),
    ] {
        let pragma = format!("select cast({name} as text) from pragma_{name}");
        let pragma = sqlx::query_scalar::<_, String>(if name == "busy_timeout" {
            "select cast(timeout as text) from pragma_busy_timeout"
        } else {
            &pragma
        });
        assert_eq!(pragma.fetch_one(&sqlite.write).await.unwrap(), value, "{name}");
    }
    let mode = sqlx::query_scalar::<_, String>("pragma journal_mode").fetch_one(&sqlite.read).await;
    assert_eq!(mode.unwrap(), "wal");
    assert!(
        sqlx::query("delete from pastes").execute(&sqlite.read).await.is_err(),
        "readers cannot write"
    );
}

/// Versions below 3.51.3 may corrupt a database in WAL mode, except two that got the fix as well:
/// <https://sqlite.org/wal.html#walresetbug>.
#[tokio::test]
async fn sqlite_is_a_version_without_the_wal_reset_bug() {
    let folder = TempDir::new().unwrap();
    let db = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap();
    let engine = db.engine().await.unwrap();
    let numbers: Vec<u32> = engine
        .strip_prefix("SQLite ")
        .unwrap()
        .split('.')
        .map(|number| number.parse().unwrap())
        .collect();
    let is_fixed = numbers >= vec![3, 51, 3]
        || matches!(numbers[..], [3, 50, patch] if patch >= 7)
        || matches!(numbers[..], [3, 44, patch] if patch >= 6);
    assert!(is_fixed, "{engine} has the bug");
}
