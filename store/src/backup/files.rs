//! A file that is written under another name, and gets its own when it is complete and on disk.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};

use super::Result;
use super::error::BackupError;
use crate::db::database_files::with_suffix;
use crate::db::generation::Header;

/// The end of a draft's name, before random digits.
const DRAFT: &str = ".unfinished-";

/// What SQLite may leave beside a database.
const BESIDE: [&str; 3] = ["-wal", "-journal", "-shm"];

/// Removed when it is dropped, unless it was published.
pub(super) struct Draft(PathBuf);

impl Draft {
    /// An empty file in the folder of `target`, which only this user may read.
    pub(super) fn create(target: &Path) -> Result<Self> {
        let number = getrandom::u32().map_err(io::Error::other);
        let number = number.map_err(|error| BackupError::file(target, error))?;
        let path = with_suffix(target, &format!("{DRAFT}{number:08x}"));
        let created = File::options().write(true).create_new(true).mode(0o600).open(&path);
        created.map_err(|error| BackupError::file(&path, error))?;
        Ok(Self(path))
    }

    /// A copy of a database, with the log or journal beside it, in the folder of `target`.
    pub(super) fn copy_of(database: &Path, target: &Path) -> Result<Self> {
        let draft = Self::create(target)?;
        copy(database, &draft.0)?;
        let mut is_alone = true;
        for suffix in ["-wal", "-journal"] {
            let beside = with_suffix(database, suffix);
            if beside.exists() {
                is_alone = false;
                copy(&beside, &with_suffix(&draft.0, suffix))?;
            }
        }
        if is_alone && draft.is_cut()? {
            let found = "its end is missing".to_owned();
            return Err(BackupError::Damaged { path: database.to_owned(), found });
        }
        Ok(draft)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Gives the file its name, which must be free. Returns its size in bytes.
    pub(super) fn publish(self, target: &Path) -> Result<u64> {
        let bytes = self.sync()?;
        match fs::hard_link(&self.0, target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(BackupError::file(target, error));
            }
            // The file system has no hard links.
            Err(_) => {
                fs::rename(&self.0, target).map_err(|error| BackupError::file(target, error))?;
            }
            Ok(()) => {}
        }
        sync_folder(target)?;
        Ok(bytes)
    }

    /// Gives the file its name, in the place of another file.
    pub(super) fn replace(self, target: &Path) -> Result<()> {
        self.sync()?;
        fs::rename(&self.0, target).map_err(|error| BackupError::file(target, error))?;
        sync_folder(target)
    }

    /// Whether the last page is incomplete. SQLite would fill it with zeros.
    fn is_cut(&self) -> Result<bool> {
        let header =
            File::open(&self.0).and_then(|file| Ok((Header::read(&file)?, file.metadata()?)));
        let (header, file) = header.map_err(|error| BackupError::file(&self.0, error))?;
        let page_size = header.map_or(0, |header| header.page_size);
        Ok(file.len().checked_rem(page_size.into()).is_some_and(|rest| rest > 0))
    }

    fn sync(&self) -> Result<u64> {
        let error = |error| BackupError::file(&self.0, error);
        let file = File::open(&self.0).map_err(error)?;
        file.sync_all().map_err(error)?;
        Ok(file.metadata().map_err(error)?.len())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        for suffix in BESIDE {
            let _ = fs::remove_file(with_suffix(&self.0, suffix));
        }
    }
}

/// Removes the drafts that interrupted restores of this database have left.
pub(super) fn remove_drafts(target: &Path) -> Result<()> {
    let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else { return Ok(()) };
    let prefix = format!("{}{DRAFT}", name.to_string_lossy());
    let entries = fs::read_dir(folder_path(folder));
    for entry in entries.map_err(|error| BackupError::file(folder, error))?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// Makes the names in the folder of this file durable.
pub(super) fn sync_folder(path: &Path) -> Result<()> {
    let folder = folder_path(path.parent().unwrap_or(Path::new("")));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| BackupError::file(folder, error))
}

/// The empty path is the working directory.
fn folder_path(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Device and inode, because two paths may lead to one file.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    let file = path.metadata().ok().filter(fs::Metadata::is_file)?;
    Some((file.dev(), file.ino()))
}

/// Gives a file the owner of `model`, or of its folder if there is none, as far as this user may: a
/// restore by root must leave a database that the site's user can open.
pub(super) fn same_owner(path: &Path, model: &Path) {
    let folder = folder_path(model.parent().unwrap_or(Path::new("")));
    if let Ok(owner) = model.metadata().or_else(|_| folder.metadata()) {
        let _ = chown(path, Some(owner.uid()), Some(owner.gid()));
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut source = File::open(from).map_err(|error| BackupError::file(from, error))?;
    let target = File::options().write(true).create(true).truncate(true).mode(0o600).open(to);
    let copied = target.and_then(|mut target| io::copy(&mut source, &mut target));
    copied.map(drop).map_err(|error| BackupError::file(to, error))
}
