//! At most one site on a database file, so that it may keep rows in memory.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::info;

use super::SettingError;
use crate::db::database_files::with_suffix;

/// How long a new site waits for the old one, which has 30 s to finish its requests.
const HANDOVER: Duration = Duration::from_secs(35);

/// Locks `{path}.lock`. Errors name `setting`. The operating system releases the lock when the file is closed or the
/// process ends, however it ends.
///
/// # Errors
/// The file cannot be locked, or another process has held the lock for [`HANDOVER`].
pub(super) async fn claim(setting: &str, path: &Path) -> Result<File, SettingError> {
    let name = lock_path(path);
    let shown = name.display();
    let file = open(&name)
        .map_err(|error| SettingError::io(setting, format!("{shown} cannot be written"), error))?;
    let deadline = Instant::now() + HANDOVER;
    let mut is_logged = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => {
                return Err(SettingError::new(
                    setting,
                    format!("{shown} cannot be locked: {error}"),
                ));
            }
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                return Err(SettingError::new(
                    setting,
                    format!(
                        "another pastebin serves {}; stop it, or use PostgreSQL for several sites",
                        path.display()
                    ),
                ));
            }
            Err(TryLockError::WouldBlock) => {
                if !is_logged {
                    info!("waiting for another pastebin to finish with {}", path.display());
                    is_logged = true;
                }
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Locks `{path}.lock` if no other process holds the lock.
pub(crate) fn try_claim(path: &Path) -> io::Result<Option<File>> {
    let file = open(&lock_path(path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

pub(crate) fn lock_path(path: &Path) -> PathBuf {
    with_suffix(path, ".lock")
}

fn open(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_second_site_on_a_file_waits_for_the_first_and_then_gives_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pastebin.db");
        let first = claim("DATABASE_URL", &path).await.unwrap();
        let refused = claim("DATABASE_URL", &path).await.unwrap_err().to_string();
        assert!(refused.starts_with("DATABASE_URL: another pastebin serves "), "{refused}");

        let second = tokio::spawn(async move { claim("DATABASE_URL", &path).await.map(drop) });
        sleep(HANDOVER / 2).await;
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap().unwrap();
    }
}
