//! Lines of a shell, run in a folder of their own against a site.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// curl as a user has it, but without its progress; the status stands on a line of its own at the end.
const CURL: &str =
    "curl() { command curl -sS --noproxy '*' -w 'status %{http_code}\\n' \"$@\"; }\n";

pub struct Shell {
    pub folder: TempDir,
    url: String,
}

/// What a line of curl's brought.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    pub body: String,
}

impl Shell {
    pub fn new(url: &str) -> Self {
        Self { folder: TempDir::new().unwrap(), url: url.to_owned() }
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs lines that end with one of curl's, where `$URL` is the site.
    pub async fn curl(&self, lines: &str) -> Said {
        let said = self.run(&format!("{CURL}{lines}")).await;
        let (body, status) = said.rsplit_once("status ").expect("curl ends with a status");
        Said { status: status.trim().parse().unwrap(), body: body.to_owned() }
    }

    /// The one link that a line of curl's brought.
    pub async fn link(&self, lines: &str) -> String {
        let said = self.curl(lines).await;
        assert_eq!(said.status, 201, "{lines}: {}", said.body);
        let link = said.body.strip_suffix('\n').expect("a line").to_owned();
        assert!(link.starts_with(&self.url) && !link.contains('\n'), "{lines}: {link}");
        link
    }

    /// What lines of bash print.
    pub async fn run(&self, lines: &str) -> String {
        let lines = format!("set -eo pipefail\n{lines}");
        let mut bash = Command::new("bash");
        bash.args(["-c", &lines]).current_dir(self.folder.path());
        output(bash.env("URL", &self.url).env("HOME", self.folder.path()), b"").await
    }
}

/// What a program prints, given this.
pub async fn output(command: &mut Command, input: &[u8]) -> String {
    command.env("NO_PROXY", "127.0.0.1").stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("tests/run brings what is missing");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let feed = async move {
        // A client that has heard enough does not read on.
        let _ = stdin.write_all(&input).await;
    };
    let (output, ()) = tokio::join!(child.wait_with_output(), feed);
    let output = output.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}{complaint}");
    said
}

pub fn folder_of_clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/clients")
}
