//! Marks by which a database file and its lock file know each other.
//!
//! A write-ahead log that a killed site left does not name its database, so SQLite would apply it to
//! any file of that name, also to a backup that was copied there, and damage it. So the header of
//! the database has a random number, the *generation*, which every start of a site changes, and the
//! lock file has it as well. It also has SQLite's change counter, which never goes back.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// The fields of the file's header that are compared. They are those of the file alone: the
/// write-ahead log may have later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// SQLite's `user_version`; 0 in a file that no site has opened.
    pub generation: u32,
    /// Counts the transactions that changed the first page, such as those that made the file grow.
    pub changes: u32,
    /// In bytes; 0 in a damaged header.
    pub page_size: u32,
}

/// The contents of the lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// One, or several while a site starts.
    pub generations: Vec<u32>,
    /// The change counter when it was last seen.
    pub changes: u32,
}

/// The size of a database's header in bytes, and the text that it begins with.
const HEADER: usize = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";

/// The longest [`Mark`] in bytes: a counter and three generations.
const MARK: usize = 64;

impl Header {
    /// `None` if this is no database, for example because it is empty.
    pub(crate) fn read(file: &File) -> io::Result<Option<Self>> {
        let mut header = [0; HEADER];
        match file.read_exact_at(&mut header, 0) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            outcome => outcome?,
        }
        let number = |at: usize| {
            u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        // The offsets are those of https://sqlite.org/fileformat.html.
        let page_size = match u16::from_be_bytes([header[16], header[17]]) {
            1 => 65_536,
            size => size.into(),
        };
        let fields = Self { changes: number(24), generation: number(60), page_size };
        Ok(header.starts_with(MAGIC).then_some(fields))
    }
}

impl Mark {
    /// `None` if the lock file has no mark, as that of an earlier version.
    pub(crate) fn read(lock: &File) -> Option<Self> {
        let mut bytes = [0; MARK];
        let length = lock.read_at(&mut bytes, 0).ok()?;
        let line = std::str::from_utf8(&bytes[..length]).ok()?.lines().next()?;
        let mut numbers = line.split_whitespace().map(str::parse);
        let changes = numbers.next()?.ok()?;
        let generations = numbers.collect::<Result<Vec<u32>, _>>().ok()?;
        (!generations.is_empty()).then_some(Self { generations, changes })
    }

    /// Replaces the mark in the lock file. It is on disk after a `sync_data`.
    pub(crate) fn write(&self, lock: &File) -> io::Result<()> {
        let generations: Vec<String> = self.generations.iter().map(u32::to_string).collect();
        let line = format!("{} {}", self.changes, generations.join(" "));
        // Always as long, so that a part of an older mark cannot remain behind it.
        lock.write_all_at(format!("{line:<0$}\n", MARK - 1).as_bytes(), 0)
    }

    /// Whether the file with this header is the one that was marked, possibly changed since.
    pub(crate) fn fits(&self, header: Header) -> bool {
        // The counter may wrap around.
        let advanced = header.changes.wrapping_sub(self.changes);
        self.generations.contains(&header.generation) && advanced < u32::MAX / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let lock = tempfile::tempfile().unwrap();
        assert_eq!(Mark::read(&lock), None);
        for generations in [vec![u32::MAX; 3], vec![7]] {
            let mark = Mark { generations, changes: u32::MAX };
            mark.write(&lock).unwrap();
            assert_eq!(Mark::read(&lock), Some(mark));
        }
        lock.set_len(0).unwrap();
        assert_eq!(Mark::read(&lock), None);
    }

    #[test]
    fn a_header_fits_if_the_generation_is_known_and_the_counter_did_not_go_back() {
        let mark = Mark { generations: vec![1, 2], changes: u32::MAX };
        let fits = |generation, changes| mark.fits(Header { generation, changes, page_size: 4096 });
        assert!(fits(1, u32::MAX) && fits(2, 5), "the counter wraps around");
        assert!(!fits(3, u32::MAX), "another generation");
        assert!(!fits(1, u32::MAX - 1), "an older state");
    }

    #[test]
    fn a_file_without_a_header_is_no_database() {
        use std::io::Write as _;
        let mut file = tempfile::tempfile().unwrap();
        assert_eq!(Header::read(&file).unwrap(), None, "empty");
        file.write_all(&[b'x'; 200]).unwrap();
        assert_eq!(Header::read(&file).unwrap(), None, "another file");
    }
}
