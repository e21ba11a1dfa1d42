//! A `PgBouncer` in front of PostgreSQL.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{Database, free_address, server_user};

/// A `PgBouncer` on a free port of 127.0.0.1, which logs in to PostgreSQL without a password. Stops when
/// dropped.
#[derive(Debug)]
pub struct PgBouncer {
    pub address: SocketAddr,
    server: Child,
    _folder: TempDir,
}

/// The programs that can be tested: the distribution's, and one that `PGBOUNCER_NEW` names, with their
/// versions, such as 1.18.
pub fn pgbouncers() -> Vec<(PathBuf, (u32, u32))> {
    let named = std::env::var_os("PGBOUNCER_NEW").map(PathBuf::from);
    // Debian installs it where only root has it in the path.
    let known = ["pgbouncer", "/usr/sbin/pgbouncer"].map(PathBuf::from);
    let installed = known.into_iter().find(|program| version(program).is_some());
    let programs = named.into_iter().chain(installed);
    programs.filter_map(|program| Some((program.clone(), version(&program)?))).collect()
}

fn version(program: &Path) -> Option<(u32, u32)> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut numbers = text.split_whitespace().nth(1)?.split('.').map(str::parse::<u32>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

impl PgBouncer {
    /// `settings` are lines of the section `[pgbouncer]`, such as `pool_mode = transaction`.
    ///
    /// # Panics
    /// It does not start.
    pub fn start(program: &Path, database: &Database, settings: &str) -> Self {
        let folder = TempDir::new().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let address = free_address();
        let (host, port) = database.address().rsplit_once(':').map(own).unwrap();
        let (own_host, own_port, user) = (address.ip(), address.port(), database.user());
        let config = format!(
            "[databases]\n* = host={host} port={port} user={user}\n\
             [pgbouncer]\nlisten_addr = {own_host}\nlisten_port = {own_port}\nunix_socket_dir =\n\
             auth_type = any\n{settings}\n"
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, config).unwrap();
        let mut command = Command::new(program);
        command.arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
        server_user::apply(&mut command);
        let mut server = command.spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(address).is_err() {
            let exited = server.try_wait().unwrap();
            assert!(exited.is_none() && Instant::now() < deadline, "PgBouncer does not start");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { address, server, _folder: folder }
    }

    /// The URL of a database through it.
    pub fn url(&self, database: &Database) -> String {
        database.url_at(self.address)
    }
}

fn own((host, port): (&str, &str)) -> (String, String) {
    (host.to_owned(), port.to_owned())
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
