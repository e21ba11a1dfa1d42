//! One JSON value in one file, written atomically.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// The file `{folder}/{name}.json`, with a lock file `{name}.lock` beside it.
///
/// Only the user can read the folder and its files (modes 0700 and 0600).
#[derive(Debug)]
pub(super) struct JsonFile {
    pub(super) folder: PathBuf,
    pub(super) name: &'static str,
}

impl JsonFile {
    fn path(&self) -> PathBuf {
        self.folder.join(self.name).with_extension("json")
    }

    /// Reads the value, or the default if there is no file.
    pub(super) fn read<T: DeserializeOwned + Default>(&self) -> Result<T, Error> {
        let path = self.path();
        let json = match std::fs::read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(T::default()),
            Err(error) => return Err(Error::file(&path, &error)),
        };
        // An invalid file is an error, not the default: the next write would destroy its content.
        serde_json::from_slice(&json).map_err(|error| {
            Error::Local(format!("{} is broken, move it away: {error}", path.display()))
        })
    }

    /// Changes the value under a lock, so that another `pb` that changes it at the same time waits.
    pub(super) fn update<T: DeserializeOwned + Serialize + Default>(
        &self,
        change: impl FnOnce(&mut T),
    ) -> Result<(), Error> {
        let _lock = self.lock().map_err(|error| Error::file(&self.folder, &error))?;
        let mut value = self.read()?;
        change(&mut value);
        self.write(&value).map_err(|error| Error::file(&self.path(), &error))
    }

    fn lock(&self) -> io::Result<File> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        if self.folder.metadata()?.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(&self.folder, Permissions::from_mode(0o700))?;
        }
        let path = self.folder.join(self.name).with_extension("lock");
        let lock =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        lock.lock()?;
        Ok(lock)
    }

    fn write(&self, value: &impl Serialize) -> io::Result<()> {
        // `NamedTempFile` creates the file with mode 0600, so it is private from the start.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer_pretty(&mut file, value)?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(self.path())?;
        Ok(())
    }
}
