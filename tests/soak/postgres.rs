//! A PostgreSQL server of the soak's own, as durable as it comes: `fsync` is on.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub struct Postgres {
    server: Option<Child>,
    port: u16,
    /// PostgreSQL does not run as root; there it runs as this user and group.
    user: Option<(u32, u32)>,
    binaries: PathBuf,
    folder: TempDir,
}

impl Postgres {
    pub async fn start() -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let (folder, user) = (TempDir::new()?, user()?);
        if let Some((user, group)) = user {
            chown(folder.path(), Some(user), Some(group))?;
        }
        let mut postgres = Self { server: None, port, user, binaries: binaries()?, folder };
        let data = postgres.data();
        let made = postgres
            .command("initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D"])
            .arg(&data)
            .output()?;
        ensure!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        postgres.go_on().await?;
        Ok(postgres)
    }

    /// `postgres://…`, a database to make others from.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn data(&self) -> PathBuf {
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

    /// Every process of it ends at once, and nothing is written that was not: what a crash does.
    pub fn crash(&mut self) -> Result<()> {
        if let Some(mut server) = self.server.take() {
            Command::new("kill").args(["-QUIT", &server.id().to_string()]).status()?;
            server.wait()?;
        }
        Ok(())
    }

    /// Starts it again on its data, and waits until it is through with its log.
    pub async fn go_on(&mut self) -> Result<()> {
        let log = fs::File::options().create(true).append(true).open(self.log())?;
        let port = self.port.to_string();
        let server = self
            .command("postgres")
            .args(["-p", &port, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"])
            .arg("-k")
            .arg(self.folder.path())
            .arg("-D")
            .arg(self.data())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        self.server = Some(server);
        let patience = Instant::now() + PATIENCE;
        while Instant::now() < patience {
            let asked =
                self.command("pg_isready").args(["-q", "-h", "127.0.0.1", "-p", &port]).status();
            if asked?.success() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("PostgreSQL does not start: {}", fs::read_to_string(self.log()).unwrap_or_default());
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Looks through every table and index, and says what is wrong: nothing, or what it was told.
    /// `None` where `pg_amcheck` is not installed.
    pub fn check(&self, database: &str) -> Result<Option<String>> {
        if !self.binaries.join("pg_amcheck").exists() {
            return Ok(None);
        }
        let checked = self
            .command("pg_amcheck")
            .args(["--install-missing", "--heapallindexed", "-h", "127.0.0.1", "-U", "postgres"])
            .args(["-p", &self.port.to_string(), "-d", database])
            .output()?;
        let said = String::from_utf8_lossy(&[checked.stdout, checked.stderr].concat()).into_owned();
        Ok(Some(if checked.status.success() { String::new() } else { said.replace('\n', "; ") }))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.crash().is_err() {
            println!("PostgreSQL on port {} is left behind", self.port);
        }
    }
}

/// Debian keeps the server's programs out of the way, by version.
fn binaries() -> Result<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = debian.map(|version| version.path().join("bin"));
    let path = std::env::var("PATH").unwrap_or_default();
    let others = path.split(':').map(PathBuf::from);
    let found = debian.chain(others).find(|folder| folder.join("initdb").exists());
    found.context(
        "there is no PostgreSQL here; on Debian and Ubuntu: sudo apt-get install postgresql",
    )
}

/// Who runs it where we are root.
fn user() -> Result<Option<(u32, u32)>> {
    let status = fs::read_to_string("/proc/self/status")?;
    if !status.lines().any(|line| line.starts_with("Uid:\t0\t")) {
        return Ok(None);
    }
    let users = fs::read_to_string(Path::new("/etc/passwd"))?;
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let fields: Vec<&str> = line.context("there is no user postgres here")?.split(':').collect();
    Ok(Some((fields[2].parse()?, fields[3].parse()?)))
}
