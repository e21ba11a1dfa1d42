//! A private PostgreSQL server with TLS.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::tls::{CERTIFICATE_FILE, Certificate, KEY_FILE};
use crate::{free_address, server_user};

/// A PostgreSQL server on a free port, with `ssl = on`. Its user is `postgres`, without a password.
/// Stops when dropped.
#[derive(Debug)]
pub struct PostgresWithTls {
    pub address: SocketAddr,
    server: Child,
    folder: TempDir,
}

impl PostgresWithTls {
    /// `None` if PostgreSQL's programs are not installed on this machine.
    ///
    /// # Panics
    /// It does not start.
    pub fn start(certificate: &Certificate) -> Option<Self> {
        let programs = programs()?;
        let folder = TempDir::new().unwrap();
        certificate.write_to(folder.path());
        give_to_server(folder.path());
        let data = folder.path().join("data");
        let mut initdb = Command::new(programs.join("initdb"));
        initdb.args(["-U", "postgres", "-A", "trust", "-N", "-D"]).arg(&data);
        initdb.stdout(Stdio::null()).current_dir(folder.path());
        server_user::apply(&mut initdb);
        assert!(initdb.status().unwrap().success(), "initdb fails");
        let address = free_address();
        let mut command = Command::new(programs.join("postgres"));
        command.arg("-D").arg(&data).args(["-p", &address.port().to_string()]);
        let option =
            |name: &str, file: &str| format!("{name}={}", folder.path().join(file).display());
        for option in [
            "ssl=on".to_owned(),
            "listen_addresses=127.0.0.1".to_owned(),
            "unix_socket_directories=".to_owned(),
            "fsync=off".to_owned(),
            option("ssl_cert_file", CERTIFICATE_FILE),
            option("ssl_key_file", KEY_FILE),
        ] {
            command.arg("-c").arg(option);
        }
        command.stdout(Stdio::null()).stderr(Stdio::null()).current_dir(folder.path());
        server_user::apply(&mut command);
        let server = Self { address, server: command.spawn().unwrap(), folder };
        server.wait_until_ready(&programs);
        Some(server)
    }

    fn wait_until_ready(&self, programs: &Path) {
        let deadline = Instant::now() + Duration::from_mins(1);
        let port = self.address.port().to_string();
        // The client's programs may be installed elsewhere than the server's.
        let own = programs.join("pg_isready");
        let client = if own.exists() { own } else { PathBuf::from("pg_isready") };
        let is_ready = || {
            let mut check = Command::new(&client);
            check.args(["-h", "127.0.0.1", "-p", &port]).stdout(Stdio::null());
            check.status().unwrap().success()
        };
        while !is_ready() {
            let folder = self.folder.path().display();
            assert!(Instant::now() < deadline, "PostgreSQL in {folder} does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Debian installs the programs by version, in a folder that is not in the path.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders
        .into_iter()
        .find(|folder| folder.join("postgres").exists() && folder.join("initdb").exists())
}

/// PostgreSQL wants a key that only its own user can read.
fn give_to_server(folder: &Path) {
    let key = folder.join(KEY_FILE);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    if let Some((user, group)) = server_user::ids() {
        for path in [folder.to_owned(), key, folder.join(CERTIFICATE_FILE)] {
            chown(path, Some(user), Some(group)).unwrap();
        }
    }
}

impl Drop for PostgresWithTls {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
