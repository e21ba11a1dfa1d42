//! Writes a file atomically: readers see the old content or all of the new content.

use std::fs::{File, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::error::Error;

/// Replaces the file at `path` with what `write_content` writes.
///
/// The content goes to a temporary file in the same folder first. If `write_content` fails, the
/// file at `path` stays as it was.
pub(crate) fn atomic_write(
    path: &Path,
    write_content: impl FnOnce(&mut File) -> Result<(), Error>,
) -> Result<(), Error> {
    let file_error = |error: std::io::Error| Error::file(path, &error);
    // A symbolic link is followed. A device or a pipe is written to directly instead of being
    // replaced.
    let target = match path.canonicalize() {
        Ok(target) if !target.is_file() => {
            let mut file = OpenOptions::new().write(true).open(&target).map_err(file_error)?;
            return write_content(&mut file);
        }
        Ok(target) => target,
        Err(error) if error.kind() == ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(file_error(error)),
    };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let old_permissions = target.metadata().map(|metadata| metadata.permissions());
    let mut file = tempfile::Builder::new()
        .prefix(".pb-")
        // A new file gets the usual mode, which the umask restricts.
        .permissions(old_permissions.unwrap_or_else(|_| Permissions::from_mode(0o666)))
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(file_error)?;
    write_content(file.as_file_mut())?;
    file.persist(&target).map_err(|error| file_error(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("notes.txt");
        std::fs::write(&path, "before").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let link = home.path().join("link");
        symlink(&path, &link).unwrap();
        let interrupted = atomic_write(&link, |file| {
            file.write_all(b"half").unwrap();
            Err(Error::Local("the connection broke".to_owned()))
        });
        assert!(interrupted.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"before");
        atomic_write(&link, |file| file.write_all(b"whole").map_err(|e| Error::file(&path, &e)))
            .unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_device_is_written_to_directly_and_not_replaced() {
        atomic_write(Path::new("/dev/null"), |file| {
            file.write_all(b"x").map_err(|error| Error::file(Path::new("/dev/null"), &error))
        })
        .unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }
}
