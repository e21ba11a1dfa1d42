use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, StatusCode, Url};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::id::Id;
use crate::pool::{Ids, MAX_POP};

/// For the whole exchange: whoever saves a paste waits for it.
const DEADLINE: Duration = Duration::from_millis(250);

/// The ids of a separate id service.
#[derive(Clone, Debug)]
pub struct HttpIds {
    client: Client,
    pop: String,
}

#[derive(Deserialize)]
struct Popped {
    ids: Vec<String>,
}

impl HttpIds {
    /// `url` is where the id service listens: `http://idservice:8081`.
    ///
    /// # Errors
    /// [`Error::Address`] where it is none, or the client cannot be built on this system.
    pub fn new(url: &str) -> Result<Self> {
        let usable = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        if !Url::parse(url).is_ok_and(|url| usable(&url)) {
            return Err(Error::Address);
        }
        let client = Client::builder().timeout(DEADLINE).no_proxy().build()?;
        Ok(Self { client, pop: format!("{}/ids/pop", url.trim_end_matches('/')) })
    }
}

#[async_trait]
impl Ids for HttpIds {
    async fn pop(&self, count: usize) -> Result<Vec<Id>> {
        let count = count.clamp(1, MAX_POP);
        let answer = self.client.post(format!("{}?count={count}", self.pop)).send().await?;
        if answer.status() == StatusCode::SERVICE_UNAVAILABLE {
            return Err(Error::Empty);
        }
        let popped: Popped = answer.error_for_status()?.json().await?;
        let ids: Vec<Id> = popped.ids.iter().filter_map(|id| id.parse().ok()).collect();
        if ids.is_empty() { Err(Error::Empty) } else { Ok(ids) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_http_and_a_host() {
        for good in ["http://idservice:8081", "http://127.0.0.1:1/", "https://ids.example.org/ids"]
        {
            assert!(HttpIds::new(good).is_ok(), "{good}");
        }
        for bad in ["", "idservice", "idservice:8081", "ftp://idservice", "http://", "redis://x"] {
            assert!(matches!(HttpIds::new(bad), Err(Error::Address)), "{bad}");
        }
    }
}
