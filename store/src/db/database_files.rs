//! Notices that the database file, its folder or its lock file is removed or replaced under the
//! program: SQLite would go on to write to a file that no path leads to any more.

use std::fs::{File, metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tracing::{error, info};

use super::generation::{Header, Mark};
use crate::error::FileLost;

/// The files of one open database.
#[derive(Debug)]
pub(crate) struct DatabaseFiles {
    path: PathBuf,
    /// Open as long as the database is. Closing it would release SQLite's own locks on the file,
    /// because POSIX locks belong to the process.
    main: File,
    watch: Mutex<Watch>,
}

#[derive(Debug, Default)]
struct Watch {
    /// The files, by device and inode.
    files: Vec<(PathBuf, (u64, u64))>,
    /// The lock file and its contents, if this program holds the lock.
    mark: Option<(File, Mark)>,
    is_lost: bool,
}

impl DatabaseFiles {
    /// Opens an existing file, before SQLite does.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let path = path.canonicalize()?;
        Ok(Self { main: File::open(&path)?, path, watch: Mutex::default() })
    }

    /// Begins to watch the file and what SQLite has made beside it.
    pub(crate) fn watch(&self) -> io::Result<()> {
        let mut files = vec![(self.path.clone(), identity(&self.main)?)];
        for suffix in ["-wal", "-shm"] {
            let path = with_suffix(&self.path, suffix);
            if let Ok(file) = metadata(&path) {
                files.push((path, (file.dev(), file.ino())));
            }
        }
        self.lock().files = files;
        Ok(())
    }

    /// Also watches the lock file and keeps `mark` in it up to date.
    pub(crate) fn set_mark(&self, lock: File, mark: Mark) -> io::Result<()> {
        let mut watch = self.lock();
        watch.files.push((with_suffix(&self.path, ".lock"), identity(&lock)?));
        watch.mark = Some((lock, mark));
        Ok(())
    }

    pub(crate) fn header(&self) -> io::Result<Option<Header>> {
        Header::read(&self.main)
    }

    /// Checks that every file is still in its place. Logs one line when that changes. Costs a few
    /// microseconds.
    ///
    /// # Errors
    /// A file was removed or replaced; the source is a [`FileLost`].
    pub(crate) fn check(&self) -> io::Result<()> {
        let mut watch = self.lock();
        let outcome = watch.find_lost(&self.path, &self.main);
        let is_lost = outcome.is_err();
        if watch.is_lost != is_lost {
            watch.is_lost = is_lost;
            log_change(&outcome, &self.path);
        }
        outcome.map_err(|lost| io::Error::new(io::ErrorKind::NotFound, lost))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    fn find_lost(&mut self, path: &Path, main: &File) -> Result<(), FileLost> {
        let is_in_place = |(path, expected): &(PathBuf, (u64, u64))| {
            metadata(path).is_ok_and(|found| (found.dev(), found.ino()) == *expected)
        };
        if let Some((lost, _)) = self.files.iter().find(|file| !is_in_place(file)) {
            return Err(FileLost(lost.display().to_string()));
        }
        let Some((lock, mark)) = &mut self.mark else { return Ok(()) };
        // Another file that was copied into this one has another generation or an older counter.
        match Header::read(main) {
            Ok(Some(header)) if mark.fits(header) => {
                if header.changes != mark.changes {
                    mark.changes = header.changes;
                    // A mark that stays behind is still right.
                    let _ = mark.write(lock);
                }
                Ok(())
            }
            _ => Err(FileLost(path.display().to_string())),
        }
    }
}

fn log_change(outcome: &Result<(), FileLost>, path: &Path) {
    if let Err(lost) = outcome {
        error!(
            "{lost}; nothing is saved any more: bring the file back, or stop the program and restore a backup"
        );
    } else {
        info!("{} is back", path.display());
    }
}

fn identity(file: &File) -> io::Result<(u64, u64)> {
    let file = file.metadata()?;
    Ok((file.dev(), file.ino()))
}

/// The path of a file that belongs to the database: `pastebin.db-wal`.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
