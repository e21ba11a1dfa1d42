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

/// Faults that a test has switched on, and a count of requests.
#[derive(Debug, Default)]
struct Faults {
    failing: AtomicBool,
    batch_deletes_refused: AtomicBool,
    deletes_refused: AtomicBool,
    requests: AtomicUsize,
}

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

/// Serves the folders under `root` as buckets until the task is dropped.
///
/// # Errors
/// `root` is not a folder that can be read.
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

async fn serve(listener: TcpListener, service: S3Service, faults: Arc<Faults>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Headers and body are two segments. With Nagle's algorithm the second would wait 40 ms for
        // the acknowledgement of the first.
        let _ = stream.set_nodelay(true);
        let (service, faults) = (service.clone(), faults.clone());
        let answer = hyper::service::service_fn(move |request| {
            let (service, faults) = (service.clone(), faults.clone());
            async move {
                match faults.refusal(&request) {
                    Some(response) => Ok(response),
                    None => hyper::service::Service::call(&service, request).await,
                }
            }
        });
        tokio::spawn(async move {
            let mut builder = Builder::new(TokioExecutor::new());
            // A request is carried out also after its client has stopped waiting.
            builder.http1().half_close(true);
            let _ = builder.serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

impl Faults {
    fn refusal<B>(&self, request: &Request<B>) -> Option<HttpResponse> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        let is_on = |fault: &AtomicBool| fault.load(Ordering::SeqCst);
        let batch = request.method() == Method::POST
            && request.uri().query().is_some_and(|query| query.starts_with("delete"));
        let delete = batch || request.method() == Method::DELETE;
        if is_on(&self.failing) {
            Some(error_response(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"))
        } else if is_on(&self.deletes_refused) && delete {
            Some(error_response(StatusCode::FORBIDDEN, "AccessDenied"))
        } else if is_on(&self.batch_deletes_refused) && batch {
            Some(error_response(StatusCode::NOT_IMPLEMENTED, "NotImplemented"))
        } else {
            None
        }
    }
}

fn error_response(status: StatusCode, code: &str) -> HttpResponse {
    let error = format!("<Error><Code>{code}</Code><Message>refused by the test</Message></Error>");
    let mut response = HttpResponse::new(Body::from(error));
    *response.status_mut() = status;
    response
}
