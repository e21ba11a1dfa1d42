//! hastebin's protocol: `POST /documents` answers a key, `GET /documents/{key}` the text, as JSON.
//! `/raw/{key}` is the site's own.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Serialize;

use crate::error::Result;
use crate::pastes::name::{Name, visible};
use crate::pastes::submission::Submission;
use crate::pastes::submission::fields::Sender;
use crate::pastes::{create, headers, text};
use crate::state::App;
use crate::visitor::Visitor;
use crate::visitor::format::ResponseFormat;
use crate::visitor::tokens;
use crate::visitor::tokens::DELETE_TOKEN;

/// A line for a program is never longer, in bytes.
const LINE_MAX: usize = 64 * 1024;

#[derive(Serialize)]
struct Saved {
    key: String,
}

#[derive(Serialize)]
struct Document {
    data: String,
    key: String,
}

#[derive(Serialize)]
struct Refused {
    message: String,
}

pub async fn save(
    State(app): State<App>,
    visitor: Visitor,
    request: Request,
) -> Result<impl IntoResponse> {
    let submission = Submission::read(request, app.max_paste_bytes, Sender::Hastebin).await?;
    let kept = create::save(&app, &visitor, submission).await?;
    let kept = kept.first().ok_or_else(|| anyhow::anyhow!("no paste was saved"))?;
    let token =
        kept.delete_token.iter().map(|token| (DELETE_TOKEN, tokens::format_delete_token(token)));
    let saved = Saved { key: kept.paste.id.to_string() };
    Ok((AppendHeaders(token.collect::<Vec<_>>()), Json(saved)))
}

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

/// Errors as hastebin's clients read them, whatever else they accept.
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
    (parts, Json(Refused { message })).into_response()
}
