//! A small HTTP client for requests between the services of a fleet, with and without TLS.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, HeaderValue};
use axum::http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
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

/// The certificate authorities that the system trusts, or those of the file that `SSL_CERT_FILE` names.
pub fn system_authorities() -> RootCertStore {
    let mut authorities = RootCertStore::empty();
    authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    authorities
}

/// Keeps connections open between requests. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    timeout: Duration,
    authorization: Option<HeaderValue>,
}

impl HttpClient {
    /// `timeout` is the longest that a whole request may take. A server behind `https://` must have a
    /// certificate of one of the authorities.
    ///
    /// # Errors
    /// TLS cannot be used at all.
    pub fn new(timeout: Duration, authorities: RootCertStore) -> Result<Self, HttpError> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| HttpError::Connection(error.into()))?
            .with_root_certificates(authorities)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls);
        let connector = connector.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, timeout, authorization: None })
    }

    /// Sends this header with every request.
    #[must_use]
    pub fn with_authorization(self, header: HeaderValue) -> Self {
        Self { authorization: Some(header), ..self }
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
        if let Some(authorization) = &self.authorization {
            request.headers_mut().insert(AUTHORIZATION, authorization.clone());
        }
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
