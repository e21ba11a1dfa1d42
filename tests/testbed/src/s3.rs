//! An S3 server in this process, whose faults a test switches on.

mod serve;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use store::{Deadlines, S3Settings};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use serve::serve_s3;
use serve::{Faults, serve, service};

pub const BUCKET: &str = "texts";
pub const ACCESS_KEY: &str = "AKIATESTTESTTESTTEST";
pub const SECRET_KEY: &str = "secret-of-the-test-bucket";

/// An S3 server in this process, on a free port, with one empty bucket. Stops when dropped.
#[derive(Debug)]
pub struct S3Server {
    pub address: SocketAddr,
    faults: Arc<Faults>,
    folder: TempDir,
    server: JoinHandle<()>,
}

impl S3Server {
    /// # Panics
    /// No port is free, no folder can be created, or there is no tokio runtime.
    pub async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let faults = Arc::new(Faults::default());
        let service = service(folder.path(), ACCESS_KEY, SECRET_KEY).unwrap();
        let server = tokio::spawn(serve(listener, service, faults.clone()));
        Self { address, faults, folder, server }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The settings of a client of its bucket.
    pub fn settings(&self) -> S3Settings {
        Self::settings_at(self.endpoint())
    }

    /// Like [`S3Server::settings`], with the address of a proxy in front of it.
    pub fn settings_at(endpoint: String) -> S3Settings {
        S3Settings {
            bucket: BUCKET.to_owned(),
            endpoint: Some(endpoint),
            region: "us-east-1".to_owned(),
            access_key_id: ACCESS_KEY.to_owned(),
            secret_access_key: SECRET_KEY.to_owned(),
            force_path_style: true,
            deadlines: Deadlines::default(),
        }
    }

    /// Switches on or off that every request is answered with 503.
    pub fn fail(&self, failing: bool) {
        self.faults.failing.store(failing, Ordering::SeqCst);
    }

    /// Switches on or off that `DeleteObjects` is answered with 501, as some compatible stores do.
    pub fn refuse_batches(&self, refused: bool) {
        self.faults.batch_deletes_refused.store(refused, Ordering::SeqCst);
    }

    /// Switches on or off that every delete is answered with 403.
    pub fn refuse_deletes(&self, refused: bool) {
        self.faults.deletes_refused.store(refused, Ordering::SeqCst);
    }

    /// From now on every request with this method is answered with 200 and this body, and nothing is
    /// done. `None` ends that.
    ///
    /// # Panics
    /// Another test's panic has poisoned the lock.
    pub fn pretend(&self, method: &str, body: Option<&'static str>) {
        let mut pretended = self.faults.pretended.lock().unwrap();
        match body {
            Some(body) => pretended.insert(method.to_owned(), body),
            None => pretended.remove(method),
        };
    }

    /// Switches on or off that no answer has an `ETag`.
    pub fn hide_tags(&self, hidden: bool) {
        self.faults.tags_hidden.store(hidden, Ordering::SeqCst);
    }

    /// The number of requests received so far.
    pub fn requests(&self) -> usize {
        self.faults.requests.load(Ordering::SeqCst)
    }

    /// The keys in the bucket, sorted, without their common prefix.
    ///
    /// # Panics
    /// The bucket's folder cannot be read.
    pub fn keys(&self) -> Vec<String> {
        let Ok(texts) = std::fs::read_dir(self.folder.path().join(BUCKET).join("texts")) else {
            return Vec::new();
        };
        let name = |entry: io::Result<std::fs::DirEntry>| {
            entry.unwrap().file_name().into_string().unwrap()
        };
        let mut keys: Vec<String> = texts.map(name).filter(|name| !name.starts_with('.')).collect();
        keys.sort_unstable();
        keys
    }

    /// Writes an object past the server, like another user of the same bucket.
    ///
    /// # Panics
    /// The bucket's folder cannot be written.
    pub fn place(&self, object: &str, body: &[u8]) {
        let path = self.path(object);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, body).unwrap();
    }

    /// Sets the time at which the server says that an object was last modified.
    ///
    /// # Panics
    /// There is no such object.
    pub fn date(&self, object: &str, at: SystemTime) {
        let file = std::fs::File::options().write(true).open(self.path(object)).unwrap();
        file.set_modified(at).unwrap();
    }

    pub fn has(&self, object: &str) -> bool {
        self.path(object).exists()
    }

    fn path(&self, object: &str) -> PathBuf {
        self.folder.path().join(BUCKET).join(object)
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.server.abort();
    }
}
