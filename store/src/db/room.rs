//! Room on the disk of the database. Creates stop before the disk is full, so that what frees room
//! (deletes, the purge) and what is small (sessions) can go on.
//!
//! Two parts are kept: the *margin*, which creates leave free, and the *reserve*, a file that takes
//! as much. The reserve is removed when other programs have used up the margin, or when SQLite finds
//! a full disk where the system reports room, as under a quota.

use std::fs::{self, File, metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::fs::{FallocateFlags, fallocate, statvfs};
use rustix::io::Errno;
use tracing::{info, warn};

use super::database_files::with_suffix;

/// The largest reserve in bytes; also at most a sixteenth of the disk.
const MAX_RESERVE: u64 = 32 * 1024 * 1024;
const PART_OF_DISK: u64 = 16;

#[derive(Debug)]
pub(crate) struct Room {
    database: PathBuf,
    reserve: PathBuf,
    wal: PathBuf,
    /// The size of the reserve and of the margin; 0 if this process keeps none.
    bytes: AtomicU64,
    /// Whether creates were refused when they were last checked.
    is_full: AtomicBool,
}

impl Room {
    pub(crate) fn new(database: &Path) -> Self {
        Self {
            reserve: with_suffix(database, ".reserve"),
            wal: with_suffix(database, "-wal"),
            database: database.to_owned(),
            bytes: AtomicU64::new(0),
            is_full: AtomicBool::new(false),
        }
    }

    /// Begins to keep room. For the site alone: other programs of ours do not create pastes.
    pub(crate) fn keep(&self) {
        let Ok(disk) = statvfs(&self.database) else { return };
        let part = disk.f_blocks.saturating_mul(disk.f_frsize) / PART_OF_DISK;
        self.bytes.store(part.min(MAX_RESERVE), Ordering::Relaxed);
        self.allows(0);
    }

    /// Whether a paste of so many bytes may be created. Restores the reserve if there is room again.
    pub(crate) fn allows(&self, bytes: u64) -> bool {
        let margin = self.bytes.load(Ordering::Relaxed);
        if margin == 0 {
            return true;
        }
        // The text is written to the log and later to the database, which must have room for all
        // that is in the log.
        let wal = metadata(&self.wal).map_or(0, |wal| wal.len());
        let wanted = margin.saturating_add(wal).saturating_add(bytes.saturating_mul(2));
        let is_whole = metadata(&self.reserve).is_ok_and(|file| file.len() == margin);
        let allowed = if is_whole {
            self.free() >= wanted
        } else {
            self.free() >= wanted.saturating_add(margin) && self.restore(margin)
        };
        if self.is_full.swap(!allowed, Ordering::Relaxed) == allowed {
            let database = self.database.display();
            if allowed {
                info!("the disk of {database} has room again");
            } else {
                warn!(
                    "the disk of {database} is almost full: nothing new is saved, deletes and purges go on"
                );
            }
        }
        allowed
    }

    /// Before a write: removes the reserve if the margin is used up.
    pub(crate) fn prepare_write(&self) {
        let margin = metadata(&self.reserve).map_or(0, |file| file.len());
        if margin > 0 && self.free() < margin / 4 {
            self.release();
        }
    }

    /// Removes the reserve, because a write found the disk full.
    pub(crate) fn release(&self) {
        if fs::remove_file(&self.reserve).is_ok() {
            info!("{} was removed to make room", self.reserve.display());
        }
    }

    /// The room that the system reports, in bytes. Unknown is enough.
    fn free(&self) -> u64 {
        statvfs(&self.database).map_or(u64::MAX, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Whether the reserve takes its room on the disk. A file system that cannot do that has the
    /// margin alone.
    fn restore(&self, bytes: u64) -> bool {
        let file = File::options().write(true).create(true).truncate(true).open(&self.reserve);
        let allocated =
            file.and_then(|file| match fallocate(&file, FallocateFlags::empty(), 0, bytes) {
                Err(Errno::OPNOTSUPP | Errno::NOSYS) => file.set_len(bytes),
                outcome => outcome.map_err(io::Error::from),
            });
        if allocated.is_err() {
            let _ = fs::remove_file(&self.reserve);
        }
        allocated.is_ok()
    }
}
