//! hastebin's protocol: `POST /documents` answers a key, `GET /documents/{key}` the text, as JSON.
//! `/raw/{key}` is the site's own.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;

use crate::accounts::tokens::{self, DELETE_TOKEN};
use crate::pastes::submission::Submission;
use crate::pastes::submission::fields::Sender;
use crate::pastes::{Name, create, raw, show, visible};
use crate::visit::Wants;
use crate::{App, Result, Visit};

/// A line for a program is never longer, in bytes.
const LINE_MAX: usize = 64 * 1024;

pub fn routes() -> Router<App> {
    Router::new().route("/documents", post(save)).route("/documents/{name}", get(read))
}

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

async fn save(State(app): State<App>, visit: Visit, request: Request) -> Result<impl IntoResponse> {
    let submission = Submission::read(request, app.max_paste_bytes, Sender::Hastebin).await?;
    let kept = create::keep(&app, &visit, submission).await?;
    let kept = kept.first().ok_or_else(|| anyhow::anyhow!("nothing was judged"))?;
    let token = kept.delete_token.iter().map(|token| (DELETE_TOKEN, tokens::of_paste(token)));
    let saved = Saved { key: kept.paste.id.to_string() };
    Ok((AppendHeaders(token.collect::<Vec<_>>()), Json(saved)))
}

async fn read(State(app): State<App>, visit: Visit, name: Name) -> Result<Response> {
    let paste = visible(&app, &visit, &name).await?;
    let text = app.text(&visit, &paste).await?;
    let data = String::from_utf8_lossy(&text).into_owned();
    let mut response = Json(Document { data, key: paste.id.to_string() }).into_response();
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, raw::cache_control(&visit));
    headers.insert(show::ROBOTS.0, show::ROBOTS.1);
    Ok(response)
}

/// Errors as hastebin's clients read them, whatever else they accept.
pub async fn in_json(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path != "/documents" && !path.starts_with("/documents/") {
        return next.run(request).await;
    }
    if let Some(visit) = request.extensions_mut().get_mut::<Visit>() {
        visit.wants = Wants::Line;
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
