//! A browser or curl, with a stopwatch.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, SET_COOKIE};
use reqwest::multipart::Form;
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, StatusCode};

/// What browsers send.
const CODINGS: &str = "gzip, deflate, br, zstd";

/// What a page shows of a long text: so many lines, or about so many bytes.
const PART: (usize, usize) = (2_000, 500_000);

/// And of one long line, in bytes, about.
const LINE: usize = 65_000;

/// Strong enough for the site, and no secret.
const PASSWORD: &str = "seven quiet herons at dusk";

pub const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
}

/// An answer that is here whole, with when it came.
#[derive(Debug)]
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

    /// As a browser, but for the compression: what comes can be looked at.
    pub async fn page(&self, path: &str) -> Result<Answer> {
        send(self.get(path).header(ACCEPT, HTML)).await
    }

    /// What htmx asks for.
    pub async fn fragment(&self, path: &str) -> Result<Answer> {
        send(self.get(path).header(ACCEPT, "text/html").header("hx-request", "true")).await
    }

    /// Compressed, as it goes over the wire.
    pub async fn compressed(&self, path: &str) -> Result<Answer> {
        send(self.get(path).header(ACCEPT, HTML).header(ACCEPT_ENCODING, CODINGS)).await
    }

    pub async fn raw(&self, path: &str) -> Result<Answer> {
        send(self.get(&format!("{path}/raw"))).await
    }

    /// With these headers and no other.
    pub async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        send(self.get_with(path, headers)).await
    }

    pub async fn status(&self, path: &str, headers: &[(&str, &str)]) -> Result<StatusCode> {
        Ok(self.get_with(path, headers).send().await?.status())
    }

    fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> RequestBuilder {
        headers.iter().fold(self.get(path), |request, (name, value)| request.header(*name, *value))
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.url))
    }

    /// Saves a text; answers the path of its page.
    pub async fn paste(&self, text: &str, syntax: &str) -> Result<String> {
        let form = Form::new().text("text", text.to_owned()).text("syntax", syntax.to_owned());
        self.created(self.http.post(&self.url).multipart(form)).await
    }

    /// What `curl -T name` does.
    pub async fn put(&self, name: &str, text: String) -> Result<String> {
        self.created(self.http.put(format!("{}/{name}", self.url)).body(text)).await
    }

    /// Makes an account; answers the cookie of its session.
    pub async fn register(&self) -> Result<String> {
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build()?;
        // Its port makes it another one for each site, also where they share a database.
        let port = self.url.rsplit(':').next().unwrap_or_default();
        let email = format!("anna.{port}@example.org");
        let account = [("email", email.as_str()), ("password", PASSWORD)];
        let answer = http.post(format!("{}/register", self.url)).form(&account).send().await?;
        let cookies = answer.headers().get_all(SET_COOKIE).iter().filter_map(|c| c.to_str().ok());
        let session = cookies.filter_map(|cookie| cookie.split(';').next());
        let session = session.into_iter().find(|cookie| cookie.starts_with("session="));
        Ok(session.with_context(|| format!("no account: {}", answer.status()))?.to_owned())
    }

    async fn created(&self, request: RequestBuilder) -> Result<String> {
        let answer = request.header(ACCEPT, "*/*").send().await?;
        let status = answer.status();
        let said = answer.text().await?;
        ensure!(status == StatusCode::CREATED, "a paste was not created: {status} {said}");
        let link = said.trim();
        Ok(link.strip_prefix(&self.url).context("a link to elsewhere")?.to_owned())
    }
}

async fn send(request: RequestBuilder) -> Result<Answer> {
    let started = Instant::now();
    let mut answer = request.send().await?;
    let mut body = answer.chunk().await?.context("an empty answer")?.to_vec();
    let first_byte = started.elapsed();
    while let Some(more) = answer.chunk().await? {
        body.extend_from_slice(&more);
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

    /// As it was before it was compressed, by zstd if at all.
    pub fn unpacked(&self) -> Result<Self> {
        let body = match self.coding() {
            "zstd" => zstd::decode_all(&self.body[..])?,
            _ => self.body.clone(),
        };
        let Self { first_byte, last_byte, headers, .. } = self;
        Ok(Self { body, headers: headers.clone(), first_byte: *first_byte, last_byte: *last_byte })
    }

    /// Its head and its body, in bytes.
    pub fn on_the_wire(&self) -> usize {
        let lines = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
        "HTTP/1.1 200 OK\r\n\r\n".len() + lines.sum::<usize>() + self.body.len()
    }

    /// # Errors
    /// It does not contain this HTML.
    pub fn has(&self, wanted: &str) -> Result<()> {
        ensure!(self.text()?.contains(wanted), "an answer without {wanted}");
        Ok(())
    }

    /// # Errors
    /// Its listing is not this text, or not the beginning of it where it is long.
    pub fn shows(&self, text: &str) -> Result<()> {
        let shown = text_content(self.listing()?);
        let most = if shown.contains('\n') { PART.1 } else { LINE };
        let enough = shown.len() >= text.len().min(most) || shown.lines().count() == PART.0;
        ensure!(enough && text.starts_with(&shown), "a page shows another text than its paste's");
        Ok(())
    }

    /// # Errors
    /// Nothing in its listing has a colour.
    pub fn is_coloured(&self) -> Result<()> {
        let listing = self.listing()?;
        let elements = ["<b", "<i", "<u", "<span class=\"d", "<ins", "<del"];
        ensure!(elements.iter().any(|element| listing.contains(element)), "a page without colours");
        Ok(())
    }

    fn listing(&self) -> Result<&str> {
        let rest = self.text()?.split_once(" id=\"text\"").context("a page without a listing")?.1;
        let rest = rest.split_once('>').context("an element without an end")?.1;
        Ok(rest.split_once("</code>").context("a listing without an end")?.0)
    }
}

fn text_content(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&#13;", "\r").replace("&amp;", "&")
}
