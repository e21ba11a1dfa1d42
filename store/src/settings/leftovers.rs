//! What a killed program leaves beside a database file: a write-ahead log or a rollback journal.
//! SQLite applies it to whatever file has the name. Here it is checked that it is the right one.

use std::fs::{File, metadata};
use std::path::{Path, PathBuf};

use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnectOptions;
use tracing::info;

use super::SettingError;
use super::claim::{lock_path, try_claim};
use crate::db::database_files::with_suffix;
use crate::db::generation::{Header, Mark};

/// Refuses a database file beside which something was left that does not belong to it. If no site
/// runs, the whole database is checked as well, which reads it once; the caller holds the lock if
/// `is_claimed`. Nothing is changed. `path` is the resolved path. Errors name `setting`.
pub(super) async fn check_leftovers(
    setting: &str,
    path: &Path,
    is_claimed: bool,
) -> Result<(), SettingError> {
    find_foreign(path, is_claimed).await.map_err(|reason| SettingError::new(setting, reason))
}

/// Why what was left does not belong to the database; `Ok` if it does, or nothing was left.
pub(crate) async fn find_foreign(path: &Path, is_claimed: bool) -> Result<(), String> {
    let Some(left) = leftover(path) else { return Ok(()) };
    let (shown, left_shown) = (path.display(), left.display());
    if !fits(path) {
        return Err(format!(
            "{left_shown} is of another state of the database than {shown}, as after a copy over it; run \
             `pastebin restore BACKUP`, or remove {left_shown} to go on with {shown} as it is"
        ));
    }
    let claim = if is_claimed { None } else { try_claim(path).ok().flatten() };
    if !is_claimed && claim.is_none() {
        return Ok(());
    }
    info!("checking {shown}, which was not closed");
    first_damage(path).await.map_or(Ok(()), |damage| {
        Err(format!(
            "{shown} with {left_shown} is damaged ({damage}); run `pastebin restore BACKUP`, or remove \
             {left_shown} if {shown} is a backup that was copied there"
        ))
    })
}

/// The log or the journal beside the file, if it is not empty.
fn leftover(path: &Path) -> Option<PathBuf> {
    let left = ["-wal", "-journal"].map(|suffix| with_suffix(path, suffix));
    left.into_iter().find(|path| metadata(path).is_ok_and(|file| file.len() > 0))
}

/// Whether the file is the one that the lock file was written for. A file that SQLite would refuse
/// is left to SQLite, but not an empty one, in which it would begin anew.
fn fits(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let Ok(Some(header)) = Header::read(&file) else {
        return file.metadata().is_ok_and(|file| file.len() > 0);
    };
    let mark = File::open(lock_path(path)).ok().and_then(|lock| Mark::read(&lock));
    mark.is_none_or(|mark| mark.fits(header))
}

/// The first damage that SQLite finds in the structure of the database.
async fn first_damage(path: &Path) -> Option<String> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        // A connection that may write would apply the log to the file when it is closed. A journal
        // has to be applied, for the database cannot be read before.
        .read_only(!with_suffix(path, "-journal").exists());
    let check = async {
        let mut connection = options.connect().await?;
        let found: String =
            sqlx::query_scalar("pragma quick_check(1)").fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(found)
    };
    match check.await {
        Ok(found) if found == "ok" => None,
        Ok(found) => Some(found.replace('\n', " ")),
        Err(error) => Some(error.to_string()),
    }
}
