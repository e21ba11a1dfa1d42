//! A small HTTP client for requests between the services of a fleet, without TLS.

use std::pin::Pin;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

/// The largest response body in bytes. A batch of ids is a fiftieth of it.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Why a request was not answered with success.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    #[error("{0}")]
    Status(StatusCode),
    #[error("{}", with_sources(&**_0))]
    Connection(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// An error and its sources as one line: hyper's own text names only the step that failed.
fn with_sources(error: &(dyn std::error::Error + Send + Sync)) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line = format!("{line}: {cause}");
        source = cause.source();
    }
    line
}

/// Keeps connections open between requests. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: Client<HttpConnector, Empty<Bytes>>,
    timeout: Duration,
}

impl HttpClient {
    /// `timeout` is the longest that a whole request may take.
    pub fn new(timeout: Duration) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, timeout }
    }

    /// Sends a request without a body, and returns the body of the response.
    ///
    /// # Errors
    /// The response is no success, does not come in time, or there is no connection.
    pub async fn send(&self, method: Method, uri: Uri) -> Result<Bytes, HttpError> {
        let response = timeout(self.timeout, self.exchange(method, uri)).await;
        response.map_err(|_| HttpError::Timeout(self.timeout))?
    }

    /// Boxed, so that hyper's client is compiled once in this crate and not in every program that
    /// sends a request.
    fn exchange(
        &self,
        method: Method,
        uri: Uri,
    ) -> Pin<Box<dyn Future<Output = Result<Bytes, HttpError>> + Send + '_>> {
        let mut request = Request::new(Empty::new());
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        Box::pin(async move {
            let response = self.client.request(request).await;
            let response = response.map_err(|error| HttpError::Connection(error.into()))?;
            if !response.status().is_success() {
                return Err(HttpError::Status(response.status()));
            }
            let body = Limited::new(response.into_body(), MAX_BODY_BYTES).collect().await;
            Ok(body.map_err(HttpError::Connection)?.to_bytes())
        })
    }
}
