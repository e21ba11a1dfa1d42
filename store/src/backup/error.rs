//! Why a backup or a restore failed.

use std::io;
use std::path::{Path, PathBuf};

use crate::settings::SettingError;

/// One line that says what is wrong and names the file.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error("{0}")]
    Refused(String),
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {error}", path.display())]
    Database { path: PathBuf, error: sqlx::Error },
    #[error("{} is damaged: {found}", path.display())]
    Damaged { path: PathBuf, found: String },
    #[error("{} is no database of Pastebin", path.display())]
    NoPastebin { path: PathBuf },
    #[error("{} has migration {migration}: it is from a newer version of Pastebin", path.display())]
    Newer { path: PathBuf, migration: i64 },
}

impl BackupError {
    pub(super) fn file(path: &Path, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), error }
    }

    pub(super) fn database(path: &Path, error: sqlx::Error) -> Self {
        Self::Database { path: path.to_owned(), error }
    }

    /// The same error, of another file.
    pub(super) fn of(mut self, file: &Path) -> Self {
        if let Self::Database { path, .. }
        | Self::Damaged { path, .. }
        | Self::NoPastebin { path }
        | Self::Newer { path, .. } = &mut self
        {
            file.clone_into(path);
        }
        self
    }
}
