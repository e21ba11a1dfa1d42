//! The programs of a fleet, and how each is started.

use std::path::Path;
use std::process::{Command, Stdio};

/// The programs of a fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Site,
    IdService,
    Worker,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Site, Self::IdService, Self::Worker];

    /// The name of the binary.
    pub fn name(self) -> &'static str {
        match self {
            Self::Site => "pastebin",
            Self::IdService => "idservice",
            Self::Worker => "jobs",
        }
    }

    /// A command with these settings and nothing else from the environment.
    ///
    /// # Panics
    /// The binary has not been built.
    pub fn command(self, settings: &[(String, String)], folder: &Path) -> Command {
        let site = Path::new(env!("CARGO_BIN_EXE_pastebin"));
        let binary = site.with_file_name(self.name());
        assert!(binary.exists(), "no {}; cargo build --workspace first", binary.display());
        let mut command = Command::new(binary);
        command.env_clear().envs(settings.iter().map(|(name, value)| (name, value)));
        command.current_dir(folder).stdin(Stdio::null());
        command
    }

    /// The part of a log line that says that the program is ready. Its address follows, except for
    /// a worker.
    pub(super) fn ready_marker(self) -> &'static str {
        match self {
            Self::Site => " is at ",
            Self::IdService => "the id service is ready listen=",
            Self::Worker => "the worker is ready",
        }
    }
}
