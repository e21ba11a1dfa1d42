//! A request to the API.

use std::io::Cursor;

use ureq::SendBody;
use ureq::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use ureq::http::{Method, Request as HttpRequest};
use url::Url;

use crate::client::credential::Credential;
use crate::error::{Error, io_message};
use crate::progress::Progress;
use crate::source::Source;

/// A longer body, in bytes, is sent with `Expect: 100-continue`, so that the server can reject it
/// first. The response of a server that closes the connection during the upload would be lost.
const EXPECT_CONTINUE_BYTES: u64 = 64 * 1024;

pub(super) struct Request<'a> {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) content: Content<'a>,
    pub(super) retry: Retry,
}

pub(super) enum Content<'a> {
    Empty,
    Json(String),
    Text(&'a Source, &'a Progress),
}

/// When a failed request may be sent again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    /// Only after a 503, with which the server says that it did nothing.
    IfRejected,
    /// Also after a lost connection, when the server may have done it.
    Always,
}

impl Request<'_> {
    pub(super) fn new(method: Method, url: Url) -> Self {
        let (headers, content) = (Vec::new(), Content::Empty);
        Self { method, url, headers, content, retry: Retry::IfRejected }
    }

    pub(super) fn build(
        &self,
        credential: &Credential,
    ) -> Result<HttpRequest<SendBody<'static>>, Error> {
        let mut request = HttpRequest::builder().method(&self.method).uri(self.url.as_str());
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request = match credential {
            Credential::Anonymous => request,
            Credential::Token(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            Credential::DeleteToken(token) => request.header("delete-token", token),
        };
        let (request, body) = match &self.content {
            Content::Empty => (request, SendBody::none()),
            Content::Json(json) => {
                let request = request
                    .header(CONTENT_TYPE, "application/json")
                    .header(CONTENT_LENGTH, json.len());
                (request, SendBody::from_owned_reader(Cursor::new(json.clone())))
            }
            Content::Text(source, progress) => {
                let mut request = request
                    .header(CONTENT_TYPE, "text/plain; charset=utf-8")
                    .header(CONTENT_LENGTH, source.length);
                if source.length > EXPECT_CONTINUE_BYTES {
                    request = request.header(EXPECT, "100-continue");
                }
                let text =
                    source.read(progress).map_err(|error| Error::Local(io_message(&error)))?;
                (request, SendBody::from_owned_reader(text))
            }
        };
        request.body(body).map_err(|error| Error::Usage(error.to_string()))
    }
}
