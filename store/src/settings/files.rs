//! A database file that only its own user may read: it holds every text and every password hash.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::SettingError;

/// Creates the file where it does not exist, with mode 0600. Its folder may be readable by others.
pub(super) fn make_file(setting: &str, path: &Path) -> Result<(), SettingError> {
    let created = File::options().append(true).create(true).mode(0o600).open(path);
    created.map(drop).map_err(|error| {
        SettingError::io(setting, format!("{} cannot be written", path.display()), error)
    })
}

/// Creates the folder of the file where it does not exist, with mode 0700.
pub(crate) fn make_folder(setting: &str, path: &Path) -> Result<(), SettingError> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
        let reason = format!("the folder {} cannot be made", folder.display());
        SettingError::io(setting, reason, error)
    })
}
