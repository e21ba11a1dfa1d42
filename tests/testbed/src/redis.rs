use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The Redis server for tests that share one.
///
/// # Panics
/// Where `TEST_REDIS_URL` does not name one.
pub fn redis_url() -> String {
    std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis server")
}

/// A `redis-server` of the test's own, on a port of its own, that keeps nothing on disk: stopped
/// and started again it is empty. Gone when dropped.
#[derive(Debug)]
pub struct Redis {
    pub address: SocketAddr,
    server: Option<Child>,
    folder: TempDir,
}

impl Redis {
    /// # Panics
    /// Where there is no `redis-server` in the path.
    pub fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let mut redis = Self { address: free_address(), server: None, folder };
        // Redis cannot be told to take any free port: another may have it by the time it starts.
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

    /// Ends it at once, as a crash does.
    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    /// Starts it again on the port that it had, empty.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn restart(&mut self) {
        self.stop();
        assert!(self.try_start(), "redis-server does not start again on {}", self.address);
    }

    /// Removes all it keeps.
    ///
    /// # Panics
    /// Where it does not answer.
    pub fn flush(&self) {
        self.tell(&["flushall"]);
    }

    /// The lines of the answer to one command: `redis.tell(&["llen", "pastebin:ids"])`.
    ///
    /// # Panics
    /// Where it does not answer, or there is no `redis-cli` in the path.
    pub fn tell(&self, command: &[&str]) -> Vec<String> {
        let output = self.ask(command);
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "redis-cli {command:?}: {said}");
        said.lines().map(str::to_owned).collect()
    }

    fn ask(&self, command: &[&str]) -> Output {
        let port = self.address.port().to_string();
        let cli = Command::new("redis-cli").args(["-p", &port]).args(command).output();
        cli.expect("redis-cli is installed")
    }

    /// Whether it answers before it ends: it does at once where another has its port.
    fn try_start(&mut self) -> bool {
        let port = self.address.port().to_string();
        let mut server = Command::new("redis-server")
            .args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        let patience = Instant::now() + Duration::from_secs(30);
        while server.try_wait().unwrap().is_none() && Instant::now() < patience {
            let about = self.ask(&["info", "server"]).stdout;
            if String::from_utf8_lossy(&about).contains(&format!("process_id:{}\r", server.id())) {
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

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}
