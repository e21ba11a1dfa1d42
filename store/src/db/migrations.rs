//! The schema, embedded in the program.

use sqlx::migrate::{MigrateError, Migrator};

use crate::error::{Error, Result};

pub(crate) static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// Reports a migration that this program does not know as [`Error::NewerDatabase`].
pub(crate) fn translate(outcome: Result<(), MigrateError>) -> Result<()> {
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(version) => Error::NewerDatabase(version),
        other => Error::Migration(other),
    })
}
