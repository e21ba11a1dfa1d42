//! A file that is there whole or not at all.

use std::fs::{File, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::error::Error;

/// The name is only given to the whole of it.
pub(crate) fn write(
    path: &Path,
    content: impl FnOnce(&mut File) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::file(path, &error);
    // A link is followed, and a device or a pipe is not replaced by a file.
    let place = match path.canonicalize() {
        Ok(place) if !place.is_file() => {
            let mut file = OpenOptions::new().write(true).open(&place).map_err(failed)?;
            return content(&mut file);
        }
        Ok(place) => place,
        Err(error) if error.kind() == ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(failed(error)),
    };
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    let before = place.metadata().map(|about| about.permissions());
    let mut file = tempfile::Builder::new()
        .prefix(".pb-")
        // As any new file: the umask takes its part of that.
        .permissions(before.unwrap_or_else(|_| Permissions::from_mode(0o666)))
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(failed)?;
    content(file.as_file_mut())?;
    file.persist(&place).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_is_there_whole_or_as_it_was() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("notes.txt");
        std::fs::write(&path, "before").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let link = home.path().join("link");
        symlink(&path, &link).unwrap();
        let cut = write(&link, |file| {
            file.write_all(b"half").unwrap();
            Err(Error::Local("the connection broke".to_owned()))
        });
        assert!(cut.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"before");
        write(&link, |file| file.write_all(b"whole").map_err(|e| Error::file(&path, &e))).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        write(Path::new("/dev/null"), |file| {
            file.write_all(b"x").map_err(|error| Error::file(Path::new("/dev/null"), &error))
        })
        .unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }
}
