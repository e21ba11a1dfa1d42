//! Backup and restore of a database file.

mod error;
mod examine;
mod files;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

pub use self::error::BackupError;
use self::examine::{examine, settle};
use self::files::{Draft, identity, same_owner, sync_folder};
use crate::db::database_files::with_suffix;
use crate::settings::claim::{lock_path, try_claim};
use crate::settings::database::DatabaseUrl;
use crate::settings::leftovers::find_foreign;
use crate::time::Clock;

/// A backup that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    pub pastes: u64,
    /// The size of the file.
    pub bytes: u64,
}

/// A backup that has taken the place of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    pub pastes: u64,
    /// Where the database that was there before is kept.
    pub kept: Option<PathBuf>,
}

type Result<T, E = BackupError> = std::result::Result<T, E>;

impl DatabaseUrl {
    /// Writes the state of this moment to `target`, a new file, while a site may run. When this
    /// returns, the file is on disk and was checked; if it fails, there is no file.
    ///
    /// # Errors
    /// `target` exists, there is no database file, or it cannot be read.
    pub async fn back_up(&self, target: &Path) -> Result<BackedUp> {
        let path = self.file()?;
        let path = path.canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                BackupError::Refused(format!("there is no database at {}", path.display()))
            }
            _ => BackupError::file(path, error),
        })?;
        if target.symlink_metadata().is_ok() {
            return Err(BackupError::Refused(format!("{} exists already", target.display())));
        }
        find_foreign(&path, false).await.map_err(BackupError::Refused)?;
        let draft = Draft::create(target)?;
        copy_database(&path, draft.path())
            .await
            .map_err(|error| BackupError::database(&path, error))?;
        let pastes = examine(draft.path()).await?;
        let bytes = draft.publish(target)?;
        Ok(BackedUp { pastes, bytes })
    }

    /// Puts a backup in the place of the database file, under the lock of a site. The database that
    /// was there is kept under another name. The backup is checked first and never written to. An
    /// interruption at any point leaves either database whole in its place.
    ///
    /// # Errors
    /// The backup is no sound database of Pastebin, or of a newer version; a site or another program
    /// uses the database.
    pub async fn restore(&self, backup: &Path) -> Result<Restored> {
        let path = self.file()?;
        let setting = "DATABASE_URL";
        crate::settings::files::make_folder(setting, path)?;
        let path = path.canonicalize().unwrap_or_else(|_| path.clone());
        let old = identity(&path);
        if identity(backup).ok_or_else(|| not_found(backup))? == old.unwrap_or_default() {
            let reason = format!("{} is the database itself", backup.display());
            return Err(BackupError::Refused(reason));
        }
        refuse_served(backup, "make a backup of it with `pastebin backup`")?;
        let claim =
            try_claim(&path).map_err(|error| BackupError::file(&lock_path(&path), error))?;
        let Some(claim) = claim else {
            let reason = format!("a pastebin serves {}; stop it first", path.display());
            return Err(BackupError::Refused(reason));
        };
        find_foreign(backup, false).await.map_err(BackupError::Refused)?;
        files::remove_drafts(&path)?;
        let draft = Draft::copy_of(backup, &path)?;
        let pastes = examine(draft.path()).await.map_err(|error| error.of(backup))?;
        same_owner(draft.path(), &path);
        same_owner(&lock_path(&path), &path);
        let kept = retire(&path).await?;
        draft.replace(&path)?;
        // The lock file has the marks of the old one.
        claim.set_len(0).map_err(|error| BackupError::file(&lock_path(&path), error))?;
        Ok(Restored { pastes, kept })
    }

    /// The path of the database file.
    fn file(&self) -> Result<&PathBuf> {
        self.validate("DATABASE_URL")?;
        match self {
            Self::Sqlite(path) => Ok(path),
            Self::Postgres(_) => Err(BackupError::Refused(
                "DATABASE_URL is PostgreSQL: make backups with pg_dump, and restore them with pg_restore or psql"
                    .to_owned(),
            )),
        }
    }
}

/// A copy of the state of this moment, in one transaction that other connections do not wait for.
/// The copy has no free pages and shrinks by itself from then on.
async fn copy_database(from: &Path, to: &Path) -> Result<(), sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(from).read_only(true);
    let mut connection: SqliteConnection = options.connect().await?;
    let mode: i64 = sqlx::query_scalar("pragma auto_vacuum").fetch_one(&mut connection).await?;
    if mode == 0 {
        sqlx::query("pragma auto_vacuum = incremental").execute(&mut connection).await?;
    }
    let to = to.to_string_lossy().into_owned();
    sqlx::query("vacuum into $1").bind(to).execute(&mut connection).await?;
    connection.close().await
}

/// Keeps the database under another name, and leaves it in its place with no file beside it. Returns
/// that name; `None` if there is no database.
async fn retire(path: &Path) -> Result<Option<PathBuf>> {
    let is_there = path.metadata().is_ok_and(|file| file.len() > 0);
    if is_there && find_foreign(path, true).await.is_ok() {
        settle(path).await?;
    }
    let name: String =
        Clock::System.now().rfc3339().chars().filter(char::is_ascii_alphanumeric).collect();
    let kept = with_suffix(path, &format!(".before-restore-{name}"));
    if is_there {
        // The name must survive a power failure before the database may be replaced.
        fs::hard_link(path, &kept)
            .or_else(|_| fs::copy(path, &kept).and_then(|_| File::open(&kept)?.sync_all()))
            .map_err(|error| BackupError::file(&kept, error))?;
    }
    // Left if the database is damaged, or was removed: then they may be worth something.
    for suffix in ["-wal", "-journal"] {
        let left = with_suffix(path, suffix);
        if left.exists() {
            fs::rename(&left, with_suffix(&kept, suffix))
                .map_err(|error| BackupError::file(&left, error))?;
        }
    }
    let _ = fs::remove_file(with_suffix(path, "-shm"));
    sync_folder(path)?;
    Ok(is_there.then_some(kept))
}

/// A file that a site serves changes while it is copied.
fn refuse_served(path: &Path, what_to_do: &str) -> Result<()> {
    if lock_path(path).exists() && try_claim(path).is_ok_and(|claim| claim.is_none()) {
        let reason = format!("a pastebin serves {}; {what_to_do}", path.display());
        return Err(BackupError::Refused(reason));
    }
    Ok(())
}

fn not_found(path: &Path) -> BackupError {
    BackupError::Refused(format!("there is no file {}", path.display()))
}
