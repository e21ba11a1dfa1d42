//! The bare reference server: an axum handler that answers with files from memory.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;

/// The argument that runs this program as the bare server.
pub const BARE_SERVER: &str = "bare";

/// Headers and bodies by path.
type Files = Arc<HashMap<String, (HeaderMap, Bytes)>>;

/// Prints its address and serves the files of a folder until the process is ended.
#[tokio::main]
pub async fn run(folder: &Path) -> Result<()> {
    let mut files = HashMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            files.insert(format!("/{name}"), (headers(&name), fs::read(entry.path())?.into()));
        }
    }
    let files: Files = Arc::new(files);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    Ok(axum::serve(listener, Router::new().fallback(answer).with_state(files)).await?)
}

fn headers(name: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let is_html = name.contains(".html");
    let media_type = if is_html { "text/html; charset=utf-8" } else { "text/plain; charset=utf-8" };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::ETAG, HeaderValue::from_static("\"bare\""));
    if Path::new(name).extension().is_some_and(|extension| extension == "zst") {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("zstd"));
    }
    headers
}

async fn answer(State(files): State<Files>, uri: Uri, request_headers: HeaderMap) -> Response {
    let Some((headers, body)) = files.get(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if request_headers.contains_key(header::IF_NONE_MATCH) {
        return (StatusCode::NOT_MODIFIED, headers.clone()).into_response();
    }
    (headers.clone(), body.clone()).into_response()
}
