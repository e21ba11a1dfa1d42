use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::oracle::client;
use super::visitor::Visitor;

/// How long a test waits for what must come: only a broken program takes so long.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Lines of a log that a failing test prints.
const TAIL: usize = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Site,
    IdService,
    Worker,
}

/// A process of the fleet. Killed when dropped.
pub struct Program {
    pub kind: Kind,
    /// `http://127.0.0.1:port`, the same after a restart; empty for a worker.
    pub url: String,
    settings: Vec<(String, String)>,
    folder: TempDir,
    starts: usize,
    child: Child,
}

/// Waits for what must come, and looks again and again.
///
/// # Panics
/// Where it has not come after [`PATIENCE`].
pub async fn until<T>(what: &str, condition: impl AsyncFnMut() -> Option<T>) -> T {
    until_within(PATIENCE, what, condition).await
}

/// As [`until`], for what takes its time.
pub async fn until_within<T>(
    patience: Duration,
    what: &str,
    mut condition: impl AsyncFnMut() -> Option<T>,
) -> T {
    let patience = Instant::now() + patience;
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(Instant::now() < patience, "it never came: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Site, Self::IdService, Self::Worker];

    pub fn name(self) -> &'static str {
        match self {
            Self::Site => "pastebin",
            Self::IdService => "idservice",
            Self::Worker => "jobs",
        }
    }

    /// A command with these settings and nothing of the environment.
    pub fn command(self, settings: &[(String, String)], folder: &Path) -> Command {
        let site = Path::new(env!("CARGO_BIN_EXE_pastebin"));
        let binary = site.with_file_name(self.name());
        assert!(binary.exists(), "no {}; cargo build --workspace first", binary.display());
        let mut command = Command::new(binary);
        command.env_clear().envs(settings.iter().map(|(name, value)| (name, value)));
        command.current_dir(folder).stdin(Stdio::null());
        command
    }

    /// What it says when it is ready.
    fn greeting(self) -> &'static str {
        match self {
            Self::Site => " is at ",
            Self::IdService => "the id service is ready listen=",
            Self::Worker => "the worker is ready",
        }
    }
}

impl Program {
    /// With these settings and nothing of the environment; ready when this returns.
    ///
    /// # Panics
    /// Where it does not start.
    pub async fn start_new(kind: Kind, settings: Vec<(String, String)>) -> Self {
        let folder = TempDir::new().unwrap();
        let child = spawn(kind, &settings, folder.path(), &log_file(&folder, 1));
        let mut program = Self { kind, url: String::new(), settings, folder, starts: 1, child };
        assert!(program.greets().await, "{} does not start: {}", kind.name(), program.log());
        program
    }

    /// Starts it again, on the port that it had, and waits until it is ready. Where it still runs,
    /// it is killed first.
    ///
    /// # Panics
    /// Where it does not start.
    pub async fn start(&mut self) {
        self.kill();
        until(&format!("{} starts again", self.kind.name()), async || {
            self.starts += 1;
            let log = log_file(&self.folder, self.starts);
            self.child = spawn(self.kind, &self.settings, self.folder.path(), &log);
            // A connection of somebody else's may have the port for a moment.
            let ready = self.greets().await;
            assert!(ready || self.log().contains("in use"), "it does not start: {}", self.log());
            ready.then_some(())
        })
        .await;
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM; see [`Program::ended`].
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Holds it still, as a machine does that is out of breath, until [`Program::thaw`].
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        let name = self.kind.name();
        until(&format!("{name} ends"), async || self.child.try_wait().unwrap()).await
    }

    /// Of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// All it has said since its last start.
    pub fn log(&self) -> String {
        std::fs::read_to_string(log_file(&self.folder, self.starts)).unwrap_or_default()
    }

    /// Waits until it has said so since its last start.
    pub async fn says(&self, part: &str) {
        until(part, async || self.log().contains(part).then_some(())).await;
    }

    /// The same program with the same settings and these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.kind.command(&self.settings, self.folder.path());
        command.args(arguments);
        command
    }

    /// Runs it to its end: `worker.run(&["status"])`.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Waits until it and all it needs answer (`/readyz`, `/healthz`, `jobs status`).
    pub async fn healthy(&self) {
        let name = self.kind.name();
        let path = if self.kind == Kind::Site { "readyz" } else { "healthz" };
        until(&format!("{name} is healthy"), async || {
            if self.kind == Kind::Worker {
                return self.run(&["status"]).status.success().then_some(());
            }
            let answer = client().get(format!("{}/{path}", self.url)).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
    }

    /// Somebody with a browser.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.url)
    }

    /// Somebody with curl.
    pub fn curl(&self) -> Visitor {
        self.visitor().without_html()
    }

    /// Waits until it is ready and notes where it listens; `false` where it ends instead.
    async fn greets(&mut self) -> bool {
        let greeting = self.kind.greeting();
        let said = until(&format!("{} starts", self.kind.name()), async || {
            let over = !self.is_alive();
            let log = self.log();
            // Whole lines only: the last may still be written.
            let mut lines = log.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            let line = lines.find(|line| line.contains(greeting)).map(str::to_owned);
            (over || line.is_some()).then_some(line)
        })
        .await;
        let Some(line) = said else { return false };
        let address = line.split(greeting).last().unwrap_or_default().trim();
        let address = address.trim_start_matches("http://").to_owned();
        if self.kind != Kind::Worker {
            self.url = format!("http://{address}");
            self.settings.retain(|(name, _)| name != "LISTEN");
            self.settings.push(("LISTEN".to_owned(), address));
        }
        true
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            for start in 1..=self.starts {
                let log =
                    std::fs::read_to_string(log_file(&self.folder, start)).unwrap_or_default();
                let lines: Vec<&str> = log.lines().collect();
                let tail = &lines[lines.len().saturating_sub(TAIL)..];
                println!(
                    "--- {} {}, start {start}\n{}",
                    self.kind.name(),
                    self.url,
                    tail.join("\n")
                );
            }
        }
    }
}

fn log_file(folder: &TempDir, start: usize) -> PathBuf {
    folder.path().join(format!("{start}.log"))
}

fn spawn(kind: Kind, settings: &[(String, String)], folder: &Path, log: &Path) -> Child {
    let said = File::create(log).unwrap();
    let heard = said.try_clone().unwrap();
    kind.command(settings, folder).stdout(said).stderr(heard).spawn().unwrap()
}
