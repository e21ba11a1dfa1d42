//! Runs `pb` as a user does, with a temporary home folder.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

pub struct Terminal {
    server: String,
    home: TempDir,
    variables: Vec<(String, String)>,
}

/// The exit code and the output of a command.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Terminal {
    /// A terminal with `PB_SERVER` set to `server`.
    pub fn at(server: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { server: server.to_owned(), home, variables: Vec::new() }
    }

    /// Sets an environment variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file in the working folder of the commands.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The saved anonymous pastes, as JSON. Empty if there is no file.
    pub fn state(&self) -> String {
        let path = self.home.path().join(".local/state/pb/pastes.json");
        std::fs::read_to_string(path).unwrap_or_default()
    }

    pub fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pb"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PB_SERVER", &self.server)
            .envs(self.variables.iter().cloned())
            .current_dir(self.home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    pub async fn pb(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(arguments).output().await.unwrap())
    }

    /// Runs `pb` with `text` on standard input, through a pipe.
    pub async fn pipe(&self, text: impl AsRef<[u8]>, arguments: &[&str]) -> Outcome {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let ((), output) = tokio::join!(
            async move { stdin.write_all(text.as_ref()).await.unwrap_or_default() },
            child.wait_with_output()
        );
        Outcome::of(output.unwrap())
    }

    /// Creates a paste and returns its link.
    pub async fn paste(&self, text: &str) -> String {
        self.pipe(text, &[]).await.line()
    }
}

impl Outcome {
    pub fn of(output: std::process::Output) -> Self {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Self { code: output.status.code(), stdout: output.stdout, stderr }
    }

    /// The standard output of a successful command.
    pub fn text(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        String::from_utf8(self.stdout).unwrap()
    }

    /// The single line of standard output of a successful command.
    pub fn line(self) -> String {
        let text = self.text();
        let line = text.strip_suffix('\n').unwrap();
        assert!(!line.is_empty() && !line.contains('\n'), "{text:?}");
        line.to_owned()
    }

    pub fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// The single line of standard error of a command that failed with this exit code.
    pub fn failed(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        let line = self.stderr.strip_suffix('\n').unwrap();
        assert!(line.starts_with("pb: ") && !line.contains('\n'), "{line:?}");
        line.to_owned()
    }
}

pub fn id(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}
