//! Standard streams that take nothing of what a program writes.

use std::fs::File;
use std::io::{PipeReader, Write as _, pipe};
use std::process::Command;

/// What has become of a program's standard output and standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadOutput {
    /// They were never open.
    Closed,
    DiskFull,
    /// A pipe that nobody reads any more.
    ReaderGone,
    /// A full pipe whose reader lives and does not read.
    ReaderAsleep,
}

impl BadOutput {
    pub const ALL: [Self; 4] = [Self::Closed, Self::DiskFull, Self::ReaderGone, Self::ReaderAsleep];

    /// The command that the program must be started by; it gets the program's path and arguments.
    pub fn launcher(self) -> &'static [&'static str] {
        match self {
            Self::Closed => &["sh", "-c", "exec \"$@\" >&- 2>&-", "sh"],
            _ => &[],
        }
    }

    /// Gives the command these streams. The reader must live as long as the program.
    ///
    /// # Panics
    /// The system gives no pipe, or has no `/dev/full`.
    pub fn attach(self, command: &mut Command) -> Option<PipeReader> {
        match self {
            Self::Closed => None,
            Self::DiskFull => {
                let full = || File::options().write(true).open("/dev/full").unwrap();
                command.stdout(full()).stderr(full());
                None
            }
            Self::ReaderGone | Self::ReaderAsleep => {
                let (reader, mut writer) = pipe().unwrap();
                let capacity = rustix::pipe::fcntl_getpipe_size(&writer).unwrap();
                writer.write_all(&vec![b'\n'; capacity]).unwrap();
                command.stdout(writer.try_clone().unwrap()).stderr(writer);
                (self == Self::ReaderAsleep).then_some(reader)
            }
        }
    }
}
