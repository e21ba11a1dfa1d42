//! A private PostgreSQL server that can crash. It keeps PostgreSQL's defaults for durability, so
//! `fsync` is on.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

/// For the start, which replays the write-ahead log after a crash.
const START_TIMEOUT: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub struct Postgres {
    server: Option<Child>,
    port: u16,
    /// The user and the group of the server if this program runs as root, which PostgreSQL refuses.
    user: Option<(u32, u32)>,
    binaries: PathBuf,
    folder: TempDir,
}

impl Postgres {
    pub async fn start() -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let (folder, user) = (TempDir::new()?, server_user()?);
        if let Some((user, group)) = user {
            chown(folder.path(), Some(user), Some(group))?;
        }
        let mut postgres = Self { server: None, port, user, binaries: binaries()?, folder };
        let data = postgres.data_folder();
        let initdb = postgres
            .command("initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D"])
            .arg(&data)
            .output()?;
        ensure!(initdb.status.success(), "initdb: {}", String::from_utf8_lossy(&initdb.stderr));
        postgres.resume().await?;
        Ok(postgres)
    }

    /// The URL of its maintenance database, from which others are created.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn data_folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }

    /// Ends all its processes at once without writing anything, like a crash.
    pub fn crash(&mut self) -> Result<()> {
        if let Some(mut server) = self.server.take() {
            Command::new("kill").args(["-QUIT", &server.id().to_string()]).status()?;
            server.wait()?;
        }
        Ok(())
    }

    /// Starts it on its data folder, and waits until it accepts connections.
    pub async fn resume(&mut self) -> Result<()> {
        let log = fs::File::options().create(true).append(true).open(self.log_file())?;
        let port = self.port.to_string();
        let server = self
            .command("postgres")
            .args(["-p", &port, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"])
            .arg("-k")
            .arg(self.folder.path())
            .arg("-D")
            .arg(self.data_folder())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        self.server = Some(server);
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            let ready =
                self.command("pg_isready").args(["-q", "-h", "127.0.0.1", "-p", &port]).status();
            if ready?.success() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!(
            "PostgreSQL did not start: {}",
            fs::read_to_string(self.log_file()).unwrap_or_default()
        );
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Checks every table and index. Returns the findings, which are empty if all is well; `None` if
    /// `pg_amcheck` is not installed.
    pub fn check(&self, database: &str) -> Result<Option<String>> {
        if !self.binaries.join("pg_amcheck").exists() {
            return Ok(None);
        }
        let check = self
            .command("pg_amcheck")
            .args(["--install-missing", "--heapallindexed", "-h", "127.0.0.1", "-U", "postgres"])
            .args(["-p", &self.port.to_string(), "-d", database])
            .output()?;
        let findings = String::from_utf8_lossy(&[check.stdout, check.stderr].concat()).into_owned();
        Ok(Some(if check.status.success() { String::new() } else { findings.replace('\n', "; ") }))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.crash().is_err() {
            println!("PostgreSQL on port {} could not be stopped", self.port);
        }
    }
}

/// Debian installs the server's programs outside of the path, in a folder for each version.
fn binaries() -> Result<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = debian.map(|version| version.path().join("bin"));
    let path = std::env::var("PATH").unwrap_or_default();
    let others = path.split(':').map(PathBuf::from);
    let found = debian.chain(others).find(|folder| folder.join("initdb").exists());
    found.context(
        "PostgreSQL is not installed; on Debian and Ubuntu: sudo apt-get install postgresql",
    )
}

/// The user and the group `postgres` if this program runs as root.
fn server_user() -> Result<Option<(u32, u32)>> {
    let status = fs::read_to_string("/proc/self/status")?;
    if !status.lines().any(|line| line.starts_with("Uid:\t0\t")) {
        return Ok(None);
    }
    let users = fs::read_to_string(Path::new("/etc/passwd"))?;
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let fields: Vec<&str> = line.context("there is no user named postgres")?.split(':').collect();
    Ok(Some((fields[2].parse()?, fields[3].parse()?)))
}
