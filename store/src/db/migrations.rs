//! The schema, embedded in the program, and the migration of a database to it.

use std::sync::LazyLock;
use std::time::Duration;

use sqlx::migrate::{AppliedMigration, MigrateError, Migration, Migrator};
use tokio::time::{Instant, sleep, timeout};
use tracing::info;

use crate::db::Db;
use crate::db::postgres::Postgres;
use crate::db::sqlite::Sqlite;
use crate::error::{Error, Result};

/// All migrations of one engine run in one transaction of ours. sqlx's own lock is off: it belongs to a
/// session, and behind a connection pooler the session that takes it is not the one that releases it.
fn in_one_transaction(mut migrator: Migrator) -> Migrator {
    migrator.set_locking(false);
    migrator
}

pub(crate) static SQLITE: LazyLock<Migrator> =
    LazyLock::new(|| in_one_transaction(sqlx::migrate!("../migrations/sqlite")));
static POSTGRES: LazyLock<Migrator> =
    LazyLock::new(|| in_one_transaction(sqlx::migrate!("../migrations/postgres")));

/// The advisory lock of the transaction that migrates a PostgreSQL database. The number is arbitrary;
/// such a lock holds within one database.
const LOCK: i64 = 0x7061_7374_6562_696e;

/// The deadline of all migrations together, and of the wait for another process that migrates. An index
/// on millions of rows takes minutes.
const DEADLINE: Duration = Duration::from_mins(10);

/// How often a waiting process tries to take the lock.
const RETRY: Duration = Duration::from_millis(100);

/// The migrations that a database has run, as it records them. `None` if it is not a Pastebin's.
type Applied = Option<Vec<AppliedMigration>>;

const APPLIED: &str =
    "select version, checksum from _sqlx_migrations where success order by version";

/// Reads [`Applied`] on one connection; `$exists` tells whether there is a table of migrations.
macro_rules! applied {
    ($connection:expr, $exists:literal) => {{
        let exists: bool = sqlx::query_scalar($exists).fetch_one(&mut *$connection).await?;
        if exists {
            let rows: Vec<(i64, Vec<u8>)> =
                sqlx::query_as(APPLIED).fetch_all(&mut *$connection).await?;
            let applied = |(version, checksum): (i64, Vec<u8>)| AppliedMigration {
                version,
                checksum: checksum.into(),
            };
            Some(rows.into_iter().map(applied).collect::<Vec<_>>())
        } else {
            None
        }
    }};
}

macro_rules! applied_on_postgres {
    ($connection:expr) => {
        applied!($connection, "select to_regclass('_sqlx_migrations') is not null")
    };
}

macro_rules! applied_on_sqlite {
    ($connection:expr) => {
        applied!(
            $connection,
            "select count(*) > 0 from sqlite_schema where name = '_sqlx_migrations'"
        )
    };
}

/// Whether a database has the schema of this program.
pub(crate) enum Schema {
    /// The database is not a Pastebin's: it has no table of migrations.
    Absent,
    /// Migrations are missing.
    Older,
    Current,
}

impl Db {
    /// Compares the database with this program. Only reads.
    ///
    /// # Errors
    /// [`Error::NewerDatabase`], or [`Error::Migration`] for a migration with another checksum.
    pub(crate) async fn schema(&self) -> Result<Schema> {
        let (known, applied) = match self {
            Self::Sqlite(sqlite) => {
                let mut connection = sqlite.read.acquire().await?;
                (&SQLITE, applied_on_sqlite!(connection))
            }
            Self::Postgres(postgres) => (&POSTGRES, postgres.applied().await?),
        };
        let is_current = missing(known, &applied)?.is_empty();
        Ok(match applied {
            None => Schema::Absent,
            Some(_) if is_current => Schema::Current,
            Some(_) => Schema::Older,
        })
    }

    /// Brings the schema up to date, and returns the names of the migrations that this call has run.
    /// A database that needs none is only read, so a user without rights on the schema may open it.
    ///
    /// # Errors
    /// As [`Db::schema`]; [`Error::MayNotMigrate`]; a migration that fails, of which nothing is left.
    pub(crate) async fn migrate(&self) -> Result<Vec<String>> {
        let is_new = match self.schema().await? {
            Schema::Current => return Ok(Vec::new()),
            Schema::Absent => true,
            Schema::Older => false,
        };
        let ran = match self {
            Self::Sqlite(sqlite) => migrate_sqlite(sqlite).await?,
            Self::Postgres(postgres) => migrate_postgres(postgres).await?,
        };
        if !is_new && !ran.is_empty() {
            info!(migrations = ran.join(", "), "migrated the database");
        }
        Ok(ran)
    }
}

impl Postgres {
    async fn applied(&self) -> Result<Applied> {
        let mut checkout = self.begin_checkout().await?;
        let read = async { Ok(applied_on_postgres!(checkout)) };
        let applied: Result<Result<Applied>, _> =
            timeout(super::postgres::STATEMENT_TIMEOUT, read).await;
        checkout.finish(applied)
    }
}

/// Processes that start at once on a new file wait here for each other: SQLite lets one write.
async fn migrate_sqlite(sqlite: &Sqlite) -> Result<Vec<String>> {
    let mut writer = sqlite.write.acquire().await?;
    let mut tx = sqlx::Connection::begin_with(&mut *writer, "begin immediate").await?;
    let missing = missing(&SQLITE, &applied_on_sqlite!(tx))?;
    SQLITE.run_direct(&mut *tx).await.map_err(|error| failed(error, &missing))?;
    tx.commit().await?;
    Ok(names(&missing))
}

/// Waits for other processes that migrate. A waiting process holds no connection, because a pooler
/// may have few.
async fn migrate_postgres(postgres: &Postgres) -> Result<Vec<String>> {
    let deadline = Instant::now() + DEADLINE;
    let mut is_logged = false;
    loop {
        if let Some(ran) = try_migrate_postgres(postgres).await? {
            return Ok(ran);
        }
        if Instant::now() >= deadline {
            return Err(Error::MigrationBlocked(DEADLINE));
        }
        if !is_logged {
            info!("the start waits for another migration of the database");
            is_logged = true;
        }
        sleep(RETRY).await;
    }
}

/// Runs the missing migrations; `None` if another process is doing so. The lock ends with the
/// transaction, also when this process or its connection does.
async fn try_migrate_postgres(postgres: &Postgres) -> Result<Option<Vec<String>>> {
    let mut checkout = postgres.begin_checkout().await?;
    let work = async {
        let mut tx = sqlx::Connection::begin(&mut *checkout).await?;
        let lock = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)").bind(LOCK);
        if !lock.fetch_one(&mut *tx).await? {
            tx.rollback().await?;
            return Ok(None);
        }
        let missing = missing(&POSTGRES, &applied_on_postgres!(tx))?;
        POSTGRES.run_direct(&mut *tx).await.map_err(|error| failed(error, &missing))?;
        tx.commit().await?;
        Ok(Some(names(&missing)))
    };
    let outcome = timeout(DEADLINE, work).await;
    checkout.finish(outcome)
}

/// The migrations that the database has not run.
fn missing(known: &'static Migrator, applied: &Applied) -> Result<Vec<&'static Migration>> {
    let applied = applied.as_deref().unwrap_or_default();
    if let Some(newer) = applied.iter().find(|applied| !known.version_exists(applied.version)) {
        return Err(Error::NewerDatabase(newer.version));
    }
    let mut missing = Vec::new();
    for migration in known.iter() {
        match applied.iter().find(|applied| applied.version == migration.version) {
            None => missing.push(migration),
            Some(applied) if applied.checksum == migration.checksum => {}
            Some(_) => {
                return Err(Error::Migration(MigrateError::VersionMismatch(migration.version)));
            }
        }
    }
    Ok(missing)
}

fn names(migrations: &[&Migration]) -> Vec<String> {
    migrations
        .iter()
        .map(|migration| format!("{:04} {}", migration.version, migration.description))
        .collect()
}

/// 42501: the user of PostgreSQL lacks a right. 8: the file of SQLite cannot be written.
fn failed(error: MigrateError, missing: &[&Migration]) -> Error {
    let code = match &error {
        MigrateError::Execute(sqlx::Error::Database(cause))
        | MigrateError::ExecuteMigration(sqlx::Error::Database(cause), _) => cause.code(),
        _ => None,
    };
    match code.as_deref() {
        Some("42501" | "8") => Error::MayNotMigrate(names(missing).join(", ")),
        _ => Error::Migration(error),
    }
}
