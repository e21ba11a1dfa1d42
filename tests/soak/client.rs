//! The HTTP client of the load: records every request, and fails on answers that are always wrong.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use testbed::Rng;

use crate::ledger::Span;
use crate::operation::Operation;
use crate::recorder::Recorder;
use crate::sites::Sites;

/// The media types that a browser accepts.
pub const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// Longer than a site may take to answer.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Idle connections are closed before the site closes them.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes of an answer that a failure message shows.
const SHOWN_BYTES: usize = 300;

#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    pub sites: Arc<Sites>,
    pub recorder: Arc<Recorder>,
}

/// A complete answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// From the sending of the request to the end of the answer.
    pub span: Span,
}

impl Client {
    pub fn new(sites: Arc<Sites>, recorder: Arc<Recorder>) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build()?;
        Ok(Self { http, sites, recorder })
    }

    pub fn any_site(&self, rng: &mut Rng) -> usize {
        rng.below(self.sites.count())
    }

    /// A request that a proxy forwards for the client at `address`.
    pub fn request(
        &self,
        method: Method,
        site: usize,
        path: &str,
        address: &str,
    ) -> RequestBuilder {
        let url = format!("{}{path}", self.sites.urls[site]);
        self.http.request(method, url).header("x-forwarded-for", address)
    }

    /// Sends a request. `None` if no answer came, which is a failure unless the site was down.
    pub async fn send(
        &self,
        operation: Operation,
        site: usize,
        request: RequestBuilder,
    ) -> Option<Answer> {
        let sent_at = Instant::now();
        let result = receive(request, sent_at).await;
        let took = sent_at.elapsed();
        let status = result.as_ref().ok().map(|answer| answer.status);
        self.recorder.request(operation, sent_at, took, status);
        match result {
            Ok(answer) => {
                if answer.status >= 500 && !answer.is_unavailable() {
                    self.fail(operation, &answer);
                }
                Some(answer)
            }
            Err(error) => {
                if !self.sites.was_down(site, sent_at, Instant::now()) {
                    let name = operation.name();
                    self.recorder
                        .fail(&format!("{name}: a running site did not answer: {error:?}"));
                }
                None
            }
        }
    }

    /// Returns whether the status is one of these. Another status below 500 is a failure; `send` has
    /// checked those above.
    pub fn expect_status(&self, operation: Operation, answer: &Answer, expected: &[u16]) -> bool {
        let is_expected = expected.contains(&answer.status);
        if !is_expected && answer.status < 500 {
            self.fail(operation, answer);
        }
        is_expected
    }

    fn fail(&self, operation: Operation, answer: &Answer) {
        let body: String = answer.text().chars().take(SHOWN_BYTES).collect();
        self.recorder.fail(&format!("{}: {} {body}", operation.name(), answer.status));
    }
}

async fn receive(request: RequestBuilder, sent_at: Instant) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.bytes().await?.to_vec();
    Ok(Answer { status, headers, body, span: Span { start: sent_at, end: Instant::now() } })
}

impl Answer {
    /// A 503 with `Retry-After`: the site may or may not have done what was requested.
    pub fn is_unavailable(&self) -> bool {
        self.status == 503 && self.headers.contains_key("retry-after")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The session cookie that it sets, as `session=…`.
    pub fn session_cookie(&self) -> Option<String> {
        let cookies = self.headers.get_all("set-cookie").iter();
        let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok());
        let session = cookies.find(|cookie| cookie.starts_with("session="))?;
        session.split(';').next().map(str::to_owned)
    }
}
