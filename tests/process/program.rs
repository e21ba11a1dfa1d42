//! Starts the program in a folder of its own.

use std::fs::File;
use std::io::{BufRead as _, BufReader, PipeReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use reqwest::{Client, StatusCode};
use tempfile::TempDir;
use testbed::BadOutput;

/// A folder and a free port for one test. The program starts in it as a user would start it.
pub struct Home {
    folder: TempDir,
    pub address: SocketAddr,
}

/// The running program. It is killed when it is dropped.
pub struct Program {
    child: Child,
    pub url: String,
    /// What it printed on standard output until it listened.
    pub greeting: String,
}

impl Home {
    pub fn new() -> Self {
        // The port is free now, and unlikely to be taken before the program starts.
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

    /// A command that runs `launcher`, which gets the program's path and arguments.
    pub fn command_by(&self, launcher: &[&str], arguments: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_pastebin");
        let words = [launcher, &[program], arguments].concat();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(self.path()).env("LISTEN", self.address.to_string());
        command.env("RATE_LIMIT", "off");
        for setting in [
            "DATABASE_URL",
            "REDIS_URL",
            "ID_SERVICE_URL",
            "ID_SERVICE_SECRET",
            "S3_BUCKET",
            "COPY_FROM",
            "COPY_TO",
            "PUBLIC_URL",
            "TCP_LISTEN",
            "TRUSTED_PROXIES",
            "CORS_ORIGINS",
            "SECURITY_CONTACT",
            "MAX_CONNECTIONS",
            "MAX_CLIENT_BYTES",
            "MAX_EXPIRY_ANONYMOUS",
            "MAX_TOTAL_BYTES",
            "JOBS",
            "RUST_LOG",
            "LOG_FORMAT",
        ] {
            command.env_remove(setting);
        }
        command
    }

    /// Runs the program to its end.
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
        self.start_command(self.command_by(launcher, &[]).envs(environment.iter().copied()))
    }

    /// Starts the site by a command of [`Home::command`] and waits until it listens.
    pub fn start_command(&self, command: &mut Command) -> Program {
        self.start_logging_to(Stdio::null(), command)
    }

    /// Starts the site with its log appended to the file of [`Home::log`].
    pub fn start_logging(&self, environment: &[(&str, &str)]) -> Program {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut command = self.command(&[]);
        self.start_logging_to(log.into(), command.envs(environment.iter().copied()))
    }

    pub fn log(&self) -> PathBuf {
        self.path().join("log")
    }

    fn start_logging_to(&self, log: Stdio, command: &mut Command) -> Program {
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("stop") {
            let read = stdout.read_line(&mut greeting).unwrap();
            assert_ne!(read, 0, "the program ended: {greeting}");
        }
        Program { child, url: format!("http://{}", self.address), greeting }
    }

    /// Starts the site with an output that takes nothing, not even its greeting.
    pub fn start_with_output(&self, output: BadOutput) -> (Program, Option<PipeReader>) {
        let mut command = self.command_by(output.launcher(), &[]);
        let reader = output.attach(&mut command);
        let child = command.env("RUST_LOG", "debug").spawn().unwrap();
        let url = format!("http://{}", self.address);
        (Program { child, url, greeting: String::new() }, reader)
    }

    /// Runs a command to its end with such an output.
    pub fn run_with_output(&self, command: &str, output: BadOutput) -> ExitStatus {
        let mut command = self.command_by(output.launcher(), &[command]);
        let _reader = output.attach(&mut command);
        command.status().unwrap()
    }
}

impl Program {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub fn signal(&self, signal: &str) {
        let sent =
            Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Asks the program to stop and checks that it succeeds.
    pub fn stop(&mut self) {
        self.signal("-TERM");
        assert!(self.wait().success());
    }

    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Saves a text and returns its link.
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

/// The raw text of a paste.
pub async fn read(client: &Client, link: &str) -> String {
    let response = client.get(format!("{link}/raw")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{link}");
    response.text().await.unwrap()
}

/// The error of a program that failed, which must be one line.
pub fn error_line(output: &Output) -> String {
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}
