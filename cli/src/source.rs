//! A text that is to be saved, read as it is sent: of a file never more than a piece is in memory.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::os::fd::AsFd as _;
use std::path::Path;

use crate::error::Error;
use crate::progress::Progress;

/// May be read again from its beginning, for a second try.
#[derive(Debug)]
pub(crate) struct Source {
    file: File,
    start: u64,
    pub(crate) length: u64,
    /// The file's own, without its folders.
    pub(crate) name: Option<String>,
}

impl Source {
    pub(crate) fn file(path: &Path) -> Result<Self, Error> {
        let open = || {
            let file = File::open(path)?;
            // Reading would say so too, but only once the server listens.
            if file.metadata()?.is_dir() {
                return Err(io::Error::from(io::ErrorKind::IsADirectory));
            }
            Self::of(file)
        };
        let source = open().map_err(|error| Error::file(path, &error))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Self { name, ..source })
    }

    /// Standard input, from where it stands.
    pub(crate) fn stdin() -> Result<Self, Error> {
        let open = || Self::of(File::from(io::stdin().as_fd().try_clone_to_owned()?));
        open().map_err(|error| Error::file(Path::new("standard input"), &error))
    }

    fn of(mut file: File) -> io::Result<Self> {
        let about = file.metadata()?;
        // Files of /proc say that they are empty.
        if !about.is_file() || about.len() == 0 {
            return Self::copied(&mut file);
        }
        let start = file.stream_position()?;
        Ok(Self { file, start, length: about.len().saturating_sub(start), name: None })
    }

    /// A pipe is read to its end first: only then is its length known, and it can be sent twice.
    fn copied(from: &mut File) -> io::Result<Self> {
        let mut file = tempfile::tempfile()?;
        let length = io::copy(from, &mut file)?;
        Ok(Self { file, start: 0, length, name: None })
    }

    /// From the beginning, whatever was read before.
    pub(crate) fn read(&self, progress: &Progress) -> io::Result<impl Read + 'static> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(self.start))?;
        progress.restart();
        Ok(Exactly { reader: progress.track(file), left: self.length })
    }
}

/// What went wrong here, not on the way to the server.
#[derive(Debug, thiserror::Error)]
#[error("the text cannot be read: {0}")]
pub(crate) struct Unreadable(String);

impl Unreadable {
    pub(crate) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Self>)
    }
}

/// As many bytes as were announced: a file may change while it is sent.
struct Exactly<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = match self.reader.read(&mut buffer[..most]) {
            Ok(0) => return Err(io::Error::other(Unreadable("it became shorter".to_owned()))),
            Ok(read) => read,
            Err(error) => {
                return Err(io::Error::other(Unreadable(crate::error::io_message(&error))));
            }
        };
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn text(source: &Source) -> String {
        io::read_to_string(source.read(&Progress::hidden()).unwrap()).unwrap()
    }

    #[test]
    fn a_text_can_be_sent_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.rs");
        std::fs::write(&path, "fn main() {}").unwrap();
        let source = Source::file(&path).unwrap();
        assert_eq!((source.length, source.name.as_deref()), (12, Some("main.rs")));
        assert_eq!(text(&source), text(&source));
    }

    #[test]
    fn a_file_that_grows_is_sent_as_it_was_announced() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"first").unwrap();
        let source = Source::file(file.path()).unwrap();
        file.write_all(b" and more").unwrap();
        assert_eq!(text(&source), "first");
    }

    #[test]
    fn a_file_that_shrinks_is_an_error_of_this_computer() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "first").unwrap();
        let source = Source::file(file.path()).unwrap();
        file.as_file().set_len(2).unwrap();
        let error = io::read_to_string(source.read(&Progress::hidden()).unwrap()).unwrap_err();
        assert!(Unreadable::is(&error), "{error}");
    }

    #[test]
    fn a_folder_is_no_text() {
        let folder = tempfile::tempdir().unwrap();
        let error = Source::file(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("is a directory"), "{error}");
    }
}
