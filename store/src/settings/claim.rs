//! At most one site on a database file, so that it may keep rows in memory.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::info;

use super::SettingError;

/// How long a new site waits for the old one, which has 30 s to finish its requests.
const HANDOVER: Duration = Duration::from_secs(35);

/// Locks `{path}.lock`. Errors name `setting`. The operating system releases the lock when the file is closed or the
/// process ends, however it ends.
///
/// # Errors
/// The file cannot be locked, or another process has held the lock for [`HANDOVER`].
pub(super) async fn claim(setting: &str, path: &Path) -> Result<File, SettingError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let shown = name.display();
    let file =
        File::options().append(true).create(true).open(&name).map_err(|error| {
            SettingError::io(setting, format!("{shown} cannot be written"), error)
        })?;
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
