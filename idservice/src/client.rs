//! A client of the id service.

use std::time::Duration;

use async_trait::async_trait;
use axum::http::{Method, StatusCode, Uri};
use rustls::RootCertStore;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::http_client::{HttpClient, HttpError, system_authorities};
use crate::id::Id;
use crate::pool::{Ids, MAX_POP, distinct_ids};
use crate::secret::Secret;

/// Timeout for one whole request. It is short because the creation of a paste waits for the answer.
const TIMEOUT: Duration = Duration::from_millis(250);

/// Ids from a separate id service, over HTTP.
#[derive(Clone, Debug)]
pub struct HttpIds {
    client: HttpClient,
    pop_url: String,
}

#[derive(Deserialize)]
struct PopResponse {
    ids: Vec<String>,
}

impl HttpIds {
    /// `url` is the base URL of the id service, for example `http://idservice:8081`. It is sent `secret`,
    /// if there is one.
    ///
    /// # Errors
    /// [`Error::Address`] if `url` is not an HTTP URL with a host.
    pub fn new(url: &str, secret: Option<&Secret>) -> Result<Self> {
        let is_http = |url: &Uri| {
            matches!(url.scheme_str(), Some("http" | "https"))
                && url.host().is_some_and(|host| !host.is_empty())
        };
        let address: Uri = url.parse().map_err(|_| Error::Address)?;
        if !is_http(&address) {
            return Err(Error::Address);
        }
        let authorities = match address.scheme_str() {
            Some("https") => system_authorities(),
            _ => RootCertStore::empty(),
        };
        let mut client = HttpClient::new(TIMEOUT, authorities)?;
        if let Some(secret) = secret {
            client = client.with_authorization(secret.header());
        }
        Ok(Self { client, pop_url: format!("{}/ids/pop", url.trim_end_matches('/')) })
    }
}

#[async_trait]
impl Ids for HttpIds {
    async fn pop(&self, count: usize) -> Result<Vec<Id>> {
        let count = count.clamp(1, MAX_POP);
        let url = format!("{}?count={count}", self.pop_url);
        let url = url.parse().map_err(|_| Error::Address)?;
        let body = match self.client.send(Method::POST, url).await {
            Err(HttpError::Status(StatusCode::SERVICE_UNAVAILABLE)) => return Err(Error::Empty),
            Err(HttpError::Status(StatusCode::UNAUTHORIZED)) => return Err(Error::Unauthorized),
            body => body?,
        };
        let body: PopResponse = serde_json::from_slice(&body)?;
        distinct_ids(&body.ids, count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_an_http_scheme_and_a_host() {
        for valid in ["http://idservice:8081", "http://127.0.0.1:1/", "https://ids.example.org/ids"]
        {
            assert!(HttpIds::new(valid, None).is_ok(), "{valid}");
        }
        for invalid in
            ["", "idservice", "idservice:8081", "ftp://idservice", "http://", "redis://x"]
        {
            assert!(matches!(HttpIds::new(invalid, None), Err(Error::Address)), "{invalid}");
        }
    }
}
