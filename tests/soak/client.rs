//! Asks a site, notes how long it took, and judges what is wrong whatever was asked.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};

use crate::dice::Dice;
use crate::records::{Kind, Records, lock};

/// A site that says nothing for so long is broken.
const PATIENCE: Duration = Duration::from_mins(1);

/// After a start or an end, what was on the way to a process may still break.
const SETTLING: Duration = Duration::from_secs(2);

/// Kept connections that are idle are closed before the site closes them.
const IDLE: Duration = Duration::from_secs(5);

/// Where the sites are, and when each was down.
#[derive(Debug)]
pub struct Sites {
    pub urls: Vec<String>,
    downs: Mutex<Vec<Down>>,
}

#[derive(Debug)]
struct Down {
    site: usize,
    from: Instant,
    to: Option<Instant>,
}

impl Sites {
    pub fn new(urls: Vec<String>) -> Self {
        Self { urls, downs: Mutex::default() }
    }

    pub fn goes_down(&self, site: usize) {
        lock(&self.downs).push(Down { site, from: Instant::now(), to: None });
    }

    pub fn is_up(&self, site: usize) {
        for down in lock(&self.downs).iter_mut().filter(|down| down.site == site) {
            down.to.get_or_insert_with(Instant::now);
        }
    }

    fn was_down(&self, site: usize, from: Instant, to: Instant) -> bool {
        lock(&self.downs).iter().any(|down| {
            down.site == site
                && down.from <= to
                && down.to.is_none_or(|until| from <= until + SETTLING)
        })
    }
}

#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    pub sites: Arc<Sites>,
    pub records: Arc<Records>,
}

/// An answer that is here whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub asked: Instant,
    pub answered: Instant,
}

impl Client {
    pub fn new(sites: Arc<Sites>, records: Arc<Records>) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .pool_idle_timeout(IDLE)
            .build()?;
        Ok(Self { http, sites, records })
    }

    pub fn any_site(&self, dice: &mut Dice) -> usize {
        dice.below(self.sites.urls.len())
    }

    pub fn request(&self, method: Method, site: usize, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.sites.urls[site]))
    }

    /// `None` where the site was down; it is wrong if it was not.
    pub async fn send(&self, kind: Kind, site: usize, request: RequestBuilder) -> Option<Answer> {
        let asked = Instant::now();
        let outcome = answer(request, asked).await;
        let took = asked.elapsed();
        let status = outcome.as_ref().ok().map(|answer| answer.status);
        self.records.note(kind, asked, took, status);
        match outcome {
            Ok(answer) => {
                if answer.status >= 500 && !answer.is_outage() {
                    let said = String::from_utf8_lossy(&answer.body).into_owned();
                    let said: String = said.chars().take(300).collect();
                    self.records.wrong(&format!("{}: {} {said}", kind.name(), answer.status));
                }
                Some(answer)
            }
            Err(error) => {
                if !self.sites.was_down(site, asked, Instant::now()) {
                    let name = kind.name();
                    self.records
                        .wrong(&format!("{name}: no answer of a site that runs: {error:?}"));
                }
                None
            }
        }
    }

    /// Whether it is one of these; anything but an outage is wrong otherwise.
    pub fn expect(&self, kind: Kind, answer: &Answer, wanted: &[u16]) -> bool {
        let right = wanted.contains(&answer.status);
        if !right && answer.status < 500 {
            let said: String = String::from_utf8_lossy(&answer.body).chars().take(200).collect();
            self.records.wrong(&format!("{}: {} {said}", kind.name(), answer.status));
        }
        right
    }
}

async fn answer(request: RequestBuilder, asked: Instant) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.bytes().await?.to_vec();
    Ok(Answer { status, headers, body, asked, answered: Instant::now() })
}

impl Answer {
    /// A 503 that says when to come again: what was asked may have been done or not.
    pub fn is_outage(&self) -> bool {
        self.status == 503 && self.headers.contains_key("retry-after")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The session that it starts, as a `Cookie` has it.
    pub fn session(&self) -> Option<String> {
        let cookies = self.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
        let session = cookies.into_iter().find(|cookie| cookie.starts_with("session="))?;
        session.split(';').next().map(str::to_owned)
    }
}
