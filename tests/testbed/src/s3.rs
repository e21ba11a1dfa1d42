use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::SystemTime;

use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpResponse};
use s3s_fs::FileSystem;
use store::{Deadlines, S3Settings};
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
    batches_refused: AtomicBool,
    deletes_refused: AtomicBool,
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

    /// The way to its bucket.
    pub fn settings(&self) -> S3Settings {
        Self::settings_at(self.endpoint())
    }

    /// As [`S3Server::settings`], by another address that leads to it.
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

    /// Whether every request is answered with 503 from now on.
    pub fn fail(&self, failing: bool) {
        self.mood.failing.store(failing, Ordering::SeqCst);
    }

    /// Whether it knows no `DeleteObjects` from now on, as some compatible stores do not.
    pub fn refuse_batches(&self, refused: bool) {
        self.mood.batches_refused.store(refused, Ordering::SeqCst);
    }

    /// Whether nobody may delete anything from now on.
    pub fn refuse_deletes(&self, refused: bool) {
        self.mood.deletes_refused.store(refused, Ordering::SeqCst);
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

    /// Puts an object past the server, as somebody else may who uses the same bucket.
    ///
    /// # Panics
    /// Where the bucket cannot be written.
    pub fn place(&self, object: &str, body: &[u8]) {
        let path = self.path(object);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, body).unwrap();
    }

    /// Makes the server tell `at` as the time when an object was put.
    ///
    /// # Panics
    /// Where there is no such object.
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
        // Headers and body come as two segments; the second would wait 40 ms for the first one's answer.
        let _ = stream.set_nodelay(true);
        let (service, mood) = (service.clone(), mood.clone());
        let answer = hyper::service::service_fn(move |request| {
            let (service, mood) = (service.clone(), mood.clone());
            async move {
                match mood.refuses(&request) {
                    Some(refusal) => Ok(refusal),
                    None => hyper::service::Service::call(&service, request).await,
                }
            }
        });
        tokio::spawn(async move {
            let mut builder = Builder::new(TokioExecutor::new());
            // What was asked is done, also where nobody waits for the answer any more.
            builder.http1().half_close(true);
            let _ = builder.serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

impl Mood {
    fn refuses<B>(&self, request: &Request<B>) -> Option<HttpResponse> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        let is = |mood: &AtomicBool| mood.load(Ordering::SeqCst);
        let batch = request.method() == Method::POST
            && request.uri().query().is_some_and(|query| query.starts_with("delete"));
        let delete = batch || request.method() == Method::DELETE;
        if is(&self.failing) {
            Some(refusal(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"))
        } else if is(&self.deletes_refused) && delete {
            Some(refusal(StatusCode::FORBIDDEN, "AccessDenied"))
        } else if is(&self.batches_refused) && batch {
            Some(refusal(StatusCode::NOT_IMPLEMENTED, "NotImplemented"))
        } else {
            None
        }
    }
}

fn refusal(status: StatusCode, code: &str) -> HttpResponse {
    let error = format!("<Error><Code>{code}</Code><Message>told to refuse</Message></Error>");
    let mut response = HttpResponse::new(Body::from(error));
    *response.status_mut() = status;
    response
}
