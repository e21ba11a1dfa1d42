//! A private Redis server.

use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::free_address;
use crate::tls::{CERTIFICATE_FILE, Certificate, KEY_FILE};

/// The URL of the Redis server that tests share.
///
/// # Panics
/// `TEST_REDIS_URL` is not set.
pub fn redis_url() -> String {
    std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL must name a Redis server")
}

/// A private `redis-server` on a free port. It writes nothing to disk, so after a restart it is
/// empty. Stops when dropped.
#[derive(Debug)]
pub struct Redis {
    pub address: SocketAddr,
    /// The port for TLS, if it has a certificate.
    pub tls_port: Option<u16>,
    server: Option<Child>,
    folder: TempDir,
}

impl Redis {
    /// # Panics
    /// There is no `redis-server` in the path, or it does not start.
    pub fn start() -> Self {
        Self::start_in(TempDir::new().unwrap(), false)
    }

    /// Takes TLS connections too, with this certificate.
    ///
    /// # Panics
    /// As [`Redis::start`].
    pub fn start_with_tls(certificate: &Certificate) -> Self {
        let folder = TempDir::new().unwrap();
        certificate.write_to(folder.path());
        Self::start_in(folder, true)
    }

    fn start_in(folder: TempDir, tls: bool) -> Self {
        let tls_port = tls.then(|| free_address().port());
        let mut redis = Self { address: free_address(), tls_port, server: None, folder };
        // Redis cannot choose a free port by itself, and another process may take this one first.
        for _ in 0..20 {
            if redis.try_start() {
                return redis;
            }
            redis.address = free_address();
        }
        panic!("redis-server does not start on any port");
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Kills it, like a crash.
    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    /// Starts it again on the same port, empty.
    ///
    /// # Panics
    /// It does not start.
    pub fn restart(&mut self) {
        self.stop();
        assert!(self.try_start(), "redis-server does not start again on {}", self.address);
    }

    /// Removes all keys.
    ///
    /// # Panics
    /// It does not answer.
    pub fn flush(&self) {
        self.command(&["flushall"]);
    }

    /// Runs one command, such as `redis.command(&["llen", "pastebin:ids"])`. Returns the lines of the
    /// reply.
    ///
    /// # Panics
    /// It does not answer, or there is no `redis-cli` in the path.
    pub fn command(&self, command: &[&str]) -> Vec<String> {
        let output = self.cli(command);
        let reply = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "redis-cli {command:?}: {reply}");
        reply.lines().map(str::to_owned).collect()
    }

    fn cli(&self, command: &[&str]) -> Output {
        let port = self.address.port().to_string();
        let cli = Command::new("redis-cli").args(["-p", &port]).args(command).output();
        cli.expect("redis-cli must be installed")
    }

    /// Returns whether it answers before it exits. It exits at once if its port is taken.
    fn try_start(&mut self) -> bool {
        let port = self.address.port().to_string();
        let mut command = Command::new("redis-server");
        if let Some(tls_port) = self.tls_port {
            command.args(["--tls-port", &tls_port.to_string(), "--tls-auth-clients", "no"]);
            for (option, file) in
                [("--tls-cert-file", CERTIFICATE_FILE), ("--tls-key-file", KEY_FILE)]
            {
                command.arg(option).arg(self.folder.path().join(file));
            }
        }
        let mut server = command
            .args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server must be installed");
        let deadline = Instant::now() + Duration::from_secs(30);
        while server.try_wait().unwrap().is_none() && Instant::now() < deadline {
            let info = self.cli(&["info", "server"]).stdout;
            if String::from_utf8_lossy(&info).contains(&format!("process_id:{}\r", server.id())) {
                self.server = Some(server);
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = server.kill();
        let _ = server.wait();
        false
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}
