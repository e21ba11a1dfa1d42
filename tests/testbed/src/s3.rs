use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpResponse};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const BUCKET: &str = "texts";
pub const ACCESS_KEY: &str = "AKIATESTTESTTESTTEST";
pub const SECRET_KEY: &str = "secret-of-the-test-bucket";

/// What a test does to the server.
#[derive(Debug, Default)]
struct Mood {
    failing: AtomicBool,
    requests: AtomicUsize,
}

/// An S3 server with one empty bucket, on a port of its own, in this process. Gone when dropped.
#[derive(Debug)]
pub struct S3Server {
    pub address: SocketAddr,
    mood: Arc<Mood>,
    folder: TempDir,
    server: JoinHandle<()>,
}

impl S3Server {
    /// # Panics
    /// Where no port or folder can be had, or outside of a tokio runtime.
    pub async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mood = Arc::new(Mood::default());
        let service = service(folder.path(), ACCESS_KEY, SECRET_KEY).unwrap();
        let server = tokio::spawn(serve(listener, service, mood.clone()));
        Self { address, mood, folder, server }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether every request is answered with 503 from now on.
    pub fn fail(&self, failing: bool) {
        self.mood.failing.store(failing, Ordering::SeqCst);
    }

    /// How many requests have come in.
    pub fn requests(&self) -> usize {
        self.mood.requests.load(Ordering::SeqCst)
    }

    /// The keys in the bucket, without the prefix that they share, in their order.
    ///
    /// # Panics
    /// Where the bucket cannot be read.
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
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves the folders under `root` as buckets until the task is dropped.
///
/// # Errors
/// `root` cannot be used.
pub async fn serve_s3(
    listener: TcpListener,
    root: &Path,
    access_key: &str,
    secret_key: &str,
) -> io::Result<()> {
    let service = service(root, access_key, secret_key)?;
    serve(listener, service, Arc::default()).await;
    Ok(())
}

fn service(root: &Path, access_key: &str, secret_key: &str) -> io::Result<S3Service> {
    let files = FileSystem::new(root).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(access_key, secret_key));
    Ok(builder.build())
}

async fn serve(listener: TcpListener, service: S3Service, mood: Arc<Mood>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (service, mood) = (service.clone(), mood.clone());
        let answer = hyper::service::service_fn(move |request| {
            let (service, mood) = (service.clone(), mood.clone());
            async move {
                mood.requests.fetch_add(1, Ordering::SeqCst);
                if mood.failing.load(Ordering::SeqCst) {
                    return Ok(unavailable());
                }
                hyper::service::Service::call(&service, request).await
            }
        });
        tokio::spawn(async move {
            let builder = Builder::new(TokioExecutor::new());
            let _ = builder.serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

fn unavailable() -> HttpResponse {
    let error = "<Error><Code>ServiceUnavailable</Code><Message>told to fail</Message></Error>";
    let mut response = HttpResponse::new(Body::from(error.to_owned()));
    *response.status_mut() = hyper::StatusCode::SERVICE_UNAVAILABLE;
    response
}
