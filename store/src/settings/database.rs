//! The address of the database, and how it is opened.

use std::convert::Infallible;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use secrecy::{ExposeSecret as _, SecretString};

use super::SettingError;
use super::claim::claim;
use super::files::{make_file, make_folder};
use super::leftovers::check_leftovers;
use crate::db::Db;

/// Where the metadata is kept.
///
/// Debug gives `sqlite:PATH` or `postgres://…`: an address may hold a password.
#[derive(Clone)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(SecretString),
}

impl DatabaseUrl {
    /// Opens the database, and creates and migrates it where needed. Errors name `setting`.
    ///
    /// # Errors
    /// The address is malformed, or the database cannot be opened.
    pub async fn open(&self, setting: &str) -> Result<Db, SettingError> {
        self.open_migrated(setting).await.map(|(db, _)| db)
    }

    /// Migrates the database and closes it. Returns the names of the migrations that were missing, such
    /// as `0001 pastes`.
    ///
    /// # Errors
    /// As [`DatabaseUrl::open`].
    pub async fn migrate(&self, setting: &str) -> Result<Vec<String>, SettingError> {
        let (db, ran) = self.open_migrated(setting).await?;
        db.close().await;
        Ok(ran)
    }

    async fn open_migrated(&self, setting: &str) -> Result<(Db, Vec<String>), SettingError> {
        self.validate(setting)?;
        let opened = match self {
            Self::Sqlite(path) => {
                let resolved = make(setting, path)?;
                check_leftovers(setting, &resolved, false).await?;
                Db::sqlite_migrated(path).await
            }
            Self::Postgres(url) => Db::postgres_migrated(url.expose_secret()).await,
        };
        opened.map_err(|error| self.unusable(setting, &error))
    }

    /// Opens an existing database, to read it.
    ///
    /// # Errors
    /// As [`DatabaseUrl::open`], and where there is no database or it is of another version.
    pub async fn open_to_read(&self, setting: &str) -> Result<Db, SettingError> {
        self.validate(setting)?;
        let opened = match self {
            Self::Sqlite(path) if !path.exists() => {
                let reason = format!("there is no database at {}", path.display());
                return Err(SettingError::new(setting, reason));
            }
            Self::Sqlite(path) => {
                check_leftovers(setting, &resolve(path), false).await?;
                Db::sqlite_to_read(path).await
            }
            Self::Postgres(url) => Db::postgres_to_read(url.expose_secret()).await,
        };
        opened.map_err(|error| self.unusable(setting, &error))
    }

    /// Claims a database file for this process alone, as long as the given file is open. Creates the
    /// database file where it does not exist. `None` for PostgreSQL, which many sites share.
    ///
    /// # Errors
    /// The path is malformed or cannot be written, another site still serves it after 35 s, or a
    /// write-ahead log was left beside the file that is not its own.
    pub async fn claim(&self, setting: &str) -> Result<Option<File>, SettingError> {
        let Self::Sqlite(path) = self else { return Ok(None) };
        self.validate(setting)?;
        let path = make(setting, path)?;
        let claim = claim(setting, &path).await?;
        check_leftovers(setting, &path, true).await?;
        Ok(Some(claim))
    }

    pub(crate) fn validate(&self, setting: &str) -> Result<(), SettingError> {
        match self {
            Self::Sqlite(path) if path.as_os_str().is_empty() || path.starts_with(":memory:") => {
                let reason = "sqlite: needs the path of a file, as in sqlite:data/pastebin.db";
                Err(SettingError::new(setting, reason))
            }
            // The value may hold a password, so it is not quoted.
            Self::Postgres(url) if !is_postgres(url.expose_secret()) => {
                Err(SettingError::new(setting, "it must begin with sqlite: or postgres://"))
            }
            _ => Ok(()),
        }
    }

    fn unusable(&self, setting: &str, error: &dyn fmt::Display) -> SettingError {
        SettingError::new(setting, format!("{self:?} cannot be used: {error}"))
    }
}

/// Creates the file and its folder where they do not exist. Returns the resolved path: the files
/// beside the database are named after it, so that two paths to one database share them.
fn make(setting: &str, path: &Path) -> Result<PathBuf, SettingError> {
    make_folder(setting, path)?;
    make_file(setting, path)?;
    Ok(resolve(path))
}

fn resolve(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self::Sqlite("data/pastebin.db".into())
    }
}

impl FromStr for DatabaseUrl {
    type Err = Infallible;

    /// Never fails, because clap would print the value. A malformed address is reported when it is
    /// opened.
    fn from_str(url: &str) -> Result<Self, Infallible> {
        Ok(match url.strip_prefix("sqlite:") {
            Some(path) => Self::Sqlite(path.strip_prefix("//").unwrap_or(path).into()),
            None => Self::Postgres(url.into()),
        })
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_a_password() {
        let url: DatabaseUrl = "postgres://me:geheim@db/pastebin".parse().unwrap();
        let secret = SecretString::from("geheim");
        assert!(!format!("{url:?} {secret:?}").contains("geheim"));
    }
}
