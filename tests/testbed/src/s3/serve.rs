//! Serves a folder over the S3 protocol, with faults.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use hyper::header::ETAG;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpResponse};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

/// Faults that a test has switched on, and a count of requests.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) failing: AtomicBool,
    pub(super) batch_deletes_refused: AtomicBool,
    pub(super) deletes_refused: AtomicBool,
    /// The methods whose requests are answered with 200 and a body, and the body.
    pub(super) pretended: Mutex<HashMap<String, &'static str>>,
    pub(super) tags_hidden: AtomicBool,
    pub(super) requests: AtomicUsize,
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

pub(super) fn service(root: &Path, access_key: &str, secret_key: &str) -> io::Result<S3Service> {
    let files = FileSystem::new(root).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(access_key, secret_key));
    Ok(builder.build())
}

pub(super) async fn serve(listener: TcpListener, service: S3Service, faults: Arc<Faults>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Headers and body are two segments. With Nagle's algorithm the second would wait 40 ms for
        // the acknowledgement of the first.
        let _ = stream.set_nodelay(true);
        let (service, faults) = (service.clone(), faults.clone());
        let answer = hyper::service::service_fn(move |request| {
            let (service, faults) = (service.clone(), faults.clone());
            async move {
                if let Some(response) = faults.refusal(&request) {
                    return Ok::<_, s3s::HttpError>(response);
                }
                let mut answer = hyper::service::Service::call(&service, request).await?;
                if faults.tags_hidden.load(Ordering::SeqCst) {
                    answer.headers_mut().remove(ETAG);
                }
                Ok(answer)
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
        let pretended = self.pretended.lock().unwrap().get(request.method().as_str()).copied();
        if let Some(body) = pretended {
            return Some(HttpResponse::new(Body::from(body.to_owned())));
        }
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
