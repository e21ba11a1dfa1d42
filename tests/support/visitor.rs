//! An HTTP client that behaves like a browser or like curl.

// The path is explicit because the fleet's tests load this file by `#[path]`, where the default path
// would differ.
#[path = "response.rs"]
mod response;

use std::sync::Arc;

use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode, Url};

pub use response::{Response, text_content, token_in};

/// The password of every test user. The site rates it strong enough.
pub const PASSWORD: &str = "seven quiet herons at dusk";

/// An HTTP client that sends what a browser without scripts or curl sends. It does not follow
/// redirects, so that tests see them.
pub struct Visitor {
    pub url: String,
    client: Client,
    jar: Arc<Jar>,
    headers: HeaderMap,
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
            headers: HeaderMap::new(),
        };
        visitor.with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    pub fn without_html(self) -> Self {
        self.with_header("accept", "*/*")
    }

    /// Sends the headers of htmx with every request.
    pub fn with_htmx(self) -> Self {
        self.with_header("hx-request", "true").with_header("accept", "text/html")
    }

    /// The `cookie` header of the next request.
    pub fn cookies(&self) -> String {
        let url: Url = self.url.parse().unwrap();
        self.jar.cookies(&url).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    /// Adds a cookie, as a `set-cookie` header does.
    pub fn set_cookie(&self, cookie: &str) {
        self.jar.add_cookie_str(cookie, &self.url.parse().unwrap());
    }

    /// A request to a path of the site, or to its whole URL.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = path.strip_prefix(&self.url).unwrap_or(path);
        self.client.request(method, format!("{}{path}", self.url)).headers(self.headers.clone())
    }

    pub async fn send(&self, request: RequestBuilder) -> Response {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Response { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.request(Method::GET, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request).await
    }

    pub async fn head(&self, path: &str) -> Response {
        self.send(self.request(Method::HEAD, path)).await
    }

    pub async fn put(&self, path: &str, body: &'static str) -> Response {
        self.send(self.request(Method::PUT, path).body(body)).await
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Posts a form in the encoding that browsers use by default.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = url_encoded(fields);
        let request = self
            .request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(body)).await
    }

    /// Posts a body as it is, with a `content-type` if one is given.
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

    /// Submits the new-paste form as a browser does: multipart, line ends as CRLF, an empty file
    /// field.
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

    /// Submits the new-paste form with a file chosen.
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

    /// Saves a text with the form's defaults and returns the path of its page.
    pub async fn paste(&self, text: &str) -> String {
        self.paste_with(text, &[]).await
    }

    /// Saves a text with further fields of the form and returns the path of its page.
    pub async fn paste_with(&self, text: &str, fields: &[(&str, &str)]) -> String {
        let fields = [&[("text", text)][..], fields].concat();
        let response = self.submit(&fields).await;
        assert_eq!(response.status, StatusCode::SEE_OTHER, "{}", response.text());
        response.location()
    }

    /// The raw text of the paste with this path or URL.
    pub async fn raw(&self, path: &str) -> String {
        let response = self.get(&format!("{path}/raw")).await;
        assert_eq!(response.status, StatusCode::OK);
        String::from_utf8(response.bytes).unwrap()
    }

    pub async fn register(&self, email: &str) {
        let response = self.post("/register", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(response.status, StatusCode::SEE_OTHER, "{}", response.text());
    }

    /// Creates an access token on the settings page.
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

fn url_encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
