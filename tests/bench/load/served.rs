//! The same bytes from those who do nothing else: nginx from files, and axum from memory.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use tempfile::TempDir;

use crate::client::{Answer, Client};
use crate::tools::nginx;

/// The argument that turns this program into the bare handler.
pub const BARE: &str = "bare";

/// Files by name; what ends in `.zst` is sent as it stands, with its coding.
#[derive(Debug)]
pub struct Files {
    folder: TempDir,
}

impl Files {
    pub fn new() -> Result<Self> {
        Ok(Self { folder: TempDir::new()? })
    }

    /// Keeps the body of an answer as `name`; answers its path.
    pub fn keep(&self, name: &str, answer: &Answer) -> Result<String> {
        let ending = if answer.coding() == "zstd" { ".zst" } else { "" };
        ensure!(matches!(answer.coding(), "zstd" | "none"), "a coding that no file here has");
        let name = format!("{name}{ending}");
        fs::write(self.folder.path().join(&name), &answer.body)?;
        Ok(format!("/{name}"))
    }
}

/// A server that answers a file at `/name`. Gone when dropped.
#[derive(Debug)]
pub struct Server {
    pub name: &'static str,
    pub url: String,
    process: Child,
}

impl Server {
    pub fn nginx(files: &Files) -> Result<Self> {
        let folder = files.folder.path();
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        fs::write(folder.join("nginx.conf"), config(&address.to_string()))?;
        let process = Command::new(nginx())
            .args(["-e", "error.log", "-c", "nginx.conf", "-p"])
            .arg(folder)
            .stdin(Stdio::null())
            .spawn()?;
        let server = Self { name: "nginx", url: format!("http://{address}"), process };
        for _ in 0..100 {
            if TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("nginx does not listen on {address}");
    }

    /// This program again, as a handler that does nothing but answer.
    pub fn bare(files: &Files) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg(BARE)
            .arg(files.folder.path())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        let said = process.stdout.take().context("no output")?;
        BufReader::new(said).read_line(&mut address)?;
        Ok(Self { name: "axum", url: format!("http://{}", address.trim()), process })
    }

    /// # Errors
    /// It answers other bytes than were kept.
    pub async fn serves(&self, path: &str, kept: &Answer) -> Result<Answer> {
        let answer = Client::new(&self.url)?.page(path).await?;
        ensure!(answer.body == kept.body, "{} serves other bytes at {path}", self.name);
        ensure!(answer.coding() == kept.coding(), "{} says another coding", self.name);
        Ok(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The workers of nginx end with it only if it is asked.
        let _ = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

/// As one would set it up to be fast: a worker for each core, the kernel sends the file.
fn config(address: &str) -> String {
    format!(
        "daemon off; worker_processes auto; pid nginx.pid;
        events {{ worker_connections 256; }}
        http {{
            access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
            open_file_cache max=16;
            types {{ text/html html; text/plain txt; }} charset utf-8;
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            server {{
                listen {address}; root .;
                location ~ \\.html\\.zst$ {{ types {{}} default_type text/html; add_header content-encoding zstd; }}
                location ~ \\.txt\\.zst$ {{ types {{}} default_type text/plain; add_header content-encoding zstd; }}
            }}
        }}"
    )
}

type Kept = Arc<HashMap<String, (HeaderMap, Bytes)>>;

/// Serves the files of a folder from memory until the process is ended.
#[tokio::main]
pub async fn bare(folder: &Path) -> Result<()> {
    let mut kept = HashMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            kept.insert(format!("/{name}"), (headers(&name), fs::read(entry.path())?.into()));
        }
    }
    let kept: Kept = Arc::new(kept);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    Ok(axum::serve(listener, Router::new().fallback(answer).with_state(kept)).await?)
}

fn headers(name: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let html = name.contains(".html");
    let media_type = if html { "text/html; charset=utf-8" } else { "text/plain; charset=utf-8" };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::ETAG, HeaderValue::from_static("\"bare\""));
    if Path::new(name).extension().is_some_and(|ending| ending == "zst") {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("zstd"));
    }
    headers
}

async fn answer(State(kept): State<Kept>, uri: Uri, asked: HeaderMap) -> Response {
    let Some((headers, body)) = kept.get(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if asked.contains_key(header::IF_NONE_MATCH) {
        return (StatusCode::NOT_MODIFIED, headers.clone()).into_response();
    }
    (headers.clone(), body.clone()).into_response()
}
