//! An HTTP client that measures when the first and the last byte of an answer arrive.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, SET_COOKIE};
use reqwest::multipart::Form;
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, StatusCode};

/// The content codings that browsers accept.
pub const BROWSER_CODINGS: &str = "gzip, deflate, br, zstd";

/// The media types that browsers accept.
pub const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// Strong enough for the site.
const PASSWORD: &str = "seven quiet herons at dusk";

#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
}

/// A complete answer with status 200.
#[derive(Clone, Debug)]
pub struct Answer {
    pub first_byte: Duration,
    pub last_byte: Duration,
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Client {
    pub fn new(url: &str) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { http, url: url.to_owned() })
    }

    /// A page as for a browser, but uncompressed, so that it can be checked.
    pub async fn page(&self, path: &str) -> Result<Answer> {
        send(self.get(path).header(ACCEPT, HTML)).await
    }

    /// A page as for a browser, compressed.
    pub async fn compressed_page(&self, path: &str) -> Result<Answer> {
        send(self.get(path).header(ACCEPT, HTML).header(ACCEPT_ENCODING, BROWSER_CODINGS)).await
    }

    /// A fragment as for htmx.
    pub async fn fragment(&self, path: &str) -> Result<Answer> {
        send(self.get(path).header(ACCEPT, "text/html").header("hx-request", "true")).await
    }

    /// The raw text of the paste at this path.
    pub async fn raw(&self, path: &str) -> Result<Answer> {
        send(self.get(&format!("{path}/raw"))).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        send(with_headers(self.get(path), headers)).await
    }

    pub async fn status(&self, path: &str, headers: &[(&str, &str)]) -> Result<StatusCode> {
        Ok(with_headers(self.get(path), headers).send().await?.status())
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.url))
    }

    /// Saves a text with the form. Returns the path of its page.
    pub async fn paste(&self, text: &str, syntax: &str) -> Result<String> {
        let form = Form::new().text("text", text.to_owned()).text("syntax", syntax.to_owned());
        self.create(self.http.post(&self.url).multipart(form)).await
    }

    /// Saves a text like `curl -T name`. Returns the path of its page.
    pub async fn put(&self, name: &str, text: String) -> Result<String> {
        self.create(self.http.put(format!("{}/{name}", self.url)).body(text)).await
    }

    async fn create(&self, request: RequestBuilder) -> Result<String> {
        let answer = request.header(ACCEPT, "*/*").send().await?;
        let status = answer.status();
        let body = answer.text().await?;
        ensure!(status == StatusCode::CREATED, "a paste was not created: {status} {body}");
        let link = body.trim();
        Ok(link.strip_prefix(&self.url).context("a link to another site")?.to_owned())
    }

    /// Registers an account. Returns its session cookie.
    pub async fn register(&self) -> Result<String> {
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build()?;
        // With the port, each site has another account, also if they share a database.
        let port = self.url.rsplit(':').next().unwrap_or_default();
        let email = format!("anna.{port}@example.org");
        let account = [("email", email.as_str()), ("password", PASSWORD)];
        let answer = http.post(format!("{}/register", self.url)).form(&account).send().await?;
        let cookies = answer.headers().get_all(SET_COOKIE).iter().filter_map(|c| c.to_str().ok());
        let mut cookies = cookies.filter_map(|cookie| cookie.split(';').next());
        let session = cookies.find(|cookie| cookie.starts_with("session="));
        Ok(session.with_context(|| format!("no account: {}", answer.status()))?.to_owned())
    }
}

fn with_headers(request: RequestBuilder, headers: &[(&str, &str)]) -> RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

async fn send(request: RequestBuilder) -> Result<Answer> {
    let started = Instant::now();
    let mut answer = request.send().await?;
    let mut body = answer.chunk().await?.context("an empty answer")?.to_vec();
    let first_byte = started.elapsed();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
    }
    let last_byte = started.elapsed();
    let (status, headers) = (answer.status(), answer.headers().clone());
    ensure!(status == StatusCode::OK, "{} answered {status}", answer.url());
    Ok(Answer { first_byte, last_byte, body, headers })
}

impl Answer {
    pub fn text(&self) -> Result<&str> {
        Ok(std::str::from_utf8(&self.body)?)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn coding(&self) -> &str {
        self.header("content-encoding").unwrap_or("none")
    }

    /// The answer as it was before compression with zstd; others are returned as they are.
    pub fn decompressed(&self) -> Result<Self> {
        let body = match self.coding() {
            "zstd" => zstd::decode_all(&self.body[..])?,
            _ => self.body.clone(),
        };
        Ok(Self { body, ..self.clone() })
    }

    /// The size of its status line, headers and body, in bytes.
    pub fn wire_size(&self) -> usize {
        let lines = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
        "HTTP/1.1 200 OK\r\n\r\n".len() + lines.sum::<usize>() + self.body.len()
    }
}
