//! Runs shell commands against a site, in a temporary folder.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// Wraps curl: no progress bar, no proxy, and the status code on a line after the body.
const CURL: &str =
    "curl() { command curl -sS --noproxy '*' -w 'status %{http_code}\\n' \"$@\"; }\n";

pub struct Shell {
    /// The working folder and home folder of the commands.
    pub folder: TempDir,
    url: String,
}

/// The response to a curl command.
#[derive(Debug)]
pub struct CurlResponse {
    pub status: u16,
    pub body: String,
}

impl Shell {
    pub fn new(url: &str) -> Self {
        Self { folder: TempDir::new().unwrap(), url: url.to_owned() }
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs a script whose last command is curl. `$URL` is the address of the site.
    pub async fn curl(&self, script: &str) -> CurlResponse {
        let output = self.run(&format!("{CURL}{script}")).await;
        let (body, status) = output.rsplit_once("status ").expect("curl prints the status last");
        CurlResponse { status: status.trim().parse().unwrap(), body: body.to_owned() }
    }

    /// Runs a script whose last command is curl, and returns the single link that it prints.
    pub async fn link(&self, script: &str) -> String {
        let response = self.curl(script).await;
        assert_eq!(response.status, 201, "{script}: {}", response.body);
        let link = response.body.strip_suffix('\n').expect("the body is one line").to_owned();
        assert!(link.starts_with(&self.url) && !link.contains('\n'), "{script}: {link}");
        link
    }

    /// Runs a bash script and returns its standard output. Panics if the script fails.
    pub async fn run(&self, script: &str) -> String {
        let script = format!("set -eo pipefail\n{script}");
        let mut bash = Command::new("bash");
        bash.args(["-c", &script]).current_dir(self.folder.path());
        run_command(bash.env("URL", &self.url).env("HOME", self.folder.path()), b"").await
    }
}

/// Runs a program with `input` on standard input and returns its standard output. Panics if it
/// fails.
pub async fn run_command(command: &mut Command, input: &[u8]) -> String {
    command.env("NO_PROXY", "127.0.0.1").stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("the program is installed; tests/run installs it");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let write_input = async move {
        // A client may exit without reading all of its input.
        let _ = stdin.write_all(&input).await;
    };
    let (output, ()) = tokio::join!(child.wait_with_output(), write_input);
    let output = output.unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stdout}{stderr}");
    stdout
}

/// The folder `tests/clients`, with the npm packages of the clients.
pub fn clients_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/clients")
}
