use std::sync::{Arc, Mutex};

use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode, Url};

/// Strong enough for the site, and the same for everybody: tests have no secrets.
pub const PASSWORD: &str = "seven quiet herons at dusk";

/// A browser without scripts, or curl. Redirects are not followed, so that tests see them.
pub struct Visitor {
    pub url: String,
    client: Client,
    jar: Arc<Jar>,
    headers: Mutex<HeaderMap>,
}

/// An answer that is here whole.
#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Visitor {
    pub fn new(url: &str) -> Self {
        let jar = Arc::new(Jar::default());
        let client =
            Client::builder().cookie_provider(jar.clone()).redirect(Policy::none()).no_proxy();
        let visitor = Self {
            url: url.to_owned(),
            client: client.build().unwrap(),
            jar,
            headers: Mutex::default(),
        };
        visitor.with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    pub fn with_header(self, name: &'static str, value: &str) -> Self {
        self.headers.lock().unwrap().insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    pub fn without_html(self) -> Self {
        self.with_header("accept", "*/*")
    }

    /// From here on, as htmx asks.
    pub fn with_htmx(self) -> Self {
        self.with_header("hx-request", "true").with_header("accept", "text/html")
    }

    pub fn cookies(&self) -> String {
        let url: Url = self.url.parse().unwrap();
        self.jar.cookies(&url).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    pub fn set_cookie(&self, cookie: &str) {
        self.jar.add_cookie_str(cookie, &self.url.parse().unwrap());
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = path.strip_prefix(&self.url).unwrap_or(path);
        self.client
            .request(method, format!("{}{path}", self.url))
            .headers(self.headers.lock().unwrap().clone())
    }

    pub async fn send(&self, request: RequestBuilder) -> Response {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Response { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// A form as a browser encodes it by default.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = url_encoded(fields);
        let request = self
            .request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(body)).await
    }

    /// A body of bytes, under a media type or none.
    pub async fn post_bytes(
        &self,
        path: &str,
        media_type: Option<&str>,
        body: impl Into<Vec<u8>>,
    ) -> Response {
        let mut request = self.request(Method::POST, path).body(body.into());
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        self.send(request).await
    }

    /// The new-paste form as a browser sends it: multipart, line ends as CRLF, an empty file field.
    pub async fn submit(&self, fields: &[(&str, &str)]) -> Response {
        let mut form = Form::new().part(
            "file",
            Part::bytes(Vec::new()).file_name("").mime_str("application/octet-stream").unwrap(),
        );
        for (name, value) in fields {
            form = form.text((*name).to_owned(), value.replace('\n', "\r\n"));
        }
        self.send(self.request(Method::POST, "/").multipart(form)).await
    }

    /// The form with a file chosen.
    pub async fn upload(
        &self,
        name: &str,
        content: impl Into<Vec<u8>>,
        fields: &[(&str, &str)],
    ) -> Response {
        let mut form =
            Form::new().part("file", Part::bytes(content.into()).file_name(name.to_owned()));
        for (name, value) in fields {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        self.send(self.request(Method::POST, "/").multipart(form)).await
    }

    /// Saves a text with the form's defaults; answers the path of its page.
    pub async fn paste(&self, text: &str) -> String {
        self.paste_with(text, &[]).await
    }

    pub async fn paste_with(&self, text: &str, fields: &[(&str, &str)]) -> String {
        let mut all = vec![("text", text)];
        all.extend(fields);
        let response = self.submit(&all).await;
        assert_eq!(response.status, StatusCode::SEE_OTHER, "{}", response.text());
        response.location()
    }

    pub async fn raw(&self, path: &str) -> String {
        let response = self.get(&format!("{path}/raw")).await;
        assert_eq!(response.status, StatusCode::OK);
        String::from_utf8(response.bytes).unwrap()
    }

    pub async fn register(&self, email: &str) {
        let response = self.post("/register", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(response.status, StatusCode::SEE_OTHER, "{}", response.text());
    }

    /// Makes an access token on the settings page.
    pub async fn token(&self, scopes: &[&str]) -> String {
        let mut fields = vec![("name", "a program"), ("expires", "never")];
        fields.extend(scopes.iter().map(|scope| (*scope, "on")));
        let page = self.post("/settings/tokens", &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        token_in(&page.text()).expect("the page shows the token")
    }

    pub async fn log_in(&self, email: &str) -> Response {
        self.post("/login", &[("email", email), ("password", PASSWORD)]).await
    }
}

impl Response {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The text content of a page's text, as a browser would give it.
    pub fn shown_text(&self) -> String {
        text_content(&self.shown_html())
    }

    /// The children of the element that has the text, or of the fragment that is a part of it.
    pub fn shown_html(&self) -> String {
        let page = self.text();
        let code = page.split_once("<code id=\"text\"").map_or(&page[..], |(_, code)| {
            let end = code.find("</code>").unwrap();
            &code[code.find('>').unwrap() + 1..end]
        });
        code.split("<hx-partial").next().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where a redirect leads.
    pub fn location(&self) -> String {
        self.header("location").to_owned()
    }
}

/// The access token that a page shows.
pub fn token_in(page: &str) -> Option<String> {
    let start = page.find("pastebin_pat_")?;
    page.get(start..start + "pastebin_pat_".len() + 64).map(str::to_owned)
}

/// What a browser's `textContent` would be of HTML with these four escapes.
pub fn text_content(html: &str) -> String {
    assert!(!html.contains('\r'), "a parser would turn it into a line feed");
    let after_tag = |(nth, piece): (usize, &'_ str)| match piece.split_once('>') {
        Some((_, text)) if nth > 0 => text.to_owned(),
        _ => piece.to_owned(),
    };
    let text: String = html.split('<').enumerate().map(after_tag).collect();
    text.replace("&#13;", "\r").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn url_encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
