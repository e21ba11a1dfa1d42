//! The protocol of hastebin's clients: `POST /documents` answers with a key, and
//! `GET /documents/{key}` with the text, both as JSON. `/raw/{key}` is a route of the site itself.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::Result;
use crate::pastes::name::{Name, visible};
use crate::pastes::submission::Submission;
use crate::pastes::submission::fields::Sender;
use crate::pastes::{create, headers, receipt, text};
use crate::state::App;
use crate::visitor::Visitor;
use crate::visitor::format::ResponseFormat;

/// The longest error message, in bytes.
const LINE_MAX: usize = 64 * 1024;

#[derive(Serialize)]
struct Key {
    key: String,
}

#[derive(Serialize)]
struct Document {
    data: String,
    key: String,
}

#[derive(Serialize)]
struct Failure {
    message: String,
}

/// `POST /documents`: saves the body as it is.
///
/// # Errors
/// Those of [`Submission::read`] and [`create::save`].
pub async fn save(State(app): State<App>, visitor: Visitor, request: Request) -> Result<Response> {
    let submission = Submission::read(request, app.max_paste_bytes, Sender::Hastebin).await?;
    let saved = create::save(&app, &visitor, submission).await?;
    let first = saved.first().ok_or_else(|| anyhow::anyhow!("no paste was saved"))?;
    let mut response = Json(Key { key: first.paste.id.to_string() }).into_response();
    receipt::insert_headers(response.headers_mut(), &saved);
    Ok(response)
}

/// `GET /documents/{name}`: the text and its key.
///
/// # Errors
/// The paste does not exist or is not visible to the visitor, or its text cannot be read.
pub async fn read(State(app): State<App>, visitor: Visitor, name: Name) -> Result<Response> {
    let paste = visible(&app, &visitor, &name).await?;
    let text = text::load(&app, &visitor, &paste).await?;
    let data = String::from_utf8_lossy(&text).into_owned();
    let mut response = Json(Document { data, key: paste.id.to_string() }).into_response();
    let response_headers = response.headers_mut();
    response_headers.insert(header::CACHE_CONTROL, headers::cache_control(&visitor));
    response_headers.insert(headers::ROBOTS.0, headers::ROBOTS.1);
    Ok(response)
}

/// Answers errors on hastebin's routes as `{"message": …}`. hastebin's clients expect this JSON even
/// if their `Accept` header names another format.
pub async fn errors_as_json(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path != "/documents" && !path.starts_with("/documents/") {
        return next.run(request).await;
    }
    if let Some(visitor) = request.extensions_mut().get_mut::<Visitor>() {
        visitor.format = ResponseFormat::PlainText;
    }
    let response = next.run(request).await;
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let line = to_bytes(body, LINE_MAX).await.unwrap_or_default();
    let message = String::from_utf8_lossy(&line).trim_end().to_owned();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    (parts, Json(Failure { message })).into_response()
}
