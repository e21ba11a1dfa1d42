//! An HTTP client for the API under `/api/v1`.

pub(crate) mod credential;
mod problem;
mod request;
mod transport;

use std::io::Read;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use ureq::Body;
use ureq::http::{Method, Response};
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::error::Error;
use crate::progress::Progress;
use crate::server::Server;
use crate::source::Source;

use credential::Credential;
use problem::read_body;
use request::{Content, Request, Retry};
use transport::Transport;

#[derive(Debug)]
pub(crate) struct Client {
    transport: Transport,
}

impl Client {
    pub(crate) fn new() -> Self {
        Self { transport: Transport::new() }
    }

    /// Creates a paste. `details` are query parameters such as `title`.
    ///
    /// `idempotency_key` lets a retry after a lost response return the first paste instead of
    /// creating another.
    pub(crate) fn create<T: DeserializeOwned>(
        &self,
        server: &Server,
        credential: &Credential,
        (source, progress): (&Source, &Progress),
        details: &[(&str, &[u8])],
        idempotency_key: &str,
    ) -> Result<T, Error> {
        let mut url = server.api_url(&["pastes"]);
        if !details.is_empty() {
            // The name of a file may not be UTF-8.
            let pair = |(name, value): &(&str, &[u8])| {
                format!("{name}={}", byte_serialize(value).collect::<String>())
            };
            url.set_query(Some(&details.iter().map(pair).collect::<Vec<_>>().join("&")));
        }
        let request = Request {
            headers: vec![("idempotency-key", idempotency_key.to_owned())],
            content: Content::Text(source, progress),
            retry: Retry::Always,
            ..Request::new(Method::POST, url)
        };
        read_json(server, self.transport.send(server, credential, &request)?)
    }

    pub(crate) fn get<T: DeserializeOwned>(
        &self,
        server: &Server,
        credential: &Credential,
        url: Url,
    ) -> Result<T, Error> {
        let request = Request { retry: Retry::Always, ..Request::new(Method::GET, url) };
        read_json(server, self.transport.send(server, credential, &request)?)
    }

    /// The text as a stream, and its length in bytes if the server gives it.
    pub(crate) fn text(
        &self,
        server: &Server,
        credential: &Credential,
        id: &str,
    ) -> Result<(impl Read + use<>, Option<u64>), Error> {
        let url = server.api_url(&["pastes", id, "text"]);
        let request = Request { retry: Retry::Always, ..Request::new(Method::GET, url) };
        let body = self.transport.send(server, credential, &request)?.into_body();
        let length = body.content_length();
        Ok((body.into_reader(), length))
    }

    pub(crate) fn change<T: DeserializeOwned>(
        &self,
        server: &Server,
        credential: &Credential,
        id: &str,
        changes: Map<String, Value>,
    ) -> Result<T, Error> {
        let url = server.api_url(&["pastes", id]);
        let content = Content::Json(Value::Object(changes).to_string());
        let request = Request { content, ..Request::new(Method::PATCH, url) };
        read_json(server, self.transport.send(server, credential, &request)?)
    }

    pub(crate) fn delete(
        &self,
        server: &Server,
        credential: &Credential,
        id: &str,
    ) -> Result<(), Error> {
        let request = Request::new(Method::DELETE, server.api_url(&["pastes", id]));
        self.transport.send(server, credential, &request).map(drop)
    }
}

fn read_json<T: DeserializeOwned>(
    server: &Server,
    mut response: Response<Body>,
) -> Result<T, Error> {
    let body = read_body(&mut response)
        .map_err(|reason| Error::NoConnection { server: server.clone(), reason })?;
    serde_json::from_slice(&body).map_err(|error| {
        Error::Local(format!("{server} answers what is no answer of a Pastebin: {error}"))
    })
}
