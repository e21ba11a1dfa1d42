use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use reqwest::Client;
use tempfile::TempDir;

/// A folder of its own, in which the program is started as a user would.
pub struct Home {
    folder: TempDir,
    pub address: SocketAddr,
}

pub struct Program {
    child: Child,
    pub url: String,
    /// What it said until it listened.
    pub greeting: String,
}

impl Home {
    pub fn new() -> Self {
        // Free now; nobody else on the machine is likely to take it in the next moment.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { folder: TempDir::new().unwrap(), address }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn database(&self) -> PathBuf {
        self.path().join("data/pastebin.db")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_by(&[], arguments)
    }

    /// Started by another program, which is given the path and the arguments of ours.
    fn command_by(&self, launcher: &[&str], arguments: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_pastebin");
        let line = [launcher, &[program], arguments].concat();
        let mut command = Command::new(line[0]);
        command.args(&line[1..]).current_dir(self.path()).env("LISTEN", self.address.to_string());
        command.env("RATE_LIMIT", "off");
        for setting in [
            "DATABASE_URL",
            "REDIS_URL",
            "ID_SERVICE_URL",
            "S3_BUCKET",
            "COPY_FROM",
            "COPY_TO",
            "PUBLIC_URL",
            "TCP_LISTEN",
            "TRUSTED_PROXIES",
            "MAX_CONNECTIONS",
            "JOBS",
            "RUST_LOG",
            "LOG_FORMAT",
        ] {
            command.env_remove(setting);
        }
        command
    }

    /// Runs to its end.
    pub fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        self.command(arguments).envs(environment.iter().copied()).output().unwrap()
    }

    /// Starts the site and waits until it listens.
    pub fn start(&self) -> Program {
        self.start_with(&[])
    }

    pub fn start_with(&self, environment: &[(&str, &str)]) -> Program {
        self.start_by(&[], environment)
    }

    pub fn start_by(&self, launcher: &[&str], environment: &[(&str, &str)]) -> Program {
        let mut child = self
            .command_by(launcher, &[])
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("stop") {
            assert_ne!(said.read_line(&mut greeting).unwrap(), 0, "it ended: {greeting}");
        }
        Program { child, url: format!("http://{}", self.address), greeting }
    }
}

impl Program {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: &str) {
        let sent =
            Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    pub async fn paste(&self, client: &Client, text: String) -> Result<String, reqwest::Error> {
        let response = client.post(&self.url).body(text).send().await?.error_for_status()?;
        Ok(response.text().await?.trim().to_owned())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
