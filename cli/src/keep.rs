//! What pb keeps on this computer. It has secrets in it, so nobody else may read it.

mod logins;
mod made;

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

pub(crate) use logins::Logins;
pub(crate) use made::{Made, MadeHere};

/// One value in one file, which is there whole or not at all.
#[derive(Debug)]
struct Kept {
    folder: PathBuf,
    name: &'static str,
}

impl Kept {
    fn path(&self) -> PathBuf {
        self.folder.join(self.name).with_extension("json")
    }

    fn read<T: DeserializeOwned + Default>(&self) -> Result<T, Error> {
        let path = self.path();
        let json = match std::fs::read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(T::default()),
            Err(error) => return Err(Error::file(&path, &error)),
        };
        // Never taken for empty: the next write would throw away what is in it.
        serde_json::from_slice(&json).map_err(|error| {
            Error::Local(format!("{} is broken, move it away: {error}", path.display()))
        })
    }

    /// Another pb that changes it at the same time waits until this one has.
    fn update<T: DeserializeOwned + Serialize + Default>(
        &self,
        change: impl FnOnce(&mut T),
    ) -> Result<(), Error> {
        let _lock = self.lock().map_err(|error| Error::file(&self.folder, &error))?;
        let mut value = self.read()?;
        change(&mut value);
        self.write(&value).map_err(|error| Error::file(&self.path(), &error))
    }

    fn lock(&self) -> std::io::Result<File> {
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

    fn write(&self, value: &impl Serialize) -> std::io::Result<()> {
        // Readable for this user alone from the beginning.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer_pretty(&mut file, value)?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(self.path())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
