//! The text of a new paste. It is streamed, so a large file is never held in memory.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::os::fd::AsFd as _;
use std::path::Path;

use crate::error::Error;
use crate::progress::Progress;

/// A file that can be read again from the start, for a retry.
#[derive(Debug)]
pub(crate) struct Source {
    file: File,
    /// The offset of the first byte to send.
    start: u64,
    /// In bytes, from `start`.
    pub(crate) length: u64,
    /// The file's name without its folders. Standard input has none.
    pub(crate) name: Option<OsString>,
}

impl Source {
    pub(crate) fn file(path: &Path) -> Result<Self, Error> {
        let open = || {
            let file = File::open(path)?;
            // Opening a folder succeeds. Reading it would fail too, but only after connecting to
            // the server.
            if file.metadata()?.is_dir() {
                return Err(io::Error::from(io::ErrorKind::IsADirectory));
            }
            Self::from_file(file)
        };
        let source = open().map_err(|error| Error::file(path, &error))?;
        let name = path.file_name().map(OsStr::to_owned);
        Ok(Self { name, ..source })
    }

    /// Standard input, from its current offset.
    pub(crate) fn stdin() -> Result<Self, Error> {
        let open = || Self::from_file(File::from(io::stdin().as_fd().try_clone_to_owned()?));
        open().map_err(|error| Error::file(Path::new("standard input"), &error))
    }

    fn from_file(mut file: File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        // A pipe has no length, and files in /proc report a length of 0.
        if !metadata.is_file() || metadata.len() == 0 {
            return Self::copy_to_temporary(&mut file);
        }
        let start = file.stream_position()?;
        Ok(Self { file, start, length: metadata.len().saturating_sub(start), name: None })
    }

    /// Reads everything into a temporary file, which has a length and can be sent again.
    fn copy_to_temporary(from: &mut File) -> io::Result<Self> {
        let mut file = tempfile::tempfile()?;
        let length = io::copy(from, &mut file)?;
        Ok(Self { file, start: 0, length, name: None })
    }

    /// Reads from the start. Readers share one file offset, so only the latest one may be used.
    pub(crate) fn read(&self, progress: &Progress) -> io::Result<impl Read + 'static> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(self.start))?;
        progress.restart();
        Ok(ExactLength { reader: progress.track(file), remaining: self.length })
    }
}

/// The error of a source that cannot be read, as opposed to an error of the connection.
#[derive(Debug, thiserror::Error)]
#[error("the text cannot be read: {0}")]
pub(crate) struct UnreadableSource(String);

impl UnreadableSource {
    /// Whether `error` was caused by the source.
    pub(crate) fn is_cause_of(error: &io::Error) -> bool {
        error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Self>)
    }
}

/// Reads exactly the announced number of bytes, because a file may change while it is sent.
///
/// The rest of a file that grew is not read. A file that shrank is an error.
struct ExactLength<R> {
    reader: R,
    remaining: u64,
}

impl<R: Read> Read for ExactLength<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.remaining == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let limit = buffer.len().min(usize::try_from(self.remaining).unwrap_or(usize::MAX));
        let read = match self.reader.read(&mut buffer[..limit]) {
            Ok(0) => {
                return Err(io::Error::other(UnreadableSource("it became shorter".to_owned())));
            }
            Ok(read) => read,
            Err(error) => {
                return Err(io::Error::other(UnreadableSource(crate::error::io_message(&error))));
            }
        };
        self.remaining -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read_text(source: &Source) -> String {
        io::read_to_string(source.read(&Progress::hidden()).unwrap()).unwrap()
    }

    #[test]
    fn a_source_can_be_read_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.rs");
        std::fs::write(&path, "fn main() {}").unwrap();
        let source = Source::file(&path).unwrap();
        assert_eq!((source.length, source.name.as_deref()), (12, Some(OsStr::new("main.rs"))));
        assert_eq!(read_text(&source), read_text(&source));
    }

    #[test]
    fn a_file_that_grows_is_sent_with_the_announced_length() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"first").unwrap();
        let source = Source::file(file.path()).unwrap();
        file.write_all(b" and more").unwrap();
        assert_eq!(read_text(&source), "first");
    }

    #[test]
    fn a_file_that_shrinks_is_an_error_of_the_source() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "first").unwrap();
        let source = Source::file(file.path()).unwrap();
        file.as_file().set_len(2).unwrap();
        let error = io::read_to_string(source.read(&Progress::hidden()).unwrap()).unwrap_err();
        assert!(UnreadableSource::is_cause_of(&error), "{error}");
    }

    #[test]
    fn a_folder_is_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let error = Source::file(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("is a directory"), "{error}");
    }
}
