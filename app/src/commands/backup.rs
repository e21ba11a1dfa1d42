//! `pastebin backup` and `pastebin restore`: the database file of a site.

use std::path::Path;

use jobs::Backends;
use server::print_line;

/// Writes the database to a new file.
///
/// # Errors
/// The file exists, or the database cannot be read or is PostgreSQL.
pub async fn back_up(backends: &Backends, file: &Path) -> anyhow::Result<()> {
    let made = backends.database().back_up(file).await?;
    print_line(&format!(
        "backup: {} pastes, {} bytes in {}",
        made.pastes,
        made.bytes,
        file.display()
    ));
    note_bucket(backends, "the texts are in the bucket");
    Ok(())
}

/// Puts a backup in the place of the database.
///
/// # Errors
/// The backup is not sound, or a site runs.
pub async fn restore(backends: &Backends, file: &Path) -> anyhow::Result<()> {
    let restored = backends.database().restore(file).await?;
    print_line(&format!("restored: {} pastes from {}", restored.pastes, file.display()));
    if let Some(kept) = restored.kept {
        print_line(&format!(
            "the database before is kept as {}; remove it when you do not need it",
            kept.display()
        ));
    }
    note_bucket(backends, "texts that were removed from the bucket");
    Ok(())
}

/// A backup of the database has no texts if they are in a bucket.
fn note_bucket(backends: &Backends, what: &str) {
    if let Some(bucket) = &backends.s3.bucket {
        print_line(&format!("note: {what} {bucket} are not in this file"));
    }
}
