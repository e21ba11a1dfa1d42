//! A process of the fleet.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output};

use tempfile::TempDir;

use super::kind::Kind;
use super::ledger::client;
use super::visitor::Visitor;
use super::wait::wait_until;

/// Lines of each log that a failing test prints.
const LOG_TAIL: usize = 60;

/// A process of the fleet. Killed when dropped.
pub struct Program {
    pub kind: Kind,
    /// `http://127.0.0.1:port`, the same after a restart; empty for a worker.
    pub url: String,
    settings: Vec<(String, String)>,
    folder: TempDir,
    /// The number of starts; each has a log file of its own.
    starts: usize,
    child: Child,
}

impl Program {
    /// Starts a program with these settings and nothing else from the environment, and waits until
    /// it is ready.
    ///
    /// # Panics
    /// It does not start.
    pub async fn start(kind: Kind, settings: Vec<(String, String)>) -> Self {
        let folder = TempDir::new().unwrap();
        let child = spawn(kind, &settings, folder.path(), &log_file(&folder, 1));
        let mut program = Self { kind, url: String::new(), settings, folder, starts: 1, child };
        assert!(program.is_ready().await, "{} did not start: {}", kind.name(), program.log());
        program
    }

    /// Kills it if it still runs, starts it again on the same port, and waits until it is ready.
    ///
    /// # Panics
    /// It does not start.
    pub async fn restart(&mut self) {
        self.kill();
        wait_until(&format!("{} starts again", self.kind.name()), async || {
            self.starts += 1;
            let log = log_file(&self.folder, self.starts);
            self.child = spawn(self.kind, &self.settings, self.folder.path(), &log);
            let ready = self.is_ready().await;
            // An outgoing connection of another process may occupy the port for a moment.
            let port_in_use = self.log().contains("in use");
            assert!(ready || port_in_use, "{} did not start: {}", self.kind.name(), self.log());
            ready.then_some(())
        })
        .await;
    }

    /// Sends SIGKILL and waits for the exit.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends SIGTERM; see [`Program::wait_for_exit`].
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Stops it from running, like an overloaded machine, until [`Program::resume`].
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    pub async fn wait_for_exit(&mut self) -> ExitStatus {
        let name = self.kind.name();
        wait_until(&format!("{name} exits"), async || self.child.try_wait().unwrap()).await
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Everything logged since the last start.
    pub fn log(&self) -> String {
        self.log_of_start(self.starts)
    }

    fn log_of_start(&self, start: usize) -> String {
        std::fs::read_to_string(log_file(&self.folder, start)).unwrap_or_default()
    }

    /// Waits until the log since the last start contains `part`.
    pub async fn wait_for_log(&self, part: &str) {
        wait_until(&format!("{} logs {part:?}", self.kind.name()), async || {
            self.log().contains(part).then_some(())
        })
        .await;
    }

    /// The same program with the same settings and these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.kind.command(&self.settings, self.folder.path());
        command.args(arguments);
        command
    }

    /// Runs the program with these arguments until it exits: `worker.run(&["status"])`.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Waits until its health check succeeds: `/readyz`, `/healthz` or `jobs status`.
    pub async fn wait_until_healthy(&self) {
        let name = self.kind.name();
        let path = if self.kind == Kind::Site { "readyz" } else { "healthz" };
        wait_until(&format!("{name} is healthy"), async || {
            if self.kind == Kind::Worker {
                return self.run(&["status"]).status.success().then_some(());
            }
            let answer = client().get(format!("{}/{path}", self.url)).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
    }

    /// A client that behaves like a browser.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.url)
    }

    /// A client that behaves like curl.
    pub fn curl(&self) -> Visitor {
        self.visitor().without_html()
    }

    /// Waits until it is ready, and stores its address; `false` if it exits instead.
    async fn is_ready(&mut self) -> bool {
        let marker = self.kind.ready_marker();
        let ready_line = wait_until(&format!("{} starts", self.kind.name()), async || {
            let exited = !self.is_alive();
            let log = self.log();
            // The last line may still be incomplete.
            let mut lines = log.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            let line = lines.find(|line| line.contains(marker)).map(str::to_owned);
            (exited || line.is_some()).then_some(line)
        })
        .await;
        let Some(line) = ready_line else { return false };
        if self.kind != Kind::Worker {
            let address = line.split(marker).last().unwrap_or_default().trim();
            let address = address.trim_start_matches("http://").to_owned();
            self.url = format!("http://{address}");
            self.settings.retain(|(name, _)| name != "LISTEN");
            self.settings.push(("LISTEN".to_owned(), address));
        }
        true
    }

    fn print_log_tails(&self) {
        for start in 1..=self.starts {
            let log = self.log_of_start(start);
            let lines: Vec<&str> = log.lines().collect();
            let tail = lines[lines.len().saturating_sub(LOG_TAIL)..].join("\n");
            println!("--- {} {}, start {start}\n{tail}", self.kind.name(), self.url);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            self.print_log_tails();
        }
    }
}

fn log_file(folder: &TempDir, start: usize) -> PathBuf {
    folder.path().join(format!("{start}.log"))
}

fn spawn(kind: Kind, settings: &[(String, String)], folder: &Path, log: &Path) -> Child {
    let stdout = File::create(log).unwrap();
    let stderr = stdout.try_clone().unwrap();
    kind.command(settings, folder).stdout(stdout).stderr(stderr).spawn().unwrap()
}
