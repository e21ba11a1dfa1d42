//! A record of acknowledged pastes, which must all read back.

use std::collections::HashMap;
use std::sync::Mutex;

use futures_util::{StreamExt as _, stream};
use reqwest::{Client, StatusCode};

use super::program::Program;
use super::wait::TIMEOUT;

/// Concurrent reads of [`Ledger::verify`].
const READERS: usize = 8;

/// A record of acknowledged writes: every text that a site answered with 201 must read back.
#[derive(Default)]
pub struct Ledger {
    /// Texts by the paste's id. Each site links to the same paste under its own address.
    texts: Mutex<HashMap<String, String>>,
}

/// A client that waits longer than any site may take to answer, and follows no redirects.
pub fn client() -> Client {
    Client::builder()
        .timeout(TIMEOUT)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

impl Ledger {
    /// Saves a text at this address, like curl, and records it if the site acknowledges it.
    ///
    /// # Errors
    /// The connection broke; the text may or may not have been saved.
    ///
    /// # Panics
    /// The link was given to another text before, or the answer is neither a link nor a 503 with
    /// `Retry-After`.
    pub async fn try_create(&self, url: &str, text: &str) -> reqwest::Result<StatusCode> {
        let answer = client().post(url).body(text.to_owned()).send().await?;
        let status = answer.status();
        let has_retry_after = answer.headers().contains_key("retry-after");
        let body = answer.text().await?;
        match status {
            StatusCode::CREATED => self.record(&body, text),
            StatusCode::SERVICE_UNAVAILABLE => {
                assert!(has_retry_after, "a 503 without Retry-After: {body}");
            }
            _ => panic!("expected 201 or 503, got {status}: {body}"),
        }
        Ok(status)
    }

    /// Saves and records a text. Returns the paste's path, `/{id}`.
    ///
    /// # Panics
    /// The site does not acknowledge it.
    pub async fn create(&self, site: &Program, text: &str) -> String {
        let answer = client().post(&site.url).body(text.to_owned()).send().await.unwrap();
        let (status, link) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, StatusCode::CREATED, "{link}");
        self.record(&link, text);
        format!("/{}", id_of(&link))
    }

    /// Records a text that was acknowledged elsewhere, by its link, path or id.
    ///
    /// # Panics
    /// The id was given to another text before.
    pub fn record(&self, link: &str, text: &str) {
        let before = self.texts.lock().unwrap().insert(id_of(link), text.to_owned());
        assert_eq!(before, None, "the id of {link} was given to two pastes");
    }

    /// Removes a paste that its owner deleted.
    ///
    /// # Panics
    /// The paste was never recorded.
    pub fn remove(&self, link: &str) {
        let removed = self.texts.lock().unwrap().remove(&id_of(link));
        assert!(removed.is_some(), "{link} was never recorded");
    }

    pub fn len(&self) -> usize {
        self.texts.lock().unwrap().len()
    }

    /// Reads every recorded text from this site and compares it byte for byte.
    ///
    /// # Panics
    /// One is missing or differs.
    pub async fn verify(&self, site: &Program) {
        let texts = self.texts.lock().unwrap().clone();
        let client = &client();
        stream::iter(texts)
            .for_each_concurrent(READERS, async |(id, text)| {
                let answer = client.get(format!("{}/{id}/raw", site.url)).send().await.unwrap();
                let status = answer.status();
                let body = answer.bytes().await.unwrap();
                assert_eq!(status, StatusCode::OK, "{id}");
                assert!(body == text.as_bytes(), "{id} reads back different: {body:?}");
            })
            .await;
    }
}

/// The id in a link, path or id of a paste: its last twelve characters.
///
/// # Panics
/// There is no id.
pub fn id_of(link: &str) -> String {
    let link = link.trim();
    let id = link.rsplit('/').next().unwrap_or_default();
    assert_eq!(id.len(), 12, "not a link to a paste: {link}");
    id.to_owned()
}
