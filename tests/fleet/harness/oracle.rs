use std::collections::HashMap;
use std::sync::Mutex;

use futures_util::{StreamExt as _, stream};
use reqwest::{Client, StatusCode};

use super::program::{PATIENCE, Program};

/// Reads under way at a time.
const READERS: usize = 8;

/// The log of what was acknowledged: whatever a site answered 201 for must read back for ever.
#[derive(Default)]
pub struct Oracle {
    /// By the paste's id: a fleet's sites give links of their own to the same paste.
    kept: Mutex<HashMap<String, String>>,
}

/// A client that waits for an answer longer than any site may take, and follows no redirects.
pub fn client() -> Client {
    Client::builder()
        .timeout(PATIENCE)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

impl Oracle {
    /// Saves a text as curl does, at the site of this address, and notes it where the site
    /// acknowledges it. `Err` where the connection broke: then nobody knows.
    ///
    /// # Panics
    /// Where the link was given to another text before, or the answer is neither a link nor a 503
    /// that says when to come again.
    pub async fn try_keep(&self, url: &str, text: &str) -> reqwest::Result<StatusCode> {
        let answer = client().post(url).body(text.to_owned()).send().await?;
        let (status, again) = (answer.status(), answer.headers().contains_key("retry-after"));
        let said = answer.text().await?;
        match status {
            StatusCode::CREATED => self.note(&said, text),
            StatusCode::SERVICE_UNAVAILABLE => assert!(again, "a 503 without Retry-After: {said}"),
            _ => panic!("neither saved nor 503: {status} {said}"),
        }
        Ok(status)
    }

    /// As [`Oracle::try_keep`], where nothing may go wrong; gives the paste's path: `/{id}`.
    ///
    /// # Panics
    /// Where it is not acknowledged.
    pub async fn keep(&self, site: &Program, text: &str) -> String {
        let answer = client().post(&site.url).body(text.to_owned()).send().await.unwrap();
        let (status, link) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, StatusCode::CREATED, "{link}");
        self.note(&link, text);
        format!("/{}", id(&link))
    }

    /// Notes what was acknowledged elsewhere; a link or a path will do.
    ///
    /// # Panics
    /// Where the link was given to another text before.
    pub fn note(&self, link: &str, text: &str) {
        let before = self.kept.lock().unwrap().insert(id(link), text.to_owned());
        assert_eq!(before, None, "{link} was given away twice");
    }

    /// For what its owner deleted.
    pub fn forget(&self, link: &str) {
        assert!(self.kept.lock().unwrap().remove(&id(link)).is_some(), "{link} was never noted");
    }

    pub fn len(&self) -> usize {
        self.kept.lock().unwrap().len()
    }

    /// Reads every text back, byte for byte, from this site.
    ///
    /// # Panics
    /// Where one is not what was acknowledged.
    pub async fn check(&self, site: &Program) {
        let kept = self.kept.lock().unwrap().clone();
        let client = &client();
        stream::iter(kept)
            .for_each_concurrent(READERS, async |(id, text)| {
                let answer = client.get(format!("{}/{id}/raw", site.url)).send().await.unwrap();
                let status = answer.status();
                let read = answer.bytes().await.unwrap();
                assert_eq!(status, StatusCode::OK, "{id}");
                assert!(read == text.as_bytes(), "{id} reads back otherwise: {read:?}");
            })
            .await;
    }
}

/// The last twelve characters of a link.
fn id(link: &str) -> String {
    let link = link.trim();
    let id = link.rsplit('/').next().unwrap_or_default();
    assert_eq!(id.len(), 12, "no link to a paste: {link}");
    id.to_owned()
}
