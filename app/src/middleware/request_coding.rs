//! Decodes compressed request bodies before a handler reads them.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;

use crate::error::refusal::{Fault, Refusal};
use crate::error::{Error, Result};
use crate::http::admission::RequestPermit;
use crate::http::body::DRAIN_FACTOR;
use crate::http::request_coding::{self, Coding, DecodeError, UnknownCoding};
use crate::state::App;

/// The layer next to the handler: it gets a body whose bytes are counted, and counts the decoded ones.
pub async fn decode(State(app): State<App>, request: Request, next: Next) -> Response {
    let has_body = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    match request_coding::codings(request.headers()) {
        Ok(codings) if codings.is_empty() || !has_body => next.run(request).await,
        Ok(codings) => match decoded(&app, request, codings).await {
            Ok(request) => next.run(request).await,
            Err(error) => error.into_response(),
        },
        Err(UnknownCoding) if !has_body => next.run(request).await,
        Err(UnknownCoding) => {
            let detail = "Only gzip, zstd, br and deflate are taken here as Content-Encoding.";
            Error::Refused(Refusal::new(Fault::Coding, detail)).into_response()
        }
    }
}

/// The request with its body decoded and without the header.
async fn decoded(app: &App, request: Request, codings: Vec<Coding>) -> Result<Request> {
    let permit = request.extensions().get::<Arc<RequestPermit>>().cloned();
    let permit = permit.ok_or_else(|| anyhow::anyhow!("a route outside of `admission::admit`"))?;
    let limit = app.admission.max_body_bytes();
    let too_large = || Error::TooLarge { limit: app.max_paste_bytes as u64 };
    let (mut parts, body) = request.into_parts();
    let body = collect(body, limit, app.max_paste_bytes).await?.ok_or_else(too_large)?;
    let client = permit.client;
    let counting = permit.clone();
    let work = move || {
        request_coding::decode(body, &codings, limit, &mut |bytes| counting.received(bytes))
    };
    let body = app.pools.decoding.run(client, work).await?.map_err(|error| match error {
        DecodeError::Malformed => {
            let detail = "The body is not what its Content-Encoding says, or is not complete.";
            Error::Refused(Refusal::new(Fault::Malformed, detail))
        }
        DecodeError::TooLarge => too_large(),
        DecodeError::Refused(reason) => permit.abort(reason).into(),
    })?;
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// The body as it was sent; `None` if it is longer than `limit`. The rest is read, up to
/// [`DRAIN_FACTOR`] of the largest text, so that the client gets the answer.
async fn collect(body: Body, limit: usize, max_bytes: usize) -> Result<Option<Vec<u8>>> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut excess = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Error::BadRequest)?;
        if excess == 0 && bytes.len() + chunk.len() <= limit {
            bytes.extend_from_slice(&chunk);
            continue;
        }
        bytes = Vec::new();
        excess += chunk.len();
        if excess > max_bytes * DRAIN_FACTOR {
            break;
        }
    }
    Ok((excess == 0).then_some(bytes))
}
